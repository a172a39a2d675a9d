"""Cutting a boundary into compact cells that cover it without gap or overlap: see halving for how.

What comes first: every place of the boundary in exactly one cell; kept shapes (compounds, buildings) whole; then given lines (roads,
walls) as borders, as far as cells keep between half and one and a half times their share; then balance and short borders together.
Cells are connected, unless the boundary itself is in parts. The outline's own vertices are never moved; a vertex where a cut meets the
outline lies on it to within 1e-13 degrees.

The result depends on the shapes alone, not on where rings start. Cells come in reading order: see order.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import shapely
from shapely import LineString, MultiLineString, Polygon, STRtree
from shapely.geometry.base import BaseGeometry

from geo.errors import GeoError
from geo.halving import cells_of
from geo.knit import knit
from geo.order import in_reading_order
from geo.plane import plane_of
from geo.shapes import Area, area_m2, checked_area
from geo.share import Weights

_TOLERATED_M2 = 0.5
_NOTHING_M2 = 1e-3


def cut(
    boundary: Area,
    *,
    target_area_m2: float | None = None,
    count: int | None = None,
    points: np.ndarray | None = None,
    weights: np.ndarray | None = None,
    keep_whole: Sequence[Area] = (),
    lines: Sequence[BaseGeometry] = (),
) -> list[Area]:
    """Cells of `boundary` (WGS-84 degrees) in reading order.

    Exactly one of `target_area_m2` and `count` says how many. `points` (n, 2) with `weights` (n,), default 1 each, balance
    cells by weight instead of area; points outside count nothing. Shapes in `keep_whole` stay in one cell each, clipped to
    the boundary; where two overlap the later one yields. Borders follow `lines` (LineString, MultiLineString; roads, walls) where
    these part the ground; a line that ends in the middle of nowhere parts nothing. The count may fall short only where kept
    shapes leave nothing to cut.

    Errors: those of read_area for the boundary, bad_request and bad_coordinate for the rest, cut_failed when the result would not cover it.
    """
    outline = shapely.normalize(checked_area(boundary))
    wanted = _wanted(outline, target_area_m2, count)
    balance = _weights(points, weights)
    kept, blocks, outline = _prepared(outline, keep_whole, _checked_lines(lines))
    cells = cells_of(outline, wanted, balance.among(balance.inside(outline)), kept, blocks, plane_of(outline))
    return _proven(boundary, in_reading_order(knit(cells, outline)))


def _wanted(outline: Area, target_area_m2: float | None, count: int | None) -> int:
    if (target_area_m2 is None) == (count is None):
        raise GeoError("bad_request", "give either a target area or a count")
    if target_area_m2 is not None:
        if not (math.isfinite(target_area_m2) and target_area_m2 > 0):
            raise GeoError("bad_request", "the target area must be positive")
        return max(1, round(area_m2(outline) / target_area_m2))
    if isinstance(count, bool) or not isinstance(count, int) or count < 1:
        raise GeoError("bad_request", "the count must be a positive whole number")
    return count


def _weights(points: np.ndarray | None, weights: np.ndarray | None) -> Weights:
    xy = np.asarray([] if points is None else points, dtype=float).reshape(-1, 2)
    weight = np.ones(len(xy)) if weights is None else np.asarray(weights, dtype=float)
    if weight.shape != (len(xy),) or not np.isfinite(weight).all() or (weight < 0).any():
        raise GeoError("bad_request", "weights must be as many as points, finite and not negative")
    if not np.isfinite(xy).all():
        raise GeoError("bad_coordinate", "a point is not finite")
    return Weights(xy, weight)


def _checked_lines(lines: Sequence[BaseGeometry]) -> list[BaseGeometry]:
    for line in lines:
        if not isinstance(line, LineString | MultiLineString):
            raise GeoError("bad_request", "a line must be a LineString or a MultiLineString")
        if not np.isfinite(shapely.get_coordinates(line)).all():
            raise GeoError("bad_coordinate", "a vertex of a line is not finite")
    return [line for line in lines if not line.is_empty]


def _prepared(outline: Area, keep_whole: Sequence[Area], lines: Sequence[BaseGeometry]) -> tuple[list[Area], list[Area], Area]:
    """Kept shapes clipped to the outline and to each other, the blocks between the lines, and the outline with the vertices of both on it."""
    kept = _kept(outline, keep_whole)
    blocks = _blocks(outline, kept, lines)
    if not kept and not blocks:
        return [], [], outline
    whole, *others = knit([outline, *kept, *blocks], outline)
    return others[: len(kept)], others[len(kept) :], shapely.normalize(whole)


def _kept(outline: Area, keep_whole: Sequence[Area]) -> list[Area]:
    shapes = np.array([checked_area(shape) for shape in keep_whole], dtype=object)
    tree, kept = STRtree(shapes), []
    for i, shape in enumerate(shapes):
        near = tree.query(shape, predicate="intersects")
        earlier = shapely.union_all(shapes[near[near < i]])
        kept += _grounds(shapely.intersection(shape, outline).difference(earlier))
    return kept


def _blocks(outline: Area, kept: Sequence[Area], lines: Sequence[BaseGeometry]) -> list[Area]:
    """The ground between the lines without the kept shapes, which may reach across a line; [] where the lines part nothing."""
    shapely.prepare(outline)
    near = np.array(lines, dtype=object)[shapely.intersects(outline, lines)]
    if not len(near):
        return []
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(shapely.union_all([shapely.boundary(outline), *near]))))
    faces = faces[shapely.intersects(outline, shapely.point_on_surface(faces))]
    if len(faces) <= shapely.get_num_geometries(outline):
        return []
    free = shapely.difference(faces, shapely.union_all(list(kept)))
    return [part for face in free for part in _grounds(face)]


def _grounds(shape: BaseGeometry) -> list[Polygon]:
    return [part for part in shapely.get_parts(shape) if isinstance(part, Polygon) and area_m2(part) > _NOTHING_M2]


def _proven(boundary: Area, cells: list[Area]) -> list[Area]:
    if not all(cell.is_valid for cell in cells):
        raise GeoError("cut_failed", "a cell came out invalid")
    whole = shapely.union_all(cells)
    missed = area_m2(shapely.symmetric_difference(whole, boundary))
    doubled = sum(map(area_m2, cells)) - area_m2(whole)
    if missed > _TOLERATED_M2 or abs(doubled) > _TOLERATED_M2:
        raise GeoError("cut_failed", f"the cells miss {missed:.3f} m2 and double {doubled:.3f} m2")
    return cells
