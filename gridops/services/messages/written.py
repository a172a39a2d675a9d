"""Rows of messages, written in the caller's transaction: whoever is lost afterwards, the message is not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from gridops.models import MessageDelivery
from gridops.vault import Vault

ADDRESS, TEXT = "message phone", "message text"  # purposes of the vault; the first also seals e-mail addresses
TRACKING_CODE, ONE_TIME_CODE = "tracking_code", "one_time_code"  # topics of what somebody asked for

COMMON: dict[str, Any] = {
    "source_id": None, "ticket_id": None, "area_code": None, "account_id": None, "department_id": None, "report_id": None, "webhook_id": None,
    "address_cipher": None, "subject": None, "text_cipher": None, "locale": None, "template_id": None, "urgent": False, "state": "waiting",
    "give_up_by": None,
}


def to_phone(
    session: Session, vault: Vault, phone: str, words: str, *, topic: str, now: datetime, ticket_id: int | None = None, area_code: str | None = None,
    lasts: timedelta | None = None,
) -> None:
    """At once and at any hour: what somebody has just asked for, or must know now. ``lasts``: later it would only confuse."""
    put(session, [row(
        vault, "text", phone, words, topic=topic, now=now, ticket_id=ticket_id, area_code=area_code, urgent=True,
        give_up_by=now + lasts if lasts else None)])


def row(vault: Vault, channel: str, address: str | None, words: str, *, topic: str, now: datetime, due_at: datetime | None = None, **more: Any) -> dict[str, Any]:
    """Values of one message, sealed."""
    sealed = {"text_cipher": vault.encrypt(words, purpose=TEXT)}
    if address is not None:
        sealed["address_cipher"] = vault.encrypt(address, purpose=ADDRESS)
    return COMMON | {"channel": channel, "topic": topic, "created_at": now, "due_at": due_at or now} | sealed | more


def put(session: Session, rows: Iterable[dict[str, Any]]) -> int:
    """Once for each source, way and receiver, however often. How many are new."""
    found = list(rows)
    if not found:
        return 0
    new = insert(MessageDelivery.__table__).on_conflict_do_nothing().returning(MessageDelivery.id)
    return len(session.scalars(new, found).all())
