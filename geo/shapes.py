"""Reading areas from GeoJSON, and measuring them in metres.

A shape that is wrong is refused with a code and, where one can be named, the place of the fault; nothing is repaired in
silence, because a repaired boundary is a different boundary. Only polygons and multi-polygons are areas. Heights are dropped.

Areas are those of the WGS-84 ellipsoid between edges that are straight in degrees, as GeoJSON means them; so the areas of the
parts of a shape add up to its own, wherever it was cut.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from geo.coords import Wgs84, array_to_wgs84, wanted_wgs84
from geo.errors import GeoError
from geo.plane import AXIS_M, ECC2, metres_per_degree

Area = Polygon | MultiPolygon

MOST_POSITIONS = 50_000  # of one shape; looking for crossings takes seconds there, and grows faster than the shape
_ECC = math.sqrt(ECC2)
_GAUSS_AT = 0.5 + np.sqrt(0.15) * np.array([-1.0, 0.0, 1.0])
_GAUSS_WEIGHT = np.array([5.0, 8.0, 5.0]) / 18.0
_REASONS = (
    ("elf-intersection", "self_crossing"),
    ("Hole", "bad_hole"),
    ("Nested holes", "bad_hole"),
    ("Interior is disconnected", "bad_hole"),
    ("Nested shells", "overlapping_parts"),
    ("Duplicate Rings", "overlapping_parts"),
    ("Too few points", "not_a_polygon"),
)


def read_area(geojson: Any, crs: str = "wgs84") -> Area:
    """A valid Polygon or MultiPolygon in WGS-84 from a GeoJSON geometry or feature whose coordinates are in `crs`.

    Errors: not_a_polygon (wrong type, too few points, ring not closed), empty_shape, bad_coordinate, bad_crs,
    self_crossing, bad_hole, overlapping_parts, invalid_shape, too_many_positions; `place` is in the coordinates that were given.
    """
    shape = _built(_geometry(geojson))
    if shapely.get_num_coordinates(shape) > MOST_POSITIONS:
        raise GeoError("too_many_positions", f"a shape has at most {MOST_POSITIONS} positions")
    return area_to_wgs84(checked_area(shape), crs)


def area_to_wgs84(shape: Area, crs: str) -> Area:
    """The shape with every vertex converted. Errors: bad_crs, bad_coordinate."""
    return shapely.transform(shape, lambda xy: array_to_wgs84(xy, crs))


def checked_area(shape: BaseGeometry) -> Area:
    """The same shape, or the GeoError of read_area that says what is wrong with it."""
    if not isinstance(shape, Polygon | MultiPolygon):
        raise GeoError("not_a_polygon", f"a {shape.geom_type} is not an area")
    if shape.is_empty:
        raise GeoError("empty_shape", "the shape is empty")
    if not shape.is_valid:
        raise _fault(shapely.is_valid_reason(shape))
    if shape.area == 0:
        raise GeoError("empty_shape", "the shape has no area", shape.bounds[:2])
    return shape


def _fault(reason: str) -> GeoError:
    code = next((code for word, code in _REASONS if word in reason), "invalid_shape")
    found = re.search(r"\[(\S+) (\S+)\]", reason)
    place = (float(found[1]), float(found[2])) if found else None
    return GeoError(code, reason.split("[")[0].strip(), place)


def _geometry(geojson: Any) -> Mapping[str, Any]:
    if isinstance(geojson, Mapping) and geojson.get("type") == "Feature":
        geojson = geojson.get("geometry")
    if not isinstance(geojson, Mapping) or geojson.get("type") not in ("Polygon", "MultiPolygon"):
        raise GeoError("not_a_polygon", "expected a GeoJSON Polygon or MultiPolygon")
    return geojson


def _built(geometry: Mapping[str, Any]) -> Area:
    coordinates = _sequence(geometry.get("coordinates"))
    if geometry["type"] == "Polygon":
        return _polygon(coordinates)
    return MultiPolygon([_polygon(_sequence(part)) for part in _filled(coordinates)])


def _polygon(rings: Sequence[Any]) -> Polygon:
    shell, *holes = [_ring(ring) for ring in _filled(rings)]
    return Polygon(shell, holes)


def _sequence(value: Any) -> Sequence[Any]:
    if not isinstance(value, list | tuple):
        raise GeoError("not_a_polygon", "coordinates must be nested arrays")
    return value


def _filled(value: Sequence[Any]) -> Sequence[Any]:
    if not value:
        raise GeoError("empty_shape", "the shape is empty")
    return value


def _ring(positions: Any) -> np.ndarray:
    ring = np.array(list(_positions(_filled(_sequence(positions)))))
    start = (float(ring[0][0]), float(ring[0][1]))
    if len(ring) < 4:
        raise GeoError("not_a_polygon", "a ring needs at least four positions", start)
    if not np.array_equal(ring[0], ring[-1]):
        raise GeoError("not_a_polygon", "a ring must end where it starts", start)
    return ring


def _positions(ring: Sequence[Any]) -> Iterator[tuple[float, float]]:
    for position in ring:
        if not isinstance(position, list | tuple) or len(position) < 2 or not all(map(_is_number, position[:2])):
            raise GeoError("bad_coordinate", "a position must be [lng, lat] in numbers")
        lng, lat = float(position[0]), float(position[1])
        if not (abs(lng) <= 180 and abs(lat) <= 90):
            raise GeoError("bad_coordinate", "a position is not finite or out of range", (lng, lat))
        yield lng, lat


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= 1e300


def area_m2(shape: BaseGeometry) -> float:
    """Square metres on the WGS-84 ellipsoid; 0 for points and lines."""
    polygons = [part for part in shapely.get_parts(shape) if isinstance(part, Polygon) and not part.is_empty]
    if not polygons:
        return 0.0
    xy, ring = shapely.get_coordinates(shapely.get_rings(shapely.orient_polygons(polygons)), return_index=True)
    joined = ring[1:] == ring[:-1]
    start, end = xy[:-1][joined], xy[1:][joined]
    run = np.radians(start[:, 0] - end[:, 0])
    return float(run @ _mean_authalic(start[:, 1], end[:, 1])) * AXIS_M**2 / 2


def _mean_authalic(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """q averaged along each edge (Gauss, three points), less a constant that keeps digits for small areas."""
    lat = start[:, None] + (end - start)[:, None] * _GAUSS_AT
    return (_authalic(lat) - _authalic(start[0])) @ _GAUSS_WEIGHT


def _authalic(lat: Any) -> Any:
    """The q of Snyder, Map Projections (USGS 1395), formula 3-12."""
    sine = np.sin(np.radians(lat))
    return (1 - ECC2) * (sine / (1 - ECC2 * sine**2) + np.arctanh(_ECC * sine) / _ECC)


def distance_m(a: Wgs84, b: Wgs84) -> float:
    """Metres by the radii at the middle latitude: within 1e-5 up to 50 km, 0.5 % up to 500 km. Errors: bad_crs."""
    a, b = wanted_wgs84(a), wanted_wgs84(b)
    east, north = metres_per_degree((a.lat + b.lat) / 2)
    return math.hypot((b.lng - a.lng) * east, (b.lat - a.lat) * north)


def length_m(line: BaseGeometry) -> float:
    """Metres along a line, or around an area (holes included)."""
    total = 0.0
    for part in shapely.get_parts(line.boundary if isinstance(line, Polygon | MultiPolygon) else line):
        points = [Wgs84(x, y) for x, y in shapely.get_coordinates(part)]
        total += sum(map(distance_m, points, points[1:]))
    return total


def compactness(shape: Area) -> float:
    """Polsby and Popper's 4 pi area / perimeter², holes counted in both: 1 for a circle, 0.785 for a square, near 0 for a thread."""
    return 4 * math.pi * area_m2(shape) / length_m(shape) ** 2
