"""Places kept by hand: added, changed, ended, and given to the organisations that look after them.

The rules of where a place belongs are those of the import (services.imports.places): one place is a list of one row.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from geo.coords import parse_point, to_wgs84
from geo.errors import GeoError
from gridops.domain.actor import Actor
from gridops.domain.area_codes import COMMUNITY_DIGITS
from gridops.domain.permissions import GRID_KEEPERS
from gridops.domain.place_names import normalise
from gridops.errors import Conflict, Forbidden, Invalid, NotFound
from gridops.models import Department, Jurisdiction, Place
from gridops.services import scope
from gridops.services.imports.addresses import made_code
from gridops.services.imports.places import import_places
from gridops.services.imports.table import Row, Table
from gridops.services.place_search import within

PARTIES = {"property": "PROPERTY", "owners_committee": "OWNERS_COMMITTEE"}  # field -> type of organisation
FIELDS_OF_COLUMNS = {"lng": "location", "crs": "location", "geometry": "boundary"}


def get_place(session: Session, code: str, actor: Actor) -> Place:
    """Raises NotFound, also where the actor knows nothing of the community. An ended place still opens: its tickets name it."""
    place = session.scalar(select(Place).where(Place.code == code))
    if place is None or not scope.knows(actor, place.community_code):
        raise NotFound()
    return place


def prefixes_known(actor: Actor, area: str = "") -> list[str]:
    """Codes of the areas below ``area`` whose places the actor may look up: his own, and of a cell's people the cell's community."""
    if actor.kind == "system":
        return [area]
    own = {grant.area[:COMMUNITY_DIGITS] for grant in actor.grants}
    found = {max(prefix, area, key=len) for prefix in own if prefix.startswith(area) or area.startswith(prefix)}
    return sorted(prefix for prefix in found if not any(prefix != other and prefix.startswith(other) for other in found))


def listed(prefixes: Collection[str], *, kind: str | None = None) -> Select:
    """A query: the places in these areas that have not ended; compounds before what stands in them, 2号楼 before 10号楼."""
    query = select(Place).where(within(prefixes), Place.ended_at.is_(None))
    query = query.where(Place.kind == kind) if kind else query
    return query.order_by(Place.community_code, Place.parent_id.is_not(None), func.length(Place.name), Place.name, Place.id)


def add_place(session: Session, values: Mapping[str, Any], *, actor: Actor, now: datetime) -> Place:
    """``values``: kind, name and what there is of code, aliases, address, community, cell, parent, households, location {lng, lat, crs},
    boundary (GeoJSON, WGS-84), property, owners_committee (codes of organisations). Raises Invalid, Conflict place_exists, Forbidden.
    """
    _check_keeper(actor)
    code = values.get("code") or _new_code(values)
    if session.scalar(select(Place.id).where(Place.code == code)):
        raise Conflict("There is such a place already.", code="place_exists", details={"code": code})
    return _written(session, {**values, "code": code}, actor=actor, now=now)


def change_place(session: Session, code: str, values: Mapping[str, Any], *, actor: Actor, now: datetime) -> Place:
    """``values`` as of ``add_place``, those to change, and ``ended``. Raises as it does, and NotFound."""
    place = get_place(session, code, actor)
    _check_keeper(actor)
    if not scope.may_keep_grid(actor, place.community_code):
        raise Forbidden()
    return _written(session, {"kind": place.kind, "name": place.name, **values, "code": code}, actor=actor, now=now)


def _check_keeper(actor: Actor) -> None:
    if actor.kind != "system" and not actor.areas(*GRID_KEEPERS):
        raise Forbidden()


def _new_code(values: Mapping[str, Any]) -> str:
    key = (values.get("parent") or "", normalise(values["name"]), normalise(values.get("address") or ""))
    return made_code(values.get("community") or "", key)


def _written(session: Session, values: dict[str, Any], *, actor: Actor, now: datetime) -> Place:
    parties = {field: values.pop(field) for field in PARTIES if field in values}
    cells, boundary = _cells(values), values.get("boundary")
    if boundary is not None and boundary.get("type") == "Point":  # a file may have one; here a point is the location
        raise Invalid(code="not_a_polygon", fields={"boundary": ["not_a_polygon"]})
    report = import_places(
        session, Table(list(cells), [Row(1, cells, boundary)]), now=now, crs="wgs84",
        may_keep=lambda community: scope.may_keep_grid(actor, community))
    if any(fault.code == "not_yours" for fault in report.errors):
        raise Forbidden()
    if report.errors:
        raise Invalid(fields={FIELDS_OF_COLUMNS.get(fault.column, fault.column): [fault.message] for fault in report.errors})
    place = session.scalars(select(Place).where(Place.code == values["code"])).one()
    for field, department in parties.items():
        _entrust(session, place, field, department)
    session.refresh(place)
    return place


def _cells(values: dict[str, Any]) -> dict[str, str]:
    """As a row of a file has them; what the caller left out is left as it is."""
    texts = {name: _text(values[name]) for name in values.keys() - {"location", "boundary"}}
    if values.get("location"):
        point = _point(values["location"])
        texts |= {"lng": repr(point.lng), "lat": repr(point.lat)}
    return texts


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, list):
        return ";".join(value)
    return "" if value is None else str(value)


def _point(location: dict[str, Any]):
    try:
        return to_wgs84(parse_point(location["lng"], location["lat"], location["crs"]))
    except GeoError as error:
        raise Invalid(str(error), code=error.code, fields={"location": [str(error)]}) from error


def _entrust(session: Session, place: Place, field: str, code: str | None) -> None:
    """That organisation, and no other of its type, is responsible at this very place; None: nobody here, so that of the compound or area is."""
    kind = PARTIES[field]
    wanted = session.scalar(select(Department.id).where(Department.code == code, Department.type_code == kind, Department.ended_at.is_(None)))
    if code and wanted is None:
        raise Invalid(code="unknown_department", fields={field: ["There is no organisation with this code."]})
    held = select(Jurisdiction).join(Department, Department.id == Jurisdiction.department_id)
    rows = session.scalars(held.where(Jurisdiction.place_id == place.id, Department.type_code == kind)).all()
    for row in rows:
        if row.department_id != wanted:
            session.delete(row)
    if wanted is not None and wanted not in {row.department_id for row in rows}:
        session.add(Jurisdiction(department_id=wanted, place_id=place.id))
    session.flush()
