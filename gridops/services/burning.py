"""What a leader asks first: where does it burn, since when, who must move; how old is what is open; does it grow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, func, literal, select
from sqlalchemy.orm import Session

from gridops.domain.lifecycle import ENDS, OPEN
from gridops.models import Assignment, Clock, Department, Ticket
from gridops.services.load import called

AGES = (1, 3, 7, 30)  # days: under one, one to three, ... over thirty
WEEKS = 8
MOST_NAMED = 5


@dataclass(frozen=True)
class Mover:
    """An organisation with overdue clocks of its own: how many tickets, and since when the oldest is late."""

    name: str
    code: str
    tickets: int
    since: datetime


class Week(NamedTuple):
    """``start`` is a Monday of the street; what came in and what was settled in it."""

    start: date
    reported: int
    settled: int


def movers(session: Session, area: str, *, now: datetime, locale: str = "zh") -> list[Mover]:
    """Who must move: the organisations whose clocks have run out in the area, the most tickets first."""
    tickets = func.count(Clock.ticket_id.distinct())
    query = (
        select(called(locale), Department.code, tickets, func.min(Clock.due_by))
        .join(Assignment, Assignment.department_id == Department.id).join(Clock, Clock.assignment_id == Assignment.id)
        .join(Ticket, Ticket.id == Clock.ticket_id)
        .where(*_open(area), Ticket.due_by < now, Clock.status == "running", Clock.due_by < now, ~Clock.red_waits)
        .group_by(Department.id).order_by(tickets.desc(), func.min(Clock.due_by)).limit(MOST_NAMED))
    return [Mover(*row) for row in session.execute(query)]


def ages(session: Session, area: str, *, now: datetime) -> list[int]:
    """How many open tickets are under 1, 3, 7, 30 days old, and older: five numbers that add up to what is open."""
    bounds = [now, *(now - timedelta(days=days) for days in AGES)]
    younger = [Ticket.reported_at > bound for bound in bounds[1:]]
    counts = session.execute(select(*(func.count().filter(each) for each in younger), func.count()).where(*_open(area))).one()
    return [count - before for before, count in zip((0, *counts), counts, strict=False)]


def weeks(session: Session, area: str, zone: str, *, now: datetime) -> list[Week]:
    """The last eight weeks, this one last: rejected, referred, voided and merged tickets count as neither."""
    starts = list(_mondays(now.astimezone(ZoneInfo(zone))))
    kept = and_(Ticket.area_code.startswith(area, autoescape=True), Ticket.status.not_in(ENDS))
    reported, settled = (_by_week(session, column, kept, starts) for column in (Ticket.reported_at, Ticket.closed_at))
    return [Week(start.date(), reported.get(place, 0), settled.get(place, 0)) for place, start in enumerate(starts)]


def _by_week(session: Session, column, kept: ColumnElement[bool], starts: list[datetime]) -> dict[int, int]:
    number = func.width_bucket(column, literal(starts))
    rows = session.execute(select(number, func.count()).where(kept, column >= starts[0]).group_by(number))
    return {place - 1: count for place, count in rows}


def _mondays(local: datetime) -> Iterator[datetime]:
    this = (local - timedelta(days=local.weekday())).date()
    for back in range(WEEKS - 1, -1, -1):
        yield datetime.combine(this - timedelta(weeks=back), datetime.min.time(), local.tzinfo)


def _open(area: str) -> tuple[ColumnElement[bool], ...]:
    return Ticket.status.in_(OPEN), Ticket.area_code.startswith(area, autoescape=True)
