"""Where a matter ended without anybody to hold to it, the spot is looked at with more care for thirty days."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from gridops.models import CategoryVersion, Place, PlaceWatch, Ticket

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
    at = ticket.reported_at
    query = select(PlaceWatch).where(
        PlaceWatch.ticket_id != ticket.id, PlaceWatch.began_at <= at, PlaceWatch.ends_by > at, _spot(ticket, category_code))
    return session.scalar(query.order_by(PlaceWatch.id.desc()).limit(1))


def _spot(ticket: Ticket, category_code: str | None) -> ColumnElement[bool]:
    same = PlaceWatch.category_code == category_code
    if ticket.place_id is not None:
        return and_(PlaceWatch.place_id == ticket.place_id, PlaceWatch.category_code.is_(None) | same)
    return and_(PlaceWatch.place_id.is_(None), PlaceWatch.area_code == ticket.area_code, same)
