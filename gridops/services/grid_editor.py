"""What somebody who draws a grid asks about one cell or one place of it: neighbours, vertices, who lies nearest."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

import numpy as np
import shapely
from shapely import Point
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from geo.plane import metres_per_degree
from geo.shapes import Area
from gridops.domain.actor import Actor
from gridops.domain.lifecycle import OPEN
from gridops.errors import Invalid
from gridops.models import Cell, Grid, Place, Ticket
from gridops.services import scope
from gridops.services.shapes import shape_of

DIRECTIONS = {"north": (0, 1), "east": (1, 0), "south": (0, -1), "west": (-1, 0)}
FARTHEST_M = 1000.0  # one nudge


class Vertex(NamedTuple):
    """``shared`` holds the codes of the other cells that have it: they follow when it is moved."""

    lng: float
    lat: float
    shared: tuple[str, ...]


def drawn(session: Session, grid: Grid, community_code: str) -> dict[str, Area]:
    """Cells of the version in one community, by code; undrawn ones are left out."""
    rows = session.execute(select(Cell.code, Cell.boundary).where(
        Cell.grid_id == grid.id, Cell.community_code == community_code, Cell.boundary.is_not(None)).order_by(Cell.code))
    return {row.code: shape_of(row.boundary) for row in rows}


def names(session: Session, grid: Grid, locale: str) -> dict[str, str]:
    """Code -> name in the reader's language."""
    rows = session.execute(select(Cell.code, Cell.name, Cell.name_en).where(Cell.grid_id == grid.id))
    return {row.code: row.name_en if locale == "en" and row.name_en else row.name for row in rows}


def open_tickets(session: Session, code: str, *, actor: Actor) -> int:
    """Of the cell, as far as the actor sees them."""
    query = select(func.count()).where(Ticket.area_code == code, Ticket.status.in_(OPEN), scope.visible_tickets(actor))
    return session.scalar(query) or 0


def neighbours(cells: dict[str, Area], code: str) -> list[str]:
    """Those that share more than a corner with the cell, in code order."""
    border = cells[code].boundary
    return [other for other, shape in cells.items() if other != code and border.intersection(shape.boundary).length > 0]


def vertices(cells: dict[str, Area], code: str) -> list[Vertex]:
    """Around the cell, each once."""
    owners: dict[tuple[float, float], list[str]] = {}
    for other, shape in cells.items():
        for place in set(map(tuple, shapely.get_coordinates(shape).tolist())) if other != code else ():
            owners.setdefault(place, []).append(other)
    own = dict.fromkeys(map(tuple, shapely.get_coordinates(cells[code]).tolist()))
    return [Vertex(*place, tuple(owners.get(place, ()))) for place in own]


def nearest(cells: dict[str, Area], lng: float, lat: float, limit: int = 4) -> list[str]:
    """Codes of the cells around a place, nearest first."""
    codes, away = list(cells), shapely.distance(np.array(list(cells.values()), dtype=object), Point(lng, lat)) if cells else []
    return [codes[i] for i in np.argsort(away)[:limit]]


def nudged(at: list[float], direction: str, metres: float) -> list[float]:
    """The place so many metres away. Raises Invalid."""
    if direction not in DIRECTIONS or not 0 < metres <= FARTHEST_M:
        raise Invalid()
    east, north = DIRECTIONS[direction]
    along, up = metres_per_degree(at[1])
    return [at[0] + east * metres / along, at[1] + north * metres / up]


def places_to_assign(session: Session, community_code: str, limit: int = 400) -> list[Place]:
    """Compounds, buildings and yards of the community, in the order of their names."""
    query = select(Place).where(Place.community_code == community_code, Place.ended_at.is_(None))
    return list(session.scalars(query.order_by(Place.kind.desc(), Place.name).limit(limit)))


def place_names(session: Session, codes: Collection[str]) -> dict[str, str]:
    return {row.code: row.name for row in session.execute(select(Place.code, Place.name).where(Place.code.in_(codes)))}
