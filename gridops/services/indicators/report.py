"""The table of indicators that somebody asks for, and the condition for the tickets behind each number. Everybody sees only their own.

Who looks after an area sees it with all organisations in it; an organisation sees its own rows, wherever its tickets lie.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ColumnElement, func, select
from sqlalchemy.orm import Session

from gridops.domain import kpi
from gridops.domain.actor import Actor
from gridops.domain.area_codes import CELL_DIGITS, COMMUNITY_DIGITS
from gridops.domain.kpi import Count
from gridops.errors import Invalid, NotFound
from gridops.models import Department, Ticket
from gridops.services import areas, scope
from gridops.services.areas import Area
from gridops.services.backlog import NAMES, UNLOCATED
from gridops.services.indicators.counting import Counts, counted, names_of, until, whole
from gridops.services.indicators.periods import Period
from gridops.services.indicators.snapshots import from_days
from gridops.services.indicators.sources import OF, Asked, cases
from gridops.services.story_words import said

NOBODY = "none"
NO_LEAD = ("无承办单位", "No organisation")
PARTS = ("numerator", "denominator")
COUNTED_FROM = ("rows", "days")


@dataclass(frozen=True)
class Table:
    """``rows``: (code, name, counts by indicator). ``totals`` are the sums of the rows. ``indicators``: those that can be told here."""

    area: Area
    by: str
    period: Period
    source: str  # rows, days
    as_of: datetime | None  # of kept days the oldest; None where there are none
    indicators: tuple[kpi.Indicator, ...]
    rows: list[tuple[str, str, dict[str, Count]]]
    totals: dict[str, Count]
    own: bool  # an organisation's own numbers only


def table(
    session: Session, code: str, period: Period, *, by: str, actor: Actor, now: datetime, locale: str = "zh", source: str = "rows",
) -> Table:
    """Cases whose time base lies in the period, and nothing that has not fallen due. ``source``: the rows as they are now, or the kept days.

    Raises NotFound (no such area, or not the actor's to see).
    """
    area = areas.get_area(session, code)
    asked = asked_by(actor, code, period, now)
    counts, as_of = from_days(session, asked, by, period) if source == "days" else (counted(session, asked, by), now)
    own = asked.departments is not None
    known = tuple(row for row in kpi.TABLE if _tells(row, by, own))
    return Table(area, by, period, source, as_of, known, _rows(session, area, by, counts, locale), whole(counts), own)


def asked_by(actor: Actor, code: str, period: Period, now: datetime) -> Asked:
    """Raises NotFound."""
    asked = Asked(code, period.start, until(period.end, now))
    if scope.covers(actor, code):
        return asked
    if actor.department_ids and scope.knows(actor, code):
        return replace(asked, departments=actor.department_ids)
    raise NotFound()


def _tells(row: kpi.Indicator, by: str, own: bool) -> bool:
    return OF[row.code].department is not None or not (own or by == "department")


def _rows(session: Session, area: Area, by: str, counts: Counts, locale: str) -> list[tuple[str, str, dict[str, Count]]]:
    """In the order of their codes; what has no organisation or no place comes last."""
    if by == "department":
        known = names_of(session, counts)
        rows = [(known[key].code, _called(known[key], locale), found) for key, found in counts.items() if key is not None]
    else:
        rows = _by_area(session, area, by, counts, locale)
    last = (NOBODY, said(NO_LEAD, locale)) if by == "department" else (UNLOCATED, said(NAMES[UNLOCATED], locale))
    return sorted(rows) + ([(*last, counts[None])] if None in counts else [])


def _called(department: Department, locale: str) -> str:
    return department.name_en if locale.startswith("en") and department.name_en else department.name


def _by_area(session: Session, area: Area, by: str, counts: Counts, locale: str) -> list[tuple[str, str, dict[str, Count]]]:
    """A cell that a new grid has ended keeps its own row: its tickets were handled in it."""
    names = {found.code: found.called(locale) for found in (area, *areas.descendants(session, area.code, by))}
    return [(key, names.get(key, key), found) for key, found in counts.items() if key is not None]


def behind(
    session: Session, code: str, period: Period, *, indicator: str, part: str, by: str | None = None, row: str | None = None, actor: Actor,
    now: datetime,
) -> ColumnElement[bool]:
    """A condition on Ticket: those that a number of the table counts. ``row`` is the code of one of its rows.

    Raises NotFound (area, organisation), Invalid (``indicator``, ``part``).
    """
    if indicator not in OF or part not in PARTS:
        raise Invalid(fields={"indicator" if indicator not in OF else "part": ["Not a valid choice."]})
    areas.get_area(session, code)
    asked = asked_by(actor, code, period, now)
    source = OF[indicator]
    if source.department is None and (asked.departments is not None or by == "department"):
        raise Invalid(fields={"indicator": ["Not a valid choice."]})
    narrowed = NARROW[by](session, asked, row) if by and row else asked
    counts = source.parts[indicator][PARTS.index(part)]
    denominator = source.parts[indicator][1]
    found = cases(source, narrowed, lambda _: [Ticket.id]).where(*(_is_there(one) for one in (counts, denominator)))
    if row in (NOBODY, UNLOCATED):
        found = found.where(_has_none(source.department, by))
    return Ticket.id.in_(found.with_only_columns(Ticket.id))


def _is_there(part: ColumnElement[Any]) -> ColumnElement[bool]:
    return part if isinstance(part.type, Boolean) else part > 0


def _has_none(department: ColumnElement[int], by: str) -> ColumnElement[bool]:
    if by == "department":
        return department.is_(None)
    return func.length(Ticket.area_code) < (COMMUNITY_DIGITS if by == "community" else CELL_DIGITS)


def _of_area(session: Session, asked: Asked, row: str) -> Asked:
    if row == UNLOCATED:
        return asked
    if not row.startswith(asked.area):
        raise NotFound()
    return replace(asked, area=row)


def _of_department(session: Session, asked: Asked, row: str) -> Asked:
    """An organisation that is not one's own does not exist."""
    if row == NOBODY:
        return asked
    found = session.scalar(select(Department.id).where(Department.code == row))
    if found is None or (asked.departments is not None and found not in asked.departments):
        raise NotFound()
    return replace(asked, departments=frozenset({found}))


NARROW: dict[str, Callable[[Session, Asked, str], Asked]] = {"community": _of_area, "cell": _of_area, "department": _of_department}


def department_name(session: Session, code: str, locale: str) -> str:
    """Raises NotFound."""
    found = session.scalar(select(Department).where(Department.code == code))
    if found is None:
        raise NotFound()
    return _called(found, locale)
