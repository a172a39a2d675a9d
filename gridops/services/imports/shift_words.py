"""A plan of shifts as a street writes it: Chinese headings, names of posts, kinds of shifts and weekdays."""

from __future__ import annotations

import re

from gridops.domain.terms import Wording
from gridops.services.imports.people_words import POSTS
from gridops.services.imports.table import Row, Table

HEADINGS = {
    "code": ("工号", "编号", "人员编号"), "name": ("姓名",), "role": ("岗位", "角色"), "area": ("区域编码", "网格", "区域"),
    "place": ("场所编码", "场所"), "where": ("位置",), "kind": ("班次", "类型", "班次类型"), "date": ("日期", "首日"), "until": ("末日", "截止日期"),
    "weekdays": ("星期",), "opens": ("开始", "开始时间"), "closes": ("结束", "结束时间"), "note": ("备注",),
}
OURS = {theirs: ours for ours, names in HEADINGS.items() for theirs in names}
KINDS = {
    "白班": "day", "日班": "day", "夜班": "night", "节假日班": "holiday", "节假日": "holiday", "工作日": "workdays", "休息日": "rest_days",
    "休息日和节假日": "rest_days", "每天": "every_day", "每日": "every_day",
}
ROLE_WORDS = {role: word for word, (role, _) in reversed(POSTS.items()) if word != role} | {"grid_worker": "网格员"}  # full-time or not
PLANNED = ("kind", "date", "opens", "closes")  # a row with none of them only names a post, as the sheet to fill in does
WEEKDAYS = {
    before + day: str(number)
    for before in ("周", "星期", "") for number, days in enumerate(("一", "二", "三", "四", "五", "六", "日天"), 1) for day in days
}
_BETWEEN = re.compile(r"[、,，;；\s]+")


def in_our_words(table: Table, wording: Wording) -> Table:
    """``wording``: of this installation, whose headings and posts are read too.

    Our columns and values; rows that plan nothing are left out. Unknown words stay for the rules to name.
    """
    taken = set(table.columns)
    ours, posts = wording.either_way(OURS), wording.either_way(POSTS)
    names = {name: ours[name] for name in table.columns if name in ours and ours[name] not in taken}
    rows = [Row(row.number, _row({names.get(key, key): cell for key, cell in row.cells.items()}, posts), row.geometry) for row in table.rows]
    planned = [row for row in rows if any(row.cells.get(name) for name in PLANNED)]
    return Table(list(dict.fromkeys(names.get(name, name) for name in table.columns)), planned, table.notes, table.progress)


def _row(cells: dict[str, str], posts: dict[str, tuple[str, bool]]) -> dict[str, str]:
    said = {
        "role": lambda text: posts.get(text.replace(" ", ""), (text, False))[0], "kind": lambda text: KINDS.get(text, text), "weekdays": _weekdays}
    return {name: said[name](cell) if name in said else cell for name, cell in cells.items()}


def _weekdays(text: str) -> str:
    """周六、周日 -> 6;7"""
    return ";".join(WEEKDAYS.get(day, day) for day in _BETWEEN.split(text))
