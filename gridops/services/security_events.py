"""What an auditor reads: log-ins, lockouts, contacts opened, rights changed. Rows are only ever added."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from gridops.models import SecurityEvent


def record(
    session: Session, kind: str, *, now: datetime, account_id: int | None = None, ticket_id: int | None = None, **facts: Any,
) -> SecurityEvent:
    """``facts`` hold no password, phone, code or token, and no user name that no account has: it may be a mistyped password."""
    event = SecurityEvent(at=now, kind=kind, account_id=account_id, ticket_id=ticket_id, facts=facts)
    session.add(event)
    return event
