"""Cutting a boundary into compact cells that cover it without gap or overlap.

The rule: a piece that is to become n cells is cut in two by a straight line, at the share that fits n // 2 cells; of eight
directions and both ends the shortest clean cut wins; each part gets the number of cells its worth earns, and is cut again.
Cells are connected, unless the boundary itself is in parts: a part worth less than half a cell joins the nearest cell.
Kept shapes are never cut (see split). The outline's own vertices are never moved; a vertex where a cut meets the outline
lies on it to within 1e-13 degrees.

The result depends on the shape alone, not on where its rings start. Cells come in reading order: see `in_reading_order`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import MultiPolygon, Polygon

from geo.errors import GeoError
from geo.knit import knit
from geo.plane import Plane, plane_of
from geo.shapes import Area, area_m2, checked_area
from geo.share import AREA_PART, Line, Profile, Weights
from geo.split import Halves, split

_DIRECTIONS = 8
# A cell may be this much larger than its share before another direction is tried.
_MISFIT = 0.2
_TOLERATED_M2 = 0.5
# However many people live in one tower, its cell has at least this part of the average area.
_SMALLEST = 0.02


def cut(
    boundary: Area,
    *,
    target_area_m2: float | None = None,
    count: int | None = None,
    points: np.ndarray | None = None,
    weights: np.ndarray | None = None,
    keep_whole: Sequence[Area] = (),
) -> list[Area]:
    """Cells of `boundary` (WGS-84 degrees) in reading order.

    Exactly one of `target_area_m2` and `count` says how many. `points` (n, 2) with `weights` (n,), default 1 each, balance
    cells by weight instead of area; points outside count nothing. Shapes in `keep_whole` stay in one cell each, clipped to
    the boundary; where two overlap the later one yields. The count may fall short only where kept shapes leave nothing to cut.

    Errors: those of read_area for the boundary, bad_request for the rest, cut_failed when the result would not cover it.
    """
    outline = shapely.normalize(checked_area(boundary))
    wanted = _wanted(outline, target_area_m2, count)
    balance = _weights(points, weights)
    kept, outline = _prepared(outline, keep_whole)
    cutter = _Cutter(plane_of(outline), kept, outline.area / wanted * _SMALLEST)
    cells = cutter.cells(outline, wanted, balance)
    return _proven(boundary, in_reading_order(knit(cells, outline)))


def in_reading_order(cells: Sequence[Area]) -> list[Area]:
    """West to east in rows from north to south; a row is as high as a cell is wide on average, counted from the northern edge."""
    return [cells[i] for i in reading_order(cells)]


def reading_order(cells: Sequence[Area]) -> list[int]:
    """Positions of `cells` in reading order; equal rows and longitudes are settled by latitude, then by position."""
    if not cells:
        return []
    plane = Plane(*shapely.total_bounds(np.array(cells, dtype=object))[[0, 3]])
    centres = plane.to_metres(shapely.get_coordinates(shapely.centroid(cells)))
    row_m = math.sqrt(sum(area_m2(cell) for cell in cells) / len(cells))
    rows = np.floor(-centres[:, 1] / row_m)
    return [int(i) for i in np.lexsort((-centres[:, 1], centres[:, 0], rows))]


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


def _prepared(outline: Area, keep_whole: Sequence[Area]) -> tuple[list[Area], Area]:
    """Kept shapes clipped to the outline and to each other, and the outline with their vertices on it."""
    kept: list[Area] = []
    taken: Area = Polygon()
    for shape in keep_whole:
        clipped = shapely.intersection(checked_area(shape), outline).difference(taken)
        parts = [part for part in shapely.get_parts(clipped) if isinstance(part, Polygon) and area_m2(part) > 1e-3]
        kept += parts
        taken = shapely.union_all([taken, *parts])
    if not kept:
        return [], outline
    knitted = knit([outline, *kept], outline)
    return knitted[1:], shapely.normalize(knitted[0])


@dataclass(frozen=True, slots=True)
class _Cutter:
    plane: Plane
    kept: list[Area]
    floor: float  # the least area of a cell, in square degrees

    def cells(self, outline: Area, wanted: int, balance: Weights) -> list[Area]:
        parts = [(part, balance.among(balance.inside(part))) for part in shapely.get_parts(outline)]
        worth = _worths(parts)
        hosts = [i for i in np.argsort(-worth, kind="stable")[:wanted] if worth[i] * wanted >= 0.5] or [int(worth.argmax())]
        counts = _apportioned(worth[hosts], wanted)
        cells = [cell for i, n in zip(hosts, counts, strict=True) for cell in self._halved(*parts[i], n, self.kept)]
        return _joined(cells, [part for i, (part, _) in enumerate(parts) if i not in hosts], self.plane)

    def _halved(self, piece: Polygon, balance: Weights, n: int, kept: Sequence[Area]) -> list[Polygon]:
        if n == 1:
            return [piece]
        halves = self._best(piece, balance, n, kept)
        if halves is None:
            return [piece]
        worth, parts = _shares(halves, balance)
        low_n = self._low_count(halves, worth, n)
        return [
            cell
            for (half, part), m in zip(parts, (low_n, n - low_n), strict=True)
            for cell in self._halved(half, part, m, _within(kept, half))
        ]

    def _best(self, piece: Polygon, balance: Weights, n: int, kept: Sequence[Area]) -> Halves | None:
        """The first cut, shortest first, whose parts can be shared out evenly; else the most even of all."""
        best, least = None, math.inf
        for line in self._lines(piece, balance, n):
            halves = split(piece, line, self.plane, kept)
            if halves is None:
                continue
            worth = _shares(halves, balance)[0]
            misfit = _misfit(worth, n, self._low_count(halves, worth, n))
            if misfit < least:
                best, least = halves, misfit
            if misfit <= _MISFIT:
                break
        return best

    def _lines(self, piece: Polygon, balance: Weights, n: int) -> list[Line]:
        profile = Profile(piece, balance, self.plane)
        start = _long_axis(self.plane.shape_to_metres(piece))
        shares = sorted({n // 2 / n, (n - n // 2) / n})
        least = self.floor / piece.area
        lines = [
            profile.line(start + k * math.pi / _DIRECTIONS, share, (round(n * share) * least, round(n - n * share) * least))
            for k in range(_DIRECTIONS)
            for share in shares
        ]
        return sorted(lines, key=lambda line: (line.chords, round(line.chord_m, 3)))


    def _low_count(self, halves: Halves, worth: np.ndarray, n: int) -> int:
        """How many of n cells the low side earns, as far as both sides have the ground for theirs."""
        most_low, most_high = (min(n - 1, max(1, int(half.area / self.floor))) for half in halves)
        return max(min(round(n * worth[0]), most_low), n - most_high, 1)


def _long_axis(piece: Polygon) -> float:
    corners = shapely.get_coordinates(piece.minimum_rotated_rectangle)
    sides = np.diff(corners[:3], axis=0)
    longest = sides[int(np.hypot(*sides.T).argmax())]
    return math.atan2(longest[1], longest[0]) % math.pi


def _shares(halves: Halves, balance: Weights) -> tuple[np.ndarray, list[tuple[Polygon, Weights]]]:
    low = balance.inside(halves[0])
    parts = [(halves[0], balance.among(low)), (halves[1], balance.among(~low))]
    return _worths(parts), parts


def _worths(parts: Sequence[tuple[Polygon, Weights]]) -> np.ndarray:
    """Each part's share of the whole, adding to 1."""
    area = np.array([part.area for part, _ in parts])
    weight = np.array([balance.total for _, balance in parts])
    by_area = area / area.sum()
    return by_area if weight.sum() <= 0 else AREA_PART * by_area + (1 - AREA_PART) * weight / weight.sum()


