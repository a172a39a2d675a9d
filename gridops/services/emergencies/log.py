"""One log for all who act in an emergency: what they wrote, who was called and who answered, and each step, in order of time.

Its rows are those of the ticket's trail, so nothing in it can be changed or cut unseen.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.domain.lifecycle import OPEN
from gridops.errors import NotFound
from gridops.models import Assignment, Clock, Department, Page, Person, Remark, Ticket
from gridops.services import history, scope, trail
from gridops.services.emergencies import answering
from gridops.services.shown import called

ENTRY = "log_entry"


def write(session: Session, number: str, text: str, *, actor: Actor, now: datetime) -> int:
    """Adds an entry that all parties read; its number in the trail. Raises NotFound, NotAllowed."""
    ticket = answering.locked(session, number, actor)
    role = answering.role_of(actor, ticket)
    row = trail.append(session, ticket, action=ENTRY, status_from=ticket.status, actor=actor, facts=_of(session, actor), now=now, role=role)
    session.add(Remark(ticket_id=ticket.id, trail_seq=row.seq, text=text))
    session.flush()
    return row.seq


def _of(session: Session, actor: Actor) -> dict[str, Any]:
    codes = session.scalars(select(Department.code).where(Department.id.in_(actor.department_ids)).order_by(Department.code)).all()
    return {"departments": list(codes)} if codes else {}


def visible(session: Session, number: str, actor: Actor) -> Ticket:
    """Raises NotFound, also for a ticket that is no emergency."""
    ticket = scope.visible_ticket(session, number, actor)
    if not ticket.emergency:
        raise NotFound()
    return ticket


def shown(session: Session, ticket: Ticket, actor: Actor, *, now: datetime, locale: str) -> dict[str, Any]:
    """{number, status, version, calls, parties, log}; ``version`` changes with every row of the log."""
    entries = history.history(session, ticket, actor, locale=locale)
    return {
        "number": ticket.number, "status": ticket.status, "version": ticket.trail_seq, "open": ticket.status in OPEN,
        "calls": calls(session, ticket, locale), "parties": parties(session, ticket, now, locale), "log": entries}


def calls(session: Session, ticket: Ticket, locale: str) -> list[dict[str, Any]]:
    query = select(Page, Person, Department).outerjoin(Person, Person.id == Page.person_id).outerjoin(Department, Department.id == Page.department_id)
    return [
        {
            "id": page.id, "wave": page.wave, "person": person.name if person else None, "role": page.role,
            "department": called(department, locale) if department else None, "phone": department.duty_phone if department else None,
            "channel": page.channel, "paged_at": page.paged_at, "call_outcome": page.call_outcome, "called_at": page.called_at,
            "acknowledged_at": page.acknowledged_at, "acknowledged_via": page.acknowledged_via}
        for page, person, department in session.execute(query.where(Page.ticket_id == ticket.id).order_by(Page.id))]


def parties(session: Session, ticket: Ticket, now: datetime, locale: str) -> list[dict[str, Any]]:
    """Each organisation with its part, its own clock and whether it has acknowledged."""
    query = (
        select(Assignment, Department, Page.acknowledged_at).join(Department, Department.id == Assignment.department_id)
        .outerjoin(Page, (Page.ticket_id == ticket.id) & (Page.department_id == Department.id))
        .where(Assignment.round_id == ticket.round_id).order_by(Assignment.id))
    return [
        {
            "department": called(department, locale), "role": assignment.role, "duty": assignment.duty, "status": assignment.status,
            "phone": department.duty_phone or department.phone, "acknowledged_at": acknowledged_at, **_clock(session, assignment, now)}
        for assignment, department, acknowledged_at in session.execute(query)]


def _clock(session: Session, assignment: Assignment, now: datetime) -> dict[str, Any]:
    query = select(Clock).where(Clock.assignment_id == assignment.id, Clock.kind.in_(("handle", "support"))).order_by(Clock.id.desc()).limit(1)
    row = session.scalar(query)
    return {"due_by": row.due_by if row else None, "late": bool(row and row.status == "running" and row.due_by and row.due_by < now)}
