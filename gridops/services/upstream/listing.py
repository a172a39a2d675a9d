"""The orders of the city that somebody may see: what is owed first, by the city's due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.domain.upstream import OWED
from gridops.errors import NotFound
from gridops.models import Report, Ticket, UpstreamAct, UpstreamOrder, UpstreamReply
from gridops.services import scope
from gridops.services.upstream import acts, replies
from gridops.services.upstream.known import ticket_of


class Listed(NamedTuple):
    """``ticket``: that of its own report; ``waits``: kinds that somebody must decide; ``reply``: state of the present turn's reply."""

    order: UpstreamOrder
    ticket: Ticket
    reply: str | None
    waits: list[str]
    late: bool


def listed(
    session: Session, actor: Actor, *, now: datetime, source: str | None = None, state: str | None = None, owed: bool = False,
    number: str | None = None, latest_first: bool = False, limit: int = 100, offset: int = 0,
) -> list[Listed]:
    """By the city's due, the earliest first; orders without one come last."""
    query = _visible(actor)
    query = query.where(UpstreamOrder.source == source) if source else query
    query = query.where(UpstreamOrder.state == state) if state else query
    query = query.where(UpstreamOrder.state.in_(OWED)) if owed else query
    query = query.where(UpstreamOrder.external_number.startswith(number, autoescape=True)) if number else query
    due = UpstreamOrder.external_due_by.desc() if latest_first else UpstreamOrder.external_due_by.asc()
    query = query.order_by(due.nulls_last(), UpstreamOrder.id).limit(limit).offset(offset)
    rows = session.execute(query).all()
    waits = _waits(session, [order.id for order, *_ in rows])
    return [Listed(order, ticket, reply, waits.get(order.id, []), _is_late(order, now)) for order, ticket, reply in rows]


def _visible(actor: Actor) -> Select:
    return (
        select(UpstreamOrder, Ticket, UpstreamReply.state).join(Report, Report.id == UpstreamOrder.report_id)
        .join(Ticket, Ticket.id == Report.ticket_id)
        .outerjoin(UpstreamReply, (UpstreamReply.order_id == UpstreamOrder.id) & (UpstreamReply.turn == UpstreamOrder.turn))
        .where(scope.visible_tickets(actor)))


def counts(session: Session, actor: Actor) -> dict[str, int]:
    """Orders that wait for something, by state: those that are over are many, and nobody asks how many."""
    query = (
        select(UpstreamOrder.state, func.count()).join(Report, Report.id == UpstreamOrder.report_id)
        .join(Ticket, Ticket.id == Report.ticket_id).where(UpstreamOrder.state.in_(OWED), scope.visible_tickets(actor)).group_by(UpstreamOrder.state))
    found = {state: count for state, count in session.execute(query)}
    return {state: found.get(state, 0) for state in OWED}


def visible_order(session: Session, source: str, number: str, actor: Actor) -> UpstreamOrder:
    """Raises NotFound."""
    query = _visible(actor).where(UpstreamOrder.source == source, UpstreamOrder.external_number == number)
    row = session.execute(query).first()
    if row is None:
        raise NotFound()
    return row[0]


def in_full(session: Session, order: UpstreamOrder) -> dict[str, Any]:
    """As the API gives it."""
    reply = replies.of_turn(session, order)
    return {
        "source": order.source, "number": order.external_number, "ticket": ticket_of(session, order).number, "state": order.state,
        "due_by": order.external_due_by, "secret": order.secret, "reply_wanted": order.reply_wanted, "category_text": order.category_text,
        "turn": order.turn, "row": order.row, "acts": [act_shown(act) for act in acts.of_order(session, order)],
        "reply": replies.shown(reply) if reply else None}


def act_shown(act: UpstreamAct) -> dict[str, Any]:
    return {
        "kind": act.kind, "direction": act.direction, "state": act.state, "text": act.text, "facts": act.facts, "at": act.at,
        "external_ref": act.external_ref, "decided_at": act.decided_at, "decision_text": act.decision_text}


def of_ticket(session: Session, ticket: Ticket) -> list[dict[str, Any]]:
    """All orders that are handled in it, with their acts and replies."""
    return [in_full(session, order) for order in replies.orders_of(session, ticket)]


def _waits(session: Session, ids: Sequence[int]) -> dict[int, list[str]]:
    rows = session.execute(select(UpstreamAct.order_id, UpstreamAct.kind).where(UpstreamAct.order_id.in_(ids), UpstreamAct.state == "asked"))
    found: dict[int, list[str]] = {}
    for order_id, kind in rows:
        found.setdefault(order_id, []).append(kind)
    return found


def _is_late(order: UpstreamOrder, now: datetime) -> bool:
    return order.state in OWED and order.external_due_by is not None and order.external_due_by < now
