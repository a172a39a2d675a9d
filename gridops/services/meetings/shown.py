"""Meetings and measures as lists and pages show them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.models import Account, Department, Measure, Meeting, MeetingParty, Place, Ticket
from gridops.services import areas
from gridops.services.meetings import calling, measures
from gridops.services.shown import called


def listed(session: Session, actor: Actor, *, locale: str, limit: int = 100, before: int | None = None) -> list[dict[str, Any]]:
    """Newest first; ``before`` is the last id of the page before."""
    query = select(Meeting).where(calling.visible(actor))
    if before is not None:
        query = query.where(Meeting.id < before)
    return [item(session, one, locale) for one in session.scalars(query.order_by(Meeting.id.desc()).limit(limit))]


def item(session: Session, meeting: Meeting, locale: str) -> dict[str, Any]:
    ticket = session.get(Ticket, meeting.ticket_id) if meeting.ticket_id else None
    place = session.get(Place, meeting.place_id) if meeting.place_id else None
    caller = session.get(Account, meeting.called_by) if meeting.called_by else None
    return {
        "id": meeting.id, "kind": meeting.kind, "area": meeting.area_code, "area_name": areas.path_name(session, meeting.area_code, locale),
        "ticket": ticket.number if ticket else None, "place": place.name if place else None, "spot": meeting.spot, "subject": meeting.subject,
        "meets_at": meeting.meets_at, "called_at": meeting.called_at, "called_by": caller.name if caller else None,
        "held_at": meeting.held_at, "result": meeting.result}


def detail(session: Session, meeting: Meeting, actor: Actor, *, now: datetime, locale: str) -> dict[str, Any]:
    """With who was called and came, what was decided, and what earlier meetings left undone."""
    decided = session.scalars(select(Measure).where(Measure.meeting_id == meeting.id).order_by(Measure.id))
    return item(session, meeting, locale) | {
        "parties": parties(session, meeting, now, locale), "may_keep": calling.may_keep(actor, meeting),
        "measures": [measure(session, one, now, locale) for one in decided],
        "undone": [measure(session, one, now, locale) for one in measures.undone(session, meeting)]}


def parties(session: Session, meeting: Meeting, now: datetime, locale: str) -> list[dict[str, Any]]:
    query = select(MeetingParty, Department).join(Department, Department.id == MeetingParty.department_id)
    rows = session.execute(query.where(MeetingParty.meeting_id == meeting.id).order_by(MeetingParty.id))
    return [
        {
            "department": called(department, locale), "phone": department.duty_phone or department.phone, "answer": party.answer,
            "reason": party.reason, "answered_at": party.answered_at, "arrived_at": party.arrived_at, "arrived": party.arrived,
            "late": (party.arrived_at or now) > meeting.meets_at if party.arrived_at or not meeting.held_at else False,
            "stayed_away": bool(meeting.held_at and party.arrived_at is None)}
        for party, department in rows]


def measure(session: Session, one: Measure, now: datetime, locale: str) -> dict[str, Any]:
    department = session.get(Department, one.department_id) if one.department_id else None
    ticket = session.get(Ticket, one.ticket_id) if one.ticket_id else None
    return {
        "id": one.id, "kind": one.kind, "text": one.text, "department": called(department, locale) if department else None,
        "owner": one.owner, "ticket": ticket.number if ticket else None, "decided_at": one.decided_at, "due_by": one.due_by,
        "original_due_by": one.original_due_by, "moved": one.moved_in is not None, "done_at": one.done_at, "done_text": one.done_text,
        "late": one.done_at is None and one.due_by < now}
