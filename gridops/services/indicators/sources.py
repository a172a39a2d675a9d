"""Where indicators are counted: each source is a set of cases with a ticket, an organisation and a time base, and its indicators.

A case is the piece of work that fell due (the last of the clocks that went on from each other), a filed ticket, a dispatch, a closing
or a rating. Left out everywhere: rejected, referred, voided and merged tickets (a row that names voided ones counts them), tickets under an
approved appeal against a missed limit, and clocks that stand still or wait for a decision on more time. Nothing counts before it has fallen due.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Interval, Select, and_, func, literal, literal_column, or_, select, true
from sqlalchemy.orm import aliased

from gridops.domain.area_codes import STREET_DIGITS
from gridops.models import Assignment, Clock, Closing, ContactAttempt, Objection, OverdueAppeal, Rating, Report, Round, Ticket, Trail
from gridops.services.actions.disposal import HONEST_TRIES

LEFT_OUT = ("rejected", "referred", "voided", "merged")
CLOSED = ("closed", "archived")
DONE = ("met", "missed")
Part = ColumnElement[Any]


@dataclass(frozen=True)
class Source:
    """``parts``: indicator -> (numerator, denominator), each a condition or a number. ``base`` is the instant that decides the period."""

    name: str
    cases: FromClause
    street: ColumnElement[str]
    base: ColumnElement[datetime]
    department: ColumnElement[int] | None
    parts: dict[str, tuple[Part, Part]]
    where: Sequence[ColumnElement[bool]] = field(default=())
    counts_voided: bool = False


def kept() -> ColumnElement[bool]:
    return Ticket.status.not_in(LEFT_OUT)


def _exempt() -> ColumnElement[bool]:
    """Two people have agreed that a missed limit was not the organisation's fault: the ticket counts nowhere, its raw facts stay."""
    return select(OverdueAppeal.id).where(OverdueAppeal.ticket_id == Ticket.id, OverdueAppeal.decision == "approved").exists()


def approved_appeals(area: str) -> Select:
    """Is there any in the street?"""
    found = select(OverdueAppeal.id).join(Ticket, Ticket.id == OverdueAppeal.ticket_id)
    return select(found.where(OverdueAppeal.decision == "approved", Ticket.street_code == area[:STREET_DIGITS]).exists())


def _some(query: Select) -> ColumnElement[bool]:
    """Is there any? Looked up case by case: an EXISTS in a sum would be answered by reading the whole other table, of all streets."""
    return query.limit(1).scalar_subquery().is_not(None)


def _said(value: str) -> ColumnElement[str]:
    """Written out: only so is a partial index used."""
    return literal_column(f"'{value}'")


def _clocks(kind: str) -> tuple[ColumnElement[bool], ...]:
    return (Clock.kind == _said(kind), literal_column("NOT clock.superseded"), literal_column("clock.status <> 'cancelled'"))


def _no_longer_waits() -> ColumnElement[bool]:
    return or_(~Clock.red_waits, Clock.status != "running")


def _of_ticket() -> FromClause:
    return Clock.__table__.join(Ticket, Ticket.id == Clock.ticket_id)


def _handling() -> Source:
    # Outer joins: where nobody asks by organisation the database leaves the assignment out.
    cases = _of_ticket().outerjoin(Assignment, Assignment.id == Clock.assignment_id).outerjoin(Closing, Closing.clock_id == Clock.id)
    done = Clock.status.in_(DONE)
    first_limit = Clock.original_due_by + func.coalesce(Clock.excused, literal(timedelta(0), Interval()))
    return Source("handling", cases, Clock.street_code, Clock.due_by, Assignment.department_id, {
        "dispose_rate": (done, true()),
        "on_time_dispose_rate": (Clock.status == "met", true()),
        "on_original_rate": (and_(done, Clock.stopped_at <= first_limit), true()),
        "overdue_open_rate": (~done, true()),
        "extension_rate": (Clock.extensions > 0, true()),
        "close_rate": (Closing.id.is_not(None), true()),
        "on_time_close_rate": (Closing.closed_at <= Closing.promised_by, true()),
        "rework_rate": (Clock.reworks > 0, true()),
    }, (*_clocks("handle"), _no_longer_waits(), kept()))


