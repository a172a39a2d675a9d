"""Acts of the city and ours, done on whichever ticket the order is handled in. What came before is not done again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.domain.actor import SYSTEM, Actor
from gridops.models import UpstreamAct, UpstreamOrder
from gridops.services import tickets
from gridops.services.upstream.known import locked_ticket_of


def record(session: Session, order: UpstreamOrder, body: dict[str, Any], *, actor: Actor, now: datetime) -> UpstreamAct:
    """``body`` as the action record_upstream takes it, without source and order. With a known ``external_ref`` nothing happens again.

    Raises NotAllowed ``order_state`` or ``asked_before``, Forbidden, Invalid.
    """
    ticket = locked_ticket_of(session, order)
    session.refresh(order)
    known = _by_ref(session, order, body)
    if known is None:
        tickets.perform(session, ticket, "record_upstream", body | _named(order), actor=actor, now=now)
        known = _newest(session, order, body["kind"])
    return known


def decide(session: Session, order: UpstreamOrder, body: dict[str, Any], *, actor: Actor, now: datetime) -> UpstreamAct:
    """``body``: kind, granted, text, due_by, promise. Raises NotAllowed ``nothing_to_decide``, Forbidden, Invalid."""
    ticket = locked_ticket_of(session, order)
    session.refresh(order)
    tickets.perform(session, ticket, "decide_upstream", body | _named(order), actor=actor, now=now)
    return _newest(session, order, body["kind"])


def told(session: Session, order: UpstreamOrder, body: dict[str, Any], *, now: datetime, actor: Actor = SYSTEM) -> UpstreamAct:
    """What the city says: a word of its own, or, with ``granted``, its answer to what we asked. A clerk may write it down for a program."""
    if "granted" in body:
        return decide(session, order, body, actor=actor, now=now)
    return record(session, order, body | {"direction": "in"}, actor=actor, now=now)


def of_order(session: Session, order: UpstreamOrder) -> list[UpstreamAct]:
    return list(session.scalars(select(UpstreamAct).where(UpstreamAct.order_id == order.id).order_by(UpstreamAct.id)))


def _named(order: UpstreamOrder) -> dict[str, str]:
    return {"source": order.source, "order": order.external_number}


def _by_ref(session: Session, order: UpstreamOrder, body: dict[str, Any]) -> UpstreamAct | None:
    reference = body.get("external_ref")
    if reference is None:
        return None
    mine = (UpstreamAct.order_id == order.id, UpstreamAct.kind == body["kind"], UpstreamAct.external_ref == reference)
    return session.scalar(select(UpstreamAct).where(*mine))


def _newest(session: Session, order: UpstreamOrder, kind: str) -> UpstreamAct:
    mine = select(UpstreamAct).where(UpstreamAct.order_id == order.id, UpstreamAct.kind == kind)
    return session.scalars(mine.order_by(UpstreamAct.id.desc()).limit(1)).one()
