"""What is met most often in an area: the big buttons of a patrol. What the street watches fills up where little has happened yet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import false, func, or_, select
from sqlalchemy.orm import Session

from gridops.models import CategoryVersion, Ticket

LOOK_BACK = timedelta(days=90)


class Matter(NamedTuple):
    code: str
    name: str
    self_handle_allowed: bool


def matters(session: Session, areas: Sequence[str], *, now: datetime, locale: str, limit: int) -> list[Matter]:
    """Categories that anybody walking by can see; none that accuses a person."""
    seen = _met(session, areas, now)
    query = select(CategoryVersion).where(CategoryVersion.valid_to.is_(None), ~CategoryVersion.accuses_person, ~CategoryVersion.never_public)
    rows = session.scalars(query.where(or_(CategoryVersion.code.in_(seen), CategoryVersion.hot_issue_watch, CategoryVersion.self_handle_allowed))).all()
    rows = sorted(rows, key=lambda row: (-seen.get(row.code, 0), not row.hot_issue_watch, row.code))
    return [Matter(row.code, row.name_en if locale == "en" else row.name, row.self_handle_allowed) for row in rows[:limit]]


def _met(session: Session, areas: Sequence[str], now: datetime) -> dict[str, int]:
    there = or_(false(), *(Ticket.area_code.startswith(area, autoescape=True) for area in areas))
    query = select(CategoryVersion.code, func.count().label("times")).join(Ticket, Ticket.category_version_id == CategoryVersion.id)
    rows = session.execute(query.where(there, Ticket.reported_at >= now - LOOK_BACK).group_by(CategoryVersion.code))
    return {row.code: row.times for row in rows}
