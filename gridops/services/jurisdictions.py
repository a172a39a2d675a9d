"""What is known of the spot a ticket lies in, and which departments are responsible there."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy import Double, Select, String, and_, bindparam, column, func, literal, or_, select, union_all
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from geo.coords import Wgs84
from geo.locate import SNAP_DEG, CellIndex
from gridops.domain.area_codes import COMMUNITY_DIGITS
from gridops.domain.routing import Claim, Found, Missing, choose_department
from gridops.models import Cell, Community, Department, Jurisdiction, Place, Street
from gridops.services.remembered import in_batch
from gridops.services.shapes import SRID, shape_of

DEEPEST_PLACE = 8  # no chain of places is longer; an import that closed a circle must not hang a dispatch
MARGIN_DEG = 10 * SNAP_DEG

Asked = tuple[str, Wgs84]  # code of a community, and a point


@dataclass(frozen=True)
class Spot:
    """``area_code`` is the deepest known; ``places`` run from the place itself up to what contains it."""

    area_code: str
    community_kind: str | None
    places: tuple[Place, ...]
    names: dict[str, str]  # of the area and those above it

    @cached_property
    def prefixes(self) -> list[str]:
        return _prefixes(self.area_code)

    @property
    def place_ids(self) -> list[int]:
        return [place.id for place in self.places]

    def named(self, claim: Claim) -> tuple[str, str]:
        """("place", its name) or ("area", its name and code)."""
        if claim.place_id is not None:
            return "place", next(place.name for place in self.places if place.id == claim.place_id)
        name = self.names.get(claim.area_prefix)
        return "area", f"{name} {claim.area_prefix}" if name else claim.area_prefix


def spot_of(session: Session, area_code: str, cell_id: int | None, place_id: int | None, point: Wgs84 | None) -> Spot:
    """A point counts only where no place is named, and only where exactly one compound of the community covers it."""
    names, kind = in_batch(session, ("areas", area_code, cell_id), lambda: _areas(session, area_code, cell_id))
    chain = in_batch(session, ("chain", place_id), lambda: _chain(session, place_id)) if place_id is not None else []
    if place_id is None and point is not None:
        chain = _covering(session, area_code, point)
    return Spot(area_code, kind, tuple(chain), names)


def _prefixes(area_code: str) -> list[str]:
    return [area_code[:length] for length in range(1, len(area_code) + 1)]


def _areas(session: Session, area_code: str, cell_id: int | None) -> tuple[dict[str, str], str | None]:
    above = _prefixes(area_code)
    rows = session.execute(union_all(
        select(Street.code, Street.name, literal(None).label("kind")).where(Street.code.in_(above)),
        select(Community.code, Community.name, Community.kind).where(Community.code.in_(above)),
        select(Cell.code, Cell.name, literal(None)).where(Cell.id == cell_id),
    )).all()
    return {row.code: row.name for row in rows}, next((row.kind for row in rows if row.kind), None)


def _chain(session: Session, place_id: int | None) -> list[Place]:
    chain: list[Place] = []
    while place_id is not None and len(chain) < DEEPEST_PLACE:
        place = session.get(Place, place_id)
        if place is None or place in chain:
            break
        chain.append(place)
        place_id = place.parent_id
    return chain


def _covering(session: Session, area_code: str, point: Wgs84) -> list[Place]:
    spot = asked(area_code, point)
    near = in_batch(session, ("compounds", spot), lambda: compounds_near(session, [spot])[spot])
    covering = [place for place in near if _covers(place, point)]
    return covering if len(covering) == 1 else []


def asked(area_code: str, point: Wgs84) -> Asked:
    return area_code[:COMMUNITY_DIGITS], point


def compounds_near(session: Session, spots: Collection[Asked]) -> dict[Asked, list[Place]]:
    """Compounds of each community whose box is near the point.

    Boxes only spare reading every boundary of the community; whether a shape covers the point is decided by geo.
    """
    found: dict[Asked, list[Place]] = {spot: [] for spot in spots}
    columns = [community for community, _ in found], [point.lng for _, point in found], [point.lat for _, point in found]
    for community, lng, lat, place in session.execute(_NEAR, dict(zip(("communities", "lngs", "lats"), columns, strict=True))):
        found[community, Wgs84(lng, lat)].append(place)
    return found


def _near() -> Select:
    arrays = (bindparam(name, type_=ARRAY(kind)) for name, kind in (("communities", String), ("lngs", Double), ("lats", Double)))
    at = func.unnest(*arrays).table_valued(column("community", String), column("lng", Double), column("lat", Double), name="at").render_derived()
    box = func.ST_MakeEnvelope(at.c.lng - MARGIN_DEG, at.c.lat - MARGIN_DEG, at.c.lng + MARGIN_DEG, at.c.lat + MARGIN_DEG, SRID)
    compound = and_(Place.kind == "compound", Place.community_code == at.c.community, Place.boundary.intersects(box))
    return select(at.c.community, at.c.lng, at.c.lat, Place).join(Place, compound)


_NEAR = _near()


def _covers(place: Place, point: Wgs84) -> bool:
    # An index each: one index over all of them would give a point on a shared edge to only one.
    return CellIndex([place.id], [shape_of(place.boundary)], [place.code]).locate(point.lng, point.lat) is not None


class Responsible:
    """The departments of some types that are responsible at a spot, found with one query."""

    def __init__(self, session: Session, spot: Spot, types: Collection[str], now: datetime):
        self.spot = spot
        self.departments: dict[int, Department] = {}
        self._claims: dict[str, list[Claim]] = {code: [] for code in types}
        key = ("claims", spot.area_code, *spot.place_ids, *sorted(types))
        for department, claim in in_batch(session, key, lambda: _claims(session, spot, types, now)):
            self.departments[department.id] = department
            self._claims[department.type_code].append(claim)

    def choose(self, type_code: str) -> Found | Missing:
        return choose_department(self._claims[type_code], self.spot.area_code, self.spot.place_ids)

    def find(self, type_code: str) -> Department | None:
        found = self.choose(type_code)
        return self.departments[found.claim.department_id] if isinstance(found, Found) else None

    def codes(self, department_ids: Sequence[int]) -> list[str]:
        return [self.departments[department_id].code for department_id in department_ids]


def _claims(session: Session, spot: Spot, types: Collection[str], now: datetime) -> list[tuple[Department, Claim]]:
    here = or_(Jurisdiction.area_prefix.in_(spot.prefixes), Jurisdiction.place_id.in_(spot.place_ids))
    rows = session.execute(
        select(Department, Jurisdiction).join(Jurisdiction, Jurisdiction.department_id == Department.id)
        .where(Department.type_code.in_(types), here)
        .where(or_(Department.ended_at.is_(None), Department.ended_at > now)))
    return [(department, Claim(department.id, row.area_prefix, row.place_id)) for department, row in rows]
