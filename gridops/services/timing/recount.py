"""Open tickets are put on the calendar and policy that are in force now. Only where somebody asks for it: looked at first, then done by
workers some tickets at a time, each with a row of its trail. Nothing happens twice: who is on these versions already is passed over.

The promise to a resident comes nearer where the new calendar has more working time, and never goes further away.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from gridops.domain.actor import SYSTEM, Actor
from gridops.domain.clock_policy import limit_for
from gridops.domain.clocks import ClockState
from gridops.domain.lifecycle import OPEN
from gridops.domain.limits import Limit, LimitError
from gridops.domain.recount import recounted
from gridops.errors import Conflict
from gridops.models import Account, Clock, ClockRecount, Department, Ticket
from gridops.services import calendars, outbox, trail
from gridops.services.clocks import TicketClocks, excuse
from gridops.services.timing import calendar_versions, policy_versions, realm

ASKED = "clocks.recount_asked"
ACTION, WHY = "recount_clocks", "calendar_changed"
PART = 100  # tickets in one transaction
LOCK = 4_207_022
NAMED_BY_HAND = ("handle", "support", "promise", "suspension", "supervise")  # their limits do not stand in the policy


class Move(NamedTuple):
    clock: Clock
    before: ClockState
    after: ClockState


class Target(NamedTuple):
    calendar_id: int
    policy_id: int


def target(session: Session, street: str) -> Target:
    """Asked of the database each time: what was remembered half a second ago may be the version before."""
    return Target(calendar_versions.in_force(session, street).id, policy_versions.in_force(session).id)


def waiting(session: Session, street: str) -> int:
    """Open tickets that are on an earlier calendar or policy."""
    return session.scalar(select(func.count()).select_from(Ticket).where(*_behind(street, target(session, street))))


def preview(session: Session, street: str, *, limit: int, after: int = 0, actor: Actor, now: datetime) -> list[dict[str, Any]]:
    """Each ticket with its clocks that would move: [{id, number, clocks: [{kind, department, due_by, new_due_by}]}]. Raises NotFound, Forbidden."""
    realm.decide(session, actor, street)
    aim = target(session, street)
    tickets = session.scalars(select(Ticket).where(*_behind(street, aim), Ticket.id > after).order_by(Ticket.id).limit(limit)).all()
    names = dict(session.execute(select(Department.id, Department.name)).all())
    return [_previewed(session, ticket, aim, names, now) for ticket in tickets]


def _previewed(session: Session, ticket: Ticket, aim: Target, names: dict[int, str], now: datetime) -> dict[str, Any]:
    clocks = TicketClocks(session, ticket)
    moves = _moves(clocks, aim, now)
    return {"id": ticket.id, "number": ticket.number, "clocks": [{
        "kind": move.clock.kind, "department": names.get(clocks.departments.get(move.clock.assignment_id)), "due_by": move.before.due_by,
        "new_due_by": move.after.due_by} for move in moves]}


def ask(session: Session, street: str, *, expected: Target | None, reason: str, actor: Actor, now: datetime) -> ClockRecount:
    """Begins it. ``expected``: the versions that were looked at. Raises NotFound, Forbidden, Conflict: conflict, recount_running, nothing_changed."""
    realm.decide(session, actor, street)
    session.execute(select(func.pg_advisory_xact_lock(LOCK, func.hashtext(street))))
    aim, total = target(session, street), waiting(session, street)
    if expected is not None and expected != aim:
        raise Conflict(details=aim._asdict())
    if running(session, street) is not None:
        raise Conflict("Workers are at it already.", code="recount_running")
    if not total:
        raise Conflict("All open tickets are on these versions.", code="nothing_changed")
    asked = ClockRecount(
        street_code=street, calendar_version_id=aim.calendar_id, policy_id=aim.policy_id, reason=reason, status="running", asked_at=now,
        asked_by=actor.account_id, total=total, done=0, moved=0, reached=0)
    session.add(asked)
    session.flush()
    outbox.publish(session, ASKED, now=now, payload={"recount": asked.id}, queue="low")
    session.flush()
    return asked


def running(session: Session, street: str) -> ClockRecount | None:
    return session.scalar(select(ClockRecount).where(ClockRecount.street_code == street, ClockRecount.status == "running"))


def listed(session: Session, street: str, *, limit: int = 20) -> list[dict[str, Any]]:
    """Newest first."""
    query = (
        select(ClockRecount, Account.name).outerjoin(Account, Account.id == ClockRecount.asked_by)
        .where(ClockRecount.street_code == street).order_by(ClockRecount.id.desc()).limit(limit))
    return [shown(row, by) for row, by in session.execute(query)]


def shown(row: ClockRecount, by: str | None) -> dict[str, Any]:
    names = ("id", "status", "reason", "total", "done", "moved", "asked_at", "finished_at", "calendar_version_id", "policy_id")
    return {name: getattr(row, name) for name in names} | {"street": row.street_code, "by": by}


def go_on(session: Session, recount_id: int, *, now: datetime) -> None:
    """The next part, by a worker; what is left is asked for again."""
    asked = session.scalars(select(ClockRecount).where(ClockRecount.id == recount_id).with_for_update()).one()
    if asked.status != "running":
        return
    aim = Target(asked.calendar_version_id, asked.policy_id)
    if target(session, asked.street_code) != aim:
        asked.status, asked.finished_at = "overtaken", now
        return
    part = _part(session, asked, aim)
    for ticket in part:
        asked.moved += apply(session, ticket, aim, recount_id=asked.id, now=now)
    asked.done += len(part)
    asked.reached = part[-1].id if part else asked.reached
    if len(part) < PART:
        asked.status, asked.finished_at = "done", now
    else:
        outbox.publish(session, ASKED, now=now, payload={"recount": asked.id}, queue="low")
    session.flush()


def _part(session: Session, asked: ClockRecount, aim: Target) -> Sequence[Ticket]:
    query = select(Ticket).where(*_behind(asked.street_code, aim), Ticket.id > asked.reached).order_by(Ticket.id).limit(PART)
    return session.scalars(query.with_for_update().execution_options(populate_existing=True)).all()


def _behind(street: str, aim: Target) -> tuple[ColumnElement[bool], ...]:
    another = or_(Ticket.calendar_version_id != aim.calendar_id, Ticket.policy_id != aim.policy_id)
    return Ticket.street_code == street, Ticket.status.in_(OPEN), another


def apply(session: Session, ticket: Ticket, aim: Target, *, recount_id: int, now: datetime) -> int:
    """The ticket, under its row lock, on the new versions; how many clocks are due at another time now."""
    moves = _moves(TicketClocks(session, ticket), aim, now)
    facts: dict[str, Any] = {
        "recount": recount_id, "calendar": [ticket.calendar_version_id, aim.calendar_id], "policy": [ticket.policy_id, aim.policy_id]}
    ticket.calendar_version_id, ticket.policy_id = aim
    clocks = TicketClocks(session, ticket)
    for move in moves:
        _move(clocks, move)
    for row in clocks.rows:
        row.calendar_version_id = aim.calendar_id
        clocks.schedule(row)
    if any(move.clock.kind == "promise" for move in moves):
        facts["promised_before"] = ticket.promised_by.isoformat()
        ticket.promise_note = WHY
        ticket.promised_by = next(move.after.due_by for move in moves if move.clock.kind == "promise")
        facts |= {"promised_by": ticket.promised_by.isoformat(), "promise_reason": WHY}
    clocks.refresh_ticket()
    ticket.version += 1
    facts |= {"clocks": clocks.changes} if clocks.changes else {}
    trail.append(session, ticket, action=ACTION, status_from=ticket.status, actor=SYSTEM, facts=facts, now=now)
    session.flush()
    return len(moves)


def _move(clocks: TicketClocks, move: Move) -> None:
    row, after = move.clock, move.after
    row.limit_value, row.limit_unit = after.limit.value, after.limit.unit
    clocks.write(row, after)
    excuse(row, move.before.due_by)


def _moves(clocks: TicketClocks, aim: Target, now: datetime) -> list[Move]:
    """Of the ticket's running clocks, by the versions it has now and those it would get."""
    session, ticket = clocks.session, clocks.ticket
    calendar = calendars.calendar_for(session, aim.calendar_id, street_code=ticket.street_code)
    policy = calendars.policy_for(session, aim.policy_id)
    found = []
    for row in clocks.rows:
        before = clocks.state(row)
        limit = _limit(clocks, policy, row, calendar)
        after = recounted(before, clocks.calendar, calendar, now, limit=limit, share=policy["yellow_share"])
        if after.due_by != before.due_by and not (row.kind == "promise" and after.due_by > before.due_by):
            found.append(Move(row, before, after))
    return found


def _limit(clocks: TicketClocks, policy: dict[str, Any], row: Clock, calendar: Any) -> Limit | None:
    """The one the new policy gives, if it gives another than the old one; what was moved by somebody keeps its own."""
    if row.kind in NAMED_BY_HAND or row.revision:
        return None
    known = {"emergency": clocks.ticket.emergency, "handle_limit": None, "start": row.started_at}
    try:
        old = limit_for(clocks.policy, row.kind, calendar=clocks.calendar, **known)
        new = limit_for(policy, row.kind, calendar=calendar, **known)
    except LimitError:
        return None
    return new if new != old and old == Limit(row.limit_value, row.limit_unit) else None
