"""Between the database's geometries (WGS-84) and shapely's."""

from __future__ import annotations

from typing import Any

import shapely
from geoalchemy2 import WKBElement
from geoalchemy2.shape import from_shape
from shapely import MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry
from sqlalchemy import ColumnElement, func

from geo.coords import AnyPoint, Wgs84, to_wgs84

SRID = 4326


def shape_of(stored: WKBElement | None) -> BaseGeometry | None:
    """Doubles come back as they were stored, to the last bit."""
    if stored is None:
        return None
    return shapely.from_wkb(stored.data if isinstance(stored.data, str) else bytes(stored.data))


def point_of(stored: WKBElement | None) -> Wgs84 | None:
    shape = shape_of(stored)
    return None if shape is None else Wgs84(shape.x, shape.y)


def stored_area(shape: Polygon | MultiPolygon) -> WKBElement:
    return from_shape(shape if isinstance(shape, MultiPolygon) else MultiPolygon([shape]), srid=SRID)


def stored_point(point: AnyPoint) -> WKBElement:
    exact = to_wgs84(point)
    return from_shape(Point(exact.lng, exact.lat), srid=SRID)


def same_shape(stored: WKBElement | None, other: WKBElement | None) -> bool:
    """Vertex for vertex."""
    one, two = shape_of(stored), shape_of(other)
    if one is None or two is None:
        return one is two
    return one.equals_exact(two, 0.0)


def within(column: Any, point: Wgs84 | ColumnElement, metres: float | ColumnElement) -> ColumnElement[bool]:
    """A condition: the point in the column lies at most so far away, on the ground."""
    return func.ST_DWithin(on_ground(column), on_ground(point), metres)


def on_ground(point: Any) -> ColumnElement:
    """A geometry or Wgs84 as PostGIS measures it in metres. Not by a CAST: with its type modifier no index is used."""
    return func.geography(func.ST_SetSRID(func.ST_MakePoint(point.lng, point.lat), SRID) if isinstance(point, Wgs84) else point)
