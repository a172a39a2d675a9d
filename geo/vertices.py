"""Moving, adding and removing a vertex that neighbours share: all of them follow, and no ground is lost or claimed twice.

Cells must have each other's vertices on their shared edges (edit.settle). What can be refused: no_vertex, no_edge (none within
NEAR_M, ALONG_M of the point), vertex_on_border (the outline stays), vertex_is_junction (three cells meet there),
crosses_neighbour, and the codes of shapes.checked_area.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np
import shapely
from shapely import LineString, MultiPolygon, Point, Polygon

from geo.edit import NEAR_M, Place, degrees
from geo.errors import GeoError
from geo.knit import ON_EDGE_DEG
from geo.shapes import Area, area_m2, checked_area

ALONG_M = 5.0  # a vertex on the outline may be pulled so far off it and still slides along; an edge is found from so far
_LOST_M2 = 0.01  # more ground than this is never gained or lost

Ring = np.ndarray  # (n, 2), closed


def move_vertex(cells: Mapping[str, Area], outline: Area, at: Place, to: Place) -> dict[str, Area]:
    """Every cell that has the vertex follows. On the outline it slides along its edge, and no further."""
    vertex = nearest_vertex(cells, at)
    goal = _along(outline, vertex, to) if _is_on(outline, vertex) else _caught(cells, vertex, to)
    return _same_ground(cells, lambda ring: _moved(ring, vertex, goal), "crosses_neighbour", at)


def remove_vertex(cells: Mapping[str, Area], outline: Area, at: Place) -> dict[str, Area]:
    """From every cell that has it: not where three cells meet, nor where it holds the outline."""
    vertex = nearest_vertex(cells, at)
    owners = sum(bool(_same(shapely.get_coordinates(cell), vertex).any()) for cell in cells.values())
    if _is_on(outline, vertex) and (owners > 1 or _same(shapely.get_coordinates(outline), vertex).any()):
        raise GeoError("vertex_on_border", "the border of the community stays", at)
    return _same_ground(cells, lambda ring: _dropped(ring, vertex), "vertex_is_junction", at)


def add_vertex(cells: Mapping[str, Area], at: Place) -> dict[str, Area]:
    """On the nearest edge. The neighbour gets it when the cells are settled."""
    point = Point(at)
    nearest = min(cells, key=lambda key: cells[key].boundary.distance(point), default=None)
    if nearest is None or cells[nearest].boundary.distance(point) > degrees(ALONG_M, at):
        raise GeoError("no_edge", "there is no edge near this point", at)
    edges = np.concatenate([np.stack([ring[:-1], ring[1:]], axis=1) for ring in _rings(cells[nearest])])
    lines = shapely.linestrings(edges)
    i = int(np.argmin(shapely.distance(lines, point)))
    place = np.array(lines[i].interpolate(lines[i].project(point)).coords[0])
    return dict(cells) | {nearest: _reshaped(cells[nearest], lambda ring: _broken(ring, edges[i], place))}


def nearest_vertex(cells: Mapping[str, Area], at: Place) -> np.ndarray:
    every = shapely.get_coordinates(list(cells.values()))
    away = np.hypot(*(every - at).T) if len(every) else np.array([np.inf])
    if away.min() > degrees(NEAR_M, at):
        raise GeoError("no_vertex", "there is no vertex at this point", at)
    return every[away.argmin()]


def _is_on(outline: Area, vertex: np.ndarray) -> bool:
    return outline.boundary.distance(Point(vertex)) <= ON_EDGE_DEG * 10


def _along(outline: Area, vertex: np.ndarray, to: Place) -> np.ndarray:
    """The place on the vertex's own edge of the outline nearest to `to`."""
    refused = GeoError("vertex_on_border", "a vertex on the border of the community stays on it", to)
    if _same(shapely.get_coordinates(outline), vertex).any():
        raise refused
    edge = min(_edges(outline), key=lambda line: line.distance(Point(vertex)))
    along = edge.project(Point(to))
    if edge.distance(Point(to)) > degrees(ALONG_M, to) or not 0 < along < edge.length:
        raise refused
    return np.array(edge.interpolate(along).coords[0])


def _edges(area: Area) -> Iterator[LineString]:
    return (LineString(pair) for ring in _rings(area) for pair in np.stack([ring[:-1], ring[1:]], axis=1))


def _caught(cells: Mapping[str, Area], vertex: np.ndarray, to: Place) -> np.ndarray:
    """`to`, or the other vertex that lies there already."""
    every = shapely.get_coordinates(list(cells.values()))
    others = every[~_same(every, vertex)]
    away = np.hypot(*(others - to).T)
    return others[away.argmin()] if away.min() <= degrees(NEAR_M, to) else np.array(to)


def _same(xy: np.ndarray, vertex: np.ndarray) -> np.ndarray:
    return (xy == vertex).all(axis=1)


def _moved(ring: Ring, vertex: np.ndarray, goal: np.ndarray) -> Ring:
    return np.where(_same(ring, vertex)[:, None], goal, ring)


def _dropped(ring: Ring, vertex: np.ndarray) -> Ring:
    kept = ring[:-1][~_same(ring[:-1], vertex)]
    return np.concatenate([kept, kept[:1]])


def _broken(ring: Ring, edge: np.ndarray, place: np.ndarray) -> Ring:
    at = np.flatnonzero(_same(ring[:-1], edge[0]) & _same(ring[1:], edge[1]))
    return np.insert(ring, at + 1, place, axis=0)


def _rings(area: Area) -> list[Ring]:
    return [shapely.get_coordinates(ring) for ring in shapely.get_rings(shapely.get_parts(area))]


def _reshaped(cell: Area, change: Callable[[Ring], Ring]) -> Area:
    parts = [_polygon(part, change) for part in shapely.get_parts(cell)]
    return parts[0] if len(parts) == 1 else MultiPolygon(parts)


def _polygon(part: Polygon, change: Callable[[Ring], Ring]) -> Polygon:
    rings = [change(shapely.get_coordinates(ring)) for ring in (part.exterior, *part.interiors)]
    if any(len(np.unique(ring, axis=0)) < 3 for ring in rings):
        raise GeoError("empty_shape", "nothing would be left of a cell", tuple(rings[0][0]))
    return shapely.remove_repeated_points(Polygon(rings[0], rings[1:]))


def _same_ground(cells: Mapping[str, Area], change: Callable[[Ring], Ring], refusal: str, at: Place) -> dict[str, Area]:
    """All cells after the change. Refused unless they hold together the very ground that they held before, each place once."""
    after = {key: _reshaped(cell, change) for key, cell in cells.items()}
    changed = [key for key in cells if not after[key].equals_exact(cells[key], 0.0)]
    for key in changed:
        checked_area(after[key])
    before_ground, after_ground = (shapely.union_all([which[key] for key in changed]) for which in (cells, after))
    doubled = sum(area_m2(after[key]) for key in changed) - sum(area_m2(cells[key]) for key in changed)
    if area_m2(before_ground.symmetric_difference(after_ground)) > _LOST_M2 or abs(doubled) > _LOST_M2:
        raise GeoError(refusal, "ground would belong to two cells, or to none", at)
    return after
