"""Phone numbers of staff: sealed like a resident's, shown masked, opened with a reason that an auditor reads."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.domain.contact import mask_phone, normalise_phone
from gridops.errors import Invalid
from gridops.models import Person
from gridops.services import security_events
from gridops.services.people import access
from gridops.vault import Vault

PHONE = "person.phone"  # purpose of the encryption
SHORTEST_REASON = 2


def sealed(vault: Vault, phone: str | None) -> bytes | None:
    """Raises Invalid ``phone_invalid``."""
    number = normalise_phone(phone) if phone and phone.strip() else None
    return vault.encrypt(number, purpose=PHONE) if number else None


def opened(vault: Vault, person: Person) -> str | None:
    return vault.decrypt(person.phone_cipher, purpose=PHONE) if person.phone_cipher else None


def masked(vault: Vault, person: Person) -> str | None:
    phone = opened(vault, person)
    return mask_phone(phone) if phone else None


def reveal(session: Session, vault: Vault, code: str, *, reason: str, actor: Actor, now: datetime) -> str | None:
    """Raises NotFound, Invalid ``reason_required``."""
    person = access.person_seen(session, code, actor)
    record_opening(session, reason, actor=actor, now=now, person=person.id)
    return opened(vault, person)


def record_opening(session: Session, reason: str, *, actor: Actor, now: datetime, **facts: int | str) -> None:
    """``facts``: the person, or the area of a whole list. Raises Invalid ``reason_required``."""
    if len(reason.strip()) < SHORTEST_REASON:
        raise Invalid("Opening a contact needs a reason.", code="reason_required", fields={"reason": ["reason_required"]})
    security_events.record(session, "staff_phone_opened", now=now, account_id=actor.account_id, reason=reason.strip(), **facts)
