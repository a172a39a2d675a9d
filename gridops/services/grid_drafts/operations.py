"""What an edit can be. Each takes the draft, the body (bodies.GridEditSchema) and the step that remembers, and changes the cells.

All raise Invalid with the code of what cannot be: cell_unknown, community_unknown, place_unknown, cells_cross_communities,
place_elsewhere, place_without_ground, too_many_cells, bad_size, and geo's own codes (geo.edit, geo.vertices).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import shapely
from shapely import LineString, Polygon
from sqlalchemy import select
from sqlalchemy.orm import Session

from geo import vertices
from geo.cells import cut
from geo.edit import carve, degrees, merge, snapped, split_by_line, wrong_ground
from geo.shapes import Area, area_m2
from gridops.errors import Invalid
from gridops.models import Cell, Grid, Place
from gridops.services.grid_drafts import ground, recutting
from gridops.services.grid_drafts.steps import Step
from gridops.services.shapes import shape_of

Body = dict[str, Any]
FOOTPRINT_M = 12.0  # ground of a building of which only the point is known: a circle of this radius


def split(session: Session, grid: Grid, body: Body, step: Step) -> None:
    """The part where most households live keeps the code; the others get new ones."""
    here = ground.of_cell(session, grid, body["cell"])
    cell = here.cell(body["cell"])
    parts = split_by_line(cell, LineString(body["line"])) if "line" in body else _cut(here, cell, body)
    first, *others = here.ranked(parts)
    here.become(step, here.shapes | {body["cell"]: first} | _coded(here, others))


def _cut(here: ground.Ground, cell: Area, body: Body) -> list[Area]:
    counted = body.get("by") == "households" and here.homes.households.sum() > 0
    points, weights = (here.homes.xy, here.homes.households) if counted else (None, None)
    return cut(cell, count=body["parts"], points=points, weights=weights, keep_whole=recutting.whole_shapes(here.session, here.grid, here.community))


def _coded(here: ground.Ground, shapes: list[Area]) -> dict[str, Area]:
    if len(shapes) > len(here.free_codes):
        raise Invalid(code="too_many_cells", community=here.community.code)
    return dict(zip(here.free_codes, shapes, strict=False))


def merge_cells(session: Session, grid: Grid, body: Body, step: Step) -> None:
    """``keep`` says whose code stays, else the largest cell's."""
    here = ground.of_cell(session, grid, body["cells"][0])
    if not set(body["cells"]) <= here.cells.keys():
        _of_one_community(session, grid, body["cells"])
    codes = list(dict.fromkeys(body["cells"]))
    shapes = [here.cell(code) for code in codes]
    keep = body.get("keep") or max(codes, key=lambda code: (area_m2(here.shapes[code]), code))
    if keep not in codes:
        raise Invalid(code="cell_unknown", fields={"keep": ["cell_unknown"]})
    rest = {code: shape for code, shape in here.shapes.items() if code not in codes}
    here.become(step, rest | {keep: merge(shapes)})


def _of_one_community(session: Session, grid: Grid, codes: list[str]) -> None:
    known = set(session.scalars(select(Cell.code).where(Cell.grid_id == grid.id, Cell.code.in_(codes))))
    code = "cells_cross_communities" if known == set(codes) else "cell_unknown"
    raise Invalid(code=code, fields={"cells": [code]})


def move_vertex(session: Session, grid: Grid, body: Body, step: Step) -> None:
    here = ground.near(session, grid, body["at"], vertex=True)
    here.become(step, vertices.move_vertex(here.shapes, here.outline, tuple(body["at"]), tuple(body["to"])))


def add_vertex(session: Session, grid: Grid, body: Body, step: Step) -> None:
    here = ground.near(session, grid, body["at"], vertex=False)
    here.become(step, vertices.add_vertex(here.shapes, tuple(body["at"])))


def remove_vertex(session: Session, grid: Grid, body: Body, step: Step) -> None:
    here = ground.near(session, grid, body["at"], vertex=True)
    here.become(step, vertices.remove_vertex(here.shapes, here.outline, tuple(body["at"])))


def draw(session: Session, grid: Grid, body: Body, step: Step) -> None:
    """A new cell; it takes its ground from the others, and those that keep none end."""
    here = ground.of_community(session, grid, body["community"])
    if not here.free_codes:
        raise Invalid(code="too_many_cells", community=here.community.code)
    code = here.free_codes[0]
    drawn = snapped(Polygon(body["polygon"]), here.shapes, here.outline)
    names = {name: body[name] for name in ("name", "name_en") if name in body}
    here.become(step, carve(here.shapes, code, drawn), names={code: names})


def assign(session: Session, grid: Grid, body: Body, step: Step) -> None:
    """The ground of a compound or building goes to the cell."""
    place = session.scalar(select(Place).where(Place.code == body["place"]))
    if place is None or not place.community_code.startswith(grid.street_code):
        raise Invalid(code="place_unknown", fields={"place": ["place_unknown"]})
    here = ground.of_cell(session, grid, body["cell"])
    cell, wanted = here.cell(body["cell"]), _ground_of(place).intersection(here.outline)
    if place.community_code != here.community.code or wanted.is_empty:
        raise Invalid(code="place_elsewhere", fields={"place": ["place_elsewhere"]})
    merge([cell, wanted])
    here.become(step, carve(here.shapes, body["cell"], wanted))


def _ground_of(place: Place) -> Area:
    if place.boundary is not None:
        return shape_of(place.boundary)
    point = shape_of(place.point)
    if point is None:
        raise Invalid(code="place_without_ground", fields={"place": ["place_without_ground"]})
    return point.buffer(degrees(FOOTPRINT_M, (point.x, point.y)), quad_segs=2)


def fill(session: Session, grid: Grid, body: Body, step: Step) -> None:
    """The gap or overlap there goes to the cell; ground outside the community goes to nobody."""
    here = ground.of_cell(session, grid, body["cell"])
    wrong, inside = wrong_ground(here.shapes, here.outline, tuple(body["at"]))
    if inside:
        return here.become(step, carve(here.shapes, body["cell"], wrong))
    rest = carve(here.shapes, "outside", wrong)
    del rest["outside"]
    here.become(step, rest)


def rename(session: Session, grid: Grid, body: Body, step: Step) -> None:
    here = ground.of_cell(session, grid, body["cell"])
    values = {name: body[name] for name in ("name", "name_en", "households") if name in body}
    step.change(here.cells[body["cell"]], **values)


def recut(session: Session, grid: Grid, body: Body, step: Step) -> None:
    """The whole community anew. A piece that is mostly an old cell, and most of it, stays that cell."""
    here = ground.of_community(session, grid, body["community"])
    pieces = recutting.pieces(session, grid, here.community, body)
    heirs = _heirs(here.shapes, pieces)
    new = _coded(here, [piece for i, piece in enumerate(pieces) if i not in heirs])
    here.become(step, {heirs[i]: pieces[i] for i in heirs} | new)


def _heirs(before: dict[str, Area], pieces: list[Area]) -> dict[int, str]:
    found = {}
    for i, piece in enumerate(pieces):
        for code, shape in before.items():
            common = shapely.intersection(piece, shape).area
            if common > piece.area / 2 and common > shape.area / 2:
                found[i] = code
    return found


OPERATIONS: dict[str, Callable[[Session, Grid, Body, Step], None]] = {
    "split": split, "merge": merge_cells, "move_vertex": move_vertex, "add_vertex": add_vertex, "remove_vertex": remove_vertex,
    "draw": draw, "assign": assign, "fill": fill, "rename": rename, "recut": recut,
}