def _joint() -> Source:
    """The coordinator's: tickets that needed more than the lead."""
    coordinate, support = aliased(Assignment), aliased(Assignment)
    cases = (
        _of_ticket().join(Assignment, Assignment.id == Clock.assignment_id)
        .outerjoin(coordinate, and_(coordinate.round_id == Assignment.round_id, coordinate.role == "coordinate"))
        .outerjoin(Closing, Closing.clock_id == Clock.id))
    joint = select(support.id).where(support.round_id == Assignment.round_id, support.role == _said("support")).exists()
    parts = {"joint_close_rate": (Closing.id.is_not(None), true())}
    where = (*_clocks("handle"), _no_longer_waits(), kept(), joint)
    return Source("joint", cases, Clock.street_code, Clock.due_by, coordinate.department_id, parts, where)


def _in_time(kind: str, indicator: str) -> Source:
    """A clock of the ticket itself, or of one organisation: was it stopped in time?"""
    cases = _of_ticket().outerjoin(Assignment, Assignment.id == Clock.assignment_id)
    department = Assignment.department_id if kind in ("support", "rule") else None
    return Source(kind, cases, Clock.street_code, Clock.due_by, department, {indicator: (Clock.status == "met", true())}, (*_clocks(kind), kept()))


def _contact() -> Source:
    """Handing in a result stops the clock, too, and is no call: only those who were reached count, or three honest tries."""
    cases = _of_ticket().join(Assignment, Assignment.id == Clock.assignment_id)
    attempts = and_(
        ContactAttempt.ticket_id == Clock.ticket_id, ContactAttempt.department_id == Assignment.department_id,
        ContactAttempt.attempted_at <= Clock.due_by)
    enough = or_(func.bool_or(ContactAttempt.outcome == "reached"), func.count() >= HONEST_TRIES)
    parts = {"response_rate": (select(enough).where(attempts).correlate(Clock, Assignment).scalar_subquery(), true())}
    return Source("contact", cases, Clock.street_code, Clock.due_by, Assignment.department_id, parts, (*_clocks("contact"), kept()))


def _filed() -> Source:
    patrol = _some(select(Report.id).where(Report.ticket_id == Ticket.id, Report.channel == _said("patrol")))
    return Source("filed", Ticket.__table__, Ticket.street_code, Ticket.filed_at, None, {
        "accurate_file_rate": (Ticket.status != "voided", true()),
        "self_found_rate": (and_(Ticket.status != "voided", patrol), Ticket.status != "voided"),
        "accurate_dispatch_rate": (and_(_dispatched(), ~_sent_elsewhere()), _dispatched()),
    }, (Ticket.status.not_in([status for status in LEFT_OUT if status != "voided"]),), counts_voided=True)


def _dispatched() -> ColumnElement[bool]:
    return and_(Ticket.status != "voided", Ticket.dispatched_at.is_not(None))


def _sent_elsewhere() -> ColumnElement[bool]:
    """A later round with another lead; what comes after the first closing is another story."""
    first, later, led, lead = aliased(Round), aliased(Round), aliased(Assignment), aliased(Assignment)
    closed = select(Closing.closed_at).where(Closing.ticket_id == later.ticket_id, Closing.no == 1).scalar_subquery()
    rounds = (
        select(later.id).join(first, and_(first.ticket_id == later.ticket_id, first.no == 1))
        .join(led, and_(led.round_id == first.id, led.role == "lead")).join(lead, and_(lead.round_id == later.id, lead.role == "lead"))
        .where(later.ticket_id == Ticket.id, later.no > literal_column("1"), lead.department_id != led.department_id)
        .where(later.dispatched_at < func.coalesce(closed, literal_column("'infinity'::timestamptz"))))
    return _some(rounds.correlate(Ticket))


