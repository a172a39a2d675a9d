"""Suspended tickets: since when, why, until when and what comes next. What is on hold is easily forgotten."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.errors import NotFound
from gridops.models import CategoryVersion, Cell, Department, Supervision, Ticket, TimeRequest
from gridops.services import scope
from gridops.services.calendars import calendar_for
from gridops.services.shown import seen_text

MOST = 500


@dataclass(frozen=True)
class Held:
    """``days`` on hold, ``age`` since it was reported, both whole days; ``left`` until it goes on, below zero: the date is past."""

    number: str
    category: str | None
    cell: str | None
    lead: str | None
    since: datetime
    days: int
    age: int
    until: datetime | None
    left: int | None
    reason: str
    next_step: str | None
    ordered: bool = False  # a leader's order waits for its answer already


def listed(session: Session, area: str, *, actor: Actor, now: datetime, locale: str = "zh") -> list[Held]:
    """The longest on hold first; at most 500, one statement. Raises NotFound for an area that is not the actor's to look into."""
    if not scope.covers(actor, area):
        raise NotFound()
    newest = select(func.max(TimeRequest.id)).where(
        TimeRequest.ticket_id == Ticket.id, TimeRequest.kind == "suspension", TimeRequest.decision == "approved")
    ordered = select(Supervision.id).where(Supervision.ticket_id == Ticket.id, Supervision.status == "ordered").exists()
    query = (
        select(Ticket, CategoryVersion, Cell, Department, TimeRequest.decided_at, TimeRequest.reason, ordered)
        .outerjoin(CategoryVersion, CategoryVersion.id == Ticket.category_version_id).outerjoin(Cell, Cell.id == Ticket.cell_id)
        .outerjoin(Department, Department.id == Ticket.lead_id).outerjoin(TimeRequest, TimeRequest.id == newest.correlate(Ticket).scalar_subquery())
        .where(Ticket.status == "suspended", Ticket.area_code.startswith(area, autoescape=True), scope.visible_tickets(actor)))
    rows = session.execute(query.order_by(TimeRequest.decided_at, Ticket.id).limit(MOST))
    return [
        replace(_held(session, ticket, (category, cell, lead), decided_at, reason, actor, now, locale), ordered=waits)
        for ticket, category, cell, lead, decided_at, reason, waits in rows]


def _held(session: Session, ticket: Ticket, named: tuple, decided_at: datetime | None, reason: str | None, actor: Actor, now: datetime, locale: str) -> Held:
    since = decided_at or ticket.reported_at
    category, cell, lead = (_called(one, locale) for one in named)
    return Held(
        ticket.number, category, cell, lead, since, (now - since).days, (now - ticket.reported_at).days, ticket.suspended_until,
        _days(session, ticket, now), seen_text(reason, ticket, actor) if reason else "",
        seen_text(ticket.next_step, ticket, actor) if ticket.next_step else None)


def _days(session: Session, ticket: Ticket, now: datetime) -> int | None:
    """By the days of the street: what goes on tomorrow morning has one day left."""
    if ticket.suspended_until is None:
        return None
    calendar = calendar_for(session, ticket.calendar_version_id, street_code=ticket.street_code)
    return (calendar.local_day(ticket.suspended_until) - calendar.local_day(now)).days


def _called(one, locale: str) -> str | None:
    if one is None:
        return None
    return (one.name_en if locale.startswith("en") else None) or one.name
