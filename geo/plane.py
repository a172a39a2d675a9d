"""Metres around a place: a flat, axis-parallel plane good to about 0.1 % within 50 km of its origin.

One degree is measured by the two radii of curvature of the WGS-84 ellipsoid at the origin's latitude. The map between degrees
and metres is affine, so straight edges stay straight and shares of an area are the same in both. Shapes across the 180th
meridian are not supported.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

AXIS_M = 6378137.0
FLATTENING = 1 / 298.257223563
ECC2 = FLATTENING * (2 - FLATTENING)


def metres_per_degree(lat: float) -> tuple[float, float]:
    """(along the parallel, along the meridian) at `lat`."""
    phi = math.radians(lat)
    w = 1.0 - ECC2 * math.sin(phi) ** 2
    east = AXIS_M / math.sqrt(w) * math.cos(phi)
    north = AXIS_M * (1.0 - ECC2) / (w * math.sqrt(w))
    return math.radians(east), math.radians(north)


@dataclass(frozen=True, slots=True)
class Plane:
    """`to_metres` of the origin is (0, 0); x points east, y north."""

    lng: float
    lat: float

    @property
    def scale(self) -> np.ndarray:
        return np.array(metres_per_degree(self.lat))

    def to_metres(self, xy: np.ndarray) -> np.ndarray:
        """(n, 2) degrees -> (n, 2) metres."""
        return (np.asarray(xy, dtype=float) - (self.lng, self.lat)) * self.scale

    def to_degrees(self, xy: np.ndarray) -> np.ndarray:
        """(n, 2) metres -> (n, 2) degrees."""
        return np.asarray(xy, dtype=float) / self.scale + (self.lng, self.lat)

    def shape_to_metres(self, shape: BaseGeometry) -> BaseGeometry:
        return shapely.transform(shape, self.to_metres)


def plane_of(shape: BaseGeometry) -> Plane:
    """The plane at the middle of the shape's bounds."""
    west, south, east, north = shape.bounds
    return Plane((west + east) / 2, (south + north) / 2)
