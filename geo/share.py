"""How a polygon's worth is shared out along a direction.

Worth is weight where weighted points are given (households, tickets), else area. A line is laid in the gap between two points, never
through one; within its gap it lies where the areas come nearest to the same share. All lengths are metres in one Plane.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely import Polygon

from geo.plane import Plane

_GRID = np.linspace(0.0, 1.0, 33)
# As far as possible a line keeps this far from the points at either side of its gap.
_CLEAR_M = 15.0
# Points nearer than this along the direction have no gap between them.
_GAP_M = 0.01


@dataclass(frozen=True, slots=True)
class Weights:
    """Points in degrees, (n, 2), and what each weighs, (n,)."""

    xy: np.ndarray
    weight: np.ndarray

    def among(self, inside: np.ndarray) -> Weights:
        return Weights(self.xy[inside], self.weight[inside])

    def inside(self, shape: shapely.Geometry) -> np.ndarray:
        shapely.prepare(shape)
        return shapely.intersects_xy(shape, self.xy[:, 0], self.xy[:, 1])

    @property
    def total(self) -> float:
        return float(self.weight.sum())


@dataclass(frozen=True, slots=True)
class Line:
    """The line u = t, where u is the distance in metres along the unit `direction`; `chord_m` runs inside in `chords` stretches.

    `below` is the share of the worth on its low side.
    """

    direction: np.ndarray
    t: float
    below: float
    chord_m: float
    chords: int


class Profile:
    """One polygon's edges and weights, ready to be looked at from any direction."""

    def __init__(self, piece: Polygon, weights: Weights, plane: Plane) -> None:
        rings = shapely.get_rings(shapely.orient_polygons(piece))
        xy, ring = shapely.get_coordinates(rings, return_index=True)
        metres = plane.to_metres(xy)
        joined = ring[1:] == ring[:-1]
        self._from, self._to = metres[:-1][joined], metres[1:][joined]
        weighing = weights.weight > 0
        self._points, self._weight = plane.to_metres(weights.xy[weighing]), weights.weight[weighing]

    def line(self, angle: float, share: float, least: tuple[float, float] = (0.0, 0.0)) -> Line:
        """The line across `angle` (radians) that leaves about `share` of the worth on its low side.

        `least` are the shares of area that the low and the high side must have at any rate.
        """
        direction = np.array([np.cos(angle), np.sin(angle)])
        across = np.array([-direction[1], direction[0]])
        edges = _Edges(self._from @ direction, self._to @ direction, self._from @ across, self._to @ across)
        t, below = self._between(edges, direction, share, least) if len(self._weight) else (edges.at(share), share)
        return Line(direction, t, below, *edges.chord(t))

    def _between(self, edges: _Edges, direction: np.ndarray, share: float, least: tuple[float, float]) -> tuple[float, float]:
        """(t, share of the weight below it) in the gap that comes nearest to `share` and leaves both sides their ground."""
        lowest, wanted, highest = edges.roughly_at(np.array([least[0], share, 1 - least[1]]))
        along = self._points @ direction
        order = np.argsort(along, kind="stable")
        along, below = along[order], np.concatenate([[0.0], self._weight[order].cumsum() / self._weight.sum()])
        starts, ends = np.concatenate([[-np.inf], along]), np.concatenate([along, [np.inf]])
        usable = (ends - starts > _GAP_M) & (ends > lowest + _GAP_M) & (starts < highest - _GAP_M)
        if not usable.any():
            return float(np.clip(wanted, lowest, highest)), float(below[np.searchsorted(along, wanted)])
        gap = int(np.where(usable, np.abs(below - share), np.inf).argmin())
        low, high = max(starts[gap], lowest), min(ends[gap], highest)
        clear = min(_CLEAR_M, (high - low) / 2)
        return float(np.clip(wanted, low + clear, high - clear)), float(below[gap])


@dataclass(frozen=True, slots=True)
class _Edges:
    """A polygon's edges in the frame of a direction: from (u0, v0) to (u1, v1), u along it."""

    u0: np.ndarray
    u1: np.ndarray
    v0: np.ndarray
    v1: np.ndarray

    def at(self, share: float) -> float:
        """Where `share` of the area is below, to a millionth of the polygon's length."""
        low, high = float(self.u0.min()), float(self.u0.max())
        for _ in range(4):
            t = low + (high - low) * _GRID
            at = int(np.clip(np.searchsorted(self._area_below(t), share), 1, len(t) - 1))
            low, high = float(t[at - 1]), float(t[at])
        return (low + high) / 2

    def roughly_at(self, shares: np.ndarray) -> np.ndarray:
        low, high = self.u0.min(), self.u0.max()
        t = low + (high - low) * _GRID
        return np.interp(shares, self._area_below(t), t)

    def chord(self, t: float) -> tuple[float, int]:
        """Metres of the line u = t inside the polygon, and in how many stretches."""
        crossing = (self.u0 < t) != (self.u1 < t)
        run = self.u1[crossing] - self.u0[crossing]
        at = self.v0[crossing] + (t - self.u0[crossing]) / run * (self.v1[crossing] - self.v0[crossing])
        at.sort()
        return float((at[1::2] - at[::2]).sum()), len(at) // 2

    def _area_below(self, t: np.ndarray) -> np.ndarray:
        """Share of the area with u < t, for each t.

        Green's theorem, as the closing edge along u = t adds nothing to the integral of v du.
        """
        start, end = (np.minimum(u, np.append(t, np.inf)[:, None]) for u in (self.u0, self.u1))
        run = np.where(self.u1 == self.u0, 1.0, self.u1 - self.u0)
        middle = ((start + end) / 2 - self.u0) / run
        area = np.abs(((end - start) * (self.v0 + middle * (self.v1 - self.v0))).sum(axis=1))
        return area[:-1] / area[-1]
