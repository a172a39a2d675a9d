"""A matter that comes back: the same category at the same place within thirty days of closing. The new ticket names the old one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, select
from sqlalchemy.orm import Session

from gridops.models import CategoryVersion, Ticket
from gridops.services import watches
from gridops.services.shapes import point_of, within

BACK_WITHIN = timedelta(days=30)
NEAR_M = 30
COMMUNITY_DIGITS = 12


def look_back(session: Session, ticket: Ticket, category_code: str) -> dict[str, Any]:
    """Sets ``relapse_of`` and ``watch_id`` of the ticket; what was found, for the trail."""
    earlier, watch = _earlier(session, ticket, category_code), watches.on(session, ticket, category_code)
    ticket.relapse_of = earlier.id if earlier else None
    ticket.watch_id = watch.id if watch else None
    found = {"relapse_of": earlier.number if earlier else None, "watched": watch.outcome if watch else None}
    return {name: value for name, value in found.items() if value is not None}


def _earlier(session: Session, ticket: Ticket, category_code: str) -> Ticket | None:
    versions = select(CategoryVersion.id).where(CategoryVersion.code == category_code)
    query = select(Ticket).where(
        Ticket.id != ticket.id, Ticket.category_version_id.in_(versions), Ticket.status.in_(("closed", "archived")),
        Ticket.closed_at > ticket.reported_at - BACK_WITHIN, Ticket.closed_at <= ticket.reported_at, _spot(ticket))
    return session.scalar(query.order_by(Ticket.closed_at.desc()).limit(1))


def _spot(ticket: Ticket) -> ColumnElement[bool]:
    if ticket.place_id is not None:
        return Ticket.place_id == ticket.place_id
    point = point_of(ticket.point)
    if point is None:
        return false()
    # Not as a prefix: with an index of its own the planner would read the whole community beside the few that lie here.
    community = ticket.area_code[:COMMUNITY_DIGITS]
    around = func.left(Ticket.area_code, len(community)) == community
    return and_(around, within(Ticket.point, point, NEAR_M))
