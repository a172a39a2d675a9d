"""Whose turn it is: the running clocks that give tickets their due, and the organisation each of them binds."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.models import Assignment, Clock, Department, Ticket


@dataclass(frozen=True)
class Pressing:
    """``whose`` is empty for the stages of the operations centre and of checking, which belong to no organisation."""

    clock: str
    whose: str


def pressing(session: Session, numbers: Collection[str], locale: str = "zh") -> dict[str, Pressing]:
    """Ticket number -> the clock that is due first; tickets without a running clock are left out. One statement."""
    query = (
        select(Ticket.number, Clock.kind, Department.name, Department.name_en)
        .join(Clock, Clock.ticket_id == Ticket.id)
        .outerjoin(Assignment, Assignment.id == Clock.assignment_id)
        .outerjoin(Department, Department.id == Assignment.department_id)
        .where(Ticket.number.in_(numbers), Clock.status == "running", Clock.due_by == Ticket.due_by)
        .order_by(Clock.id)
    )
    found: dict[str, Pressing] = {}
    for row in session.execute(query):
        found.setdefault(row.number, Pressing(row.kind, (locale == "en" and row.name_en) or row.name or ""))
    return found
