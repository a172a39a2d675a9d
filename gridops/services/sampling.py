"""Which of the small things that grid workers mended on the spot somebody else looks at: a stable share that nobody can choose."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.domain.clock_policy import check_rules
from gridops.models import CategoryVersion, Ticket, Trail
from gridops.services import calendars

SPAN = 2**32


def needs_no_check(session: Session, ticket: Ticket) -> bool:
    """Categories that nobody checks; and what was handled on the spot with photos from before and after, unless it is in the sample."""
    mode = session.scalar(select(CategoryVersion.check_mode).where(CategoryVersion.id == ticket.category_version_id))
    if mode == "none":
        return True
    return mode == "photo" and ticket.self_handled and not in_sample(session, ticket)


def in_sample(session: Session, ticket: Ticket) -> bool:
    """By the hash of the trail's row: nobody knows it before he has acted, and anybody can reckon it again afterwards."""
    query = select(Trail.hash).where(Trail.ticket_id == ticket.id, Trail.action == "self_handle").order_by(Trail.seq.desc())
    drawn = int.from_bytes(session.scalars(query.limit(1)).one()[:4], "big")
    return drawn < SPAN * check_rules(calendars.policy_for(session, ticket.policy_id))["sample"]
