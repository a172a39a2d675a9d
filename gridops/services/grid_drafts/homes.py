"""How households follow the ground: by the buildings that are known, else by area."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from geo.locate import CellIndex
from geo.shapes import Area
from gridops.models import Community, Place
from gridops.services import cell_ground

HOUSES = ("building", "yard")
NOWHERE = np.empty((0, 2))


@dataclass(frozen=True)
class Homes:
    """Where (n, 2), in WGS-84, and how many households (n,)."""

    xy: np.ndarray
    households: np.ndarray

    def among(self, cells: Mapping[str, Area]) -> list[str | None]:
        """Which cell each is in."""
        return _index(cells).locate_many(self.xy)


def homes(session: Session, area_code: str) -> Homes:
    """Where the households of a street or community live, as cutting counts them."""
    codes = session.scalars(select(Community.code).where(Community.code.startswith(area_code, autoescape=True)).order_by(Community.code))
    found = [cell_ground.homes(session, code) for code in codes]
    return Homes(np.concatenate([NOWHERE, *(part.xy for part in found)]), np.concatenate([NOWHERE[:, 0], *(part.households for part in found)]))


def houses(session: Session, community_code: str, *, box: tuple[float, float, float, float] | None = None) -> Homes:
    """Every building and yard that has a point (in ``box``: west, south, east, north). Plain numbers: thousands of geometries would take long."""
    lng, lat = func.ST_X(Place.point), func.ST_Y(Place.point)
    query = select(lng, lat, Place.households).where(
        Place.community_code == community_code, Place.kind.in_(HOUSES), Place.point.is_not(None), Place.ended_at.is_(None))
    if box is not None:
        query = query.where(lng.between(box[0], box[2]), lat.between(box[1], box[3]))
    rows = np.array([tuple(row) for row in session.execute(query)], dtype=float).reshape(-1, 3)
    return Homes(rows[:, :2], rows[:, 2])


def _index(cells: Mapping[str, Area]) -> CellIndex:
    return CellIndex(list(cells), list(cells.values()), list(cells))


Flows = dict[tuple[str, str], float]


def flows(before: Mapping[str, Area], after: Mapping[str, Area], living: Homes) -> Flows:
    """{(cell before, cell after): part of the first one's households that live in the second}; parts below a millionth are left out."""
    weights = _weights(before, after, living)
    known = {key for key, weight in weights.items() if weight > 0}
    counted = {key[0] for key in known}
    by_area = {key: area for key, area in _grounds(before, after).items() if key[0] not in counted}
    totals: dict[str, float] = {}
    for (cell, _), weight in weights.items():
        totals[cell] = totals.get(cell, 0.0) + weight
    shares = {key: weights[key] / totals[key[0]] for key in known}
    shares |= {key: area / before[key[0]].area for key, area in by_area.items()}
    return {(cell, target): share for (cell, target), share in shares.items() if target and share > 1e-6}


def _weights(before: Mapping[str, Area], after: Mapping[str, Area], living: Homes) -> Flows:
    """Households by pair of cells; "" for those in no cell afterwards."""
    found: Flows = {}
    for cell, target, number in zip(living.among(before), living.among(after), living.households, strict=True):
        if cell is not None:
            found[cell, target or ""] = found.get((cell, target or ""), 0.0) + number
    return found


def _grounds(before: Mapping[str, Area], after: Mapping[str, Area]) -> Flows:
    """Common ground by pair of cells, in square degrees."""
    codes, targets = list(before), list(after)
    shapes, others = np.array(list(before.values()), dtype=object), np.array(list(after.values()), dtype=object)
    if not len(shapes) or not len(others):
        return {}
    ours, theirs = shapely.STRtree(others).query(shapes, predicate="intersects")
    areas = shapely.area(shapely.intersection(shapes[ours], others[theirs]))
    return {(codes[i], targets[j]): float(area) for i, j, area in zip(ours, theirs, areas, strict=True) if area > 0}


def shared_out(numbers: Mapping[str, int | None], shares: Flows) -> dict[str, int]:
    """Whole households of each cell after, adding up to those before as far as their ground still has a cell. Unknown ones count nothing."""
    found: dict[str, int] = {}
    for cell, number in numbers.items():
        parts = {target: share for (source, target), share in shares.items() if source == cell}
        if number is None or not parts:
            continue
        for target, part in _whole(number, parts).items():
            found[target] = found.get(target, 0) + part
    return found


def _whole(number: int, parts: Mapping[str, float]) -> dict[str, int]:
    """Largest remainders; ties by code."""
    exact = {target: number * share for target, share in parts.items()}
    whole = {target: int(value + 1e-9) for target, value in exact.items()}
    missing = round(sum(exact.values())) - sum(whole.values())
    for target in sorted(exact, key=lambda target: (whole[target] - exact[target], target))[:missing]:
        whole[target] += 1
    return whole
