"""Changing cells by hand so that neighbours stay without crack: split, merge, carve, settle. For single vertices see `vertices`.

Cells are WGS-84 areas under keys of the caller's; a function takes all of them and gives all of them back. `settle` gives
neighbours the same vertices afterwards and refuses what is no area any more. The outline (the community's border) never moves.

What can be refused, beside the codes of shapes.checked_area: no_split (the line does not part the cell), not_neighbours (cells
that share no edge), nothing_there (nothing is wrong at the point).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import shapely
from shapely import LineString, MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from geo.errors import GeoError
from geo.knit import ON_EDGE_DEG, knit
from geo.plane import metres_per_degree
from geo.shapes import Area, area_m2, checked_area

Place = tuple[float, float]  # longitude, latitude

NEAR_M = 0.5  # a point given for a vertex, an edge or a gap may lie so far from it: maps show seven digits of a degree
CRUMB_M2 = 1.0  # what carving leaves of a cell in pieces smaller than this goes along


def degrees(metres: float, at: Place) -> float:
    """The metres as degrees of longitude at the place, the longer of the two."""
    return metres / metres_per_degree(at[1])[0]


def settle(cells: Mapping[str, Area], outline: Area | None) -> dict[str, Area]:
    """The same cells with each other's vertices on their shared edges. Raises what checked_area raises."""
    keys = list(cells)
    knitted = knit([cells[key] for key in keys], outline) if keys else []
    return {key: checked_area(shapely.remove_repeated_points(cell)) for key, cell in zip(keys, knitted, strict=True)}


def split_by_line(cell: Area, line: LineString) -> list[Area]:
    """The cell's parts, largest first. An end inside the cell goes straight on to its border.

    Parts of the cell that the line does not meet stay with the largest.
    """
    cut = _prolonged(cell, line)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(shapely.union_all([cell.boundary, cut]))))
    inside = [face for face in faces if cell.contains(face.point_on_surface())]
    met = [face for face in inside if face.distance(cut) <= ON_EDGE_DEG]
    if len(met) < 2 or len(inside) == shapely.get_num_geometries(cell):
        raise GeoError("no_split", "the line does not part the cell", line.coords[0])
    apart = [face for face in inside if face.distance(cut) > ON_EDGE_DEG]
    largest, *others = sorted(met, key=area_m2, reverse=True)
    return [MultiPolygon([largest, *apart]) if apart else largest, *others]


def _prolonged(cell: Area, line: LineString) -> LineString:
    xy = shapely.get_coordinates(line)
    return LineString([*_way_out(cell, xy[0], xy[1]), *xy, *_way_out(cell, xy[-1], xy[-2])])


def _way_out(cell: Area, end: np.ndarray, before: np.ndarray) -> list[np.ndarray]:
    """From an end inside the cell to just beyond the border ahead of it; nothing where the end is outside already."""
    run = end - before
    if not run.any() or not cell.intersects(Point(end)):
        return []
    west, south, east, north = cell.bounds
    ahead = run / np.hypot(*run)
    met = shapely.get_coordinates(LineString([end, end + ahead * (east - west + north - south)]).intersection(cell.boundary))
    if not len(met):
        return []
    return [met[np.argmin(np.hypot(*(met - end).T))] + ahead * degrees(NEAR_M, tuple(end))]


def merge(cells: Sequence[Area]) -> Area:
    """One area of all. Refused unless each hangs on the others by an edge."""
    whole = shapely.union_all(list(cells))
    parts = sum(shapely.get_num_geometries(cell) for cell in cells)
    if shapely.get_num_geometries(whole) > parts - len(cells) + 1:
        raise GeoError("not_neighbours", "cells that share no edge cannot become one")
    return checked_area(whole)


def carve(cells: Mapping[str, Area], taker: str, ground: Area) -> dict[str, Area]:
    """`ground` belongs to `taker` (who may be new) and no longer to anybody else. A cell that keeps nothing is gone from the answer."""
    left: dict[str, Area] = {}
    taken = [cells[taker], ground] if taker in cells else [ground]
    for key, cell in ((key, cell) for key, cell in cells.items() if key != taker):
        kept, crumbs = _without(cell, ground)
        taken += crumbs
        if kept is not None:
            left[key] = kept
    return left | {taker: checked_area(_areas_of(shapely.union_all(taken)))}


def _without(cell: Area, ground: Area) -> tuple[Area | None, list[Polygon]]:
    if not cell.intersects(ground) or cell.touches(ground):
        return cell, []
    parts = _polygons(cell.difference(ground))
    kept = [part for part in parts if area_m2(part) >= CRUMB_M2]
    crumbs = [part for part in parts if area_m2(part) < CRUMB_M2]
    return _areas_of(MultiPolygon(kept)) if kept else None, crumbs


def _polygons(shape: BaseGeometry) -> list[Polygon]:
    """Without the points and lines that an operation may leave beside areas."""
    return [part for part in shapely.get_parts(shape) if isinstance(part, Polygon) and not part.is_empty]


def _areas_of(shape: BaseGeometry) -> Area:
    parts = _polygons(shape)
    return parts[0] if len(parts) == 1 else MultiPolygon(parts)


def wrong_ground(cells: Mapping[str, Area], outline: Area, at: Place) -> tuple[Area, bool]:
    """The gap, the overlap or the ground outside at a point, and whether it lies inside the outline."""
    everywhere = shapely.union_all(list(cells.values()))
    looked = ((outline.difference(everywhere), True), (_doubled(cells.values(), at), True), (everywhere.difference(outline), False))
    for wrong, inside in looked:
        found = [part for part in _polygons(wrong) if part.distance(Point(at)) <= degrees(NEAR_M, at)]
        if found:
            return min(found, key=lambda part: part.distance(Point(at))), inside
    raise GeoError("nothing_there", "nothing is wrong with the ground there", at)


def _doubled(cells: Iterable[Area], at: Place) -> BaseGeometry:
    here = [cell for cell in cells if cell.distance(Point(at)) <= degrees(NEAR_M, at)]
    return shapely.union_all([one.intersection(other) for i, one in enumerate(here) for other in here[:i]])


def snapped(drawn: Polygon, cells: Mapping[str, Area], outline: Area) -> Area:
    """A drawn polygon, its vertices put on vertices, else edges, that lie within NEAR_M of them, and kept inside the outline."""
    lines = shapely.union_all([outline.boundary, *(cell.boundary for cell in cells.values())])
    corners = np.unique(shapely.get_coordinates(lines), axis=0)
    ring = [_caught(xy, corners, lines) for xy in shapely.get_coordinates(drawn.exterior)]
    inside = _areas_of(checked_area(Polygon(ring)).intersection(outline))
    if inside.is_empty:
        raise GeoError("nothing_there", "none of this lies in the community", tuple(ring[0]))
    return inside


def _caught(xy: np.ndarray, corners: np.ndarray, lines: BaseGeometry) -> np.ndarray:
    near = degrees(NEAR_M, tuple(xy))
    away = np.hypot(*(corners - xy).T)
    if away.min() <= near:
        return corners[away.argmin()]
    edge = lines.interpolate(lines.project(Point(xy))) if lines.distance(Point(xy)) <= near else Point(xy)
    return shapely.get_coordinates(edge)[0]
