"""The way out of the house: claim and commit, send, mark. What is lost between two of these comes again when the claim ends.

So each message goes out at least once and is marked; one that was begun twice says so (``attempts``), and its id is the same both times.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from gridops.domain import messages as rules
from gridops.models import MessageDelivery, Webhook
from gridops.services import alarms
from gridops.services.messages import hooks, written
from gridops.vault import Vault, VaultError

CLAIMED_FOR = timedelta(minutes=1)  # longer than a job may last
AWAY_FOR = timedelta(seconds=30)
FAILED = "message_failed"  # the alarm
EXPIRED, NO_WAY, UNREADABLE, BROKEN = "expired", "no_driver", "unreadable", "broken"
ADDRESSES = re.compile(r"[^\s<>()\[\],;:\"']+@[^\s<>()\[\],;:\"']+|\+?\d(?:[\s-]?\d){6,}")  # e-mail; phones and tracking codes


@dataclass(frozen=True)
class Parcel:
    """One message in clear. ``name``: by which the other side knows a repeated one. ``address``: phone, e-mail or URL."""

    id: int
    name: str
    channel: str
    address: str
    subject: str
    text: str
    locale: str
    secret: bytes
    at: datetime


def something_is_due(session: Session, now: datetime) -> bool:
    waiting = select(MessageDelivery.id).where(text("state = 'waiting'"), MessageDelivery.channel.in_(rules.CHANNELS), MessageDelivery.due_at <= now)
    held = select(MessageDelivery.id).where(text("state = 'held'"), MessageDelivery.due_at <= now)
    return session.scalar(waiting.limit(1)) is not None or session.scalar(held.limit(1)) is not None


def claim(session: Session, vault: Vault, channel: str, *, now: datetime, limit: int) -> list[Parcel]:
    """The oldest due ones of one way, whose turn is moved on; two workers share them. What is too late is given up here."""
    due = select(MessageDelivery).where(text("state = 'waiting'"), MessageDelivery.channel == channel, MessageDelivery.due_at <= now)
    rows = session.scalars(due.order_by(MessageDelivery.due_at, MessageDelivery.id).limit(limit).with_for_update(skip_locked=True)).all()
    parcels = []
    for row in rows:
        if row.give_up_by is not None and row.give_up_by < now:
            _give_up(session, row, EXPIRED, now)
            continue
        if is_readable(session, vault, row, now=now):
            row.due_at, row.attempts = now + CLAIMED_FOR, row.attempts + 1
            parcels.append(_parcel(session, vault, row, now))
    session.flush()
    return parcels


def is_readable(session: Session, vault: Vault, row: MessageDelivery, *, now: datetime) -> bool:
    """One that is not is given up: it must not stand in the way of the others."""
    try:
        vault.decrypt(row.text_cipher, purpose=written.TEXT)
        if row.address_cipher is not None:
            vault.decrypt(row.address_cipher, purpose=written.ADDRESS)
    except VaultError:
        _give_up(session, row, UNREADABLE, now)
        return False
    return True


def _parcel(session: Session, vault: Vault, row: MessageDelivery, now: datetime) -> Parcel:
    hook = session.get_one(Webhook, row.webhook_id) if row.webhook_id is not None else None
    address = hook.url if hook else vault.decrypt(row.address_cipher, purpose=written.ADDRESS)
    return Parcel(
        row.id, f"gridops-{row.id}-{int(row.created_at.timestamp())}", row.channel, address, row.subject or "",
        vault.decrypt(row.text_cipher, purpose=written.TEXT), row.locale or "zh", hooks.secret_of(vault, hook) if hook else b"", now)


def sent(session: Session, delivery_id: int, remote_id: str | None, *, now: datetime) -> None:
    row = session.get_one(MessageDelivery, delivery_id, with_for_update=True)
    row.state, row.sent_at, row.error, row.remote_id = "sent", now, None, remote_id
    _share(session, row)
    alarms.settle(session, FAILED, receiver(row), now=now)


def refused(session: Session, delivery_id: int, code: str, answer: str, *, now: datetime) -> None:
    """For good: a person must know."""
    _give_up(session, session.get_one(MessageDelivery, delivery_id, with_for_update=True), said(code, answer), now)


def later(session: Session, delivery_id: int, code: str, answer: str, *, now: datetime) -> None:
    """Again with growing patience, until it is given up."""
    row = session.get_one(MessageDelivery, delivery_id, with_for_update=True)
    again = rules.next_try(row.channel, row.attempts, now=now)
    if again is None or (row.give_up_by is not None and again > row.give_up_by):
        _give_up(session, row, said(code, answer), now)
    else:
        row.due_at, row.error = again, said(code, answer)


def put_back(session: Session, ids: Iterable[int], *, now: datetime) -> None:
    """They were claimed and not begun, because nobody is there: that is no attempt of theirs."""
    back = update(MessageDelivery).where(MessageDelivery.id.in_(list(ids)), MessageDelivery.state == "waiting")
    session.execute(
        back.values(due_at=now + AWAY_FOR, attempts=MessageDelivery.attempts - 1), execution_options={"synchronize_session": False})


def said(code: str, answer: str) -> str:
    """Servers like to repeat whom they did not reach, and those who read this may not know."""
    return f"{code}: {ADDRESSES.sub('…', answer)}" if answer else code


def _give_up(session: Session, row: MessageDelivery, error: str, now: datetime) -> None:
    row.state, row.error = "failed", error
    _share(session, row)
    if row.area_code is not None:
        alarms.raise_alarm(session, FAILED, receiver(row), row.area_code, row.ticket_id, _facts(row), now=now)


def _facts(row: MessageDelivery) -> dict[str, Any]:
    return {"channel": row.channel, "event": row.topic, "error": row.error.partition(":")[0], "delivery": row.id}


def _share(session: Session, row: MessageDelivery) -> None:
    """What a digest bundled shares its fate."""
    bundled = update(MessageDelivery).where(MessageDelivery.digest_id == row.id)
    values = {"state": row.state, "sent_at": row.sent_at, "error": row.error}
    session.execute(bundled.values(**values), execution_options={"synchronize_session": False})


def receiver(row: MessageDelivery) -> str:
    """By which one receiver's trouble is one alarm: a report's number, never a phone."""
    for kind, one in (("report", row.report_id), ("webhook", row.webhook_id), ("department", row.department_id), ("account", row.account_id)):
        if one is not None:
            return f"{row.channel} {kind} {one}"
    return f"{row.channel} delivery {row.id}"
