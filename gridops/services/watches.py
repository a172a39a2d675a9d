"""Where a matter ended without anybody to hold to it, the spot is looked at with more care for thirty days."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from gridops.models import CategoryVersion, Place, PlaceWatch, Ticket
from gridops.services.remembered import in_batch

WATCHED_FOR = timedelta(days=30)
WITHOUT_HOLD = ("no_culprit", "not_found", "no_authority")


def begin(session: Session, ticket: Ticket, category: CategoryVersion | None, *, now: datetime) -> PlaceWatch | None:
    """None where the outcome needs no watch, or where nothing is known of the spot: no place, and no category in a cell."""
    code = category.code if category else None
    house = _is_house(session, ticket.place_id)
    if ticket.outcome not in WITHOUT_HOLD or not (house or (code and (ticket.place_id or ticket.cell_id))):
        return None
    watch = PlaceWatch(
        ticket_id=ticket.id, outcome=ticket.outcome, area_code=ticket.area_code, place_id=ticket.place_id,
        category_code=None if house else code, began_at=now, ends_by=now + WATCHED_FOR)
    session.add(watch)
    session.flush()
    return watch


def _is_house(session: Session, place_id: int | None) -> bool:
    """In a house whatever is reported next may be the same again; in a compound of hundreds only the same category."""
    kind = session.scalar(select(Place.kind).where(Place.id == place_id)) if place_id is not None else None
    return kind not in (None, "compound")


def on(session: Session, ticket: Ticket, category_code: str | None) -> PlaceWatch | None:
    """The newest watch that the ticket fell under when it was reported."""
    found = in_batch(session, ("watches", ticket.id), lambda: around(session, [ticket.id])[ticket.id])
    return next((watch for watch in found if _counts(watch, category_code)), None)


def _counts(watch: PlaceWatch, category_code: str | None) -> bool:
    """A house is watched for whatever comes."""
    return watch.category_code == category_code or (watch.place_id is not None and watch.category_code is None)


def around(session: Session, ticket_ids: Collection[int]) -> dict[int, list[PlaceWatch]]:
    """Those at each ticket's spot when it was reported, of whatever category, newest first."""
    here = or_(
        PlaceWatch.place_id == Ticket.place_id,
        and_(Ticket.place_id.is_(None), PlaceWatch.place_id.is_(None), PlaceWatch.area_code == Ticket.area_code))
    query = select(Ticket.id, PlaceWatch).join(PlaceWatch, here).where(
        Ticket.id.in_(ticket_ids), PlaceWatch.ticket_id != Ticket.id,
        PlaceWatch.began_at <= Ticket.reported_at, PlaceWatch.ends_by > Ticket.reported_at)
    found: dict[int, list[PlaceWatch]] = {ticket_id: [] for ticket_id in ticket_ids}
    for ticket_id, watch in session.execute(query.order_by(PlaceWatch.id.desc())):
        found[ticket_id].append(watch)
    return found
