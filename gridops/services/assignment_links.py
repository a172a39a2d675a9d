"""A link by which an organisation without log-in acts on one ticket: for one assignment, until it expires, is revoked, or the round ends.

Whoever holds the link may do what that organisation may do in this round, and nothing else; each act is marked "link" in the trail.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.errors import Forbidden, Invalid, NotFound
from gridops.models import Account, Assignment, AssignmentLink, Department, Round, Ticket
from gridops.services import scope, tickets, trail
from gridops.services.behalf import STAND_INS
from gridops.vault import Vault

USUAL_HOURS, MOST_HOURS = 72, 14 * 24
TOKEN_BYTES = 24
LONGEST_TOKEN = 100
PURPOSE = "assignment link"


@dataclass(frozen=True)
class Made:
    """``token`` is shown once: only what it is found by is stored."""

    token: str
    link: AssignmentLink
    department: Department


@dataclass(frozen=True)
class Opened:
    link: AssignmentLink
    ticket: Ticket
    department: Department
    actor: Actor


def make(session: Session, number: str, code: str, *, actor: Actor, now: datetime, vault: Vault, hours: int = USUAL_HOURS) -> Made:
    """A new link ends earlier ones of the same assignment. Raises NotFound, Forbidden, Invalid (``department``)."""
    ticket = _locked(session, number, actor)
    assignment, department = _party(session, ticket, code)
    if department.has_login:
        raise Forbidden("This organisation logs in itself.", code="organisation_logs_in")
    for earlier in session.scalars(_live(now).where(AssignmentLink.assignment_id == assignment.id)):
        earlier.revoked_at = now
    token = secrets.token_urlsafe(TOKEN_BYTES)
    link = AssignmentLink(
        assignment_id=assignment.id, token_index=_index(vault, token), made_at=now, made_by=actor.account_id, expires_by=now + timedelta(hours=hours))
    session.add(link)
    facts = {"department": department.code, "expires_by": link.expires_by.isoformat()}
    _record(session, ticket, "make_link", facts, actor, now)
    session.flush()
    return Made(token, link, department)


def revoke(session: Session, number: str, link_id: int, *, actor: Actor, now: datetime) -> None:
    """Once is enough. Raises NotFound, Forbidden."""
    ticket = _locked(session, number, actor)
    found = session.scalar(_live(now).where(AssignmentLink.id == link_id, Round.ticket_id == ticket.id))
    if found is None:
        raise NotFound()
    found.revoked_at = now
    _record(session, ticket, "revoke_link", {"link": link_id}, actor, now)
    session.flush()


def live_links(session: Session, ticket: Ticket, *, now: datetime) -> Sequence[Row]:
    """(AssignmentLink, Department, name of who made it), oldest first."""
    query = _live(now).add_columns(Department, Account.name).join(Department, Department.id == Assignment.department_id)
    query = query.outerjoin(Account, Account.id == AssignmentLink.made_by).where(Round.ticket_id == ticket.id).order_by(AssignmentLink.id)
    return session.execute(query).all()


def opened(session: Session, token: str, *, vault: Vault, now: datetime) -> Opened:
    """Raises NotFound: unknown, expired, revoked and over look the same."""
    index = _index(vault, token[:LONGEST_TOKEN])
    query = _live(now).add_columns(Ticket, Department).join(Ticket, Ticket.round_id == Round.id)
    row = session.execute(query.join(Department, Department.id == Assignment.department_id).where(AssignmentLink.token_index == index)).one_or_none()
    if row is None:
        raise NotFound()
    link, ticket, department = row
    actor = Actor("link", department.name, on_behalf_of=department.id, assignment_id=link.assignment_id)
    return Opened(link, ticket, department, actor)


def act(session: Session, token: str, action: str, body: dict[str, Any], *, vault: Vault, now: datetime) -> Ticket:
    """As tickets.perform. Under the ticket's lock the link is asked once more: it may have been revoked a moment ago."""
    found = opened(session, token, vault=vault, now=now)
    session.execute(select(Ticket.id).where(Ticket.id == found.ticket.id).with_for_update())
    session.expire(found.link)
    found = opened(session, token, vault=vault, now=now)
    found.link.used_at = now
    return tickets.perform(session, found.ticket.number, action, body, actor=found.actor, now=now)


def _record(session: Session, ticket: Ticket, action: str, facts: dict[str, Any], actor: Actor, now: datetime) -> None:
    role = min(actor.roles_at(ticket.area_code).intersection(STAND_INS))
    trail.append(session, ticket, action=action, status_from=ticket.status, actor=actor, facts=facts, now=now, role=role)


def _locked(session: Session, number: str, actor: Actor) -> Ticket:
    ticket = session.scalar(select(Ticket).where(Ticket.number == number, scope.visible_tickets(actor)).with_for_update())
    if ticket is None:
        raise NotFound()
    if not actor.roles_at(ticket.area_code).intersection(STAND_INS):
        raise Forbidden("Only a clerk or dispatcher may act for an organisation.", code="may_not_stand_in")
    return ticket


def _party(session: Session, ticket: Ticket, code: str) -> Row:
    query = select(Assignment, Department).join(Department, Department.id == Assignment.department_id)
    row = session.execute(query.where(Assignment.round_id == ticket.round_id, Department.code == code)).one_or_none()
    if row is None:
        raise Invalid(fields={"department": ["This organisation has no part in the present round."]})
    return row


def _live(now: datetime):
    of_round = select(AssignmentLink).join(Assignment, Assignment.id == AssignmentLink.assignment_id).join(Round, Round.id == Assignment.round_id)
    return of_round.where(AssignmentLink.revoked_at.is_(None), AssignmentLink.expires_by > now, Round.ended_at.is_(None))


def _index(vault: Vault, token: str) -> bytes:
    return vault.blind_index(token, purpose=PURPOSE)
