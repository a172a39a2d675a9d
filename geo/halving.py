"""Cutting a piece in two, and each half again, until every part is one cell.

A piece that is to become n cells is cut by a straight line at the share that fits n // 2 of them. Of eight directions and both ends the
cut with the shortest border wins, where a border counts for more the further its halves are off their share. Each half gets the
number of cells its worth earns, and is cut again. A part of the outline worth less than half a cell joins the nearest cell.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import MultiPolygon, Polygon

from geo.plane import Plane
from geo.shapes import Area
from geo.share import Line, Profile, Weights
from geo.split import Halves, split

_DIRECTIONS = 8
# A cut that is off by this part of a cell counts as if its border were twice as long.
_MISFIT = 0.08
# Along given lines a cell may be this much larger or smaller than its share; beyond it a block is cut across.
_ALONG_MISFIT = 0.5
# However many people live in one tower, its cell has at least this part of the average area.
_SMALLEST = 0.02
# A half smaller than this part of an average cell is what a kept shape left over, and no cell.
_NO_CELL = 0.001
# Ground of a block below this is arithmetic (square degrees, some 1e-3 m2).
_NOTHING = 1e-13


@dataclass(frozen=True, slots=True)
class _Part:
    """A connected piece with what lies in it: weights, shapes that stay whole, and blocks that stay whole if they can."""

    shape: Polygon
    balance: Weights
    kept: np.ndarray  # of shapes, and so are the blocks
    blocks: np.ndarray


@dataclass(frozen=True, slots=True)
class _Cut:
    halves: Halves
    low_n: int
    misfit: float
    cost: float


def cells_of(outline: Area, wanted: int, balance: Weights, kept: list[Area], blocks: list[Area], plane: Plane) -> list[Area]:
    """`wanted` connected cells; fewer only where kept shapes leave nothing to cut."""
    halver = _Halver(plane, outline.area / wanted, balance.total / wanted)
    whole, between = np.array(kept, dtype=object), np.array(blocks, dtype=object)
    parts = [_Part(part, balance.among(balance.inside(part)), whole, between) for part in shapely.get_parts(outline)]
    worth = _worths([part.shape for part in parts], [part.balance for part in parts])
    hosts = [i for i in np.argsort(-worth, kind="stable")[:wanted] if worth[i] * wanted >= 0.5] or [int(worth.argmax())]
    counts = _apportioned(worth[hosts], wanted)
    cells = [cell for i, n in zip(hosts, counts, strict=True) for cell in halver.halved(parts[i], n)]
    return _joined(cells, [part.shape for i, part in enumerate(parts) if i not in hosts], plane)


@dataclass(frozen=True, slots=True)
class _Halver:
    plane: Plane
    area: float  # of an average cell, in square degrees
    weight: float  # of an average cell

    def halved(self, part: _Part, n: int) -> Iterator[Polygon]:
        cut = self._best(part, n) if n > 1 else None
        if cut is None:
            yield part.shape
            return
        low, high = _parted(part, cut.halves)
        yield from self.halved(low, cut.low_n)
        yield from self.halved(high, n - cut.low_n)

    def _best(self, part: _Part, n: int) -> _Cut | None:
        along = self._cheapest(part, n, np.concatenate([part.kept, part.blocks])) if len(part.blocks) > 1 else None
        if along is not None and along.misfit <= _ALONG_MISFIT:
            return along
        return self._cheapest(part, n, part.kept)

    def _cheapest(self, part: _Part, n: int, whole: np.ndarray) -> _Cut | None:
        best: _Cut | None = None
        around = self._metres_around(part.shape)
        for promise, line in self._lines(part, n):
            if best is not None and promise >= best.cost:
                break
            halves = split(part.shape, line, self.plane, whole)
            if halves is None or min(half.area for half in halves) < self.area * _NO_CELL:
                continue
            cut = self._judged(part, n, halves, around)
            best = cut if best is None or cut.cost < best.cost else best
        return best

    def _lines(self, part: _Part, n: int) -> list[tuple[float, Line]]:
        """Lines with the cost each would have if nothing stood in its way, cheapest first."""
        profile = Profile(part.shape, part.balance, self.plane)
        start = _long_axis(self.plane.shape_to_metres(part.shape))
        shares = sorted({n // 2 / n, (n - n // 2) / n})
        least = self.area * _SMALLEST / part.shape.area
        lines = [
            profile.line(start + k * math.pi / _DIRECTIONS, share, (round(n * share) * least, round(n - n * share) * least))
            for k in range(_DIRECTIONS)
            for share in shares
        ]
        promised = [(round(line.chord_m * line.chords * self._dearer(self._misfit(part, n, line.below)), 3), line) for line in lines]
        return sorted(promised, key=lambda promise: promise[0])

    def _judged(self, part: _Part, n: int, halves: Halves, around: float) -> _Cut:
        low = part.balance.inside(halves[0])
        share = float(_worths(halves, (part.balance.among(low), part.balance.among(~low)))[0])
        border = (sum(map(self._metres_around, halves)) - around) / 2
        misfit = self._misfit(part, n, share, halves)
        return _Cut(halves, self._low_count(n, share, halves), misfit, border * self._dearer(misfit))

    def _low_count(self, n: int, share: float, halves: Halves | None = None) -> int:
        """How many of n cells the low side earns, as far as both sides have the ground for theirs."""
        floor = self.area * _SMALLEST
        most_low, most_high = (min(n - 1, max(1, int(half.area / floor))) for half in halves) if halves else (n - 1, n - 1)
        return max(min(round(n * share), most_low), n - most_high, 1)

    def _misfit(self, part: _Part, n: int, share: float, halves: Halves | None = None) -> float:
        """How far the cells of either half will be from the average cell of the whole, as a part of it."""
        low_n = self._low_count(n, share, halves)
        whole = part.balance.total / self.weight if part.balance.total > 0 else part.shape.area / self.area
        return max(abs(share * whole / low_n - 1), abs((1 - share) * whole / (n - low_n) - 1))

    def _dearer(self, misfit: float) -> float:
        return 1 + (misfit / _MISFIT) ** 2

    def _metres_around(self, shape: Polygon) -> float:
        return self.plane.shape_to_metres(shape).length


def _long_axis(piece: Polygon) -> float:
    corners = shapely.get_coordinates(piece.minimum_rotated_rectangle)
    sides = np.diff(corners[:3], axis=0)
    longest = sides[int(np.hypot(*sides.T).argmax())]
    return math.atan2(longest[1], longest[0]) % math.pi


def _worths(shapes: Sequence[Polygon], balances: Sequence[Weights]) -> np.ndarray:
    """Each part's share of the whole, adding to 1: of the weight, or of the area where nothing weighs anything."""
    weight = np.array([balance.total for balance in balances])
    worth = weight if weight.sum() > 0 else np.array([shape.area for shape in shapes])
    return worth / worth.sum()


