"""Whether two texts may tell of one spot: nobody but a person merges what names different buildings, floors, gates, plates or numbers."""

from __future__ import annotations

import re
import unicodedata

from gridops.domain.place_mentions import Mention, mentions

_SIGN = re.compile(r"[0-9a-z]+")
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
    return _doors(mine) == _doors(theirs) and all(_names_agree(mine, theirs, name) for name in _NAMES)


def _signs(text: str, places: list[Mention]) -> set[str]:
    """Numbers and letters outside the places: plates, lines, times. Two cars before one door are two matters."""
    rest = list(text)
    for mention in places:
        rest[mention.start : mention.end] = " " * (mention.end - mention.start)
    return set(_SIGN.findall("".join(rest)))


def _doors(said: list[Mention]) -> set[tuple[str, str]]:
    doors = {(name, value) for mention in said for name in _DOORS if (value := getattr(mention, name))}
    return doors | {("direction", direction) for mention in said for direction in mention.directions}


def _names_agree(mine: list[Mention], theirs: list[Mention], name: str) -> bool:
    one, other = ({value for mention in said if (value := getattr(mention, name))} for said in (mine, theirs))
    return not one or not other or bool(one & other)
