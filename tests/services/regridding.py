"""New versions of the small street, from the boxes of their cells."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from shapely import Polygon, box
from sqlalchemy.orm import Session

from gridops.models import Grid
from gridops.services import grids
from gridops.services.shapes import stored_area
from tests.small_street import COMMUNITY, EAST, STREET, WEST

LATER = timedelta(hours=1)
NORTH = COMMUNITY + "003"
WHOLE = {WEST: box(121.40, 31.20, 121.42, 31.21)}
ONLY_WEST = {WEST: box(121.40, 31.20, 121.41, 31.21)}
ONLY_EAST = {EAST: box(121.41, 31.20, 121.42, 31.21)}
NEW_MIDDLE = {WEST: box(121.40, 31.20, 121.402, 31.21), NORTH: box(121.402, 31.20, 121.41, 31.21), EAST: box(121.41, 31.20, 121.42, 31.21)}
ALL_NORTH = {NORTH: box(121.40, 31.20, 121.42, 31.21)}


def regrid(session: Session, shapes: Mapping[str, Polygon], now: datetime, *, active: bool = True) -> Grid:
    """{code: box} -> the next version, an hour later: a code that was there goes on as that cell."""
    present = grids.active_cells(session, STREET)
    plans = [
        grids.plan_of(present[code], boundary=stored_area(shape)) if code in present else
        grids.CellPlan(code, COMMUNITY, code, stored_area(shape)) for code, shape in shapes.items()
    ]
    return grids.add_grid(session, STREET, plans, now=now + LATER, active=active)
