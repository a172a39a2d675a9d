"""Opening and ending a dispatch round."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from gridops.models import Assignment, Department, Round
from gridops.services import remembered
from gridops.services.actions.requests import lapse
from gridops.services.work import Work
from gridops.services.writing import next_ids


def open_round(
    work: Work, lead: Department, coordinate: Department, supports: list[tuple[Department, str]], *, basis: dict[str, Any], rule_id: int | None,
) -> Round:
    """Exactly one lead, exactly one coordinator, supports with a named duty; the database refuses anything else."""
    parties = [("lead", lead, None), ("coordinate", coordinate, None), *(("support", d, duty) for d, duty in supports)]
    number = next_ids(work.session, {Round: 1, Assignment: len(parties)})
    opened = Round(
        id=number[Round][0], ticket_id=work.ticket.id, no=_next_no(work), basis=basis, duty_rule_id=rule_id, dispatched_at=work.now)
    work.assignments = [
        Assignment(id=own, round_id=opened.id, department_id=department.id, role=role, duty=duty, status="assigned")
        for own, (role, department, duty) in zip(number[Assignment], parties, strict=True)
    ]
    remembered.tell(work.session, ("parties", opened.id), work.assignments)
    work.open(opened, *work.assignments)
    work.ticket.round_id, work.ticket.lead_id, work.ticket.dispatched_at = opened.id, lead.id, work.now
    return opened


def _next_no(work: Work) -> int:
    if work.ticket.dispatched_at is None:
        return 1
    return work.session.scalars(select(func.max(Round.no)).where(Round.ticket_id == work.ticket.id)).one() + 1


def end_round(work: Work, reason: str) -> None:
    """The round stays readable; the ticket has no lead until the next dispatch."""
    lapse(work)
    if work.ticket.round_id is not None:
        current = work.session.get(Round, work.ticket.round_id)
        current.ended_at, current.end_reason = work.now, reason
        for assignment in work.assignments:
            assignment.ended_at = assignment.ended_at or work.now
    work.ticket.round_id = work.ticket.lead_id = work.ticket.signed_at = None
