"""How a polygon's worth is shared out along a direction.

Worth is area, or, where weighted points are given (households, tickets), nine tenths weight and one tenth area: the tenth
shares out empty land and makes every share a growing function of the position, so a cut at a given share always exists.
All lengths are metres in one Plane.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely import Polygon

from geo.plane import Plane

AREA_PART = 0.1
_GRID = np.linspace(0.0, 1.0, 33)


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
    """The line u = t, where u is the distance in metres along the unit `direction`; `chord_m` runs inside in `chords` stretches."""

    direction: np.ndarray
    t: float
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
        self._points, self._weight = plane.to_metres(weights.xy), weights.weight

    def line(self, angle: float, share: float, least: tuple[float, float] = (0.0, 0.0)) -> Line:
        """The line across `angle` (radians) that leaves `share` of the worth on its low side.

        `least` are the shares of area that the low and the high side must have at any rate.
        """
        direction = np.array([np.cos(angle), np.sin(angle)])
        across = np.array([-direction[1], direction[0]])
        u = self._from @ direction, self._to @ direction
        v = self._from @ across, self._to @ across
        t = self._position(u, v, direction, share, least)
        return Line(direction, t, *_chord(u, v, t))

    def _position(self, u: tuple, v: tuple, direction: np.ndarray, share: float, least: tuple[float, float]) -> float:
        low, high = float(u[0].min()), float(u[0].max())
        points = self._points @ direction
        for _ in range(4):
            t = low + (high - low) * _GRID
            worth = self._worth(u, v, points, t, least)
            at = int(np.clip(np.searchsorted(worth, share), 1, len(t) - 1))
            low, high = float(t[at - 1]), float(t[at])
        return (low + high) / 2

    def _worth(self, u: tuple, v: tuple, points: np.ndarray, t: np.ndarray, least: tuple[float, float]) -> np.ndarray:
        area = _area_below(u, v, t) / _area_below(u, v, np.array([np.inf]))
        total = self._weight.sum()
        if total <= 0:
            return area
        below = (points[None, :] < t[:, None]) @ self._weight / total
        worth = (1 - AREA_PART) * below + AREA_PART * area
        return np.where(area < least[0], 0.0, np.where(area > 1 - least[1], 1.0, worth))


def _area_below(u: tuple, v: tuple, t: np.ndarray) -> np.ndarray:
    """Area of the part u < t for each t: Green's theorem, as the closing edge along u = t adds nothing to the integral of v du."""
    start, end = np.minimum(u[0], t[:, None]), np.minimum(u[1], t[:, None])
    run = np.where(u[1] == u[0], 1.0, u[1] - u[0])
    middle = ((start + end) / 2 - u[0]) / run
    return np.abs(((end - start) * (v[0] + middle * (v[1] - v[0]))).sum(axis=1))


def _chord(u: tuple, v: tuple, t: float) -> tuple[float, int]:
    crossing = (u[0] < t) != (u[1] < t)
    run = u[1][crossing] - u[0][crossing]
    at = v[0][crossing] + (t - u[0][crossing]) / run * (v[1][crossing] - v[0][crossing])
    at.sort()
    return float((at[1::2] - at[::2]).sum()), len(at) // 2
