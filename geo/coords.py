"""Three coordinate systems as three types, and the way between them.

Chinese maps show points in GCJ-02 (Amap, Tencent) or BD-09 (Baidu), both shifted against WGS-84 by a published formula of
up to some 700 m. The forward formulas are explicit; the ways back are found by fixed-point iteration, which contracts by a
factor of 50 or better a step, so twelve steps end far below a millimetre.

Border of the rule: the shift is applied where 72.004 <= lng <= 137.8347 and 0.8293 <= lat <= 55.8271; elsewhere all three
systems are the same. Each conversion tests the point it was given, so within about a kilometre of that border (nowhere
inside China) a round trip is not promised.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from geo.errors import GeoError

WEST, SOUTH, EAST, NORTH = 72.004, 0.8293, 137.8347, 55.8271

# Krasovsky 1940, the ellipsoid the GCJ-02 shift is defined on.
_AXIS = 6378245.0
_ECC2 = 0.00669342162296594323
_BAIDU_WAVE = math.pi * 3000.0 / 180.0
_STEPS = 12


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
Pair = tuple[Any, Any]  # (lng, lat), floats or arrays alike
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
    if isinstance(point, Wgs84):
        return point
    return Wgs84(*_scalar(point, _INTO_WGS84[type(point)]))


def to_gcj02(point: AnyPoint) -> Gcj02:
    if isinstance(point, Gcj02):
        return point
    return Gcj02(*_scalar(point, _gcj_of_wgs if isinstance(point, Wgs84) else _gcj_of_bd))


def to_bd09(point: AnyPoint) -> Bd09:
    if isinstance(point, Bd09):
        return point
    return Bd09(*_scalar(point, _bd_of_wgs if isinstance(point, Wgs84) else _bd_of_gcj))


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


def _scalar(point: AnyPoint, convert: Callable[[Any, Any, Any], Pair]) -> Pair:
    if not _shifted(point.lng, point.lat):
        return point.lng, point.lat
    return convert(point.lng, point.lat, math)


# Below, `m` is the `math` or the `numpy` module: one formula serves a single point and an array.


def _gcj_of_wgs(lng: Any, lat: Any, m: Any) -> Pair:
    east, north = _shift_metres(lng - 105.0, lat - 35.0, m)
    phi = lat * (math.pi / 180.0)
    w = 1.0 - _ECC2 * m.sin(phi) ** 2
    meridian = _AXIS * (1.0 - _ECC2) / (w * m.sqrt(w)) * math.pi
    parallel = _AXIS / m.sqrt(w) * m.cos(phi) * math.pi
    return lng + east * 180.0 / parallel, lat + north * 180.0 / meridian


def _shift_metres(x: Any, y: Any, m: Any) -> Pair:
    root = m.sqrt(m.fabs(x))
    shared = 20.0 * m.sin(6.0 * math.pi * x) + 20.0 * m.sin(2.0 * math.pi * x)
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + _waves(shared, x, (20, 1, 40, 3, 150, 12, 300, 30), m)
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + _waves(shared, y, (20, 1, 40, 3, 160, 12, 320, 30), m)
    return east, north


def _waves(shared: Any, t: Any, terms: tuple[int, ...], m: Any) -> Any:
    total = shared
    for height, length in zip(terms[::2], terms[1::2], strict=True):
        total = total + height * m.sin(math.pi * t / length)
    return total * 2.0 / 3.0


def _bd_of_gcj(lng: Any, lat: Any, m: Any) -> Pair:
    radius = m.sqrt(lng * lng + lat * lat) + 0.00002 * m.sin(lat * _BAIDU_WAVE)
    angle = m.atan2(lat, lng) + 0.000003 * m.cos(lng * _BAIDU_WAVE)
    return radius * m.cos(angle) + 0.0065, radius * m.sin(angle) + 0.006


def _bd_of_wgs(lng: Any, lat: Any, m: Any) -> Pair:
    return _bd_of_gcj(*_gcj_of_wgs(lng, lat, m), m)


def _back(forward: Callable[[Any, Any, Any], Pair], lng: Any, lat: Any, m: Any) -> Pair:
    x, y = lng, lat
    for _ in range(_STEPS):
        fx, fy = forward(x, y, m)
        x, y = x + (lng - fx), y + (lat - fy)
    return x, y


def _wgs_of_gcj(lng: Any, lat: Any, m: Any) -> Pair:
    return _back(_gcj_of_wgs, lng, lat, m)


def _gcj_of_bd(lng: Any, lat: Any, m: Any) -> Pair:
    return _back(_bd_of_gcj, lng, lat, m)


def _wgs_of_bd(lng: Any, lat: Any, m: Any) -> Pair:
    return _wgs_of_gcj(*_gcj_of_bd(lng, lat, m), m)


_INTO_WGS84: dict[type, Callable[[Any, Any, Any], Pair]] = {Gcj02: _wgs_of_gcj, Bd09: _wgs_of_bd}
