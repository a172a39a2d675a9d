"""One week of the roster: which posts have what hours on which day, and what is planned, to be changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.domain import duty
from gridops.domain.calendar import ONE_DAY
from gridops.domain.duty import Stretch
from gridops.domain.posts import ROLES
from gridops.models import Absence, Person, Shift, ShiftPattern
from gridops.services import areas
from gridops.services.duty.held import Held, Posts, calendar_of, read

DAYS = 7


@dataclass
class Row:
    """``days``: for each day what begins on it, planned or regular, shifts with their row so that they can be removed."""

    held: Held
    days: list[list[tuple[Stretch, Shift | None]]] = field(default_factory=list)
    away: list[bool] = field(default_factory=list)


@dataclass(frozen=True)
class Week:
    """``rows``: posts whose hours are not only the plain ones, or whose person is away. ``posts``: all that may be planned."""

    days: list[date]
    workdays: list[bool]
    rows: list[Row]
    posts: list[Held]
    patterns: list[tuple[ShiftPattern, Held]]
    absences: list[tuple[Absence, str, str | None]]


def week(session: Session, area_code: str, monday: date) -> Week:
    """Raises NotFound."""
    areas.get_area(session, area_code)
    days = [monday + number * ONE_DAY for number in range(DAYS)]
    posts, start, end = _read(session, area_code, days)
    below = sorted((h for h in posts.held if h.area_code.startswith(area_code)), key=lambda h: (h.area_code, ROLES.index(h.role), h.person))
    by_id = {held.posting_id: held for held in below}
    shifts = _shifts(session, by_id, start, end)
    rows = [_row(posts, held, days, shifts) for held in below]
    return Week(
        days, [posts.calendar.is_workday(day) for day in days], [row for row in rows if _worth_a_row(posts, row)], below,
        _patterns(session, by_id, days), _absences(session, below, start, end))


def _read(session: Session, area_code: str, days: list[date]) -> tuple[Posts, datetime, datetime]:
    calendar = calendar_of(session, area_code)
    start, end = duty.moment(calendar, days[0], time.min), duty.moment(calendar, days[-1] + ONE_DAY, time.min)
    return read(session, area_code, start, end, ROLES), start, end


def _shifts(session: Session, by_id: dict[int, Held], start: datetime, end: datetime) -> dict[tuple[int, datetime], Shift]:
    query = select(Shift).where(Shift.posting_id.in_(by_id), Shift.starts_at >= start, Shift.starts_at < end)
    return {(row.posting_id, row.starts_at): row for row in session.scalars(query)}


def _row(posts: Posts, held: Held, days: list[date], shifts: dict[tuple[int, datetime], Shift]) -> Row:
    row = Row(held)
    for day in days:
        found = duty.of_day(held.post, posts.calendar, day)
        row.days.append([(stretch, shifts.get((held.posting_id, stretch.starts_at)) if stretch.basis == "shift" else None) for stretch in found])
        row.away.append(bool(found) and not any(list(duty.left_of([one], posts.spans_away(held.person_id))) for one in found))
    return row


def _worth_a_row(posts: Posts, row: Row) -> bool:
    return any(row.away) or any(stretch.basis != "hours" for day in row.days for stretch, _ in day)


def _patterns(session: Session, by_id: dict[int, Held], days: list[date]) -> list[tuple[ShiftPattern, Held]]:
    query = select(ShiftPattern).where(ShiftPattern.posting_id.in_(by_id), ShiftPattern.starts_on <= days[-1])
    rows = (row for row in session.scalars(query.order_by(ShiftPattern.id)) if row.ends_on is None or row.ends_on >= days[0])
    return sorted(((row, by_id[row.posting_id]) for row in rows), key=lambda pair: (pair[1].area_code, pair[1].person))


def _absences(session: Session, below: Iterable[Held], start: datetime, end: datetime) -> list[tuple[Absence, str, str | None]]:
    query = select(Absence).where(Absence.person_id.in_({held.person_id for held in below}), Absence.ends_at > start, Absence.starts_at < end)
    rows = session.scalars(query.order_by(Absence.starts_at, Absence.id)).all()
    people = {person for row in rows for person in (row.person_id, row.stand_in_id)}
    names = dict(session.execute(select(Person.id, Person.name).where(Person.id.in_(people))).all())
    return [(row, names[row.person_id], names.get(row.stand_in_id)) for row in rows]
