"""What was reported, week by week or month by month, by category and by area; and what was settled in the same time.

Rejected, referred, voided and merged tickets count as neither, as on the backlog's own weeks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, func, literal, literal_column, select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.domain.area_codes import CELL_DIGITS, COMMUNITY_DIGITS
from gridops.domain.lifecycle import ENDS
from gridops.errors import NotFound
from gridops.models import CategoryVersion, Ticket
from gridops.services import areas, scope
from gridops.services.backlog import NAMES, UNLOCATED
from gridops.services.indicators import periods
from gridops.services.indicators.periods import Period
from gridops.services.story_words import said

BY = ("class", "category", "community", "cell")
UNITS: dict[str, int] = {"week": 12, "month": 12}  # how many of them are looked back on
MOST = 15  # categories that have a row of their own: the rest stands together, and the rows add up
NO_CATEGORY, REST = "none", "rest"
REST_NAMES = {NO_CATEGORY: ("未定小类", "No category"), REST: ("其他", "All others")}


@dataclass(frozen=True)
class Line:
    """``counts``: one for each period. ``linked`` is False where no list of tickets stands behind the row."""

    code: str
    name: str
    counts: list[int]
    linked: bool = True

    @property
    def total(self) -> int:
        return sum(self.counts)


@dataclass(frozen=True)
class Trend:
    periods: list[Period]
    lines: list[Line]
    reported: list[int]
    settled: list[int]


def trend(session: Session, area: str, *, unit: str, by: str, actor: Actor, now: datetime, locale: str = "zh") -> Trend:
    """The present period is the last one, and is not over. Raises NotFound (no such area, or not the actor's to look into)."""
    if not scope.covers(actor, area):
        raise NotFound()
    found = looked_back(unit, periods.zone_of(session, area), now)
    counts = _counted(session, area, found, KEYS[by])
    names = _names(session, area, by, locale)
    lines = [Line(key or _nothing(by), names.get(key) or _unnamed(key, by, locale), row) for key, row in counts.items()]
    lines = _most(lines, len(found), locale) if by in ("class", "category") else sorted(lines, key=lambda line: (line.code == UNLOCATED, line.code))
    sums = [sum(column) for column in zip(*counts.values(), strict=True)] or [0] * len(found)
    return Trend(found, lines, sums, _settled(session, area, found))


def looked_back(unit: str, zone: str, now: datetime) -> list[Period]:
    """Oldest first."""
    make = periods.week if unit == "week" else periods.month
    found = [make(periods.today(zone, now), zone)]
    while len(found) < UNITS[unit]:
        found.append(make(found[-1].first - timedelta(days=1), zone))
    return found[::-1]


def reported(area: str, period: Period) -> ColumnElement[bool]:
    """On Ticket: what the numbers of an area and a period count."""
    return and_(
        Ticket.area_code.startswith(area, autoescape=True), Ticket.status.not_in(ENDS), Ticket.reported_at >= period.start,
        Ticket.reported_at < period.end)


def behind(session: Session, area: str, period: Period, *, by: str, row: str | None, actor: Actor) -> ColumnElement[bool]:
    """On Ticket: what one number counts; ``row`` None: the whole area's. Raises NotFound."""
    if not scope.covers(actor, area):
        raise NotFound()
    areas.get_area(session, area)
    if row is None:
        return reported(area, period)
    key = KEYS[by]
    nothing = row == _nothing(by)
    matching = Ticket.category_version_id.is_(None) if nothing and by in ("class", "category") else key.is_(None) if nothing else key == row
    if by in ("class", "category") and not nothing:
        matching = Ticket.category_version_id.in_(select(CategoryVersion.id).where(key == row))
    return and_(reported(area, period), matching)


def _of_area(digits: int) -> ColumnElement[str]:
    written = literal_column(str(digits))  # a bound one would make two expressions of it
    return case((func.length(Ticket.area_code) >= written, func.left(Ticket.area_code, written)))


KEYS: dict[str, ColumnElement[str]] = {
    "class": CategoryVersion.class_code, "category": CategoryVersion.code, "community": _of_area(COMMUNITY_DIGITS), "cell": _of_area(CELL_DIGITS),
}


def _nothing(by: str) -> str:
    return NO_CATEGORY if by in ("class", "category") else UNLOCATED


def _unnamed(key: str | None, by: str, locale: str) -> str:
    """A cell that is no more keeps its code."""
    if key is not None:
        return key
    return said((REST_NAMES | NAMES)[_nothing(by)], locale)


def _counted(session: Session, area: str, found: list[Period], key: ColumnElement[str]) -> dict[str | None, list[int]]:
    """One statement: by key, a count for each period."""
    number = func.width_bucket(Ticket.reported_at, literal([period.start for period in found]))
    whole = Period(found[0].first, found[-1].last, found[0].zone)
    query = select(key, number, func.count()).select_from(Ticket).outerjoin(CategoryVersion, CategoryVersion.id == Ticket.category_version_id)
    counts: dict[str | None, list[int]] = {}
    for code, place, count in session.execute(query.where(reported(area, whole)).group_by(key, number)):
        counts.setdefault(code, [0] * len(found))[place - 1] = count
    return counts


def _settled(session: Session, area: str, found: list[Period]) -> list[int]:
    number = func.width_bucket(Ticket.closed_at, literal([period.start for period in found]))
    kept = (Ticket.area_code.startswith(area, autoescape=True), Ticket.status.not_in(ENDS), Ticket.closed_at >= found[0].start, Ticket.closed_at < found[-1].end)
    counts = dict(session.execute(select(number, func.count()).where(*kept).group_by(number)).all())
    return [counts.get(place, 0) for place in range(1, len(found) + 1)]


def _names(session: Session, area: str, by: str, locale: str) -> dict[str | None, str]:
    english = locale.startswith("en")
    if by in ("community", "cell"):
        return {one.code: one.called(locale) for one in (areas.get_area(session, area), *areas.descendants(session, area, by))}
    names = {"class": (CategoryVersion.class_name, CategoryVersion.class_name_en), "category": (CategoryVersion.name, CategoryVersion.name_en)}[by]
    query = select(KEYS[by], names[english]).order_by(CategoryVersion.version)  # the newest version's name is the last and stays
    return dict(session.execute(query).all())


def _most(lines: list[Line], length: int, locale: str) -> list[Line]:
    """The most frequent matters first; they are matters, not people, so their order says nothing about anybody."""
    ordered = sorted(lines, key=lambda line: (-line.total, line.code))
    rest = ordered[MOST:]
    if not rest:
        return ordered
    sums = [sum(line.counts[place] for line in rest) for place in range(length)]
    return [*ordered[:MOST], Line(REST, said(REST_NAMES[REST], locale), sums, linked=False)]


