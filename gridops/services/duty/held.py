"""The posts of a street or community around an instant, each with its hours and the absences of its person: read once, then asked often."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from gridops.domain.area_codes import COMMUNITY_DIGITS, STREET_DIGITS
from gridops.domain.calendar import ONE_DAY, WorkCalendar
from gridops.domain.duty import Pattern, Planned, Post
from gridops.models import Absence, Person, Place, Posting, Shift, ShiftPattern
from gridops.services import areas, calendars


@dataclass(frozen=True, slots=True)
class Away:
    starts_at: datetime
    ends_at: datetime
    stand_in_id: int | None
    absence_id: int


@dataclass(frozen=True, slots=True)
class Held:
    """A post with its person. ``area_code``: where it is, for a post at a place the cell (or community) of the place."""

    posting_id: int
    person_id: int
    person: str
    area_code: str
    place_id: int | None
    title: str | None
    last_turn_at: datetime | None
    post: Post

    @property
    def role(self) -> str:
        return self.post.role


@dataclass
class Posts:
    """``names`` of the people and of their stand-ins; ``away`` by person, of both; ``gone``: stand-ins who no longer work here."""

    calendar: WorkCalendar
    held: list[Held]
    away: dict[int, list[Away]]
    names: dict[int, str]
    gone: set[int]

    def spans_away(self, person_id: int) -> list[tuple[datetime, datetime]]:
        return [(away.starts_at, away.ends_at) for away in self.away.get(person_id, ())]


def calendar_of(session: Session, area_code: str) -> WorkCalendar:
    street = area_code[:STREET_DIGITS]
    return calendars.calendar_in_force(session, street)


def read(session: Session, area_code: str, since: datetime, until: datetime, roles: Collection[str]) -> Posts:
    """Posts in ``area_code`` and below and on the levels above it that are held at any time from ``since`` to ``until``."""
    calendar = calendar_of(session, area_code)
    first, last = calendar.local_day(since) - ONE_DAY, calendar.local_day(until)  # a night of yesterday may still run
    rows = session.execute(
        select(Posting, Person, Place).join(Person, Person.id == Posting.person_id).outerjoin(Place, Place.id == Posting.place_id)
        .where(_there(area_code), Posting.role.in_(roles), Posting.starts_on <= last)
        .where(or_(Posting.ends_on.is_(None), Posting.ends_on >= first), or_(Person.left_on.is_(None), Person.left_on > first))).all()
    postings = [row.Posting.id for row in rows]
    patterns, shifts = _patterns(session, postings), _shifts(session, postings, since, until)
    away, names, gone = _absences(session, {row.Person.id for row in rows}, since, until, first + ONE_DAY)
    where = _places(session, area_code, [row.Place for row in rows if row.Place])
    held = [
        _held(posting, person, posting.area_code or where[posting.place_id], patterns[posting.id], shifts[posting.id])
        for posting, person, _ in rows
    ]
    return Posts(calendar, held, away, names | {one.person_id: one.person for one in held}, gone)


def _there(area_code: str) -> ColumnElement[bool]:
    above = [area_code[:digits] for digits in (STREET_DIGITS, COMMUNITY_DIGITS) if digits < len(area_code)]
    return or_(
        Posting.area_code.startswith(area_code, autoescape=True), Posting.area_code.in_(above),
        Place.community_code.startswith(area_code[:COMMUNITY_DIGITS], autoescape=True))


def _held(posting: Posting, person: Person, area_code: str, patterns: Iterable[Pattern], shifts: Iterable[Planned]) -> Held:
    last_day = person.left_on - ONE_DAY if person.left_on else None
    ends_on = min(filter(None, (posting.ends_on, last_day)), default=None)
    post = Post(posting.role, posting.starts_on, ends_on, posting.part_time, tuple(patterns), tuple(shifts))
    return Held(posting.id, person.id, person.name, area_code, posting.place_id, posting.title, posting.last_turn_at, post)


def _patterns(session: Session, postings: list[int]) -> dict[int, list[Pattern]]:
    found: dict[int, list[Pattern]] = defaultdict(list)
    for row in session.scalars(select(ShiftPattern).where(ShiftPattern.posting_id.in_(postings)).order_by(ShiftPattern.id)):
        found[row.posting_id].append(Pattern(row.days, row.opens, row.closes, row.starts_on, row.ends_on, frozenset(row.weekdays)))
    return found


def _shifts(session: Session, postings: list[int], since: datetime, until: datetime) -> dict[int, list[Planned]]:
    """Also those of the same days that are over: they decide whether the regular hours of their day hold."""
    found: dict[int, list[Planned]] = defaultdict(list)
    query = select(Shift).where(
        Shift.posting_id.in_(postings), Shift.ends_at > since - 2 * ONE_DAY, Shift.starts_at < until + ONE_DAY)
    for row in session.scalars(query.order_by(Shift.starts_at)):
        found[row.posting_id].append(Planned(row.starts_at, row.ends_at, row.kind))
    return found


def _absences(
    session: Session, people: Collection[int], since: datetime, until: datetime, today: date,
) -> tuple[dict[int, list[Away]], dict[int, str], set[int]]:
    away: dict[int, list[Away]] = defaultdict(list)
    stand_ins = select(Absence.stand_in_id).where(Absence.person_id.in_(people), _touches(since, until), Absence.stand_in_id.is_not(None))
    query: Select[Any] = select(Absence).where(
        or_(Absence.person_id.in_(people), Absence.person_id.in_(stand_ins)), _touches(since, until)).order_by(Absence.id)
    for row in session.scalars(query):
        away[row.person_id].append(Away(row.starts_at, row.ends_at, row.stand_in_id, row.id))
    known = session.execute(select(Person.id, Person.name, Person.left_on).where(Person.id.in_(stand_ins))).all() if away else []
    return away, {row.id: row.name for row in known}, {row.id for row in known if row.left_on and row.left_on <= today}


def _touches(since: datetime, until: datetime) -> ColumnElement[bool]:
    return (Absence.ends_at > since) & (Absence.starts_at <= until)


def _places(session: Session, area_code: str, found: list[Place]) -> dict[int, str]:
    """Place id -> its cell's code, or its community's where it has none."""
    if not found:
        return {}
    cells = {area.lineage: area.code for area in areas.descendants(session, area_code[:COMMUNITY_DIGITS], "cell")}
    return {place.id: cells.get(place.cell_lineage, place.community_code) for place in found}
