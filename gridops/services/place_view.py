"""One place as staff see it: where it lies, who looks after it, what stands in it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from shapely.geometry import mapping
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.domain.lifecycle import OPEN
from gridops.domain.posts import OF_PLACES
from gridops.domain.routing import Found
from gridops.models import Person, Place, Posting, Ticket
from gridops.services import areas, scope
from gridops.services.jurisdictions import Responsible, spot_of
from gridops.services.place_cells import cells_of
from gridops.services.places import PARTIES
from gridops.services.shapes import point_of, shape_of

MOST_PARTS = 500


def brief(place: Place) -> dict[str, Any]:
    return {
        "code": place.code, "kind": place.kind, "name": place.name, "address": place.address, "community": place.community_code,
        "households": place.households,
    }


def in_full(session: Session, place: Place, actor: Actor, now: datetime, locale: str = "zh") -> dict[str, Any]:
    """``property``, ``owners_committee``: {code, name, phone, where, own} or None; own: named for this very place and not for what holds it."""
    parent = session.get(Place, place.parent_id) if place.parent_id else None
    cells, point, shape = cells_of(session, place), point_of(place.point), shape_of(place.boundary)
    parts = session.scalars(_parts(place)).all()
    return brief(place) | {
        "community": _named(areas.get_area(session, place.community_code), locale), "cells": [_named(cell, locale) for cell in cells],
        "aliases": list(place.aliases), "parent": brief(parent) if parent else None, "parts": [brief(part) for part in parts],
        "households_in_parts": sum(part.households for part in parts),
        "location": {"lng": point.lng, "lat": point.lat, "crs": "wgs84"} if point else None,
        "boundary": mapping(shape) if shape is not None else None, "ended_at": place.ended_at,
        "stewards": stewards(session, place, now), "open_tickets": _open_tickets(session, place, actor),
    } | _parties(session, place, cells, now, locale)


def _named(area: areas.Area, locale: str) -> dict[str, str]:
    return {"code": area.code, "name": area.called(locale)}


def _parts(place: Place):
    return select(Place).where(Place.parent_id == place.id, Place.ended_at.is_(None)).order_by(func.length(Place.name), Place.name).limit(MOST_PARTS)


def _parties(session: Session, place: Place, cells: list[areas.Area], now: datetime, locale: str) -> dict[str, Any]:
    """As a dispatch would find them."""
    cell = cells[0] if len(cells) == 1 else None
    spot = spot_of(session, cell.code if cell else place.community_code, cell.id if cell else None, place.id, None)
    responsible = Responsible(session, spot, PARTIES.values(), now)
    return {field: _party(responsible, kind, place, locale) for field, kind in PARTIES.items()}


def _party(responsible: Responsible, kind: str, place: Place, locale: str) -> dict[str, Any] | None:
    found = responsible.choose(kind)
    if not isinstance(found, Found):
        return None
    department = responsible.departments[found.claim.department_id]
    name = department.name_en if locale.startswith("en") and department.name_en else department.name
    return {
        "code": department.code, "name": name, "phone": department.phone, "where": responsible.spot.named(found.claim)[1],
        "own": found.claim.place_id == place.id,
    }


def stewards(session: Session, place: Place, now: datetime) -> list[dict[str, Any]]:
    """Building and room stewards (楼组长, 室长) and property contacts posted here today, or at what holds the place: {name, role, place}."""
    zone = areas.location_of(session, place.community_code).street.timezone or "Asia/Shanghai"
    today: date = now.astimezone(ZoneInfo(zone)).date()
    here = (place.id, place.parent_id) if place.parent_id else (place.id,)
    query = select(Person.name, Posting.role, Place.name.label("place")).join(Posting, Posting.person_id == Person.id)
    query = query.join(Place, Place.id == Posting.place_id).where(
        Posting.place_id.in_(here), Posting.role.in_(OF_PLACES), Posting.starts_on <= today,
        or_(Posting.ends_on.is_(None), Posting.ends_on >= today), or_(Person.left_on.is_(None), Person.left_on > today))
    return [dict(row._mapping) for row in session.execute(query.order_by(Posting.place_id != place.id, Posting.role, Person.name))]


def _open_tickets(session: Session, place: Place, actor: Actor) -> int:
    """Here and in what stands here; in the actor's scope."""
    here = select(Place.id).where(or_(Place.id == place.id, Place.parent_id == place.id))
    query = select(func.count()).select_from(Ticket).where(Ticket.place_id.in_(here), Ticket.status.in_(OPEN), scope.visible_tickets(actor))
    return session.scalar(query)
