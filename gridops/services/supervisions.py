"""Leaders' orders over many tickets: what waits for an answer, for the leader, and what is done."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, false, or_, select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.domain.lifecycle import OPEN
from gridops.errors import NotAllowed
from gridops.models import Account, CategoryVersion, Department, Supervision, Ticket
from gridops.services import scope, tickets
from gridops.services.calendars import calendar_for
from gridops.services.scope import BEFORE_FILING
from gridops.services.shown import called, seen_text

STATES = ("open", "ordered", "answered", "accepted", "all")  # open: not accepted, on an open ticket
ROLES = ("dispatcher", "clerk")


def listed(
    session: Session, actor: Actor, *, now: datetime, state: str = "open", mine: bool = False, limit: int = 100, locale: str = "zh",
) -> list[dict[str, Any]]:
    """Of tickets in scope, what is due first at the top; ``mine``: addressed to the actor's organisation or role. One statement."""
    query = _query().where(scope.visible_tickets(actor), _in_state(state))
    if mine:
        query = query.where(_addressed_to(actor))
    rows = session.execute(query.order_by(Supervision.due_by, Supervision.id).limit(limit))
    return [_shown(row, actor, now, locale) for row in rows]


def ask_at_once(session: Session, number: str, *, text: str, actor: Actor, now: datetime) -> Supervision:
    """The order that is given most often, with one press: to the lead, where there is none to whoever has it now, due in two working days.

    Raises what the action raises, and NotAllowed ``already_asked`` while an order on the ticket waits for its answer.
    """
    ticket = scope.visible_ticket(session, number, actor)
    session.execute(select(Ticket.id).where(Ticket.id == ticket.id).with_for_update())
    waiting = select(Supervision.id).where(Supervision.ticket_id == ticket.id, Supervision.status == "ordered").limit(1)
    if session.scalar(waiting) is not None:
        raise NotAllowed("An order on this ticket waits for its answer already.", code="already_asked")
    tickets.perform(session, number, "supervise", usual(session, ticket, text=text, now=now), actor=actor, now=now)
    return session.scalars(select(Supervision).where(Supervision.ticket_id == ticket.id).order_by(Supervision.id.desc()).limit(1)).one()


def usual(session: Session, ticket: Ticket, *, text: str, now: datetime) -> dict[str, Any]:
    """Level, addressee, text and day of the usual order, as the action takes them."""
    calendar = calendar_for(session, ticket.calendar_version_id, street_code=ticket.street_code)
    due = calendar.add_working(now, calendar.standard_day * 2)
    addressee = "lead" if ticket.round_id is not None else "clerk" if ticket.status in BEFORE_FILING else "dispatcher"
    return {"level": 1, "addressee": addressee, "text": text, "due_by": calendar.local_day(due).isoformat()}


def _query() -> Select:
    return (
        select(Supervision, Ticket, Department, CategoryVersion, Account.name)
        .join(Ticket, Ticket.id == Supervision.ticket_id).outerjoin(Department, Department.id == Supervision.department_id)
        .outerjoin(CategoryVersion, CategoryVersion.id == Ticket.category_version_id).outerjoin(Account, Account.id == Supervision.ordered_by))


def _in_state(state: str) -> ColumnElement[bool]:
    going_on = and_(Supervision.status != "accepted", Ticket.status.in_(OPEN))
    if state in ("ordered", "answered"):
        return and_(going_on, Supervision.status == state)
    return {"open": going_on, "accepted": Supervision.status == "accepted"}.get(state, Supervision.id.is_not(None))


def _addressed_to(actor: Actor) -> ColumnElement[bool]:
    ways = [
        and_(Supervision.role == grant.role, Ticket.area_code.startswith(grant.area, autoescape=True))
        for grant in actor.grants if grant.role in ROLES
    ]
    return or_(false(), Supervision.department_id.in_(actor.department_ids), *ways)


def _shown(row: Row, actor: Actor, now: datetime, locale: str) -> dict[str, Any]:
    order, ticket, department, category, ordered_by = row
    english = category is not None and locale.startswith("en") and category.name_en
    return {
        "id": order.id, "number": ticket.number, "ticket_status": ticket.status, "level": order.level, "status": order.status,
        "category": {"code": category.code, "name": english or category.name} if category else None, "area": ticket.area_code,
        "addressee": called(department, locale) if department else {"code": order.role, "name": None},
        "text": seen_text(order.text, ticket, actor), "answer": seen_text(order.answer, ticket, actor) if order.answer else None,
        "ordered_by": ordered_by, "ordered_at": order.ordered_at, "due_by": order.due_by, "answered_at": order.answered_at,
        "accepted_at": order.accepted_at, "returned": order.returned, "late": order.status == "ordered" and now > order.due_by}
