"""Every code that an error answer may carry: status, and the message in both languages. Codes are a promise; messages are not.

English messages usually stand where the error is raised; those here are the fallback and the documentation. ``%(name)s`` is
filled from the error's own parameters.
"""

from __future__ import annotations

from typing import NamedTuple


class Entry(NamedTuple):
    status: int
    en: str
    zh: str


CODES: dict[str, Entry] = {
    # The request itself
    "malformed": Entry(400, "The request could not be read.", "无法读取该请求。"),
    "not_logged_in": Entry(401, "Please log in.", "请先登录。"),
    "login_failed": Entry(401, "The user name or password is wrong, or the account is locked for 15 minutes after five failures.",
                          "用户名或密码错误；连续五次失败后账号锁定15分钟。"),
    "totp_required": Entry(401, "Please enter the code of your authenticator as well.", "请同时输入动态验证码。"),
    "forbidden": Entry(403, "Your role does not allow this.", "您的角色无权进行此操作。"),
    "csrf": Entry(403, "This page is out of date, please load it again.", "页面已过期，请刷新后重试。"),
    "not_found": Entry(404, "Not found.", "未找到。"),
    "method_not_allowed": Entry(405, "This address does not take this method.", "该地址不支持此请求方法。"),
    "not_acceptable": Entry(406, "This cannot be given in the wanted format.", "无法以所需格式返回。"),
    "too_large": Entry(413, "Too large.", "内容过大。"),
    "unsupported_media": Entry(415, "This kind of file is not supported.", "不支持该类型的内容。"),
    "invalid": Entry(422, "Some values are not valid.", "部分内容不符合要求。"),
    "idempotency_mismatch": Entry(422, "This Idempotency-Key was used with another body.", "该 Idempotency-Key 已用于不同的内容。"),
    "idempotency_key_invalid": Entry(422, "An Idempotency-Key has 1 to 200 printable ASCII characters.",
                                     "Idempotency-Key 应为1至200个可打印的ASCII字符。"),
    "too_many": Entry(429, "Too many requests, please wait a moment.", "请求过于频繁，请稍候再试。"),
    "internal": Entry(500, "Something went wrong.", "系统出错，请稍后再试。"),
    "unavailable": Entry(503, "This is not available right now.", "暂时无法使用，请稍后再试。"),
    "poster_unknown": Entry(422, "There is no such poster.", "没有该海报码。"),
    "no_posters": Entry(422, "There is nothing here that could have a poster.", "这里没有可制作海报的网格或场所。"),
    "too_many_posters": Entry(422, "At most %(most)s posters at once: choose less.", "一次最多制作 %(most)s 张海报：请缩小范围。"),
    "font_missing": Entry(503, "Posters need the font Noto Sans CJK: install %(package)s.", "生成海报需要思源黑体（Noto Sans CJK）字体：请安装 %(package)s。"),
    # Tickets
    "not_allowed": Entry(409, "This is not possible in the present status.", "当前状态下不能进行此操作。"),
    "not_available_yet": Entry(409, "This action is not available yet.", "此操作尚未开放。"),
    "conflict": Entry(409, "Somebody else has changed this in the meantime.", "内容已被他人更新，请刷新后重试。"),
    "unknown_action": Entry(404, "There is no such action.", "没有此操作。"),
    "no_category": Entry(409, "Choose a category first.", "请先选择小类。"),
    "no_organisation": Entry(409, "No organisation could be found: name one.", "未找到承办单位，请指定。"),
    "self_handle_not_allowed": Entry(422, "This category may not be handled by the grid worker alone.", "该小类不可由网格员自行处置。"),
    "photo_needed": Entry(422, "This category needs a photo.", "此步骤需要照片。"),
    "photo_unknown": Entry(422, "A photo is unknown or already used.", "照片不存在或已被使用。"),
    "unknown_department": Entry(422, "There is no such organisation.", "没有该承办单位。"),
    "twice_in_round": Entry(422, "An organisation has two roles in this round.", "同一单位在本轮中担任了两个角色。"),
    "committee_may_not_lead": Entry(422, "A residents' committee may not be the lead here.", "居委会不能担任主负责单位。"),
    "coordinator_missing": Entry(422, "Name a coordinator.", "请指定主统筹单位。"),
    "duty_missing": Entry(422, "A supporting organisation needs a named duty.", "配合单位须写明配合事项。"),
    "request_pending": Entry(409, "A request is still undecided.", "已有申请尚未审批。"),
    "nothing_asked": Entry(409, "Nothing has been asked for.", "没有待审批的申请。"),
    "leader_decides": Entry(403, "A leader decides on this.", "须由街道领导审批。"),
    "no_more_extensions": Entry(409, "The time was extended twice: that is all there is.", "已延期两次，不能再延。"),
    "date_passed": Entry(409, "The date of the suspension has passed.", "挂账日期已过。"),
    "suspension_too_long": Entry(422, "A matter rests for a year at most.", "挂账累计最长一年。"),
    "support_settled": Entry(409, "This support is settled.", "该配合事项已了结。"),
    "support_open": Entry(409, "Support is still open: %(names)s.", "配合单位尚未答复：%(names)s。"),
    "nothing_ordered": Entry(409, "No order of a leader waits for you here.", "此处没有等待您答复的督办。"),
    "nothing_answered": Entry(409, "No answer to an order waits here.", "没有等待审定的督办答复。"),
    "objected_before": Entry(409, "Only one objection per round.", "每轮只能提出一次异议。"),
    "no_more_objections": Entry(409, "This ticket has bounced twice: the dispatch stands.", "该工单已两次退单，须按派遣办理。"),
    "interested_party": Entry(403, "Who gains from the ruling, or objected, does not give it.", "利害相关方或异议方不得裁定。"),
    "own_result": Entry(403, "Somebody else asks whether it is solved.", "应由他人回访：经办人不能回访自己的办理结果。"),
    "coordinator_rules": Entry(403, "The coordinator rules on this.", "应由统筹单位裁定。"),
    "may_not_stand_in": Entry(403, "Only a clerk or dispatcher may act for an organisation.", "只有坐席或派遣员可以代办。"),
    "organisation_logs_in": Entry(403, "This organisation logs in itself.", "该单位有账号，应自行办理。"),
    "call_record_missing": Entry(422, "Say whom you phoned and when.", "请注明电话联系的人员和时间。"),
    "nobody_to_call": Entry(409, "This reporter wants to stay unknown.", "反映人选择了匿名。"),
    "weights_invalid": Entry(422, "These weights cannot be used.", "这组权重不可用。"),
    "window_over": Entry(409, "The time for an objection is over.", "已过提出异议的时限。"),
    "already_rated": Entry(409, "This closing has been rated already.", "本次办结已评价过。"),
    "reopened_before": Entry(409, "This matter has been reopened once: the leader decides.", "该事项已重办过一次，须由领导决定。"),
    "too_late": Entry(409, "The time for this has passed.", "已超过可操作的期限。"),
    "already_rerun": Entry(409, "This dead letter was run again already.", "该失败任务已重新执行。"),
    # Places and areas
    "outside": Entry(422, "This place is in none of our streets.", "该位置不在本系统的街道范围内。"),
    "place_unknown": Entry(422, "There is no such place.", "没有该场所。"),
    "place_exists": Entry(409, "There is such a place already.", "该场所已存在。"),
    "file_refused": Entry(422, "The file has errors: nothing was imported.", "文件有错误，未导入任何内容。"),
    "file_missing": Entry(422, "Send one file as a part of multipart/form-data.", "请以 multipart/form-data 上传一个文件。"),
    "file_gone": Entry(409, "The checked file is no longer here (it is kept for an hour): please choose it again.",
                       "检查过的文件已不在（仅保留一小时），请重新选择文件。"),
    "unreadable_file": Entry(422, "The file cannot be read.", "无法读取该文件。"),
    "unsupported_format": Entry(422, "Only .csv, .xlsx and .geojson can be read.", "只能读取 .csv、.xlsx 和 .geojson 文件。"),
    "missing_header": Entry(422, "The first line must name the columns.", "第一行应为列名。"),
    "duplicate_column": Entry(422, "A column stands twice.", "有重复的列。"),
    "ragged_row": Entry(422, "A row has another number of cells than the header.", "有的行与列名数量不一致。"),
    "street_unknown": Entry(422, "There is no such street.", "没有该街道。"),
    "category_unknown": Entry(422, "There is no category with this code.", "没有该小类。"),
    "bad_crs": Entry(422, "The coordinate system must be wgs84, gcj02 or bd09.", "坐标系应为 wgs84、gcj02 或 bd09。"),
    "bad_coordinate": Entry(422, "This is not a coordinate.", "坐标不正确。"),
    "bad_request": Entry(422, "These values do not fit together.", "参数不匹配。"),
    "not_a_polygon": Entry(422, "Only polygons and multi-polygons are areas.", "区域应为多边形。"),
    "not_a_line": Entry(422, "Only lines are expected here.", "此处应为线要素。"),
    "reason_missing": Entry(422, "Say why this may be split.", "请说明允许拆分的理由。"),
    "empty_shape": Entry(422, "The shape is empty.", "图形为空。"),
    "self_crossing": Entry(422, "The boundary crosses itself.", "边界自相交。"),
    "too_many_positions": Entry(422, "A shape has more than 50,000 positions.", "一个图形的顶点超过 50000 个。"),
    "bad_hole": Entry(422, "A hole lies outside its area or crosses another.", "孔洞位置不正确。"),
    "overlapping_parts": Entry(422, "Parts of the area overlap.", "区域的各部分相互重叠。"),
    "invalid_shape": Entry(422, "The shape is not valid.", "图形无效。"),
    "cut_failed": Entry(422, "The area could not be cut into cells.", "无法划分网格。"),
    "bad_size": Entry(422, "Say exactly one of area, households or count, above zero.", "面积、户数、数量三者须且只能给出一个，且大于零。"),
    "nothing_to_cut": Entry(422, "No community of this street has a boundary.", "该街道没有带边界的社区。"),
    "too_many_cells": Entry(422, "A community has at most 999 cells.", "每个社区最多999个网格。"),
    "households_unknown": Entry(422, "A community has no number of households.", "有社区缺少户数。"),
    "no_calendar": Entry(422, "There is no calendar of this street.", "该街道没有工作日历。"),
    "no_order": Entry(409, "No order of the city stands behind this ticket.", "该工单没有对应的上级平台来件。"),
    "order_state": Entry(409, "The order's state does not allow this.", "来件当前状态不允许此操作。"),
    "asked_before": Entry(409, "This was asked before and is not decided yet.", "该申请已提出，尚未答复。"),
    "nothing_to_decide": Entry(409, "Nothing of this kind waits for a decision.", "没有待答复的此类申请。"),
    "cannot_be_reopened": Entry(409, "This ticket is over for good: enter the matter anew and refuse this.",
                                "该工单已终结：请将事项重新登记，并不予重办。"),
    "reply_not_approved": Entry(409, "This reply has not been approved.", "该回复尚未审定。"),
    "difference_settled": Entry(409, "This difference is settled already.", "该差异已处理。"),
    "order_known": Entry(409, "This order was entered before.", "该来件编号已登记。"),
    # Duty
    "shift_times": Entry(422, "These times cannot be.", "时间不正确：结束须晚于开始，且一个班次不超过一天。"),
    "shift_overlaps": Entry(422, "The post has another shift at this time.", "该岗位此时段已有班次。"),
    "post_not_held": Entry(422, "The post is not held on this day.", "该岗位当日无人任职。"),
    "absence_times": Entry(422, "It ends before it starts.", "结束时间早于开始时间。"),
    "absence_overlaps": Entry(422, "The person is away at this time already.", "该人员此时段已登记离岗。"),
    "bad_stand_in": Entry(422, "Somebody else who works here stands in.", "替岗人须为其他在岗人员。"),
    "absence_past": Entry(422, "What is past is for the grid office to enter.", "过去的离岗由网格办登记。"),
    "no_post": Entry(403, "This log-in belongs to nobody with a post.", "该账号未关联在岗人员。"),
    "already_taken_over": Entry(409, "Somebody has taken this shift over already.", "该班次已有人接班。"),
    "own_hand_over": Entry(403, "Who gives a shift does not take it over.", "交班人不能自己接班。"),
    # Contacts and codes
    "phone_invalid": Entry(422, "This is not a phone number.", "电话号码不正确。"),
    "reason_required": Entry(422, "Opening a contact needs a reason.", "查看联系方式须说明理由。"),
    "one_time_code_wrong": Entry(422, "The code is wrong or has expired.", "验证码错误或已过期。"),
    # Photos
    "photo_missing": Entry(422, "Send one photo as a part of multipart/form-data.", "请以 multipart/form-data 上传一张照片。"),
    "photo_too_large": Entry(413, "A photo may have at most 10 MB.", "照片不能超过10 MB。"),
    "not_a_photo": Entry(415, "Only JPEG, PNG and WEBP photos are accepted.", "只支持 JPEG、PNG 和 WEBP 照片。"),
    "photo_too_many_pixels": Entry(422, "A photo may have at most 50 million pixels.", "照片不能超过5000万像素。"),
    "photo_broken": Entry(422, "The photo is damaged or incomplete.", "照片已损坏或不完整。"),
    # Accounts
    "username_invalid": Entry(422, "A user name has 2 to 64 characters without spaces.", "用户名为2至64个字符，不含空格。"),
    "username_taken": Entry(422, "This user name is taken.", "用户名已被使用。"),
    "password_too_short": Entry(422, "A password needs at least 10 characters.", "密码至少10个字符。"),
    "password_too_long": Entry(422, "A password has at most 200 characters.", "密码最多200个字符。"),
    "role_unknown": Entry(422, "This role is unknown or lacks its department.", "角色不存在，或缺少所属单位。"),
    # Grid versions
    "not_a_draft": Entry(409, "This version is no draft any more.", "该版本已不是草稿。"),
    "draft_outdated": Entry(409, "Another version has become active since this draft was begun: rebase it, or say why it counts all the same.",
                            "草稿开始编制后已启用其他版本，请先更新基准，或说明仍要启用的理由。"),
    "grid_not_sound": Entry(409, "Problems forbid activation: mend them, or say why they may stand.", "网格尚有问题，不能启用：请修正，或说明保留的理由。"),
    "nothing_to_undo": Entry(409, "Nothing is left to undo.", "没有可撤销的操作。"),
    "bad_start": Entry(422, "A size is for cells cut anew: start from the communities.", "只有按社区重新划分时才能指定网格大小。"),
    "cell_unknown": Entry(422, "There is no such cell in this version.", "该版本中没有此网格。"),
    "community_unknown": Entry(422, "There is no such community in this street.", "本街道没有此社区。"),
    "place_elsewhere": Entry(422, "This place is not in the community of the cell.", "该地点不在此网格所属的社区内。"),
    "place_without_ground": Entry(422, "Neither a boundary nor a point of this place is known.", "该地点既无边界也无坐标。"),
    "cells_cross_communities": Entry(422, "Cells of different communities cannot become one.", "不同社区的网格不能合并。"),
    "not_neighbours": Entry(422, "They share no edge, so they cannot become one.", "两者没有公共边，不能合为一体。"),
    "no_split": Entry(422, "The line does not part the cell.", "该线没有把网格分开。"),
    "no_vertex": Entry(422, "There is no vertex at this point.", "此处没有顶点。"),
    "no_edge": Entry(422, "There is no edge near this point.", "此处附近没有边线。"),
    "vertex_on_border": Entry(422, "A vertex on the border of the community stays on it.", "社区边界上的顶点不能离开边界。"),
    "vertex_is_junction": Entry(422, "Cells meet at this vertex: it cannot go.", "多个网格在此顶点相接，不能删除。"),
    "crosses_neighbour": Entry(422, "The shape would cross a neighbour's.", "图形将与相邻网格交叉。"),
    "nothing_there": Entry(422, "Nothing is there that could be given to the cell.", "此处没有可划入该网格的区域。"),
    "bad_feature": Entry(422, "This feature cannot be read.", "无法读取此要素。"),
    "bad_cell_code": Entry(422, "A cell's code is its community's twelve digits and three more.", "网格编码应为所属社区12位编码加3位序号。"),
    "code_reused": Entry(422, "This code was another cell's in an earlier version.", "该编码曾用于以前版本的其他网格。"),
    "duplicate_row": Entry(422, "This code stands there twice.", "该编码重复。"),
    # Duty catalogue
    "catalogue_not_sound": Entry(
        409, "The draft has holes or conflicts that the version in force has not: mend them, or say why they may stand.",
        "草稿出现了现行版本没有的空缺或冲突：请先修正，或说明理由。"),
    # People
    "code_taken": Entry(422, "This staff number is taken.", "该工号已被使用。"),
    "post_area": Entry(422, "A post needs an area or a place, and not both.", "岗位须对应一个区域或一个场所，不能兼有。"),
    "post_held": Entry(422, "The person holds this post already.", "该人员已担任此岗位。"),
    "ends_before_start": Entry(422, "The post ends before it starts.", "离岗早于到岗。"),
    "unknown_place": Entry(422, "There is no such place.", "没有该场所。"),
    "unknown_class": Entry(422, "There is no such class of categories.", "没有该大类。"),
    "not_a_community": Entry(422, "Check-ins are with a community.", "须向社区（居民区）报到。"),
    "checked_in_before": Entry(409, "This person has checked in here already.", "该党员已在此报到。"),
    "may_not_claim": Entry(422, "Only volunteers and party members claim duties.", "只有志愿者和在职党员可以认领。"),
    "claim_ended": Entry(409, "This claim has ended already.", "该认领已结束。"),
}


def message(code: str, text: str, params: dict, locale: str) -> str:
    """In the caller's language where the catalogue has it, else as raised."""
    entry = CODES.get(code)
    if locale != "zh" or entry is None:
        return text
    try:
        return entry.zh % params if params else entry.zh
    except (KeyError, TypeError, ValueError):
        return entry.zh
