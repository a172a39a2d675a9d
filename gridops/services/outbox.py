"""Publishing: what must happen next is written in the transaction that makes it necessary. Nobody enqueues inside a request."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from gridops.models import Outbox

QUEUES = ("urgent", "default", "low")


def publish(
    session: Session, topic: str, *, now: datetime, ticket_id: int | None = None, payload: dict[str, Any] | None = None,
    queue: str = "default", available_at: datetime | None = None,
) -> Outbox:
    """``topic`` is a past fact (ticket.dispatched); ``available_at`` delays the first relay."""
    row = fact(topic, now=now, ticket_id=ticket_id, payload=payload, queue=queue, available_at=available_at)
    session.add(row)
    return row


def fact(
    topic: str, *, now: datetime, ticket_id: int | None = None, payload: dict[str, Any] | None = None, queue: str = "default",
    available_at: datetime | None = None,
) -> Outbox:
    """The row, not yet in any session."""
    return Outbox(
        topic=topic, ticket_id=ticket_id, payload=payload or {}, queue=queue, created_at=now, available_at=available_at or now, attempts=0,
    )
