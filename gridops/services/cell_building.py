"""Cutting a street's communities into cells of a new grid version.

Each community is cut by itself, so that a cell never crosses a community's border; compounds with a boundary stay whole. A cell
that comes out exactly as an active one is that cell, with its code and lineage; any other gets the next number that the
community has never used. When every cell is as before there is no new version.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.cells import cut
from geo.errors import GeoError
from geo.shapes import Area, area_m2
from gridops.errors import Invalid, NotFound
from gridops.models import Cell, Community, Grid, Place, Street
from gridops.services import grids
from gridops.services.shapes import point_of, same_shape, shape_of, stored_area

MOST_CELLS = 999  # a cell's code is its community's and three digits


@dataclass(frozen=True)
class Size:
    """How large a cell shall be: exactly one is given. ``count`` is per community."""

    target_area_m2: float | None = None
    households: int | None = None
    count: int | None = None

    def __post_init__(self) -> None:
        given = [value for value in (self.target_area_m2, self.households, self.count) if value is not None]
        if len(given) != 1 or not given[0] > 0:
            raise Invalid("Say exactly one of area, households or count, above zero.", code="bad_size")


@dataclass(frozen=True)
class Built:
    """``grid`` is None when nothing changed; ``cells`` counts per community code; ``not_cut`` are communities without a boundary."""

    grid: Grid | None
    cells: dict[str, int]
    not_cut: list[str]


def build(session: Session, street_code: str, size: Size, *, now: datetime, draft: bool = False) -> Built:
    """Raises NotFound, and Invalid: bad_size, nothing_to_cut, too_many_cells, households_unknown, or geo's code of a shape that cannot be cut."""
    if session.get(Street, street_code) is None:
        raise NotFound("There is no street %(street)s.", street=street_code)
    communities = session.scalars(select(Community).where(Community.street_code == street_code).order_by(Community.code)).all()
    drawn = [community for community in communities if community.boundary is not None]
    if not drawn:
        raise Invalid("No community of this street has a boundary.", code="nothing_to_cut")
    active, used = grids.active_cells(session, street_code), grids.used_codes(session, street_code)
    plans = {community.code: _plans(session, community, size, active, used) for community in drawn}
    undrawn = [community.code for community in communities if community.boundary is None]
    kept = [grids.plan_of(cell) for cell in active.values() if cell.community_code in undrawn]
    every = [*kept, *(plan for of_community in plans.values() for plan in of_community)]
    counts = {code: len(of_community) for code, of_community in plans.items()}
    if {plan.lineage for plan in every} == {cell.lineage for cell in active.values()}:
        return Built(None, counts, undrawn)
    return Built(grids.add_grid(session, street_code, every, now=now, active=not draft), counts, undrawn)


def _plans(session: Session, community: Community, size: Size, active: dict[str, Cell], used: set[str]) -> list[grids.CellPlan]:
    shapes = _cut(session, community, size)
    serials = [int(code[-3:]) for code in used if code.startswith(community.code)]
    free = max(serials, default=0) + 1
    own = [cell for cell in active.values() if cell.community_code == community.code]
    plans = []
    for shape in (stored_area(shape) for shape in shapes):
        same = next((cell for cell in own if same_shape(cell.boundary, shape)), None)
        plans.append(grids.plan_of(same) if same else _new(community, free, shape))
        free += same is None
    if free > MOST_CELLS + 1:
        raise Invalid("%(community)s would need more than 999 cell numbers.", code="too_many_cells", community=community.code)
    return plans


def _new(community: Community, serial: int, shape) -> grids.CellPlan:
    return grids.CellPlan(
        f"{community.code}{serial:03}", community.code, f"第{serial:02}网格", shape, name_en=f"Cell {serial:02}")


def _cut(session: Session, community: Community, size: Size) -> list[Area]:
    boundary = shape_of(community.boundary)
    wanted = _count(community, boundary, size)
    if wanted > MOST_CELLS:
        raise Invalid("%(community)s would get more than 999 cells.", code="too_many_cells", community=community.code)
    points, weights = _households(session, community) if size.households else (None, None)
    try:
        return cut(boundary, count=wanted, points=points, weights=weights, keep_whole=_compounds(session, community))
    except GeoError as error:
        raise Invalid("%(community)s cannot be cut: %(why)s", code=error.code, community=community.code, why=error.message) from error


def _count(community: Community, boundary: Area, size: Size) -> int:
    if size.count:
        return size.count
    if size.target_area_m2:
        return max(1, round(area_m2(boundary) / size.target_area_m2))
    if not community.households:
        raise Invalid("%(community)s has no number of households.", code="households_unknown", community=community.code)
    return max(1, math.ceil(community.households / size.households))


def _households(session: Session, community: Community) -> tuple[np.ndarray | None, np.ndarray | None]:
    """Where people live, as far as buildings with a point and households are known; else cells are balanced by area."""
    query = select(Place).where(Place.community_code == community.code, Place.point.is_not(None), Place.households > 0, Place.kind == "building")
    buildings = [(point_of(place.point), place.households) for place in session.scalars(query)]
    if not buildings:
        return None, None
    return np.array([(point.lng, point.lat) for point, _ in buildings]), np.array([float(number) for _, number in buildings])


def _compounds(session: Session, community: Community) -> list[Area]:
    query = select(Place.boundary).where(Place.community_code == community.code, Place.kind == "compound", Place.boundary.is_not(None))
    return [shape_of(stored) for stored in session.scalars(query.order_by(Place.code))]
