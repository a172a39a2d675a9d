"""Now and tonight, cell by cell: who is on duty, and where nobody is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from gridops.domain import duty
from gridops.domain.area_codes import COMMUNITY_DIGITS
from gridops.domain.calendar import Span
from gridops.domain.posts import ROLES, WALKERS
from gridops.services import areas
from gridops.services.areas import Area
from gridops.services.duty import presence
from gridops.services.duty.held import Posts, read
from gridops.services.duty.presence import OnDuty

NOTHING = timedelta(0)


@dataclass(frozen=True)
class CellDuty:
    """``gap``: how much of the night no walker covers."""

    cell: Area
    community: str
    now: list[OnDuty]
    tonight: list[OnDuty]
    gap: timedelta

    @property
    def nobody_now(self) -> bool:
        return not any(one.role in WALKERS for one in self.now)


@dataclass(frozen=True)
class Overview:
    """``night``: from the end of today's last working period to the next morning's opening (UTC); the one that runs, if one does."""

    area: Area
    at: datetime
    night: Span
    on_duty: list[OnDuty]  # whose posts cover the whole area
    cells: list[CellDuty]


def now_and_tonight(session: Session, area_code: str, at: datetime) -> Overview:
    """Raises NotFound for an area that is not there."""
    area = areas.get_area(session, area_code)
    return seen(session, area, read(session, area_code, at - duty.ONE_DAY, at + 2 * duty.ONE_DAY, ROLES), at)


def seen(session: Session, area: Area, posts: Posts, at: datetime) -> Overview:
    night = duty.night(posts.calendar, at)
    present, watch = presence.at_instant(posts, at), presence.during(posts, night)
    cells = [area] if area.level == "cell" else areas.descendants(session, area.code, "cell")
    name = areas.path_names(session)
    rows = [_cell(cell, name(cell.code[:COMMUNITY_DIGITS]), present, watch, night) for cell in cells]
    return Overview(area, at, night, presence.covering(present, area.code), rows)


def _cell(cell: Area, community: str, present: list[OnDuty], watch: list[OnDuty], night: Span) -> CellDuty:
    tonight = presence.covering(watch, cell.code)
    walkers = [(one.since, one.until) for one in tonight if one.role in WALKERS]
    return CellDuty(
        cell, community, presence.covering(present, cell.code), tonight,
        duty.uncovered(walkers, night))


def shown(one: OnDuty) -> dict[str, Any]:
    """As JSON has it, but for the instants."""
    return {
        "posting": one.posting_id, "person": one.person, "role": one.role, "part_time": one.part_time, "area": one.area_code,
        "stands_in_for": one.stands_in_for, "basis": one.basis, "since": one.since, "until": one.until,
    }


def distinct(found: Iterable[OnDuty]) -> list[OnDuty]:
    """Each person once for each post: of two stretches of one evening the first."""
    return list({(one.person_id, one.posting_id): one for one in reversed(list(found))}.values())[::-1]
