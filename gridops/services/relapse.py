"""A matter that comes back: the same category at the same place within thirty days of closing. The new ticket names the old one."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Interval, and_, func, literal, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, aliased

from gridops.domain.area_codes import COMMUNITY_DIGITS
from gridops.models import CategoryVersion, Ticket
from gridops.services import watches
from gridops.services.remembered import in_batch
from gridops.services.shapes import within

BACK_WITHIN = timedelta(days=30)
NEAR_M = 30

Fresh, Older = aliased(Ticket, name="fresh"), aliased(Ticket, name="older")


class Earlier(NamedTuple):
    """A closed ticket at the same spot."""

    id: int
    number: str


def look_back(session: Session, ticket: Ticket, category_code: str) -> dict[str, Any]:
    """Sets ``relapse_of`` and ``watch_id`` of the ticket; what was found, for the trail."""
    at_spot = in_batch(session, ("earlier", ticket.id), lambda: earlier_of(session, [ticket.id])[ticket.id])
    earlier, watch = at_spot.get(category_code), watches.on(session, ticket, category_code)
    ticket.relapse_of = earlier.id if earlier else None
    ticket.watch_id = watch.id if watch else None
    found = {"relapse_of": earlier.number if earlier else None, "watched": watch.outcome if watch else None}
    return {name: value for name, value in found.items() if value is not None}


def earlier_of(session: Session, ticket_ids: Collection[int]) -> dict[int, dict[str, Earlier]]:
    """For each ticket, by the code of a category: which of it closed last at the ticket's spot, in the thirty days before it was reported."""
    found: dict[int, dict[str, Earlier]] = {ticket_id: {} for ticket_id in ticket_ids}
    for where in (_same_place(), _same_spot()):
        query = select(Fresh.id, CategoryVersion.code, Older.id, Older.number).select_from(Fresh).join(Older, and_(
            Older.id != Fresh.id, Older.status.in_(("closed", "archived")), Older.closed_at <= Fresh.reported_at,
            Older.closed_at > Fresh.reported_at - literal(BACK_WITHIN, Interval), where)).join(CategoryVersion, CategoryVersion.id == Older.category_version_id)
        newest_first = query.where(Fresh.id.in_(ticket_ids)).ext(distinct_on(Fresh.id, CategoryVersion.code)).order_by(
            Fresh.id, CategoryVersion.code, Older.closed_at.desc())
        for ticket_id, code, older_id, number in session.execute(newest_first):
            found[ticket_id][code] = Earlier(older_id, number)
    return found


def _same_place() -> ColumnElement[bool]:
    return Older.place_id == Fresh.place_id


def _same_spot() -> ColumnElement[bool]:
    """Where no place is named: near in the same community.

    Not as a prefix: with an index of its own the planner would read the whole community beside the few that lie here.
    """
    community = func.left(Fresh.area_code, COMMUNITY_DIGITS)
    around = func.left(Older.area_code, func.length(community)) == community
    return and_(Fresh.place_id.is_(None), around, Older.closed_at.is_not(None), within(Older.point, Fresh.point, NEAR_M))
