"""Text messages: written with the fact, sent by a worker through the driver named in the settings."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from gridops.models import TextMessage
from gridops.services import outbox
from gridops.vault import Vault

PHONE, TEXT = "message phone", "message text"  # purposes of the vault


def write(session: Session, vault: Vault, phone: str, words: str, *, now: datetime) -> TextMessage:
    """Queued in the caller's transaction."""
    message = TextMessage(
        phone_cipher=vault.encrypt(phone, purpose=PHONE), text_cipher=vault.encrypt(words, purpose=TEXT), created_at=now)
    session.add(message)
    session.flush()
    outbox.publish(session, "text_message.written", now=now, payload={"message": message.id}, queue="urgent")
    return message


def send(session: Session, message_id: int, *, now: datetime, vault: Vault, sms: str | None) -> None:
    """Once: a message that was sent is not sent again. Without a driver it is marked as failed."""
    message = session.get(TextMessage, message_id)
    if message.sent_at is not None:
        return
    if sms is None:
        message.failed = True
        return
    line = {
        "at": now.isoformat(), "phone": vault.decrypt(message.phone_cipher, purpose=PHONE),
        "text": vault.decrypt(message.text_cipher, purpose=TEXT)}
    path = Path(sms.removeprefix("file:"))
    path.touch(mode=0o600, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line, ensure_ascii=False) + "\n")
    message.sent_at = now
