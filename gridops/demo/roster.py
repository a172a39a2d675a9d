"""Who watches when: nights and rest days for the whole street, weekend helpers, two people away, posts that nobody has confirmed for long."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from gridops.demo.ground import COMMUNITIES, STREET
from gridops.domain import duty
from gridops.domain.calendar import ONE_DAY, WorkCalendar
from gridops.models import Absence, PostDuty, Posting, Shift, ShiftPattern
from gridops.services import calendars

AHEAD = timedelta(days=14)  # as far as the shifts are planned
OPENS, CLOSES = time(9), time(17, 30)
UNCONFIRMED_EVERY = 29
AWAY, AWAY_ALONE = 2, 11  # of the cells' workers in the order of their cells
DUTIES = (("grid_worker", "E01"), ("grid_worker", "E21"), ("grid_leader", "E24"), ("cadre", "E24"))


def plan(session: Session, since: datetime, now: datetime) -> None:
    """Shifts from ``since`` to two weeks after ``now``; the people are those that gridops.demo.people has posted."""
    calendar = calendars.calendar_in_force(session, STREET)
    watch = _posts(session, "grid_worker", STREET, exact=True)
    session.execute(update(Posting).where(Posting.area_code == STREET).values(part_time=True))
    session.add_all(_shifts(calendar, watch, since, now + AHEAD))
    session.add_all(_weekends(session, calendar.local_day(since)))
    session.add_all(_absences(session, calendar, now))
    session.add_all(PostDuty(area_prefix=STREET, role=role, class_code=code) for role, code in DUTIES)
    _confirm(session, calendar.local_day(now))
    session.flush()


def _posts(session: Session, role: str, area: str, *, exact: bool = False) -> list[Posting]:
    where = Posting.area_code == area if exact else Posting.area_code.startswith(area)
    return list(session.scalars(select(Posting).where(Posting.role == role, where).order_by(Posting.area_code, Posting.id)))


def _shifts(calendar: WorkCalendar, watch: list[Posting], since: datetime, until: datetime) -> Iterator[Shift]:
    """One after the other takes the night, the next one the day where nobody works."""
    day, number = calendar.local_day(since) - ONE_DAY, 0
    while day <= calendar.local_day(until):
        yield _shift(calendar, watch[number % len(watch)], day, CLOSES, day + ONE_DAY, OPENS, "night")
        if not calendar.is_workday(day):
            yield _shift(calendar, watch[(number + 1) % len(watch)], day, OPENS, day, CLOSES, "holiday")
        day, number = day + ONE_DAY, number + 1


def _shift(calendar: WorkCalendar, post: Posting, day: date, opens: time, last: date, closes: time, kind: str) -> Shift:
    return Shift(
        posting_id=post.id, starts_at=duty.moment(calendar, day, opens), ends_at=duty.moment(calendar, last, closes), kind=kind)


def _weekends(session: Session, starts_on: date) -> Iterator[ShiftPattern]:
    """A volunteer of each community helps on rest days."""
    for spec in COMMUNITIES:
        volunteer = _posts(session, "volunteer", spec.code)[0]
        yield ShiftPattern(posting_id=volunteer.id, days="rest_days", weekdays=[], opens=time(9), closes=time(12), starts_on=starts_on)


def _absences(session: Session, calendar: WorkCalendar, now: datetime) -> Iterator[Absence]:
    """One with a stand-in from the next cell, and one that nobody has thought of."""
    workers, today = [post for post in _posts(session, "grid_worker", STREET) if post.area_code != STREET], calendar.local_day(now)
    for number, stand_in in ((AWAY, workers[AWAY + 1].person_id), (AWAY_ALONE, None)):
        yield Absence(
            person_id=workers[number].person_id, starts_at=duty.moment(calendar, today - ONE_DAY, OPENS), stand_in_id=stand_in,
            ends_at=duty.moment(calendar, today + 3 * ONE_DAY, OPENS), note="培训" if stand_in else None)


def _confirm(session: Session, today: date) -> None:
    posts = session.scalars(select(Posting).where(Posting.area_code.startswith(STREET) | Posting.place_id.is_not(None)).order_by(Posting.id))
    for number, post in enumerate(posts):
        if number % UNCONFIRMED_EVERY:
            post.confirmed_on = today - timedelta(days=20 + number % 60)
