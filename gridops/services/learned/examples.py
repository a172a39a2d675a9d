"""Closed tickets as examples: what was said, masked, and what it turned out to be."""

from __future__ import annotations

from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.domain.redaction import redact
from gridops.learning.combining import OUTSIDE
from gridops.learning.training import Example
from gridops.models import CategoryVersion, Report, Ticket

MOST = 50_000  # the newest: what a street speaks about changes
FEWEST_SIGNS = 4


def of_closed_tickets(session: Session) -> list[Example]:
    """Of what was settled, and of what was referred elsewhere. What is never public teaches nothing.

    What neighbours said when they joined is theirs as much as the first report's. The same words are one group: they are never both learned from and
    measured on.
    """
    query = (
        select(Report.description, CategoryVersion.code, Ticket.status)
        .join(Ticket, Ticket.id == Report.ticket_id).outerjoin(CategoryVersion, CategoryVersion.id == Ticket.category_version_id)
        .where(Ticket.status.in_(("closed", "archived", "referred")), ~Ticket.never_public, Report.redacted_at.is_(None))
        .where((Ticket.status == "referred") | Ticket.filed_at.is_not(None))
        .order_by(Ticket.id.desc()).limit(MOST))
    return [_example(said, OUTSIDE if status == "referred" else code) for said, code, status in session.execute(query) if len(said) >= FEWEST_SIGNS]


def _example(said: str, label: str) -> Example:
    words = redact(said, door_numbers=True, names=True)
    return Example("", words, label, sha256(words.encode()).hexdigest())
