"""A list of staff as a street keeps it: Chinese headings and names of posts, a community beside a cell, a building beside its compound."""

from __future__ import annotations

from gridops.domain.posts import ROLES
from gridops.domain.terms import Wording
from gridops.services.imports.table import Row, Table

HEADINGS = {
    "code": ("编号", "工号", "人员编号"), "name": ("姓名",), "phone": ("电话", "手机", "手机号", "联系电话", "联系方式"),
    "home_organisation": ("工作单位", "单位", "党组织关系所在单位"), "role": ("岗位", "角色", "身份"), "part_time": ("兼职",),
    "title": ("职务", "岗位名称"), "community": ("社区", "居民区", "村居", "居委会"), "area": ("网格", "所属网格", "区域", "微网格"),
    "compound": ("小区",), "place": ("楼栋", "楼组", "地点"), "duties": ("职责", "岗位职责"), "starts_on": ("到岗日期", "上岗日期", "开始日期"),
    "ends_on": ("离岗日期", "结束日期"),
}
OURS = {theirs: ours for ours, names in HEADINGS.items() for theirs in names}
POSTS = {  # as people say it -> role, part-time
    "网格长": ("grid_leader", False), "网格组长": ("grid_leader", False), "专职网格员": ("grid_worker", False), "网格员": ("grid_worker", False),
    "兼职网格员": ("grid_worker", True), "社区干部": ("cadre", False), "居委干部": ("cadre", False), "志愿者": ("volunteer", False),
    "在职党员": ("party_member", False), "党员": ("party_member", False), "楼管人": ("building_steward", False), "楼组长": ("building_steward", False),
    "楼栋长": ("building_steward", False), "房管人": ("room_steward", False), "层长": ("room_steward", False),
    "民警": ("police_liaison", False), "联络民警": ("police_liaison", False),
    "社区民警": ("police_liaison", False), "物业联系人": ("property_contact", False), "物业": ("property_contact", False),
} | {role: (role, False) for role in ROLES}
FOLDED = ("community", "compound")  # scopes of area and place, no columns of ours


def in_our_words(table: Table, wording: Wording) -> Table:
    """``wording``: of this installation, whose headings and posts are read too.

    Our columns, roles in our words; ``area`` may be "community cell", ``place`` "compound building". Unknown words stay for the rules to name.
    """
    taken = set(table.columns)
    ours, posts = wording.either_way(OURS), wording.either_way(POSTS)
    names = {name: ours[name] for name in table.columns if name in ours and ours[name] not in taken}
    rows = [Row(row.number, _row({names.get(key, key): cell for key, cell in row.cells.items()}, posts), row.geometry) for row in table.rows]
    columns = [names.get(name, name) for name in table.columns]
    columns = list(dict.fromkeys({"community": "area", "compound": "place"}.get(name, name) for name in columns))
    part_time = ["part_time"] * (any("part_time" in row.cells for row in rows) and "part_time" not in columns)
    return Table([*columns, *part_time], rows, table.notes, table.progress)


def _row(cells: dict[str, str], posts: dict[str, tuple[str, bool]]) -> dict[str, str]:
    for scope, column in zip(FOLDED, ("area", "place"), strict=True):
        if scope in cells:
            wide, narrow = cells.pop(scope), cells.get(column, "")
            cells[column] = narrow if narrow.isdigit() else " ".join(filter(None, (wide, narrow)))
    said = cells.get("role", "")
    role, part_time = posts.get(said.replace(" ", ""), (said, False))
    if "role" in cells:
        cells["role"] = role
    if part_time and not cells.get("part_time"):
        cells["part_time"] = "1"
    return cells
