"""What marshmallow says about a field, in Chinese."""

from __future__ import annotations

import re

from gridops.api import import_messages, message_words, timing_messages
from gridops.domain import terms

_PLAIN = {
    "Missing data for required field.": "必填。",
    "Field may not be null.": "不能为空。",
    "Unknown field.": "不认识的字段。",
    "Invalid input type.": "类型不正确。",
    "Invalid value.": "值不正确。",
    "Not a valid string.": "应为文字。",
    "Not a valid integer.": "应为整数。",
    "Not a valid number.": "应为数字。",
    "Special numeric values (nan or infinity) are not permitted.": "应为有限的数字。",
    "Number too large.": "数字过大。",
    "Not a valid boolean.": "应为 true 或 false。",
    "Not a valid list.": "应为列表。",
    "Not a valid mapping type.": "应为对象。",
    "Not a valid datetime.": "应为带时区的时间（RFC 3339）。",
    "Not a valid aware datetime.": "时间须带时区。",
    "Not a valid date.": "应为日期。",
    "Not a valid choice.": "不是可选的值。",
    "Only with a threshold.": "仅在另行设定值时填写。",
    "From 0.5 to 1.": "须在 0.5 至 1（50% 至 100%）之间。",
    "There is no such role.": "没有该角色。",
    "Give a weight to each of the role's indicators and to no other.": "请为该角色的每项指标各给一个权重，不多不少。",
    "The weights of a role add up to 100.": "每个角色的权重合计应为100，且不得为负。",
    "The residents' answers weigh 30 or more.": "居民评价的权重合计不得低于30。",
    "Not before the first day, and not more than a year after it.": "不得早于起始日，且不得晚于起始日一年以上。",
    "Not a valid UUID.": "编号格式不正确。",
    "Contains a character that cannot be stored.": "含有无法保存的字符。",
    "There is no such cell in this street's active grid.": "本街道现行网格中没有该网格。",
    "The ticket has no such report.": "该工单没有这件反映。",
    "The category has no such filing condition.": "该类别没有这条立案条件。",
    "This is nobody of the organisation.": "不是本单位的人员。",
    "There is a text of this name already.": "已有同名的短语。",
    "No more than 60 texts.": "最多60条短语。",
    "It holds somebody's name, phone, number or door: a text for many must not.": "含有他人的姓名、电话、证件号或门牌室号：通用短语中不得出现。",
    "This is not a phone number.": "电话号码不正确。",
    "There is no such place.": "没有该场所。",
    "There is no such street.": "没有该街道。",
    "There is no category with this code.": "没有该小类。",
    "There is no organisation with this code.": "没有该承办单位。",
    "This place is in none of our streets.": "该位置不在本系统的街道范围内。",
    "A photo is unknown or already used.": "照片不存在或已被使用。",
    "This category needs a photo.": "该小类需要照片。",
    "Before and after photos are needed.": "需要处置前后的照片。",
    "This category may not be handled by the grid worker alone.": "该小类不可由网格员自行处置。",
    "Say whom you phoned and when.": "请注明电话联系的人员和时间。",
    "Only for staff.": "仅限工作人员填写。",
    "Give at most one of location, address, place_code and poster.": "坐标、地址、场所码、海报码至多填写一项。",
    "There is no such poster.": "没有该海报码。",
    "Not a valid answer.": "答案格式不正确。",
    "This instant has not passed yet, or is too long ago.": "时间尚未到来，或过于久远。",
    "This cursor belongs to another list.": "该游标不属于此列表。",
    "It ends before it starts.": "结束早于开始。",
    "At most a year.": "最长一年。",
    "This must be in the future.": "应为将来的时间。",
    "Ten years at most.": "最长十年。",
    "A matter rests for a year at most.": "挂账累计最长一年。",
    "A date, or an instant with its time zone.": "应为日期，或带时区的时间。",
    "Say which support.": "请指明配合单位。",
    "This organisation has no part in the present round.": "该单位不在本轮承办之列。",
    "Name an organisation of the present round, or dispatcher or clerk.": "应为本轮承办单位，或派遣员、受理员。",
    "There is no such order.": "没有这项督办。",
    "A shift lasts at most a day.": "一个班次最长一天。",
    "The post is not held on this day.": "该岗位当日无人任职。",
    "The post has another shift at this time.": "该岗位此时段已有班次。",
    "The person is away at this time already.": "该人员此时段已登记离岗。",
    "What is past is for the grid office to enter.": "过去的离岗由网格办登记。",
    "Somebody else who works here stands in.": "替岗人须为其他在岗人员。",
    "There is no person with this code.": "没有该编号的人员。",
    "Weekdays are 1 (Monday) to 7.": "星期应为1（周一）至7。",
    "Not a valid time.": "应为时间。",
    "A password needs at least 10 characters.": "密码至少10个字符。",
    "A password has at most 200 characters.": "密码最多200个字符。",
    "There is no such area.": "没有该区域。",
    "This area is not yours to give rights in.": "该区域不在您的授权范围内。",
    "There is no such organisation, or it works elsewhere, too.": "没有该单位，或该单位的职责范围超出您的辖区。",
    "Choose the organisation.": "请选择单位。",
    "This organisation works without log-in.": "该单位不设账号。",
    "There is no such person in your area.": "您的辖区内没有该人员。",
    "This person has a log-in already.": "该人员已有账号。",
    "Please fill this in.": "请填写。",
    "At least two characters.": "至少两个字符。",
    "Only Chinese characters, letters and digits; + between words that stand near each other, | between words that mean the same.":
        "只能用汉字、字母和数字；相近出现的词之间用+，同义的词之间用|。",
    "At most three parts.": "最多三部分。",
    "There is no group of words with this name.": "没有这个词组。",
    "Nothing to take away: these words say nothing here.": "该词在此不起作用，无需去掉。",
    "A user name has 2 to 64 characters without spaces.": "用户名为2至64个字符，不含空格。",
    "This user name is taken.": "用户名已被使用。",
    "The present password is wrong.": "当前密码不正确。",
    "Please choose another password than the present one.": "新密码不能与当前密码相同。",
    "At most 40 characters.": "最多40个字符。",
    "Another category goes by this name.": "已有小类使用该名称。",
    "A word is needed.": "请填写用词。",
    "At most 12 characters.": "最多12个字符。",
    "Only Chinese characters, letters, digits, ·, 、, - and （ ）.": "只能包含汉字、字母、数字、·、、、-和（）。",
    "Another term is shown with this word.": "该用词已用于另一术语。",
    "At most 60 characters.": "最多60个字符。",
} | timing_messages.PLAIN | message_words.PLAIN
_PATTERNS = tuple(
    (re.compile(pattern), chinese)
    for pattern, chinese in (
        (r"Length must be between (\d+) and (\d+)\.", r"长度应为\1至\2。"),
        (r"Longer than maximum length (\d+)\.", r"最长\1。"),
        (r"Shorter than minimum length (\d+)\.", r"最短\1。"),
        (r"Must be one of: (.*)\.", r"应为以下之一：\1。"),
        (r"Must be greater than or equal to (.*?)(?: and less than or equal to (.*?))?\.", r"超出允许范围（\1–\2）。"),
        (r"Must be less than or equal to (.*)\.", r"不能大于\1。"),
        *import_messages.PATTERNS,
        *timing_messages.PATTERNS,
        *message_words.PATTERNS,
    )
)


def in_chinese(message: str) -> str:
    """In the words of this installation; what is not known here comes back as it is."""
    if message in _PLAIN:
        return terms.said(_PLAIN[message])
    for pattern, chinese in _PATTERNS:
        found = pattern.fullmatch(message)
        if found:
            return found.expand(terms.said(chinese))
    return message
