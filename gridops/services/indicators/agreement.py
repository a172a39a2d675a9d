"""Do the rows and the trail tell the same numbers? Where they do not, one of the two was changed by another way than the one door."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from gridops.domain.kpi import Count
from gridops.models import Ticket
from gridops.services.indicators import from_trail
from gridops.services.indicators.counting import counts_in, totals
from gridops.services.indicators.sources import SOURCES, Asked, cases

Numbers = dict[tuple[str, int | None, str], Count]  # by area code, department id, indicator


class Difference(NamedTuple):
    area: str
    department: int | None
    indicator: str
    rows: Count
    trail: Count


def from_rows(session: Session, area: str, start: datetime, end: datetime) -> Numbers:
    found: Numbers = {}
    for source in SOURCES:
        of_department = [] if source.department is None else [source.department]
        keys = [Ticket.area_code.label("area"), *(one.label("department") for one in of_department)]
        query = cases(source, Asked(area, start, end), lambda s, keys=keys: [*keys, *totals(s)])
        for row in session.execute(query.group_by(Ticket.area_code, *of_department)):
            found |= {(row.area, getattr(row, "department", None), name): count for name, count in counts_in(source, row).items()}
    return found


def from_the_trail(session: Session, area: str, start: datetime, end: datetime) -> Numbers:
    told = from_trail.counted(session, area, start, end)
    return {(code, department, name): count for (code, department), counts in told.items() for name, count in counts.items()}


def differences(session: Session, area: str, start: datetime, end: datetime) -> Iterator[Difference]:
    """Reads the whole trail; nothing where all numbers agree."""
    rows, trail = from_rows(session, area, start, end), from_the_trail(session, area, start, end)
    for key in sorted(rows.keys() | trail.keys(), key=str):
        if rows.get(key) != trail.get(key):
            yield Difference(*key, rows.get(key, Count()), trail.get(key, Count()))
