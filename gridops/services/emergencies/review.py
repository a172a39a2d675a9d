"""The review after an emergency: due a week after it closed; findings, and what follows from them, with owner and date."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.errors import Forbidden, Invalid, NotAllowed, NotFound
from gridops.models import Account, EmergencyReview, Measure, Ticket
from gridops.services import history, outbox, scope, trail
from gridops.services.meetings import measures

DUE = "emergency.review_due"
WITHIN, AGAIN = timedelta(days=7), timedelta(days=1)
REVIEWERS = ("leader", "dispatcher")


def open_review(session: Session, ticket: Ticket, *, now: datetime) -> EmergencyReview:
    """One for each emergency, also where it is opened again and closed again. The ticket is locked."""
    found = session.scalar(select(EmergencyReview).where(EmergencyReview.ticket_id == ticket.id))
    if found is not None:
        return found
    made = EmergencyReview(ticket_id=ticket.id, opened_at=now, due_by=now + WITHIN)
    session.add(made)
    for at in (now, made.due_by):
        outbox.publish(session, DUE, now=now, ticket_id=ticket.id, available_at=at, payload={"at": at.isoformat()})
    session.flush()
    return made


def remind(session: Session, ticket: Ticket, *, now: datetime) -> bool:
    """Is it still to be done? Once it is overdue the next reminder is asked for."""
    found = session.scalar(select(EmergencyReview).where(EmergencyReview.ticket_id == ticket.id).with_for_update())
    if found is None or found.finished_at is not None:
        return False
    if now >= found.due_by:
        at = now + AGAIN
        outbox.publish(session, DUE, now=now, ticket_id=ticket.id, available_at=at, payload={"at": at.isoformat()})
    return True


def entrust(session: Session, number: str, username: str, due_by: datetime | None, *, actor: Actor, now: datetime) -> EmergencyReview:
    """Says who does it, and by when. Raises NotFound, Forbidden, Invalid."""
    found, _ticket = _locked(session, number, actor)
    owner = session.scalar(select(Account.id).where(Account.username == username, Account.disabled_at.is_(None)))
    if owner is None:
        raise Invalid(fields={"owner": ["There is no such log-in."]})
    if due_by is not None and due_by <= now:
        raise Invalid(fields={"due_by": ["This must be in the future."]})
    found.owner_id, found.due_by = owner, due_by or found.due_by
    session.flush()
    return found


def finish(session: Session, number: str, findings: str, decided: list[dict[str, Any]], *, actor: Actor, now: datetime) -> EmergencyReview:
    """``decided``: as ``measures.decide`` takes them. The log is kept as it stands. Raises NotFound, Forbidden, NotAllowed, Invalid."""
    found, ticket = _locked(session, number, actor)
    for one in decided:
        measures.decide(session, one, actor=actor, now=now, review_id=found.id)
    found.findings, found.finished_at, found.finished_by = findings, now, actor.account_id
    found.timeline = timeline(session, ticket, actor)
    role = min(actor.roles_at(ticket.area_code), default=None)
    facts = {"review": found.id, "measures": len(decided)}
    trail.append(session, ticket, action="finish_review", status_from=ticket.status, actor=actor, facts=facts, now=now, role=role)
    session.flush()
    return found


def timeline(session: Session, ticket: Ticket, actor: Actor) -> list[dict[str, Any]]:
    """When, what, by whom: without words of residents."""
    return [
        {"seq": step["seq"], "at": step["at"].isoformat(), "action": step["action"], "actor": step["actor"] and step["actor"]["name"], "facts": step["facts"]}
        for step in history.history(session, ticket, actor, locale="zh")]


def of_ticket(session: Session, ticket: Ticket) -> EmergencyReview | None:
    return session.scalar(select(EmergencyReview).where(EmergencyReview.ticket_id == ticket.id))


def get(session: Session, ticket: Ticket) -> EmergencyReview:
    """Raises NotFound."""
    found = of_ticket(session, ticket)
    if found is None:
        raise NotFound()
    return found


def listed(session: Session, actor: Actor, *, undone_only: bool = True, limit: int = 200) -> list[tuple[EmergencyReview, Ticket, str | None]]:
    """(review, ticket, name of the owner) in the actor's scope, the soonest due first."""
    query = (
        select(EmergencyReview, Ticket, Account.name).join(Ticket, Ticket.id == EmergencyReview.ticket_id)
        .outerjoin(Account, Account.id == EmergencyReview.owner_id).where(scope.visible_tickets(actor)))
    if undone_only:
        query = query.where(EmergencyReview.finished_at.is_(None))
    return [tuple(row) for row in session.execute(query.order_by(EmergencyReview.due_by, EmergencyReview.id).limit(limit))]


def measures_of(session: Session, review: EmergencyReview) -> list[Measure]:
    return list(session.scalars(select(Measure).where(Measure.review_id == review.id).order_by(Measure.id)))


def _locked(session: Session, number: str, actor: Actor) -> tuple[EmergencyReview, Ticket]:
    ticket = session.scalar(select(Ticket).where(Ticket.number == number, scope.visible_tickets(actor)).with_for_update())
    found = of_ticket(session, ticket) if ticket is not None else None
    if ticket is None or found is None:
        raise NotFound()
    if not actor.roles_at(ticket.area_code).intersection(REVIEWERS) and found.owner_id != actor.account_id:
        raise Forbidden()
    if found.finished_at is not None:
        raise NotAllowed("This review is finished.", code="review_finished", details={"status": ticket.status})
    return found, ticket
