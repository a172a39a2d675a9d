"""Every round of a ticket with who, when and why it ended; what was asked for; a leader's orders; and what each organisation is to do now."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.models import Account, Assignment, Department, Objection, Round, Supervision, Ticket, TimeRequest, Trail
from gridops.services.shown import called, seen_text

LEAD = {"dispatched": ("sign", "object"), "in_progress": ("handle", "request_transfer")}
OPEN_SUPPORT = {"assigned": ("answer_support", "refuse_support"), "returned": ("answer_support", None)}


def to_do(status: str, assignment: Assignment, parties: list[Assignment]) -> dict[str, Any]:
    """{to_do, may_refuse_by}: what the organisation owes now and the action by which it may say no; None where nothing is.

    ``parties`` are all assignments of the round, for a coordinator rules on refusals of its supports.
    """
    owes, refuses = _owed(status, assignment, any(row.status == "refused" for row in parties))
    return {"to_do": owes, "may_refuse_by": refuses}


def _owed(status: str, assignment: Assignment, refused: bool) -> tuple[str | None, str | None]:
    if assignment.role == "lead":
        return LEAD.get(status, (None, None))
    if assignment.role == "support":
        return OPEN_SUPPORT.get(assignment.status, (None, None)) if status == "in_progress" else (None, None)
    if status == "objected":
        return "rule", None
    if status == "in_progress" and refused:
        return "settle_support", "recall"
    return ("coordinate", "recall") if status in ("dispatched", "in_progress") else (None, None)


def rounds(session: Session, ticket: Ticket, actor: Actor, locale: str) -> list[dict[str, Any]]:
    """Oldest first, the present one last: [{no, dispatched_at, dispatched_by, ended_at, ended_by, end_reason, assignments, objections}].

    ``dispatched_by`` and ``ended_by`` are names of staff, None for the system.
    """
    found = session.scalars(select(Round).where(Round.ticket_id == ticket.id).order_by(Round.no)).all()
    parties, objections, acted = _parties(session, ticket, locale), _objections(session, ticket, actor, locale), _acted(session, ticket)
    return [
        {"no": row.no, "dispatched_at": row.dispatched_at, "dispatched_by": acted.get((row.dispatched_at, True)),
         "ended_at": row.ended_at, "ended_by": acted.get((row.ended_at, False)), "end_reason": row.end_reason,
         "assignments": parties[row.id], "objections": objections[row.id]}
        for row in found
    ]


def _acted(session: Session, ticket: Ticket) -> dict[tuple[datetime, bool], str | None]:
    """(when, was it a dispatch?) -> who: a round begins and ends at the instant of an act."""
    query = select(Trail.at, Trail.action, Account.name).outerjoin(Account, Account.id == Trail.account_id).where(Trail.ticket_id == ticket.id)
    return {(row.at, row.action == "dispatch"): row.name for row in session.execute(query.order_by(Trail.seq))}


def _parties(session: Session, ticket: Ticket, locale: str) -> dict[int, list[dict[str, Any]]]:
    query = (
        select(Assignment, Department).join(Round, Round.id == Assignment.round_id).join(Department, Department.id == Assignment.department_id)
        .where(Round.ticket_id == ticket.id).order_by(Assignment.id))
    found = defaultdict(list)
    for row, department in session.execute(query):
        found[row.round_id].append({
            "role": row.role, "department": called(department, locale), "status": row.status, "duty": row.duty, "signed_at": row.signed_at,
            "signed_by": row.signed_by, "original_due_by": row.original_due_by})
    return found


def _objections(session: Session, ticket: Ticket, actor: Actor, locale: str) -> dict[int, list[dict[str, Any]]]:
    query = (
        select(Objection, Assignment.round_id, Department, Account.name)
        .join(Assignment, Assignment.id == Objection.assignment_id).outerjoin(Department, Department.id == Objection.suggested_id)
        .outerjoin(Account, Account.id == Objection.ruled_by).where(Objection.ticket_id == ticket.id).order_by(Objection.id))
    found = defaultdict(list)
    for row, round_id, suggested, ruled_by in session.execute(query):
        found[round_id].append({
            "kind": row.kind, "reason_code": row.reason_code, "text": seen_text(row.text, ticket, actor), "objected_at": row.objected_at,
            "suggested": called(suggested, locale) if suggested else None, "ruling": row.ruling,
            "ruling_text": seen_text(row.ruling_text, ticket, actor) if row.ruling_text else None, "ruled_by": ruled_by, "ruled_at": row.ruled_at})
    return found


def requests(session: Session, ticket: Ticket, actor: Actor, locale: str) -> list[dict[str, Any]]:
    """Extensions and suspensions asked for, oldest first."""
    query = (
        select(TimeRequest, Department, Account.name).join(Assignment, Assignment.id == TimeRequest.assignment_id)
        .join(Department, Department.id == Assignment.department_id).outerjoin(Account, Account.id == TimeRequest.decided_by)
        .where(TimeRequest.ticket_id == ticket.id).order_by(TimeRequest.id))
    return [_request(row, ticket, actor, locale) for row in session.execute(query)]


def _request(found: Row, ticket: Ticket, actor: Actor, locale: str) -> dict[str, Any]:
    row, department, decided_by = found
    texts = {name: seen_text(text, ticket, actor) if text else None for name, text in (
        ("reason", row.reason), ("next_step", row.next_step), ("decision_text", row.decision_text))}
    return texts | {
        "kind": row.kind, "department": called(department, locale), "level": row.level, "requested_at": row.requested_at, "until": row.until,
        "decision": row.decision, "decided_by": decided_by, "decided_at": row.decided_at, "resumed_at": row.resumed_at}


def supervisions(session: Session, ticket: Ticket, actor: Actor, locale: str) -> list[dict[str, Any]]:
    """A leader's orders, oldest first. ``addressee`` is an organisation, or {code: role, name: None}."""
    query = (
        select(Supervision, Department, Account.name).outerjoin(Department, Department.id == Supervision.department_id)
        .outerjoin(Account, Account.id == Supervision.ordered_by).where(Supervision.ticket_id == ticket.id).order_by(Supervision.id))
    return [_supervision(row, ticket, actor, locale) for row in session.execute(query)]


def _supervision(found: Row, ticket: Ticket, actor: Actor, locale: str) -> dict[str, Any]:
    row, department, ordered_by = found
    addressee = called(department, locale) if department else {"code": row.role, "name": None}
    return {
        "id": row.id, "level": row.level, "addressee": addressee, "status": row.status, "text": seen_text(row.text, ticket, actor),
        "due_by": row.due_by, "ordered_by": ordered_by, "ordered_at": row.ordered_at, "returned": row.returned,
        "answer": seen_text(row.answer, ticket, actor) if row.answer else None, "answered_at": row.answered_at, "accepted_at": row.accepted_at}