def _repeats() -> Source:
    parts = {"repeat_rate": (Ticket.relapse_of.is_not(None), true())}
    return Source("repeats", Ticket.__table__, Ticket.street_code, Ticket.filed_at, Ticket.lead_id, parts, (Ticket.status.in_(CLOSED),))


def _dispatches() -> Source:
    """Objected to and upheld, in whichever round; by when the ticket was filed. Upheld, a round ends: it has one such objection at most."""
    objecting = aliased(Assignment)
    upheld = Objection.__table__.join(objecting, objecting.id == Objection.assignment_id)
    cases = (
        Round.__table__.join(Ticket, Ticket.id == Round.ticket_id)
        .outerjoin(Assignment, and_(Assignment.round_id == Round.id, Assignment.role == _said("lead")))
        .outerjoin(upheld, and_(objecting.round_id == Round.id, Objection.ruling == "upheld")))
    parts = {"bounce_rate": (Objection.id.is_not(None), true())}
    return Source("dispatches", cases, Ticket.street_code, Ticket.filed_at, Assignment.department_id, parts, (kept(),))


def _closings() -> Source:
    cases = Closing.__table__.join(Ticket, Ticket.id == Closing.ticket_id)
    answers = select(func.count()).where(Rating.closing_id == Closing.id).correlate(Closing).scalar_subquery()
    parts = {"answer_rate": (answers, Closing.asked)}
    return Source("closings", cases, Closing.street_code, Closing.closed_at, Closing.department_id, parts, (kept(),))


def _ratings() -> Source:
    cases = Rating.__table__.join(Closing, Closing.id == Rating.closing_id).join(Ticket, Ticket.id == Closing.ticket_id)
    said, told = Rating.satisfaction.is_not(None), Rating.called.is_not(None)
    return Source("ratings", cases, Rating.street_code, Rating.rated_at, Closing.department_id, {
        "resolved_rate": (Rating.solved, true()),
        "satisfied_rate": (Rating.satisfaction >= 4, said),
        "called_rate": (Rating.called.is_(True), told),
    }, (Rating.counts, kept()))


SOURCES: tuple[Source, ...] = (
    _handling(), _joint(), _contact(), _in_time("dispatch", "on_time_dispatch_rate"), _in_time("verify", "on_time_verify_rate"),
    _in_time("check", "on_time_check_rate"), _in_time("support", "on_time_support_rate"), _in_time("rule", "on_time_rule_rate"),
    _filed(), _repeats(), _dispatches(), _closings(), _ratings(),
)
OF: dict[str, Source] = {indicator: source for source in SOURCES for indicator in source.parts}


@dataclass(frozen=True)
class Asked:
    """Which cases: ``start`` <= base < ``end``, in the area (a street or smaller), of these organisations where some are named.

    ``own`` leaves out what a clerk did for an organisation: it is not scored on the clerk's clicks. ``appeals`` False: the street has no approved
    one, and no ticket need be looked up among them.
    """

    area: str
    start: datetime
    end: datetime
    departments: frozenset[int] | None = None
    own: bool = False
    appeals: bool = True


def cases(source: Source, asked: Asked, columns: Callable[[Source], Sequence[Any]]) -> Select:
    """The columns of the source's cases that are asked for."""
    query = select(*columns(source)).select_from(source.cases).where(
        source.street == asked.area[:STREET_DIGITS], source.base >= asked.start, source.base < asked.end, *source.where)
    if asked.appeals:
        query = query.where(~_exempt())
    if len(asked.area) > STREET_DIGITS:
        query = query.where(Ticket.area_code.startswith(asked.area, autoescape=True))
    if asked.departments is not None:
        query = query.where(source.department.in_(asked.departments))
    if asked.own and source.department is not None:
        clicks = select(Trail.id).where(Trail.ticket_id == Ticket.id, Trail.on_behalf_of == source.department)
        query = query.where(~clicks.exists())
    return query
