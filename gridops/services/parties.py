"""The organisations of a round, each with its role."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.models import Assignment
from gridops.services.remembered import in_batch


def of_round(session: Session, round_id: int) -> list[Assignment]:
    return in_batch(session, ("parties", round_id), lambda: of_rounds(session, [round_id])[round_id])


def of_rounds(session: Session, round_ids: Collection[int]) -> dict[int, list[Assignment]]:
    """In the order in which they were named; an empty list where a round has none."""
    found: dict[int, list[Assignment]] = defaultdict(list)
    query = select(Assignment).where(Assignment.round_id.in_(round_ids)).order_by(Assignment.id)
    for assignment in session.scalars(query) if round_ids else ():
        found[assignment.round_id].append(assignment)
    return found
