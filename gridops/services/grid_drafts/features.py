"""A version as GeoJSON in WGS-84, to the last bit: what goes out comes in again unchanged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import Any

import shapely
from shapely.geometry import mapping
from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.shapes import area_m2
from gridops.models import Cell, Community, Grid, Place
from gridops.services import cell_ground
from gridops.services.shapes import shape_of

Feature = dict[str, Any]
NEAR = 1e-6  # degrees: more than what an index of cells takes for being on an edge


def collection(session: Session, grid: Grid, *, with_places: bool = False) -> Feature:
    """FeatureCollection: communities, cells, and on request places.

    Properties: level, code, name, name_en, community, households, area_m2, buildings.
    """
    query = select(Community).where(Community.street_code == grid.street_code).order_by(Community.code)
    found = [_community(community) for community in session.scalars(query)] + cells(session, grid)
    return {"type": "FeatureCollection", "features": found + (places(session, grid) if with_places else [])}


def _community(community: Community) -> Feature:
    return _feature("community", community, community.code, community.boundary, buildings=None)


def cells(session: Session, grid: Grid, codes: Collection[str] | None = None) -> list[Feature]:
    query = select(Cell).where(Cell.grid_id == grid.id).order_by(Cell.code)
    rows = list(session.scalars(query if codes is None else query.where(Cell.code.in_(codes))))
    counts = _buildings(session, rows)
    return [_feature("cell", cell, cell.community_code, cell.boundary, buildings=counts[cell.code]) for cell in rows]


def _buildings(session: Session, rows: list[Cell]) -> Counter[str | None]:
    found: Counter[str | None] = Counter()
    for community in {cell.community_code for cell in rows}:
        drawn = {cell.code: shape_of(cell.boundary) for cell in rows if cell.community_code == community and cell.boundary is not None}
        if drawn:
            west, south, east, north = shapely.total_bounds(list(drawn.values()))
            _, xy = cell_ground.houses(session, community, box=(west - NEAR, south - NEAR, east + NEAR, north + NEAR))
            found.update(cell_ground.among(drawn, xy))
    return found


def places(session: Session, grid: Grid) -> list[Feature]:
    query = select(Place).where(Place.community_code.startswith(grid.street_code), Place.ended_at.is_(None)).order_by(Place.code)
    return [
        _feature(place.kind, place, place.community_code, place.boundary if place.boundary is not None else place.point, buildings=None)
        for place in session.scalars(query)
    ]


def _feature(level: str, row: Any, community: str, stored: Any, *, buildings: int | None) -> Feature:
    shape = shape_of(stored)
    area = round(area_m2(shape), 1) if shape is not None and shape.area else None
    properties = {
        "level": level, "code": row.code, "name": row.name, "name_en": getattr(row, "name_en", None), "community": community,
        "households": row.households, "area_m2": area, "buildings": buildings,
    }
    return {"type": "Feature", "properties": properties, "geometry": mapping(shape) if shape is not None else None}
