"""This is my problem too: somebody joins an open ticket instead of reporting it again, with a tracking code of his own.

A follower is a report like any other: the matter is counted with it, each has an own answer and an own rating, and "not solved" from it reopens.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.domain import codes
from gridops.domain.actor import Actor, reporter
from gridops.domain.lifecycle import OPEN
from gridops.errors import Conflict, NotFound
from gridops.models import CategoryVersion, Report, Ticket
from gridops.services import contacts, merging, trail
from gridops.services.intake import CODE, at_least_protected, attach_photos
from gridops.services.similar import open_to_all
from gridops.vault import Vault

CHANNEL = "follow"


class Followed(NamedTuple):
    """``code`` is the bearer secret and is shown nowhere else."""

    code: str
    ticket: Ticket
    report: Report


def follow(
    session: Session, number: str, given: dict[str, Any], *, actor: Actor, now: datetime, vault: Vault, locale: str = "zh",
) -> Followed:
    """``given``: text?, contact? {name, phone}, visibility?, photos?.

    Raises NotFound (no such ticket, or none that anybody may know of), Conflict (closed a moment ago), Invalid (phone, photos).
    """
    known = session.scalar(select(Ticket.id).where(Ticket.number == number, open_to_all()))
    if known is None:
        raise NotFound()
    ticket = merging.lock_root(session, known)
    if ticket.status not in OPEN:
        raise Conflict(details={"status": ticket.status, "version": ticket.version, "allowed_actions": []})
    code = codes.new_code()
    report = _report(session, ticket, given, code, actor=actor, now=now, vault=vault, locale=locale)
    session.add(report)
    session.flush()
    attach_photos(session, given.get("photos") or [], ticket, report, actor, now)
    trail.append(
        session, ticket, action="follow", status_from=ticket.status, actor=reporter(report.id), facts={"report": report.id}, now=now,
        role="reporter")
    session.flush()
    return Followed(code, ticket, report)


def _report(
    session: Session, ticket: Ticket, given: dict[str, Any], code: str, *, actor: Actor, now: datetime, vault: Vault, locale: str,
) -> Report:
    """At the ticket's spot and of its kind; who chose nothing is known to the street alone."""
    visibility = at_least_protected(given.get("visibility") or "protected", given.get("text") or "", secret=_is_protected(session, ticket))
    contact = None if visibility == "anonymous" else _contact(session, given.get("contact") or {}, vault, now)
    return Report(
        ticket_id=ticket.id, code_index=vault.blind_index(code, purpose=CODE), code_cipher=vault.encrypt(code, purpose=CODE), kind=ticket.kind,
        channel=CHANNEL, visibility=visibility, locale=locale, description=given.get("text") or "",
        place_id=ticket.place_id, point=ticket.point, contact_id=contact, reported_at=now, entered_by=actor.account_id)


def _contact(session: Session, given: dict[str, Any], vault: Vault, now: datetime) -> int | None:
    if not (given.get("name") or given.get("phone")):
        return None
    sealed = contacts.sealed(vault, given.get("name"), given.get("phone"), now)
    session.add(sealed)
    session.flush()
    return sealed.id


def _is_protected(session: Session, ticket: Ticket) -> bool:
    """What the category protects stays protected, whatever was chosen."""
    return ticket.category_version_id is not None and session.get_one(CategoryVersion, ticket.category_version_id).protect_reporter
