"""Emergencies that are going on, in the actor's scope."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.domain.lifecycle import OPEN
from gridops.models import CategoryVersion, Page, Ticket
from gridops.services import areas, scope


def going(session: Session, actor: Actor, *, locale: str, limit: int = 100) -> list[dict[str, Any]]:
    """Newest first: {number, status, category, where, reported_at, called, acknowledged}."""
    called = select(func.count()).where(Page.ticket_id == Ticket.id)
    query = (
        select(
            Ticket.number, Ticket.status, Ticket.area_code, Ticket.reported_at, CategoryVersion.name, CategoryVersion.name_en,
            called.scalar_subquery().label("called"), called.where(Page.acknowledged_at.is_not(None)).scalar_subquery().label("acknowledged"))
        .outerjoin(CategoryVersion, CategoryVersion.id == Ticket.category_version_id)
        .where(Ticket.emergency, Ticket.status.in_(OPEN), scope.visible_tickets(actor)).order_by(Ticket.reported_at.desc()).limit(limit))
    name = areas.path_names(session, locale)
    return [
        {
            "number": row.number, "status": row.status, "category": row.name_en if locale.startswith("en") else row.name,
            "where": name(row.area_code), "reported_at": row.reported_at, "called": row.called, "acknowledged": row.acknowledged}
        for row in session.execute(query)]
