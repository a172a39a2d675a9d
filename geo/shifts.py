"""The published formulas between WGS-84, GCJ-02 and BD-09, and their inverses, on bare degrees within the box of coords.

`m` is the `math` or the `numpy` module: one formula serves a single point and an array. A way back is found by fixed-point
iteration, which contracts by a factor of 50 or better a step, so twelve steps end far below a millimetre.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

Pair = tuple[Any, Any]  # (lng, lat), floats or arrays alike
Formula = Callable[[Any, Any, Any], Pair]

# Krasovsky 1940, the ellipsoid the GCJ-02 shift is defined on.
_AXIS = 6378245.0
_ECC2 = 0.00669342162296594323
_BAIDU_WAVE = math.pi * 3000.0 / 180.0
_STEPS = 12


def gcj_of_wgs(lng: Any, lat: Any, m: Any) -> Pair:
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


def bd_of_gcj(lng: Any, lat: Any, m: Any) -> Pair:
    radius = m.sqrt(lng * lng + lat * lat) + 0.00002 * m.sin(lat * _BAIDU_WAVE)
    angle = m.atan2(lat, lng) + 0.000003 * m.cos(lng * _BAIDU_WAVE)
    return radius * m.cos(angle) + 0.0065, radius * m.sin(angle) + 0.006


def bd_of_wgs(lng: Any, lat: Any, m: Any) -> Pair:
    return bd_of_gcj(*gcj_of_wgs(lng, lat, m), m)


def _back(forward: Formula, lng: Any, lat: Any, m: Any) -> Pair:
    x, y = lng, lat
    for _ in range(_STEPS):
        fx, fy = forward(x, y, m)
        x, y = x + (lng - fx), y + (lat - fy)
    return x, y


def wgs_of_gcj(lng: Any, lat: Any, m: Any) -> Pair:
    return _back(gcj_of_wgs, lng, lat, m)


def gcj_of_bd(lng: Any, lat: Any, m: Any) -> Pair:
    return _back(bd_of_gcj, lng, lat, m)


def wgs_of_bd(lng: Any, lat: Any, m: Any) -> Pair:
    return wgs_of_gcj(*gcj_of_bd(lng, lat, m), m)
