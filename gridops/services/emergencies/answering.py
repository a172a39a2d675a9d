"""Acknowledging: by log-in, by the link in the text message, or by a clerk who phoned. Each way is a row of the trail."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.domain.lifecycle import OPEN
from gridops.errors import Forbidden, NotAllowed, NotFound
from gridops.models import Account, Department, Page, Person, Remark, Ticket
from gridops.services import alarms, outbox, scope, trail
from gridops.services.behalf import STAND_INS
from gridops.services.emergencies import calling
from gridops.vault import Vault

CALLS = ("reached", "no_answer", "wrong_number")
LONGEST_TOKEN = 100


def acknowledge(session: Session, number: str, *, actor: Actor, now: datetime) -> list[Page]:
    """Every page that called this log-in: as a person, an organisation, or a role. Raises NotFound, Forbidden, NotAllowed."""
    ticket = locked(session, number, actor)
    mine = [page for page in pages_of(session, ticket) if _is_mine(session, page, ticket, actor)]
    if not mine:
        raise Forbidden("You were not called to this emergency.", code="not_called")
    fresh = [page for page in mine if page.acknowledged_at is None]
    for page in fresh:
        _answer(session, ticket, page, "login", actor, now)
    return mine


def may_answer(session: Session, ticket: Ticket, actor: Actor) -> bool:
    """Was this log-in called, and has it not answered?"""
    mine = (page for page in pages_of(session, ticket) if page.acknowledged_at is None and _is_mine(session, page, ticket, actor))
    return ticket.status in OPEN and next(mine, None) is not None


def acknowledge_by_link(session: Session, token: str, *, vault: Vault, now: datetime) -> Page:
    """Once is enough. Raises NotFound: unknown and over look the same."""
    page, ticket = opened(session, token, vault=vault)
    session.execute(select(Ticket.id).where(Ticket.id == ticket.id).with_for_update())
    session.refresh(ticket)
    session.refresh(page)
    if ticket.status not in OPEN:
        raise NotFound()
    if page.acknowledged_at is None:
        _answer(session, ticket, page, "link", Actor("link", "link", on_behalf_of=page.department_id), now)
    return page


def opened(session: Session, token: str, *, vault: Vault) -> tuple[Page, Ticket]:
    """Raises NotFound."""
    index = calling.index_of(vault, token[:LONGEST_TOKEN])
    row = session.execute(select(Page, Ticket).join(Ticket, Ticket.id == Page.ticket_id).where(Page.token_index == index)).one_or_none()
    if row is None or row.Ticket.status not in OPEN:
        raise NotFound()
    return row.Page, row.Ticket


def record_call(session: Session, number: str, page_id: int, outcome: str, text: str, *, actor: Actor, now: datetime) -> Page:
    """A clerk phoned who was called: who was reached has acknowledged. Raises NotFound, Forbidden."""
    ticket = locked(session, number, actor)
    if not actor.roles_at(ticket.area_code).intersection(STAND_INS):
        raise Forbidden(code="may_not_stand_in")
    page = next((one for one in pages_of(session, ticket) if one.id == page_id), None)
    if page is None:
        raise NotFound()
    page.called_at, page.call_outcome = now, outcome
    if outcome == "reached" and page.acknowledged_at is None:
        _answer(session, ticket, page, "call", actor, now, text=text)
    else:
        _record(session, ticket, "call_paged", page, {"outcome": outcome}, actor, now, text)
    return page


def locked(session: Session, number: str, actor: Actor) -> Ticket:
    """Raises NotFound (also for a ticket that is no emergency), NotAllowed."""
    ticket = session.scalar(select(Ticket).where(Ticket.number == number, scope.visible_tickets(actor)).with_for_update())
    if ticket is None or not ticket.emergency:
        raise NotFound()
    if ticket.status not in OPEN:
        raise NotAllowed("This emergency is over.", code="emergency_over", details={"status": ticket.status})
    return ticket


def pages_of(session: Session, ticket: Ticket) -> list[Page]:
    return list(session.scalars(select(Page).where(Page.ticket_id == ticket.id).order_by(Page.id)))


def _is_mine(session: Session, page: Page, ticket: Ticket, actor: Actor) -> bool:
    if page.person_id is not None and actor.account_id is not None:
        return session.scalar(select(Account.person_id).where(Account.id == actor.account_id)) == page.person_id
    return page.department_id in actor.department_ids or page.role in actor.roles_at(ticket.area_code)


def _answer(session: Session, ticket: Ticket, page: Page, via: str, actor: Actor, now: datetime, text: str | None = None) -> None:
    page.acknowledged_at, page.acknowledged_via, page.acknowledged_by = now, via, actor.account_id
    row = _record(session, ticket, "acknowledge", page, {"via": via}, actor, now, text)
    alarms.settle(session, calling.UNANSWERED, ticket.number, now=now, settled_by=actor.account_id)
    payload = {"action": "acknowledge", "seq": row.seq}
    outbox.publish(session, "emergency.acknowledged", now=now, ticket_id=ticket.id, payload=payload, queue="urgent")
    session.flush()


def _record(session: Session, ticket: Ticket, action: str, page: Page, facts: dict[str, Any], actor: Actor, now: datetime, text: str | None):
    facts = {"page": page.id, "wave": page.wave} | _who(session, page) | facts
    row = trail.append(session, ticket, action=action, status_from=ticket.status, actor=actor, facts=facts, now=now, role=role_of(actor, ticket))
    if text:
        session.add(Remark(ticket_id=ticket.id, trail_seq=row.seq, text=text))
    session.flush()
    return row


def _who(session: Session, page: Page) -> dict[str, str]:
    """By staff number or code, never by name."""
    if page.person_id is not None:
        return {"person": session.get_one(Person, page.person_id).code}
    if page.department_id is not None:
        return {"department": session.get_one(Department, page.department_id).code}
    return {"called_role": page.role or ""}


def role_of(actor: Actor, ticket: Ticket) -> str | None:
    """Only for show."""
    return min(actor.roles_at(ticket.area_code), default="department" if actor.department_ids else None)
