"""Cutting one polygon in two connected parts that share their vertices exactly.

The polygon's outline, the line, and the outlines of kept shapes in the line's way are noded together and polygonised; so
every face, whichever side takes it, has the very same vertices as its neighbour. A kept shape goes whole to the side where
most of it lies. Then the largest face of each side grows over its neighbours: what the line cut off from its own side falls to the
side it hangs on, and both parts are connected even in a street shaped like a comb.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import LineString, Polygon

from geo.knit import knit
from geo.plane import Plane
from geo.shapes import Area
from geo.share import Line

Halves = tuple[Polygon, Polygon]


@dataclass(frozen=True, slots=True)
class _Group:
    """Faces that stay together: one face, or all faces of one kept shape."""

    shape: Area
    low: bool


def split(piece: Polygon, line: Line, plane: Plane, kept: np.ndarray) -> Halves | None:
    """(low side, high side) of the line, or None where it does not part the piece. `kept` is an array of shapes, earlier ones first."""
    cut = _segment(piece, line, plane)
    shapely.prepare(cut)
    blocking = kept[shapely.crosses(cut, kept)]
    faces = _faces(piece, cut, blocking)
    groups = list(_groups(faces, blocking, line, plane))
    if len(groups) == 2 and groups[0].low != groups[1].low:
        return _ordered(groups)
    return _grown(groups)


def _segment(piece: Polygon, line: Line, plane: Plane) -> LineString:
    """The line in degrees, long enough to leave the piece at both ends."""
    corners = plane.to_metres(np.array(piece.bounds).reshape(2, 2))
    reach = np.abs(corners).max() * 3 + 10
    across = np.array([-line.direction[1], line.direction[0]])
    ends = line.direction * line.t + across * np.array([[-reach], [reach]])
    return LineString(plane.to_degrees(ends))


def _faces(piece: Polygon, cut: LineString, blocking: Sequence[Area]) -> np.ndarray:
    # Where a kept shape runs along the outline both must have the same vertices, or noding leaves hair-thin faces between.
    outlines = knit([piece, *blocking], piece) if len(blocking) else [piece]
    lines = shapely.union_all([cut, *shapely.boundary(outlines)])
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
    shapely.prepare(piece)
    return faces[shapely.intersects(piece, shapely.point_on_surface(faces))]


def _groups(faces: np.ndarray, blocking: Sequence[Area], line: Line, plane: Plane) -> Iterator[_Group]:
    places = shapely.point_on_surface(faces)
    free = np.ones(len(faces), dtype=bool)
    for shape in blocking:
        inside = free & shapely.intersects(shape, places)
        free &= ~inside
        if inside.any():
            whole = shapely.union_all(faces[inside])
            yield _Group(whole, _mostly_low(whole, line, plane))
    low = plane.to_metres(shapely.get_coordinates(places)) @ line.direction < line.t
    yield from (_Group(face, bool(side)) for face, side in zip(faces[free], low[free], strict=True))


def _mostly_low(shape: Area, line: Line, plane: Plane) -> bool:
    centre = plane.to_metres(shapely.get_coordinates(shape.centroid))
    return float(centre[0] @ line.direction) < line.t


def _ordered(groups: Sequence[_Group]) -> Halves:
    first, second = groups
    return (first.shape, second.shape) if first.low else (second.shape, first.shape)


def _grown(groups: Sequence[_Group]) -> Halves | None:
    owner = {side: seed for side in (True, False) if (seed := _largest(groups, side)) is not None}
    if len(owner) < 2:
        return None
    side_of = {seed: side for side, seed in owner.items()}
    touching = _touching([group.shape for group in groups])
    frontier = sorted(side_of)
    while frontier:
        reached = {j: side_of[i] for i in frontier for j in touching[i] if j not in side_of}
        side_of |= reached
        frontier = sorted(reached)
    low, high = (_union(groups, side_of, side) for side in (True, False))
    return (low, high) if isinstance(low, Polygon) and isinstance(high, Polygon) else None


def _largest(groups: Sequence[_Group], low: bool) -> int | None:
    of_side = [i for i, group in enumerate(groups) if group.low == low]
    return max(of_side, key=lambda i: groups[i].shape.area, default=None)


def _touching(shapes: Sequence[Area]) -> list[list[int]]:
    """For each shape the others it shares an edge with; corners do not count."""
    near: list[list[int]] = [[] for _ in shapes]
    pairs = shapely.STRtree(shapes).query(shapes, predicate="intersects").T
    for i, j in pairs[pairs[:, 0] != pairs[:, 1]]:
        if shapes[i].intersection(shapes[j]).length > 0:
            near[i].append(int(j))
    return near


def _union(groups: Sequence[_Group], side_of: dict[int, bool], low: bool) -> Area:
    return shapely.union_all([groups[i].shape for i, side in sorted(side_of.items()) if side == low])
