"""The cells that a place lies in: one for a building or yard, any number for a compound."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from geo.shapes import area_m2
from gridops.models import Cell, Grid, Place
from gridops.services import areas
from gridops.services.areas import Area
from gridops.services.place_search import cells_of_lineages
from gridops.services.shapes import point_of, shape_of

TOUCHING_M2 = 1.0  # boundaries that only touch overlap by rounding


def cells_of(session: Session, place: Place) -> list[Area]:
    """Of the active grid, in code order. A compound: those that its boundary or its buildings lie in, else the one of its point."""
    if place.kind != "compound" or place.cell_lineage is not None:
        return list(cells_of_lineages(session, {place.cell_lineage} - {None}).values())
    found = {area.code: area for area in [*_under_boundary(session, place), *_of_parts(session, place)]}
    if not found and place.point is not None:
        here = areas.locate(session, point_of(place.point))
        found = {here.cell.code: here.cell} if isinstance(here, areas.Location) and here.cell else {}
    return [found[code] for code in sorted(found)]


def only_cell(session: Session, place: Place) -> Area | None:
    """None where the place spans cells, or none is known."""
    cells = cells_of(session, place)
    return cells[0] if len(cells) == 1 else None


def _under_boundary(session: Session, place: Place) -> list[Area]:
    if place.boundary is None:
        return []
    shape = shape_of(place.boundary)
    query = select(Cell.code, Cell.boundary).join(Grid, Grid.id == Cell.grid_id)
    near = query.where(Grid.status == "active", func.ST_Intersects(Cell.boundary, place.boundary))
    overlaps = ((row.code, shape_of(row.boundary).intersection(shape)) for row in session.execute(near))
    codes = [code for code, overlap in overlaps if overlap.area and area_m2(overlap) > TOUCHING_M2]
    return [area for code in codes if (area := areas.find_area(session, code))]


def _of_parts(session: Session, place: Place) -> list[Area]:
    lineages = session.scalars(select(Place.cell_lineage).where(
        Place.parent_id == place.id, Place.cell_lineage.is_not(None), Place.ended_at.is_(None)).distinct())
    return list(cells_of_lineages(session, set(lineages)).values())
