"""Reporters' names and phones: stored encrypted, shown masked, opened only with a reason that leaves a trail.

Clerks and dispatchers see and open all. A unit never sees who complained about it: of named reporters the lead's department
sees the mask and may open it, of protected and anonymous ones nothing. Others in the area see masks of named reporters.
"""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.domain.contact import mask_name, mask_phone, normalise_phone
from gridops.errors import Forbidden, Invalid, NotFound
from gridops.models import Contact, Report, Ticket
from gridops.services import merging, security_events, trail
from gridops.services.scope import WITHOUT_TICKETS, visible_tickets
from gridops.vault import Vault

NAME, PHONE = "contact name", "contact phone"  # purposes of the vault
OPENERS = frozenset({"clerk", "dispatcher"})
SHORTEST_REASON = 2


class Known(TypedDict):
    name: str | None
    phone: str | None


def sealed(vault: Vault, name: str | None, phone: str | None, now: datetime) -> Contact:
    """The row, not yet in any session. Raises Invalid ``phone_invalid``."""
    name = (name or "").strip() or None
    number = normalise_phone(phone) if phone and phone.strip() else None
    return Contact(
        name_cipher=vault.encrypt(name, purpose=NAME) if name else None,
        phone_cipher=vault.encrypt(number, purpose=PHONE) if number else None,
        phone_index=vault.blind_index(number, purpose=PHONE) if number else None,
        created_at=now,
    )


def masked(vault: Vault, contact: Contact | None) -> Known:
    """``{"name": "张**", "phone": "138****1234"}``; None where it was not given."""
    known = _opened(vault, contact)
    return Known(
        name=mask_name(known["name"]) if known["name"] else None, phone=mask_phone(known["phone"]) if known["phone"] else None,
    )


def masked_for(vault: Vault, report: Report, ticket: Ticket, contact: Contact | None, actor: Actor) -> Known | None:
    """What this viewer of the ticket may see of the reporter; None means nothing at all, not even a mask."""
    area_staff = report.visibility == "named" and bool(actor.roles_at(ticket.area_code) - WITHOUT_TICKETS)
    return masked(vault, contact) if area_staff or _may_open(report, ticket, actor) else None


def reveal(session: Session, vault: Vault, report: Report, *, actor: Actor, reason: str, now: datetime) -> Known:
    """The name and phone in clear. Every opening is a security event and a row of the ticket's trail.

    Raises NotFound (ticket out of scope), Forbidden, Invalid ``reason_required``.
    """
    ticket = merging.lock_root(session, report.ticket_id)
    if session.scalar(select(Ticket.id).where(Ticket.id == ticket.id, visible_tickets(actor))) is None:
        raise NotFound()
    if actor.kind != "staff" or not _may_open(report, ticket, actor):
        raise Forbidden()
    if len(reason.strip()) < SHORTEST_REASON:
        raise Invalid("Opening a contact needs a reason.", code="reason_required", fields={"reason": ["reason_required"]})
    security_events.record(
        session, "contact_opened", now=now, account_id=actor.account_id, ticket_id=ticket.id, report=report.id, reason=reason.strip(),
    )
    trail.append(session, ticket, action="open_contact", status_from=ticket.status, actor=actor, facts={"report": report.id}, now=now)
    return _opened(vault, session.get(Contact, report.contact_id) if report.contact_id else None)


def find_reports_by_phone(session: Session, vault: Vault, phone: str, actor: Actor, *, limit: int = 50) -> list[Report]:
    """A caller's reports in the clerk's scope, the newest first. Raises Forbidden, Invalid ``phone_invalid``."""
    if not actor.roles & OPENERS:
        raise Forbidden()
    index = vault.blind_index(normalise_phone(phone), purpose=PHONE)
    query = select(Report).join(Contact, Contact.id == Report.contact_id).join(Ticket, Ticket.id == Report.ticket_id)
    there = or_(*(Ticket.area_code.startswith(area, autoescape=True) for area in sorted(set(actor.areas(*OPENERS)))))
    query = query.where(Contact.phone_index == index, there).order_by(Report.reported_at.desc(), Report.id.desc())
    return list(session.scalars(query.limit(limit)))


def _opened(vault: Vault, contact: Contact | None) -> Known:
    if contact is None:
        return Known(name=None, phone=None)
    return Known(
        name=vault.decrypt(contact.name_cipher, purpose=NAME) if contact.name_cipher else None,
        phone=vault.decrypt(contact.phone_cipher, purpose=PHONE) if contact.phone_cipher else None,
    )


def _may_open(report: Report, ticket: Ticket, actor: Actor) -> bool:
    if actor.roles_at(ticket.area_code) & OPENERS:
        return True
    return report.visibility == "named" and ticket.lead_id is not None and ticket.lead_id in actor.department_ids