def _misfit(worth: np.ndarray, n: int, low_n: int) -> float:
    return float(max(worth[0] / low_n, worth[1] / (n - low_n)) * n - 1)


def _apportioned(worth: np.ndarray, wanted: int) -> list[int]:
    """Whole numbers adding to `wanted`, at least one each: the next always goes where a cell is worth most."""
    counts = np.ones(len(worth), dtype=int)
    for _ in range(wanted - len(worth)):
        counts[int((worth / counts).argmax())] += 1
    return [int(n) for n in counts]


def _within(kept: Sequence[Area], half: Polygon) -> list[Area]:
    if not kept:
        return []
    shapely.prepare(half)
    return [shape for shape in kept if half.intersects(shape.point_on_surface())]


def _joined(cells: list[Area], extras: Sequence[Polygon], plane: Plane) -> list[Area]:
    metric = [plane.shape_to_metres(cell) for cell in cells]
    home: dict[int, list[Polygon]] = {}
    for extra in extras:
        distances = shapely.distance(metric, plane.shape_to_metres(extra))
        home.setdefault(int(np.argmin(distances)), []).append(extra)
    return [MultiPolygon([*shapely.get_parts(cell), *home[i]]) if i in home else cell for i, cell in enumerate(cells)]


def _proven(boundary: Area, cells: list[Area]) -> list[Area]:
    if not all(cell.is_valid for cell in cells):
        raise GeoError("cut_failed", "a cell came out invalid")
    whole = shapely.union_all(cells)
    missed = area_m2(shapely.symmetric_difference(whole, boundary))
    doubled = sum(map(area_m2, cells)) - area_m2(whole)
    if missed > _TOLERATED_M2 or abs(doubled) > _TOLERATED_M2:
        raise GeoError("cut_failed", f"the cells miss {missed:.3f} m2 and double {doubled:.3f} m2")
    return cells
