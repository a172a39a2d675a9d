"""What each worker has on hand, to see who needs help. No totals over time, nobody's order by it: it follows the cells."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gridops.domain.lifecycle import OPEN
from gridops.models import Ticket

BEFORE_FILING = ("reported", "verifying")


@dataclass
class OnHand:
    """Open tickets: to verify before filing, handled and waiting for the check, and later to check."""

    verify: int = 0
    check: int = 0
    later: int = 0


def on_hand(session: Session, street_code: str) -> dict[int, OnHand]:
    """Person id -> what is on hand in the street."""
    found: dict[int, OnHand] = {}
    for column, name, statuses in (
        (Ticket.verifier_id, "verify", BEFORE_FILING), (Ticket.checker_id, "check", ("handled",)),
        (Ticket.checker_id, "later", tuple(status for status in OPEN if status != "handled")),
    ):
        query = select(column, func.count()).where(column.is_not(None), Ticket.status.in_(statuses), Ticket.street_code == street_code)
        for person_id, count in session.execute(query.group_by(column)):
            setattr(found.setdefault(person_id, OnHand()), name, count)
    return found
