"""Whether two texts may tell of one spot: nobody but a person merges what names different buildings, floors, gates, plates or numbers."""

from __future__ import annotations

import re
import unicodedata

from gridops.domain.place_mentions import Mention, mentions

_SIGN = re.compile(r"[0-9a-z]+")
# With the two characters before it: 经济学院 against 技术学院. A shop or school is no compound, and yet another one is another matter.
_HOUSE = re.compile("(?<=[一-龥a-z0-9]{2})(?:学院|大学|中学|小学|学校|幼儿园|医院|公司|集团|酒店|宾馆|饭店|餐厅|餐馆|超市|市场|工地|银行|网吧|棋牌室|菜场)")
_DOORS = ("road_number", "house", "building", "unit", "floor", "room")
_NAMES = ("compound", "road", "community")


def may_be_one(one: str, other: str) -> bool:
    """Every number, door and direction stands in both texts; where both name a compound, a road or a community, they have a name in common.

    What only one of them says is a doubt, and a doubt is for the clerk: 3号楼 against a text without a building is not one spot.
    """
    one, other = (unicodedata.normalize("NFKC", text).casefold() for text in (one, other))
    mine, theirs = mentions(one), mentions(other)
    if _signs(one, mine) != _signs(other, theirs):
        return False
    named = [(_named(mine, name), _named(theirs, name)) for name in _NAMES] + [(_houses(one), _houses(other))]
    return _doors(mine) == _doors(theirs) and all(not here or not there or here & there for here, there in named)


def _signs(text: str, places: list[Mention]) -> set[str]:
    """Numbers and letters outside the places: plates, lines, times. Two cars before one door are two matters."""
    rest = list(text)
    for mention in places:
        rest[mention.start : mention.end] = " " * (mention.end - mention.start)
    return set(_SIGN.findall("".join(rest)))


def _doors(said: list[Mention]) -> set[tuple[str, str]]:
    doors = {(name, value) for mention in said for name in _DOORS if (value := getattr(mention, name))}
    return doors | {("direction", direction) for mention in said for direction in mention.directions}


def _named(said: list[Mention], name: str) -> set[str]:
    return {value for mention in said if (value := getattr(mention, name))}


def _houses(text: str) -> set[str]:
    return {text[found.start() - 2 : found.end()] for found in _HOUSE.finditer(text)}
