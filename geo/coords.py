"""Three coordinate systems as three types, and the way between them.

Chinese maps show points in GCJ-02 (Amap, Tencent) or BD-09 (Baidu), both shifted against WGS-84 by a published formula of
up to some 700 m (see shifts). A round trip ends within a millimetre.

Border of the rule: the shift is applied where 72.004 <= lng <= 137.8347 and 0.8293 <= lat <= 55.8271; elsewhere all three
systems are the same. Each conversion tests the point it was given, so within about a kilometre of that border (nowhere
inside China) a round trip is not promised.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from geo import shifts
from geo.errors import GeoError
from geo.shifts import Formula, Pair

WEST, SOUTH, EAST, NORTH = 72.004, 0.8293, 137.8347, 55.8271


@dataclass(frozen=True, slots=True)
class Wgs84:
    """Degrees as GPS gives them; what gridops stores."""

    lng: float
    lat: float


@dataclass(frozen=True, slots=True)
class Gcj02:
    """Degrees as Amap and Tencent show them."""

    lng: float
    lat: float


@dataclass(frozen=True, slots=True)
class Bd09:
    """Degrees as Baidu shows them."""

    lng: float
    lat: float


AnyPoint = Wgs84 | Gcj02 | Bd09
CRS: dict[str, type[Wgs84] | type[Gcj02] | type[Bd09]] = {"wgs84": Wgs84, "gcj02": Gcj02, "bd09": Bd09}


def parse_point(lng: Any, lat: Any, crs: str) -> AnyPoint:
    """A typed point from numbers or numerals. Errors: bad_crs, bad_coordinate (not a number, not finite, out of range)."""
    kind = _kind(crs)
    return kind(_degrees(lng, 180.0, "lng"), _degrees(lat, 90.0, "lat"))


def _kind(crs: Any) -> type[Wgs84] | type[Gcj02] | type[Bd09]:
    if not isinstance(crs, str) or crs not in CRS:
        raise GeoError("bad_crs", f"coordinate system must be one of {', '.join(CRS)}")
    return CRS[crs]


def _degrees(raw: Any, limit: float, name: str) -> float:
    try:
        if isinstance(raw, bool):
            raise TypeError
        degrees = float(raw)
    except (TypeError, ValueError, OverflowError):
        raise GeoError("bad_coordinate", f"{name} is not a number") from None
    if not -limit <= degrees <= limit:  # also false for NaN
        raise GeoError("bad_coordinate", f"{name} must lie between {-limit:g} and {limit:g}")
    return degrees


def to_wgs84(point: AnyPoint) -> Wgs84:
    """Errors, here and below: bad_crs for anything that does not say its system, such as a bare pair of numbers."""
    if isinstance(point, Wgs84):
        return point
    return Wgs84(*_scalar(point, _way(_INTO_WGS84, point)))


def to_gcj02(point: AnyPoint) -> Gcj02:
    if isinstance(point, Gcj02):
        return point
    return Gcj02(*_scalar(point, _way(_INTO_GCJ02, point)))


def to_bd09(point: AnyPoint) -> Bd09:
    if isinstance(point, Bd09):
        return point
    return Bd09(*_scalar(point, _way(_INTO_BD09, point)))


def wanted_wgs84(point: Wgs84) -> Wgs84:
    """The same point; bad_crs for one of another system, which whoever has it must convert first."""
    if not isinstance(point, Wgs84):
        raise GeoError("bad_crs", f"expected a Wgs84 point, not {type(point).__name__}")
    return point


def _way(ways: dict[type, Formula], point: Any) -> Formula:
    if type(point) not in ways:
        raise GeoError("bad_crs", f"a {type(point).__name__} is no point of a known coordinate system")
    return ways[type(point)]


def array_to_wgs84(xy: np.ndarray, crs: str) -> np.ndarray:
    """`xy` of shape (n, 2), degrees in `crs` -> a new (n, 2) array in WGS-84. Errors: bad_crs, bad_coordinate."""
    kind = _kind(crs)
    degrees = _checked(xy).copy()
    shifted = _shifted(degrees[:, 0], degrees[:, 1])
    if kind is not Wgs84:
        degrees[shifted] = np.column_stack(_INTO_WGS84[kind](*degrees[shifted].T, np))
    return degrees


def _checked(xy: Any) -> np.ndarray:
    degrees = np.asarray(xy, dtype=float)
    if degrees.ndim != 2 or degrees.shape[1] != 2:
        raise GeoError("bad_coordinate", "points must be an array of shape (n, 2)")
    if not (np.abs(degrees) <= (180.0, 90.0)).all():
        raise GeoError("bad_coordinate", "a point is not finite or out of range")
    return degrees


def _shifted(lng: Any, lat: Any) -> Any:
    return (lng >= WEST) & (lng <= EAST) & (lat >= SOUTH) & (lat <= NORTH)


def _scalar(point: AnyPoint, convert: Formula) -> Pair:
    if not _shifted(point.lng, point.lat):
        return point.lng, point.lat
    return convert(point.lng, point.lat, math)


_INTO_WGS84: dict[type, Formula] = {Gcj02: shifts.wgs_of_gcj, Bd09: shifts.wgs_of_bd}
_INTO_GCJ02: dict[type, Formula] = {Wgs84: shifts.gcj_of_wgs, Bd09: shifts.gcj_of_bd}
_INTO_BD09: dict[type, Formula] = {Wgs84: shifts.bd_of_wgs, Gcj02: shifts.bd_of_gcj}
