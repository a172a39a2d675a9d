"""Counts for monitoring."""

from __future__ import annotations

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from gridops.models import Outbox, Ticket
from gridops.services.outbox import QUEUES


def tickets_by_status(session: Session) -> dict[str, int]:
    return _counted(session, select(Ticket.status, func.count()).group_by(Ticket.status))


def undone_by_queue(session: Session) -> dict[str, int]:
    """Zero for a queue with nothing to do."""
    counted = select(Outbox.queue, func.count()).where(Outbox.done_at.is_(None)).group_by(Outbox.queue)
    return dict.fromkeys(QUEUES, 0) | _counted(session, counted)


def _counted(session: Session, query: Select) -> dict[str, int]:
    return {name: count for name, count in session.execute(query)}
