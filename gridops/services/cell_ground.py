"""What lies in a community and decides how it is cut: where its households live, and which compounds and buildings stay whole."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from geo.locate import CellIndex
from geo.shapes import Area
from gridops.errors import Invalid
from gridops.models import Place
from gridops.services.shapes import shape_of


HOUSES = ("building", "yard")
SPOT = func.coalesce(Place.point, func.ST_PointOnSurface(Place.boundary))  # where a place is
LNG, LAT = func.ST_X(SPOT), func.ST_Y(SPOT)  # plain numbers: thousands of geometries would take long


@dataclass(frozen=True)
class Homes:
    """Where people live: (n, 2) in WGS-84, and how many households (n,)."""

    xy: np.ndarray
    households: np.ndarray

    def __bool__(self) -> bool:
        return bool(len(self.xy))

    def among(self, cells: Mapping[str, Area]) -> list[str | None]:
        """Which cell each is in."""
        return among(cells, self.xy)


def among(cells: Mapping[str, Area], xy: np.ndarray) -> list[str | None]:
    return CellIndex(list(cells), list(cells.values()), list(cells)).locate_many(xy)


def homes(session: Session, area_code: str) -> Homes:
    """Of a street or community: buildings and yards with households; a compound only where none of its buildings says its households."""
    below = aliased(Place)
    told_below = exists().where(below.parent_id == Place.id, below.households > 0, below.ended_at.is_(None))
    query = select(LNG, LAT, Place.households).where(
        Place.community_code.startswith(area_code, autoescape=True), Place.ended_at.is_(None), Place.households > 0, ~told_below,
        SPOT.is_not(None))
    rows = np.array([tuple(row) for row in session.execute(query.order_by(Place.code))], dtype=float).reshape(-1, 3)
    return Homes(rows[:, :2], rows[:, 2])


def houses(session: Session, community_code: str, *, box: tuple[float, float, float, float] | None = None) -> tuple[list[str], np.ndarray]:
    """Codes and places (n, 2) of all buildings and yards, with households or not (in ``box``: west, south, east, north)."""
    query = select(Place.code, LNG.label("lng"), LAT.label("lat")).where(
        Place.community_code == community_code, Place.kind.in_(HOUSES), Place.ended_at.is_(None), SPOT.is_not(None))
    if box is not None:
        query = query.where(LNG.between(box[0], box[2]), LAT.between(box[1], box[3]))
    rows = session.execute(query.order_by(Place.code)).all()
    return [row.code for row in rows], np.array([(row.lng, row.lat) for row in rows], dtype=float).reshape(-1, 2)


def whole_shapes(session: Session, community_code: str, *, may_split: Collection[str] = ()) -> list[Area]:
    """Outlines of compounds, buildings and yards, without the places that may be split. A house that lies mostly in a compound is one with it."""
    query = select(Place.kind, Place.boundary).where(
        Place.community_code == community_code, Place.ended_at.is_(None), Place.boundary.is_not(None), Place.code.not_in(may_split))
    rows = session.execute(query.order_by(Place.code)).all()
    compounds = [shape_of(row.boundary) for row in rows if row.kind == "compound"]
    houses = [shape_of(row.boundary) for row in rows if row.kind != "compound"]
    return [*compounds, *houses] if not compounds else _housed(compounds, houses)


def _housed(compounds: list[Area], houses: list[Area]) -> list[Area]:
    tree, whole, free = shapely.STRtree(compounds), list(compounds), []
    for house in houses:
        common = {int(i): compounds[i].intersection(house).area for i in tree.query(house, predicate="intersects")}
        host = max(common, key=lambda i: common[i], default=None)
        if host is not None and common[host] * 2 > house.area:
            whole[host] = whole[host].union(house)
        else:
            free.append(house)
    return [*whole, *free]


def checked_reasons(session: Session, street_code: str, may_split: Mapping[str, str]) -> dict[str, str]:
    """{place code: why it may be split}. Raises Invalid: place_unknown, reason_missing."""
    query = select(Place.code).where(Place.code.in_(may_split), Place.community_code.startswith(street_code, autoescape=True))
    unknown = sorted(set(may_split) - set(session.scalars(query)))
    if unknown:
        raise Invalid("There is no place %(place)s.", code="place_unknown", place=unknown[0])
    for code, reason in may_split.items():
        if not reason.strip():
            raise Invalid("Say why %(place)s may be split.", code="reason_missing", place=code)
    return {code: reason.strip() for code, reason in may_split.items()}
