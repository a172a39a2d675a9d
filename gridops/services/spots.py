"""Where a report lies: its point, the clerk's cell, a place, an address that is surely a place's, or nowhere that is known."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from geoalchemy2 import WKBElement
from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.coords import parse_point, to_wgs84
from geo.errors import GeoError
from gridops.errors import Invalid
from gridops.models import Place, Street
from gridops.services import areas, posters
from gridops.services.place_cells import only_cell
from gridops.services.place_search import resolve
from gridops.services.shapes import stored_point


@dataclass(frozen=True)
class Spot:
    """Where it is, as deep as is known: ``area_code`` is a cell's, community's or street's."""

    street: areas.Area
    area_code: str
    cell: areas.Area | None = None
    place_id: int | None = None
    point: WKBElement | None = None
    by_address: str | None = None  # code of the place that the address surely meant


def find_spot(session: Session, submission: dict[str, Any], revision: UUID) -> Spot:
    """``revision`` of the areas, just read. Raises Invalid: ``outside``, a coordinate that is none, unknown place, cell or street."""
    if submission.get("location"):
        return _at_point(session, submission["location"], revision)
    if submission.get("poster"):
        return _at_poster(session, submission["poster"])
    if submission.get("cell"):
        return _in_cell(session, submission["cell"], submission.get("place_code"))
    if submission.get("place_code"):
        return _at_place(session, submission["place_code"])
    if submission.get("address"):
        return _at_address(session, submission["address"], submission.get("street")) or _nowhere(session, submission.get("street"))
    return _nowhere(session, submission.get("street"))


def _at_point(session: Session, location: dict[str, Any], revision: UUID) -> Spot:
    try:
        point = to_wgs84(parse_point(location["lng"], location["lat"], location["crs"]))
    except GeoError as error:
        raise Invalid(str(error), code=error.code, fields={"location": [str(error)]}) from error
    found = areas.locate(session, point, revision=revision)
    if isinstance(found, areas.Outside):
        raise _outside(found)
    return Spot(found.street, found.area_code, found.cell, point=stored_point(point))


def _outside(found: areas.Outside) -> Invalid:
    nearest = {"code": found.nearest.code, "name": found.nearest.name} if found.nearest else None
    return Invalid(
        "This place is in none of our streets.", code="outside", fields={"location": ["This place is in none of our streets."]},
        details={"nearest": nearest, "distance_m": found.distance_m})


def _at_place(session: Session, code: str) -> Spot:
    place = session.scalar(select(Place).where(Place.code == code))
    if place is None:
        raise Invalid(code="place_unknown", fields={"place_code": ["There is no such place."]})
    cell = only_cell(session, place)
    found = areas.location_of(session, cell.code if cell else place.community_code)
    return Spot(found.street, found.area_code, found.cell, place.id, place.point)


def _at_poster(session: Session, token: str) -> Spot:
    """The reporter stands at the poster, somewhere in the cell: a cell's poster says no point."""
    aim = posters.get(session, token)
    if aim.place is not None:
        return _at_place(session, aim.place.code)
    found = areas.location_of(session, aim.area.code)
    return Spot(found.street, found.area_code, found.cell)


def _at_address(session: Session, address: str, street: str | None) -> Spot | None:
    """Only where the text is a place's whole name or address and no other's; what is not sure stays a text for a person to read."""
    hit = resolve(session, address, prefixes=[street] if street else None)
    return replace(_at_place(session, hit.code), by_address=hit.code) if hit else None


def _in_cell(session: Session, code: str, place_code: str | None) -> Spot:
    """A clerk on the phone knows the cell, and sometimes also the place: of a compound that spans cells the cell is the clerk's word."""
    cell = areas.find_area(session, code)
    if cell is None or cell.level != "cell":
        raise Invalid(fields={"cell": ["There is no such cell in this street's active grid."]})
    place = _at_place(session, place_code) if place_code else None
    street = areas.location_of(session, code).street
    return Spot(street, code, cell, place.place_id if place else None, place.point if place else None)


def _nowhere(session: Session, street_code: str | None) -> Spot:
    """Nothing is lost: shown as unlocated in the street named, or in the one that takes such reports."""
    query = select(Street.code).order_by(Street.takes_unlocated.desc(), Street.code).limit(1)
    if street_code is not None:
        query = query.where(Street.code == street_code)
    code = session.scalar(query)
    if code is None:
        raise Invalid(code="street_unknown", fields={"street": ["There is no such street."]})
    return Spot(areas.get_area(session, code), code)