def _apportioned(worth: np.ndarray, wanted: int) -> list[int]:
    """Whole numbers adding to `wanted`, at least one each: the next always goes where a cell is worth most."""
    counts = np.ones(len(worth), dtype=int)
    for _ in range(wanted - len(worth)):
        counts[int((worth / counts).argmax())] += 1
    return [int(n) for n in counts]


def _parted(part: _Part, halves: Halves) -> tuple[_Part, _Part]:
    low = part.balance.inside(halves[0])
    balances = part.balance.among(low), part.balance.among(~low)
    one, other = (
        _Part(half, balance, _inside(part.kept, half), _clipped(part.blocks, half)) for half, balance in zip(halves, balances, strict=True)
    )
    return one, other


def _inside(kept: np.ndarray, half: Polygon) -> np.ndarray:
    shapely.prepare(half)
    return kept[shapely.intersects(half, shapely.point_on_surface(kept))]


def _clipped(blocks: np.ndarray, half: Polygon) -> np.ndarray:
    """A block that was cut across goes on as its part in this half."""
    shapely.prepare(half)
    touching = blocks[shapely.intersects(half, blocks)]
    within = shapely.covers(half, touching)
    parts = shapely.get_parts(np.where(within, touching, shapely.intersection(touching, half)))
    return parts[(shapely.get_type_id(parts) == 3) & (shapely.area(parts) > _NOTHING)]


def _joined(cells: list[Area], extras: Sequence[Polygon], plane: Plane) -> list[Area]:
    metric = [plane.shape_to_metres(cell) for cell in cells]
    home: dict[int, list[Polygon]] = {}
    for extra in extras:
        distances = shapely.distance(metric, plane.shape_to_metres(extra))
        home.setdefault(int(np.argmin(distances)), []).append(extra)
    return [MultiPolygon([*shapely.get_parts(cell), *home[i]]) if i in home else cell for i, cell in enumerate(cells)]
