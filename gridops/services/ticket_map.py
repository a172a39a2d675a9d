"""The open tickets of an area as points for a map on a screen: where, which light, what about; no words of anybody."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.domain.lifecycle import OPEN
from gridops.errors import NotFound
from gridops.models import CategoryVersion, Place, Ticket
from gridops.services import areas, scope
from gridops.services.lights import light_column

DIGITS = 6  # of a degree: a tenth of a metre


def open_tickets(session: Session, code: str, *, actor: Actor, now: datetime) -> dict[str, Any]:
    """A FeatureCollection in WGS-84; properties: level "ticket", number, light, category (code or null), emergency.

    A ticket without a point lies at its place; ``without_point`` counts those that have neither. Raises NotFound out of scope.
    """
    if not scope.covers(actor, code):
        raise NotFound()
    areas.get_area(session, code)
    rows = session.execute(_located(code, now)).all()
    features = [_feature(*row) for row in rows if row[0] is not None]
    return {"type": "FeatureCollection", "features": features, "without_point": len(rows) - len(features)}


def _located(code: str, now: datetime) -> Select:
    at = func.coalesce(Ticket.point, Place.point, func.ST_PointOnSurface(Place.boundary), type_=Ticket.point.type)
    return (
        select(func.ST_X(at), func.ST_Y(at), Ticket.number, light_column(now), CategoryVersion.code, Ticket.emergency)
        .outerjoin(Place, Place.id == Ticket.place_id).outerjoin(CategoryVersion, CategoryVersion.id == Ticket.category_version_id)
        .where(Ticket.status.in_(OPEN), Ticket.area_code.startswith(code, autoescape=True)).order_by(Ticket.id))


def _feature(lng: float, lat: float, number: str, light: str, category: str | None, emergency: bool) -> dict[str, Any]:
    return {
        "type": "Feature", "geometry": {"type": "Point", "coordinates": (round(lng, DIGITS), round(lat, DIGITS))},
        "properties": {"level": "ticket", "number": number, "light": light, "category": category, "emergency": emergency}}
