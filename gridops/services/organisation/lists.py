"""The lists of an organisation's desk: conditions on Ticket, of what the actor's own organisations have in the present round.

A ticket may stand on several lists: what is in hand may be due soon.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.models import Assignment, Clock, Ticket, TimeRequest
from gridops.services.calendars import calendar_for
from gridops.services.organisation import colleagues

WHO = ("all", "mine", "nobody")
OPEN_SUPPORT = ("assigned", "returned")
MOST = 100  # of a list that is put in the order of working time left: that order is not the database's


@dataclass(frozen=True)
class Asked:
    """``soon``: the instant before which something is due soon."""

    actor: Actor
    who: str
    soon: datetime


def _assigned(asked: Asked, *more: ColumnElement[bool]) -> ColumnElement[bool]:
    own = Assignment.department_id.in_(asked.actor.department_ids)
    return exists().where(Assignment.round_id == Ticket.round_id, own, *_whose(asked), *more)


def _whose(asked: Asked) -> tuple[ColumnElement[bool], ...]:
    if asked.who == "mine":
        return (Assignment.given_to == asked.actor.account_id,)
    return (~colleagues.is_given(),) if asked.who == "nobody" else ()


def _to_sign(asked: Asked) -> ColumnElement[bool]:
    return and_(Ticket.status == "dispatched", _assigned(asked, Assignment.role == "lead"))


def _in_hand(asked: Asked) -> ColumnElement[bool]:
    return and_(Ticket.status.in_(("in_progress", "suspended")), _assigned(asked, Assignment.role == "lead"))


def _due_soon(asked: Asked) -> ColumnElement[bool]:
    """A clock of the organisation's own is late, or will be within a working day."""
    return and_(Ticket.status.in_(colleagues.IN_HAND), _assigned(asked, exists().where(Clock.assignment_id == Assignment.id, *_pressing(asked.soon))))


def _pressing(soon: datetime) -> tuple[ColumnElement[bool], ...]:
    return Clock.status == "running", Clock.due_by < soon, ~Clock.red_waits


def _objections(asked: Asked) -> ColumnElement[bool]:
    """Those to rule on, and one's own that wait for a ruling."""
    return and_(Ticket.status == "objected", _assigned(asked, Assignment.role.in_(("lead", "coordinate"))))


def _support(asked: Asked) -> ColumnElement[bool]:
    mine = _assigned(asked, Assignment.role == "support", Assignment.status.in_(OPEN_SUPPORT))
    return and_(Ticket.status.in_(("dispatched", "in_progress")), mine)


def _refused(asked: Asked) -> ColumnElement[bool]:
    """A support refuses, and the organisation coordinates."""
    refusing = exists().where(Assignment.round_id == Ticket.round_id, Assignment.role == "support", Assignment.status == "refused")
    return and_(Ticket.status == "in_progress", refusing.correlate(Ticket), _assigned(asked, Assignment.role == "coordinate"))


def _supports(asked: Asked) -> ColumnElement[bool]:
    return or_(_support(asked), _refused(asked))


def _more_time(asked: Asked) -> ColumnElement[bool]:
    """Extensions and suspensions that were asked for and are undecided."""
    return _assigned(asked, exists().where(TimeRequest.assignment_id == Assignment.id, TimeRequest.decision.is_(None)))


LISTS: dict[str, Callable[[Asked], ColumnElement[bool]]] = {
    "to_sign": _to_sign, "in_hand": _in_hand, "due_soon": _due_soon, "objections": _objections, "supports": _supports, "more_time": _more_time,
}


def asked_by(session: Session, actor: Actor, who: str, now: datetime) -> Asked:
    return Asked(actor, who, _soon(session, actor, now))


def _soon(session: Session, actor: Actor, now: datetime) -> datetime:
    """The end of one working day from now on, by the calendar that most of the organisation's open tickets follow."""
    query = (
        select(Ticket.calendar_version_id, Ticket.street_code).join(Assignment, Assignment.round_id == Ticket.round_id)
        .where(Assignment.department_id.in_(actor.department_ids), Ticket.status.in_(colleagues.IN_HAND))
        .group_by(Ticket.calendar_version_id, Ticket.street_code).order_by(func.count().desc()).limit(1))
    row = session.execute(query).first()
    if row is None:
        return now + timedelta(days=1)
    calendar = calendar_for(session, row.calendar_version_id, street_code=row.street_code)
    return calendar.add_working(now, calendar.standard_day)


def counts(session: Session, asked: Asked) -> dict[str, int]:
    """How long each list is; one statement."""
    open_here = and_(Ticket.status.in_(colleagues.IN_HAND), _assigned(asked))
    columns = [func.count().filter(condition(asked)).label(name) for name, condition in LISTS.items()]
    return dict(session.execute(select(*columns).where(open_here)).mappings().one())


@dataclass(frozen=True)
class Left:
    """A clock of the organisation's own: ``seconds`` of its own time are left, of working time where its unit says so; below zero: late."""

    clock: str
    due_by: datetime
    seconds: int
    unit: str


def left(session: Session, numbers: list[str], actor: Actor, now: datetime) -> dict[str, Left]:
    """By number: the clock of the actor's organisations with the least left. Without a running one there is no row. One statement."""
    query = (
        select(Ticket.number, Ticket.street_code, Clock).join(Assignment, Assignment.round_id == Ticket.round_id)
        .join(Clock, Clock.assignment_id == Assignment.id)
        .where(Ticket.number.in_(numbers), Assignment.department_id.in_(actor.department_ids), Clock.status == "running", Clock.due_by.is_not(None)))
    found: dict[str, Left] = {}
    for number, street, clock in session.execute(query.order_by(Clock.id)):
        one = Left(clock.kind, clock.due_by, _seconds(session, street, clock, now), clock.limit_unit)
        if number not in found or one.seconds < found[number].seconds:
            found[number] = one
    return found


def _seconds(session: Session, street: str, clock: Clock, now: datetime) -> int:
    if not clock.limit_unit.startswith("work"):
        return int((clock.due_by - now).total_seconds())
    calendar = calendar_for(session, clock.calendar_version_id, street_code=street)
    if clock.due_by >= now:
        return int(calendar.working_between(now, clock.due_by).total_seconds())
    return -int(calendar.working_between(clock.due_by, now).total_seconds())
