"""What calendars and policies that cannot be right are told, in Chinese."""

from __future__ import annotations

PLAIN = {
    "Periods are two clock times each, in order, and do not overlap: at least one.": "作息时间每段为起止两个时刻，按先后排列、不得重叠，至少一段。",
    "Rest days are weekdays from 1 (Monday) to 7, and not all seven.": "休息日为1（周一）至7，不能七天全休。",
    "Like 09:00; 24:00 ends a day.": "格式如 09:00；24:00 表示当日结束。",
    "A policy is an object.": "规则应为对象。",
    "There is no such part.": "没有这一部分。",
    "This part is missing.": "缺少这一部分。",
    "A share between 0.1 and 0.99.": "比例应在10%至99%之间。",
    "A table by name.": "应为按名称排列的表。",
    "Every stage needs its row.": "每个环节都须有一行。",
    "There is no such stage.": "没有该环节。",
    "A row has a limit.": "每行须有时限。",
    "A share between 0.01 and 2 of the limit for handling, and nothing beside it.": "占处置时限的比例应在1%至200%之间，且不得另设时限。",
    "There is no such setting of a stage.": "环节没有这项设置。",
    "A limit has a value above nothing, and a unit.": "时限应为大于零的数值加单位。",
    "Looks, how far apart, and the sample.": "须有复看次数、间隔与抽查比例。",
    "One look at least, ten at most.": "复看至少一次，最多十次。",
    "A share between 0 and 1.": "比例应在0至1之间。",
    "Every clock needs its rows.": "每种时限都须有通知规则。",
    "Rows of a clock that there is, and those for emergencies.": "只能为已有的时限设置一般情况和紧急情况的规则。",
    "At least one row.": "至少一行。",
    "Levels rise from row to row, each once.": "级别须逐行递增，不得重复。",
    "Without the step that time itself takes here, tickets would stand still.": "缺少到期自动处理的一步，工单将停滞。",
    "A row has a level, when it comes, how long after, to whom, and what.": "每行须有级别、时点、其后多久、通知对象与处理方式。",
    "A level from 1 to 9, at yellow or when due.": "级别为1至9，时点为黄灯时或到期时。",
    "There is no such step for this clock.": "该时限没有这种处理方式。",
    "Somebody who is known must hear of it.": "通知对象须为已知对象，至少一个。",
    "How long after is a limit.": "其后多久应为时限。",
}
PATTERNS = (
    (r"At most (\d+) days differ from their weekday\.", r"节假日与调休日最多\1天。"),
    (r"Said twice, as a holiday and as a day worked for one: (.*)", r"同一天重复，或既放假又调休上班：\1"),
    (r"After the end of what is known: (.*)", r"晚于节假日已公布的截止日：\1"),
    (r"No day is worked in (.*)\.", r"\1 全月没有工作日。"),
)
