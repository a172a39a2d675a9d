"""What each organisation has on its hands in an area: to sign, in hand, supporting, late. To help whoever dispatches, never to rank."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from gridops.domain.lifecycle import OPEN
from gridops.models import Assignment, Clock, Department, Ticket

IN_HAND = ("in_progress", "suspended", "objected")


class Load(NamedTuple):
    """``late``: tickets with a clock of this organisation that has run out."""

    code: str
    name: str
    to_sign: int
    in_hand: int
    supports: int
    late: int


def called(locale: str) -> ColumnElement[str]:
    """An organisation's name in the reader's language, as a column."""
    return func.coalesce(func.nullif(Department.name_en, ""), Department.name) if locale.startswith("en") else Department.name


def of_organisations(session: Session, area: str, *, now: datetime, locale: str = "zh") -> list[Load]:
    """By name, as a phone book is: every organisation with a role in the present round of an open ticket of the area."""
    lead, support = Assignment.role == "lead", Assignment.role == "support"
    late = (
        select(Clock.id).where(Clock.assignment_id == Assignment.id, Clock.status == "running", Clock.due_by < now, ~Clock.red_waits)
        .correlate(Assignment).limit(1).scalar_subquery().is_not(None))
    name = called(locale)
    query = (
        select(
            Department.code, name, func.count().filter(lead & (Ticket.status == "dispatched")), func.count().filter(lead & Ticket.status.in_(IN_HAND)),
            func.count().filter(support & (Assignment.status == "assigned")), func.count().filter(late))
        .join(Assignment, Assignment.department_id == Department.id).join(Ticket, Ticket.round_id == Assignment.round_id)
        .where(Ticket.status.in_(OPEN), Ticket.area_code.startswith(area, autoescape=True))
        .group_by(Department.id).order_by(name))
    return [Load(*row) for row in session.execute(query)]
