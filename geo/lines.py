"""Reading lines that borders shall follow (roads, walls, rivers) from GeoJSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from shapely import LineString

from geo.coords import array_to_wgs84
from geo.errors import GeoError


def read_lines(geojson: Any, crs: str = "wgs84") -> list[LineString]:
    """Every LineString of a geometry, feature or collection, in WGS-84; its coordinates are in `crs`. Heights are dropped.

    Errors: not_a_line (anything else than lines, fewer than two positions), bad_coordinate, bad_crs.
    """
    return [LineString(array_to_wgs84(positions, crs)) for positions in _lines(geojson)]


def _lines(geojson: Any) -> Iterator[np.ndarray]:
    match geojson:
        case {"type": "FeatureCollection", "features": [*features]}:
            for feature in features:
                yield from _lines(feature)
        case {"type": "Feature", "geometry": Mapping() as geometry}:
            yield from _lines(geometry)
        case {"type": "LineString", "coordinates": [*positions]}:
            yield _positions(positions)
        case {"type": "MultiLineString", "coordinates": [*lines]}:
            yield from map(_positions, lines)
        case _:
            raise GeoError("not_a_line", "expected GeoJSON lines: LineString or MultiLineString")


def _positions(line: Any) -> np.ndarray:
    if not isinstance(line, list | tuple) or len(line) < 2:
        raise GeoError("not_a_line", "a line needs at least two positions")
    return np.array([_position(position) for position in line])


def _position(position: Any) -> tuple[float, float]:
    match position:
        case [int() | float() as lng, int() | float() as lat, *_] if not (isinstance(lng, bool) or isinstance(lat, bool)):
            if abs(lng) <= 180 and abs(lat) <= 90:  # false for NaN, and safe for whole numbers that no float can hold
                return float(lng), float(lat)
    raise GeoError("bad_coordinate", "a position must be [lng, lat] in degrees")
