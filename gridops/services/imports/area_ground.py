"""What a map would show of areas just brought in: no boundary, ground outside the street, ground of two, cells that no longer fit."""

from __future__ import annotations

from collections.abc import Collection
from itertools import chain

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.shapes import area_m2
from gridops.domain.area_codes import STREET_DIGITS
from gridops.models import Cell, Community, Grid, Street
from gridops.services.shapes import shape_of

LEAST_M2 = 1.0  # below that it is the rounding of coordinates


def remarks(session: Session, touched: Collection[str]) -> list[str]:
    """English sentences; ``touched``: codes of streets and communities."""
    within = sorted({code[:STREET_DIGITS] for code in touched})
    streets = {street.code: shape_of(street.boundary) for street in session.scalars(select(Street).order_by(Street.code))}
    found = session.scalars(select(Community).where(Community.street_code.in_(within)).order_by(Community.code))
    communities = {community.code: shape_of(community.boundary) for community in found}
    return list(chain(
        _without_boundary(touched, streets | communities), _outside(touched, communities, streets), _twice(touched, streets),
        _twice(touched, communities), _cut_already(session, touched, communities)))


def _without_boundary(touched: Collection[str], shapes: dict[str, BaseGeometry | None]) -> list[str]:
    return [f"{code} has no boundary: nothing can be located there" for code in sorted(touched) if shapes.get(code) is None]


def _outside(touched: Collection[str], communities: dict[str, BaseGeometry | None], streets: dict[str, BaseGeometry | None]) -> list[str]:
    said = []
    for code, shape in communities.items():
        street = code[:STREET_DIGITS]
        if shape is None or streets[street] is None or not {code, street}.intersection(touched):
            continue
        ground = area_m2(shapely.difference(shape, streets[street]))
        if ground >= LEAST_M2:
            said.append(f"{round(ground)} m² of {code} lie outside the street {street}")
    return said


def _twice(touched: Collection[str], shapes: dict[str, BaseGeometry | None]) -> list[str]:
    """Each pair once. Where two claim the same ground, the lower code owns it."""
    codes = [code for code, shape in shapes.items() if shape is not None]
    if not codes:
        return []
    tree = shapely.STRtree([shapes[code] for code in codes])
    said = []
    for one, other in sorted({tuple(sorted(pair)) for pair in tree.query(tree.geometries, predicate="intersects").T.tolist()}):
        if one == other or not {codes[one], codes[other]}.intersection(touched):
            continue
        ground = area_m2(shapely.intersection(tree.geometries[one], tree.geometries[other]))
        if ground >= LEAST_M2:
            said.append(f"{round(ground)} m² lie both in {codes[one]} and in {codes[other]}")
    return said


def _cut_already(session: Session, touched: Collection[str], communities: dict[str, BaseGeometry | None]) -> list[str]:
    query = select(Cell.community_code).join(Grid, Grid.id == Cell.grid_id).where(Grid.status == "active", Cell.community_code.in_(touched))
    return [f"{code} has cells, which stay as they are: look at the problems of a new draft" for code in sorted(set(session.scalars(query)))]
