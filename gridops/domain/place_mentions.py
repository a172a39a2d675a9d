"""Places as a report names them in passing: compound, road and number, building, unit, floor, room and direction, read out of free text.

Only what is written; which row of the street it is, services find (``place_names`` makes both comparable). Numerals come out as digits.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from gridops.domain.place_names import digits

_NUMERAL = "[0-9]{1,4}|[一二三四五六七八九十百零两]{1,4}"
# Characters that begin or join clauses: a name never runs over them. 区 市 县 镇 end what lies above the place.
_STOP = "在位住我你他她它们这那本个的是到从与至了有区市县镇号栋幢靠近去把被就对面沿因为及跟离请问"
_NAME = rf"(?:(?!和(?![平谐睦兴泰顺]))[一-龥a-z](?<![{_STOP}]))"
_ROAD_WORD = "(?:大道|公路|街(?!道|区|坊|边|面|上|头|心)|马路|路(?!灯|面|边|口|段|上|过|人|况|中|旁|牌|障|基|名|沿|两)|胡同|大街|巷(?!子|口))"
_ESTATE_WORD = ("(?:小区|住宅区|花园|花苑|家园|嘉园|佳苑|雅苑|名苑|公寓|新村|新苑|山庄|华庭|名邸|公馆|大厦|大院|家属院|宿舍|别墅|半岛|名城|新城|豪庭|雅居|丽都|御园|广场"
                "|苑(?!里)|庭(?!院)|府(?!上)|坊(?!间)|里弄)")
_RULES = {
    # Consumed first, so that no name begins with them.
    "filler": "麻烦|帮忙|帮我|看看|看下|反映|反应|投诉|举报|咨询|关于|建议|希望|昨天|昨晚|今天|今早|晚上|早上|最近|现在|目前|发现|我家|我们|你们|他们|因为|由于|而且|但是|还有|以及|门前|经常|整个|处理|解决|清理",
    "above": rf"(?P<community>{_NAME}{{2,6}}?)(?:社区(?!里|内|的|工作|居委会主任)|居委会?|街道(?!上|两|边))",
    "compound": rf"(?P<estate>{_NAME}{{1,7}}?{_ESTATE_WORD}(?:[一二三四五六七八九东南西北0-9]{{1,2}}(?:期|区(?!别|域))|[东南西北]区)?)",
    "road": rf"(?P<street>{_NAME}{{1,5}}?{_ROAD_WORD})(?:(?P<number>{_NUMERAL})(?P<numbered>弄|号(?!楼|线|店)))?(?:(?P<inner>[0-9]{{1,4}})号(?!楼|线))?",
    "building": rf"(?<![0-9.])(?:第)?(?P<block>{_NUMERAL}|[a-zA-Z](?:[0-9]{{1,2}})?)(?:号楼|[栋幢座](?!落|位|谈|标)|#楼?|号(?=[0-9一二三四五六七八九]{{1,2}}单元))",
    "unit": rf"(?P<entrance>{_NUMERAL}|[a-zA-Z]|[东西中南北])单元",
    "floor": rf"(?P<storey>{_NUMERAL}|[底顶]|负[一二三123])(?:楼(?!盘|房|栋|道|梯|上|下)|层(?!次|面))",
    "room": r"(?<![0-9])(?P<flat>[0-9]{3,4})(?:室|房(?!屋|产|价)|(?![0-9]|[路弄号年月元米个多人次路]))(?<=(?:元|楼|栋|幢|座|号|层|室|房)[0-9]{3}|[0-9室房]{4})",
    "direction": r"(?P<towards>(?:东南|西南|东北|西北|东|南|西|北|正|后|侧)(?:门|侧|面(?!积|临)|边|头|角|入口|出口|大门)|地下车库|车库入口|车库|楼下|楼顶|对面|隔壁|门口|旁边|后面"
                 r"|附近|路口|交叉口|交界处|交汇处|拐角|楼道|楼梯间|大厅|电梯厅|中庭|背后|斜对面|里面)",
}
_FOUND = re.compile("|".join(f"(?P<{name}>{rule})" for name, rule in _RULES.items()))
_JOINS = 3  # characters between two parts of one place: 的, 里的, 一个


@dataclass(frozen=True)
class Mention:
    """One place as it was said. ``road_number`` is 108弄 or 25号, ``house`` the number within a lane; the rest are bare: building 3, unit 2, room 501.

    ``community`` is what stands before 社区, 居委 or 街道.
    """

    start: int
    end: int
    community: str | None = None
    compound: str | None = None
    road: str | None = None
    road_number: str | None = None
    house: str | None = None
    building: str | None = None
    unit: str | None = None
    floor: str | None = None
    room: str | None = None
    directions: tuple[str, ...] = ()

    @property
    def says_where(self) -> bool:
        """Something to look up, not only "opposite"."""
        return bool(self.community or self.compound or self.road or self.building)


def mentions(text: str) -> list[Mention]:
    """In the order of the text; what stands together is one place."""
    whole: list[Mention] = []
    for found in _FOUND.finditer(text):
        if found["filler"]:
            continue
        part = _read(found)
        if whole and part.start - whole[-1].end <= _JOINS and (joined := _joined(whole[-1], part)):
            whole[-1] = joined
        else:
            whole.append(part)
    return whole


def _read(found: re.Match[str]) -> Mention:
    named = {name: value for name, value in found.groupdict().items() if value is not None}
    part = Mention(found.start(), found.end(), community=named.get("community"), compound=named.get("estate"), road=named.get("street"))
    number = _plain(named.get("number"))
    return replace(
        part, road_number=number and number + named["numbered"], house=named.get("inner"), building=_plain(named.get("block")), unit=_plain(named.get("entrance")),
        floor=_plain(named.get("storey")), room=named.get("flat"), directions=(named["towards"],) if "towards" in named else ())


def _plain(numeral: str | None) -> str | None:
    """十二 -> 12, b -> B; 东 and 底 stay."""
    if numeral is None or not re.fullmatch(_NUMERAL, numeral):
        return numeral and numeral.upper()
    return numeral if numeral.isascii() else digits(numeral)


def _joined(whole: Mention, part: Mention) -> Mention | None:
    """None where both name the same kind of thing: those are two places."""
    names = ("community", "compound", "road", "road_number", "house", "building", "unit", "floor", "room")
    if any(getattr(whole, name) and getattr(part, name) for name in names):
        return None
    given = {name: getattr(part, name) for name in names if getattr(part, name)}
    return replace(whole, end=part.end, directions=whole.directions + part.directions, **given)
