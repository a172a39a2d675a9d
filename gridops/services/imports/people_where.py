"""Areas and places as a list of staff names them: by code, or by a name that can only mean one."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.models import Community, Place
from gridops.services import areas
from gridops.services.imports.cells import Cells

_BLANK = re.compile(r"\s+")


class Spot(NamedTuple):
    id: int
    code: str
    community: str


class Where:
    def __init__(self, session: Session):
        self.areas: dict[str, set[str]] = defaultdict(set)
        self.spots: dict[str, set[Spot]] = defaultdict(set)
        self.codes: dict[str, Spot] = {}
        self.communities = dict(session.execute(select(Place.id, Place.community_code)).all())  # of places, also of those that have ended
        self._read_areas(session)
        self._read_places(session)

    def _read_areas(self, session: Session) -> None:
        found = [area for street in areas.all_streets(session) for area in [street, *areas.descendants(session, street.code)]]
        names = {area.code: area.name for area in found}
        for area in found:
            above = [names[area.code[:digits]] for digits in (9, 12) if digits < len(area.code) and area.code[:digits] in names]
            self.areas[area.code].add(area.code)
            for start in range(len(above) + 1):
                self.areas[_plain("".join([*above[start:], area.name]))].add(area.code)

    def _read_places(self, session: Session) -> None:
        communities = dict(session.execute(select(Community.code, Community.name)).all())
        query = select(Place.id, Place.code, Place.name, Place.community_code, Place.parent_id).where(Place.ended_at.is_(None))
        rows = session.execute(query).all()
        names = {row.id: row.name for row in rows}
        for row in rows:
            spot = self.codes[row.code] = Spot(row.id, row.code, row.community_code)
            over = names.get(row.parent_id, "")
            for text in {row.name, over + row.name, communities[row.community_code] + row.name, communities[row.community_code] + over + row.name}:
                self.spots[_plain(text)].add(spot)

    def area(self, cells: Cells, text: str) -> str | None:
        found = self.areas.get(text) or self.areas.get(_plain(text), set())
        if len(found) == 1:
            return next(iter(found))
        return cells.fault("area", *_unsure("area", text, sorted(found)))

    def place(self, cells: Cells, text: str, area: str | None) -> int | None:
        """``area`` narrows names down to a community."""
        if text in self.codes:
            return self.codes[text].id
        found = [spot for spot in self.spots.get(_plain(text), ()) if not area or spot.community.startswith(area[:12])]
        if len(found) == 1:
            return found[0].id
        return cells.fault("place", *_unsure("place", text, sorted(spot.code for spot in found)))


def _plain(text: str) -> str:
    return _BLANK.sub("", text).casefold()


def _unsure(kind: str, text: str, codes: list[str]) -> tuple[str, str]:
    if codes:
        return f"ambiguous_{kind}", f"{text} may be {', '.join(codes[:5])}: write the code, or the community as well"
    return f"unknown_{kind}", f"there is no {kind} {text}"
