"""The only door through which a ticket's status changes: for people, and for workers as SYSTEM.

``perform`` locks the ticket, looks the action up in the lifecycle table, asks the action's guard, lets its effect work, moves the
clocks, and writes status, trail, remark and outbox together. Whoever calls it commits, or nothing of it happened.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from gridops.domain import lifecycle
from gridops.domain.actor import Actor
from gridops.domain.lifecycle import ACTIONS, SAME, Transition
from gridops.errors import Conflict, Forbidden, NotAllowed, NotFound
from gridops.models import Outbox, Remark, Ticket
from gridops.services import behalf, merging, outbox, trail
from gridops.services.actions import EFFECTS, FIRST, GUARDS
from gridops.services.bodies import load_body
from gridops.services.work import Work
from gridops.services.writing import insert_together, is_deferred


def perform(
    session: Session, subject: str | Ticket, action: str, body: dict[str, Any] | None = None, *, actor: Actor, now: datetime,
    expected_version: int | None = None, announce: bool = True,
) -> Ticket:
    """Does one action and returns the ticket. ``subject`` is its number, or the ticket itself where the caller holds its row lock.

    ``announce=False`` publishes nothing: for a worker that does in the same transaction what would follow.

    Raises NotFound (no such ticket in scope, no such action), Forbidden (wrong role), NotAllowed (wrong status, or a rule of the
    action; details: status, version, allowed_actions), Conflict (``expected_version`` is not the present one), Invalid (body).
    """
    transition = _transition(action)
    ticket = subject if isinstance(subject, Ticket) else merging.lock(session, subject, action, body or {}, actor)
    expected_version = (body or {}).get("expected_version", expected_version)
    actor = behalf.resolve(session, ticket, actor, body or {})
    work = Work(session, ticket, actor, now, transition=transition, announce=announce)
    _check_version(work, expected_version)
    _check_table(work)
    work.body = load_body(action, body or {})
    _do(work)
    return ticket


def _transition(action: str) -> Transition:
    if action not in ACTIONS:
        raise NotFound("There is no action %(action)s.", code="unknown_action", action=action)
    return ACTIONS[action]


def _check_version(work: Work, expected: int | None) -> None:
    if expected is not None and expected != work.ticket.version:
        raise Conflict(details=_details(work))


def _check_table(work: Work) -> None:
    row = work.transition
    if not work.capacities.intersection(row.roles):
        raise Forbidden(details={"roles": list(row.roles)})
    if work.ticket.status not in row.sources:
        raise NotAllowed(details=_details(work))
    _guard(work)


def _guard(work: Work) -> None:
    guard = GUARDS.get(work.transition.action)
    if guard:
        try:
            guard(work)
        except NotAllowed as refusal:
            refusal.details = _details(work)
            raise


def _details(work: Work) -> dict[str, Any]:
    allowed = allowed_actions(work.session, work.ticket, work.actor, now=work.now)
    return {"status": work.ticket.status, "version": work.ticket.version, "allowed_actions": allowed}


def allowed_actions(
    session: Session, ticket: Ticket, actor: Actor, *, now: datetime, among: Collection[str] = ACTIONS,
) -> list[str]:
    """Exactly what this actor may do now, in the order of the lifecycle table; ``among`` asks no further than these."""
    work = Work(session, ticket, actor, now)
    return [row.action for row in lifecycle.TABLE if row.action in among and _may(work, row)]


def _may(work: Work, row: Transition) -> bool:
    if work.ticket.status not in row.sources or not work.capacities.intersection(row.roles):
        return False
    guard = GUARDS.get(row.action)
    try:
        if guard:
            guard(work)
    except (NotAllowed, Forbidden, Conflict):
        return False
    return True


def _do(work: Work) -> None:
    source = work.ticket.status
    if first := FIRST.get(work.transition.action):
        first(work)
    work.clocks.stop(work.transition.stops, work.now)
    work.clocks.cancel(work.transition.cancels, work.now)
    target = EFFECTS[work.transition.action](work)
    target = source if target == SAME else target
    _check_effect(work, source, target)
    work.ticket.status = target
    work.ticket.version += 1
    work.clocks.refresh_ticket()
    _record(work, source)
    _follow(work)


def _check_effect(work: Work, source: str, target: str) -> None:
    """An effect may not do what the table does not say: this is a fault of ours, and nothing of it is kept."""
    row = work.transition
    if not lifecycle.lands(row.action, source, target):
        raise AssertionError(f"{row.action} ended in {target}")
    if not work.clocks.started <= set(row.starts):
        raise AssertionError(f"{row.action} started {work.clocks.started}")


def _record(work: Work, source: str) -> None:
    ticket, action = work.ticket, work.transition.action
    role = next(iter(sorted(work.capacities.intersection(work.transition.roles))), None)
    if work.clocks.changes:
        work.facts["clocks"] = work.clocks.changes
    row = trail.next_row(ticket, action=action, status_from=source, actor=work.actor, facts=work.facts, now=work.now, role=role)
    said = [done(ticket, action, seq=row.seq, now=work.now)] if work.announce else []
    insert_together(work.session, *work.begun(), row, *_remark(work), *said)
    if not is_deferred(work.session):
        work.session.flush()


def _remark(work: Work) -> list[Remark]:
    call = work.actor.call_record
    if not work.text and not call:
        return []
    return [Remark(
        ticket_id=work.ticket.id, trail_seq=work.ticket.trail_seq, text=work.text or "", public=work.public, call_record=call)]


def done(ticket: Ticket, action: str, *, seq: int, now: datetime) -> Outbox:
    """That the action has been done: the row to publish, not yet in any session."""
    queue = "urgent" if ticket.emergency else "default"
    return outbox.fact(ACTIONS[action].topic, now=now, ticket_id=ticket.id, payload={"action": action, "seq": seq}, queue=queue)


def _follow(work: Work) -> None:
    """What an action brings with it ("not solved" reopens) goes through the table like any other action, by the same actor."""
    for action, body in work.follow_ups:
        follower = Work(work.session, work.ticket, work.actor, work.now, body=body, transition=ACTIONS[action])
        _do(follower)
