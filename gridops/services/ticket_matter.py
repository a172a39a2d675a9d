"""What belongs to a ticket's matter beside its own steps: tickets merged into it, earlier and later ones, a watch, a look, a wish to void it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from gridops.models import Person, PlaceWatch, Ticket, Verification, VoidRequest


def of(session: Session, ticket: Ticket) -> dict[str, Any]:
    """{merged_into, merged, relapse_of, relapses (numbers), watch {outcome, began_at, ends_by}, verification, void_request}."""
    return _related(session, ticket) | _asked(session, ticket) | {"watch": _watch(session, ticket)}


def _related(session: Session, ticket: Ticket) -> dict[str, Any]:
    above = [number for number in (ticket.merged_into, ticket.relapse_of) if number is not None]
    query = select(Ticket.id, Ticket.number, Ticket.merged_into, Ticket.relapse_of).order_by(Ticket.id)
    rows = session.execute(query.where(or_(Ticket.merged_into == ticket.id, Ticket.relapse_of == ticket.id, Ticket.id.in_(above)))).all()
    numbers = {row.id: row.number for row in rows}
    return {
        "merged_into": numbers.get(ticket.merged_into), "merged": [row.number for row in rows if row.merged_into == ticket.id],
        "relapse_of": numbers.get(ticket.relapse_of), "relapses": [row.number for row in rows if row.relapse_of == ticket.id],
    }


def _watch(session: Session, ticket: Ticket) -> dict[str, Any] | None:
    watch = session.get(PlaceWatch, ticket.watch_id) if ticket.watch_id is not None else None
    return {"outcome": watch.outcome, "began_at": watch.began_at, "ends_by": watch.ends_by} if watch else None


def _asked(session: Session, ticket: Ticket) -> dict[str, Any]:
    """The newest look before filing, and a wish to void the ticket while nobody has decided."""
    undecided = (VoidRequest.ticket_id == Ticket.id) & VoidRequest.decision.is_(None)
    query = (
        select(Verification, Person.name, VoidRequest).select_from(Ticket).outerjoin(Verification, Verification.ticket_id == Ticket.id)
        .outerjoin(Person, Person.id == Verification.person_id).outerjoin(VoidRequest, undecided)
        .where(Ticket.id == ticket.id).order_by(Verification.id.desc().nulls_last()).limit(1))
    row = session.execute(query).one()
    asked = row.VoidRequest
    return {
        "verification": _verification(row.Verification, row.name) if row.Verification else None,
        "void_request": {"reason": asked.reason, "asked_at": asked.asked_at} if asked else None,
    }


def _verification(sent: Verification, worker: str | None) -> dict[str, Any]:
    return {
        "worker": {"name": worker} if worker else None, "sent_at": sent.sent_at, "finding": sent.finding, "found_at": sent.found_at,
        "cancelled_at": sent.cancelled_at,
    }
