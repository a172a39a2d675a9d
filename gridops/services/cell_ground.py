"""What lies in a community and decides how it is cut: where its households live, and which compounds and buildings stay whole."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from geo.shapes import Area
from gridops.errors import Invalid
from gridops.models import Place
from gridops.services.shapes import shape_of


@dataclass(frozen=True)
class Homes:
    """Where people live: (n, 2) in WGS-84, and how many households (n,)."""

    xy: np.ndarray
    households: np.ndarray

    def __bool__(self) -> bool:
        return bool(len(self.xy))


def homes(session: Session, community_code: str) -> Homes:
    """Buildings and yards with households and a point or an outline; a compound only where none of its buildings says its households."""
    below = aliased(Place)
    told_below = exists().where(below.parent_id == Place.id, below.households > 0, below.ended_at.is_(None))
    query = select(Place.point, Place.boundary, Place.households).where(
        Place.community_code == community_code, Place.ended_at.is_(None), Place.households > 0, ~told_below,
        Place.point.is_not(None) | Place.boundary.is_not(None))
    rows = session.execute(query.order_by(Place.code)).all()
    points = [shape_of(row.point) or shape_of(row.boundary).point_on_surface() for row in rows]
    return Homes(shapely.get_coordinates(points).reshape(-1, 2), np.array([row.households for row in rows], dtype=float))


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
