"""Receivers that only the row itself knows: one support of several, who decides on a request, to whom a leader's order goes."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.models import Assignment, Clock, Department, Escalation, Outbox, Supervision, TimeRequest, Trail

Meant = tuple[str | None, int | None]  # a role, or the id of an organisation


def meant(session: Session, row: Outbox, receivers: Iterable[str]) -> tuple[list[str], list[int]]:
    """Roles and organisations, each once."""
    found = [ASK[receiver](session, row) if receiver in ASK else (receiver, None) for receiver in receivers]
    return list(dict.fromkeys(role for role, _ in found if role)), list(dict.fromkeys(one for _, one in found if one))


def _decider(session: Session, row: Outbox) -> Meant:
    level = select(TimeRequest.level).where(TimeRequest.ticket_id == row.ticket_id).order_by(TimeRequest.id.desc()).limit(1)
    return ("leader" if session.scalar(level) == 2 else "dispatcher"), None


def _addressee(session: Session, row: Outbox) -> Meant:
    clock = select(Escalation.clock_id).where(Escalation.id == row.payload.get("escalation")).scalar_subquery()
    mine = Supervision.clock_id == clock if "escalation" in row.payload else Supervision.id == _fact(session, row, "supervision")
    found = session.execute(select(Supervision.role, Supervision.department_id).where(mine)).one_or_none()
    return (found.role, found.department_id) if found else (None, None)


def _support(session: Session, row: Outbox) -> Meant:
    """The one whose clock calls or whose matter it is; elsewhere all of the round."""
    if "escalation" in row.payload:
        bound = (
            select(Assignment.department_id).join(Clock, Clock.assignment_id == Assignment.id)
            .join(Escalation, Escalation.clock_id == Clock.id).where(Escalation.id == row.payload["escalation"]))
        return None, session.scalar(bound)
    code = _fact(session, row, "support") if row.topic.startswith("ticket.support_") else None
    return (None, session.scalar(select(Department.id).where(Department.code == code))) if code else ("support", None)


def _appellant(session: Session, row: Outbox) -> Meant:
    return None, _fact(session, row, "department_id")


def _fact(session: Session, row: Outbox, name: str):
    facts = session.scalar(select(Trail.facts).where(Trail.ticket_id == row.ticket_id, Trail.seq == row.payload.get("seq")))
    return (facts or {}).get(name)


ASK: dict[str, Callable[[Session, Outbox], Meant]] = {"decider": _decider, "addressee": _addressee, "support": _support, "appellant": _appellant}
