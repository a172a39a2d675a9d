"""What time itself brings: warnings, escalations, deemed signing, archiving. Touches only clocks whose next alert has passed.

Each level fires once per (clock, revision, level): the escalation row, the inbox message and the clock's next alert are one transaction.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from gridops.domain.actor import SYSTEM
from gridops.domain.clocks import Escalation as EscalationRow
from gridops.domain.lifecycle import allows
from gridops.models import Clock, Escalation, Ticket
from gridops.services import alarms, outbox, tickets
from gridops.services.clocks import TicketClocks

TRY_AGAIN = timedelta(minutes=10)
BY_SYSTEM = ("sign", "resume", "archive")  # escalation actions that are actions of the lifecycle


def something_is_due(session: Session, now: datetime) -> bool:
    return session.scalar(select(Clock.id).where(*_due(now)).limit(1)) is not None


def sweep(session: Session, *, now: datetime, limit: int = 100) -> int:
    """Fires what has passed on at most ``limit`` tickets; returns how many it looked at. Two sweeps share the work."""
    ids = session.scalars(select(Clock.ticket_id).where(*_due(now)).order_by(Clock.next_alert_at).limit(limit)).all()
    query = select(Ticket).where(Ticket.id.in_(set(ids))).order_by(Ticket.id).with_for_update(skip_locked=True)
    due = session.scalars(query).all()
    for ticket in due:
        _sweep_alone(session, ticket, now)
    return len(due)


def _due(now: datetime) -> tuple:
    # Written out, not bound: only then does every plan use the partial index of clocks that can still alert.
    return text("clock.status = 'running'"), Clock.next_alert_at < now


def _sweep_alone(session: Session, ticket: Ticket, now: datetime) -> None:
    """A ticket that cannot be swept raises an alarm and is tried again later; it never holds up the others."""
    number, area_code, ticket_id = ticket.number, ticket.area_code, ticket.id
    try:
        with session.begin_nested():
            _sweep_ticket(session, ticket, now)
    except Exception as error:  # noqa: BLE001 - whatever it is, the other tickets' clocks must not stand still
        later = update(Clock).where(Clock.ticket_id == ticket_id, *_due(now)).values(next_alert_at=now + TRY_AGAIN)
        session.execute(later, execution_options={"synchronize_session": False})
        alarms.raise_alarm(session, "sweep_failed", number, area_code, ticket_id, {"error": type(error).__name__}, now=now)
        session.expire_all()


def _sweep_ticket(session: Session, ticket: Ticket, now: datetime) -> None:
    clocks = TicketClocks(session, ticket)
    todo: list[str] = []
    for row in [r for r in clocks.rows if r.status == "running" and r.next_alert_at is not None and r.next_alert_at < now]:
        for step in clocks.passed(row, now):
            _fire(session, ticket, row, step, now)
            todo += [step.action] if step.action in BY_SYSTEM else []
        clocks.schedule(row)
    session.flush()
    for action in todo:
        if allows(action, ticket.status):
            tickets.perform(session, ticket, action, {}, actor=SYSTEM, now=now)


def _fire(session: Session, ticket: Ticket, row: Clock, step: EscalationRow, now: datetime) -> None:
    statement = insert(Escalation).values(
        clock_id=row.id, ticket_id=ticket.id, revision=row.revision, level=step.level, addressee=",".join(step.to), fired_at=now)
    fired = session.scalar(statement.on_conflict_do_nothing().returning(Escalation.id))
    row.alerts_fired = max(row.alerts_fired, step.level)
    if fired is not None and step.action not in BY_SYSTEM:
        outbox.publish(
            session, "clock.escalated", now=now, ticket_id=ticket.id, queue="urgent" if ticket.emergency else "default",
            payload={"clock": row.kind, "level": step.level, "to": list(step.to), "step": step.action, "escalation": fired})
