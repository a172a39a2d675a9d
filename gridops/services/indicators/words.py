"""What indicators, time bases and grades are called, in Chinese and English; the formulas stand beside the numbers on the page."""

from __future__ import annotations

from gridops.services import story_words

NAMES: dict[str, tuple[str, str]] = {
    "dispose_rate": ("处置率", "Handled"),
    "on_time_dispose_rate": ("按期处置率", "Handled on time"),
    "on_original_rate": ("原时限内办结率", "Within the first limit"),
    "overdue_open_rate": ("超期待处置率", "Overdue and open"),
    "extension_rate": ("延期率", "Extended"),
    "close_rate": ("结案率", "Closed"),
    "on_time_close_rate": ("按期结案率", "Closed within the promise"),
    "rework_rate": ("返工率", "Reworked"),
    "response_rate": ("响应率", "Reporter reached in time"),
    "called_rate": ("居民确认联系率", "Residents who say they were called"),
    "on_time_support_rate": ("按期配合率", "Support answered on time"),
    "on_time_rule_rate": ("按期裁定率", "Ruled on time"),
    "joint_close_rate": ("联办结案率", "Joint tickets closed"),
    "accurate_file_rate": ("准确立案率", "Filed accurately"),
    "on_time_dispatch_rate": ("按时派遣率", "Dispatched on time"),
    "accurate_dispatch_rate": ("准确派遣率", "Dispatched accurately"),
    "bounce_rate": ("退单率", "Bounced"),
    "on_time_verify_rate": ("按时核实率", "Verified on time"),
    "on_time_check_rate": ("按时核查率", "Checked on time"),
    "self_found_rate": ("主动发现率", "Found on patrol"),
    "repeat_rate": ("重复率", "Repeated"),
    "resolved_rate": ("解决率", "Solved, say residents"),
    "satisfied_rate": ("满意率（4–5分）", "Satisfied (4–5)"),
    "answer_rate": ("回访有效率", "Residents who answered"),
}
FORMULAS: dict[str, tuple[str, str]] = {
    "dispose_rate": ("已处置 ÷ 应处置", "handled / fell due"),
    "on_time_dispose_rate": ("按期处置 ÷ 应处置", "handled on time / fell due"),
    "on_original_rate": ("首次核定时限内处置 ÷ 应处置，挂账时间除外", "handled within the limit first frozen, suspensions left out / fell due"),
    "overdue_open_rate": ("超期仍未处置 ÷ 应处置", "overdue and still open / fell due"),
    "extension_rate": ("批准过延期 ÷ 应处置", "extended / fell due"),
    "close_rate": ("已结案 ÷ 应结案（已处置 + 超期未处置）", "closed / handled or overdue"),
    "on_time_close_rate": ("承诺时间内结案 ÷ 应结案", "closed within the promise / handled or overdue"),
    "rework_rate": ("核查后退回原单位 ÷ 应结案", "sent back to the same organisation after a check / handled or overdue"),
    "response_rate": ("按时联系到反映人（或三次如实尝试）÷ 应联系", "reached, or three honest tries, in time / should have been contacted"),
    "called_rate": ("答“接到过电话” ÷ 回答此问的居民", "residents who say they were called / residents who answered this"),
    "on_time_support_rate": ("按时答复的配合 ÷ 应答复的配合", "support answered in time / fell due"),
    "on_time_rule_rate": ("按时裁定 ÷ 应裁定", "ruled in time / fell due"),
    "joint_close_rate": ("已结案的联办工单 ÷ 应结案的联办工单", "joint tickets closed / handled or overdue"),
    "accurate_file_rate": ("（立案 − 作废）÷ 立案", "(filed − voided) / filed"),
    "on_time_dispatch_rate": ("按时派遣 ÷ 应派遣", "dispatched on time / fell due"),
    "accurate_dispatch_rate": ("结案前未改派其他单位 ÷ 已派遣", "not sent to another organisation before closing / dispatched"),
    "bounce_rate": ("异议成立的派遣 ÷ 全部派遣", "dispatches objected to and upheld / dispatches"),
    "on_time_verify_rate": ("按时核实 ÷ 应核实", "verified on time / fell due"),
    "on_time_check_rate": ("按时核查 ÷ 应核查", "checked on time / fell due"),
    "self_found_rate": ("巡查发现 ÷ 立案，代录不算；不作排名", "from patrol / filed; entering for somebody is none; never a ranking"),
    "repeat_rate": ("同一事项结案30日内再次反映 ÷ 结案", "on a matter closed within 30 days before / closed"),
    "resolved_rate": ("答“已解决” ÷ 作答居民", "“solved” / residents who answered"),
    "satisfied_rate": ("打4–5分 ÷ 打分居民", "4–5 / residents who gave a number"),
    "answer_rate": ("作答居民 ÷ 请评居民", "residents who answered / residents asked"),
}
BASES: dict[str, tuple[str, str]] = {
    "due_by": ("按到期时间", "by due date"), "filed_at": ("按立案时间", "by filing"), "rated_at": ("按评价时间", "by rating"),
    "closed_at": ("按结案时间", "by closing"),
}
GROUPS: dict[str, tuple[str, ...]] = {
    "handling": (
        "dispose_rate", "on_time_dispose_rate", "on_original_rate", "overdue_open_rate", "extension_rate", "close_rate", "on_time_close_rate",
        "rework_rate"),
    "residents": ("resolved_rate", "satisfied_rate", "answer_rate", "response_rate", "called_rate", "repeat_rate"),
    "centre": (
        "accurate_file_rate", "on_time_dispatch_rate", "accurate_dispatch_rate", "bounce_rate", "on_time_verify_rate", "on_time_check_rate",
        "self_found_rate"),
    "roles": ("on_time_support_rate", "on_time_rule_rate", "joint_close_rate"),
}
GROUP_NAMES: dict[str, tuple[str, str]] = {
    "handling": ("办理", "Handling"), "residents": ("居民评价", "Residents"), "centre": ("立案、派遣与核查", "Filing, dispatch, checks"),
    "roles": ("统筹与配合", "Coordination and support"),
}


def said(words: dict[str, tuple[str, str]], key: str, locale: str) -> str:
    return story_words.said(words[key], locale)
