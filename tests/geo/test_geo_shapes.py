import math

import numpy as np
import pytest
import shapely
from hypothesis import given
from shapely import LineString, MultiPolygon, Point, Polygon
from shapely.geometry import mapping

from geo.coords import Bd09, Gcj02, Wgs84, to_wgs84
from geo.errors import GeoError
from geo.plane import Plane
from geo.shapes import area_m2, compactness, distance_m, length_m, read_area
from tests.geo.worlds import archipelago, box, ring, stars

SQUARE = [[121, 31], [121.1, 31], [121.1, 31.1], [121, 31.1], [121, 31]]


def polygon(*rings):
    return {"type": "Polygon", "coordinates": list(rings)}


@pytest.mark.parametrize("shape", [box(0, 0, 100, 50), ring(), archipelago()])
def test_a_good_shape_is_read_as_it_stands(shape):
    assert shapely.equals_exact(read_area(mapping(shape)), shape)
    assert shapely.equals_exact(read_area({"type": "Feature", "properties": {}, "geometry": mapping(shape)}), shape)


def test_heights_are_dropped():
    assert not read_area(polygon([[*position, 5.0] for position in SQUARE])).has_z


def test_coordinates_are_converted_from_the_named_system():
    shape = read_area(polygon(SQUARE), "gcj02")
    assert shape.exterior.coords[0] == pytest.approx((to_wgs84(Gcj02(121, 31)).lng, to_wgs84(Gcj02(121, 31)).lat), abs=1e-11)


BAD = {
    "bow tie": (polygon([[121, 31], [121.1, 31.1], [121.1, 31], [121, 31.1], [121, 31]]), "self_crossing", (121.05, 31.05)),
    "hole outside": (polygon(SQUARE, [[122, 31], [122.1, 31], [122.1, 31.1], [122, 31]]), "bad_hole", (122, 31)),
    "two parts on the same ground": (
        {"type": "MultiPolygon", "coordinates": [[SQUARE], [[[121.02, 31.02], [121.03, 31.02], [121.03, 31.03], [121.02, 31.02]]]]},
        "overlapping_parts",
        (121.02, 31.02),
    ),
    "three positions": (polygon([[121, 31], [121.1, 31], [121, 31]]), "not_a_polygon", (121, 31)),
    "not closed": (polygon(SQUARE[:-1]), "not_a_polygon", (121, 31)),
    "point": ({"type": "Point", "coordinates": [121, 31]}, "not_a_polygon", None),
    "line": ({"type": "LineString", "coordinates": SQUARE}, "not_a_polygon", None),
    "feature without geometry": ({"type": "Feature", "geometry": None}, "not_a_polygon", None),
    "a string": ("POLYGON((0 0,1 0,1 1,0 0))", "not_a_polygon", None),
    "coordinates missing": ({"type": "Polygon"}, "not_a_polygon", None),
    "too shallow": ({"type": "Polygon", "coordinates": SQUARE}, "bad_coordinate", None),
    "no ring": (polygon(), "empty_shape", None),
    "empty ring": (polygon([]), "empty_shape", None),
    "no part": ({"type": "MultiPolygon", "coordinates": []}, "empty_shape", None),
    "longitude 181": (polygon([[181, 31], *SQUARE[1:-1], [181, 31]]), "bad_coordinate", (181, 31)),
    "latitude first": (polygon([[lat, lng] for lng, lat in SQUARE]), "bad_coordinate", (31, 121)),
    "not a number": (polygon([[121, "31"], *SQUARE[1:]]), "bad_coordinate", None),
    "NaN": (polygon([[121, math.nan], *SQUARE[1:]]), "bad_coordinate", None),
    "endless": (polygon([[math.inf, 31], *SQUARE[1:]]), "bad_coordinate", None),
    "more positions than any boundary has": (polygon([SQUARE[0]] * 50_001), "too_many_positions", None),
    "a huge whole number": (polygon([[10**400, 31], *SQUARE[1:]]), "bad_coordinate", None),
}


@pytest.mark.parametrize(("geojson", "code", "place"), BAD.values(), ids=BAD)
def test_a_bad_shape_is_refused_with_its_code_and_place(geojson, code, place):
    with pytest.raises(GeoError) as caught:
        read_area(geojson)
    assert (caught.value.code, caught.value.place) == (code, place if place is None else pytest.approx(place))


def test_a_shape_without_area_is_refused():
    with pytest.raises(GeoError):
        read_area(polygon([[121, 31], [121.1, 31], [121.2, 31], [121, 31]]))


def test_an_unknown_system_is_refused():
    with pytest.raises(GeoError) as caught:
        read_area(polygon(SQUARE), "beijing54")
    assert caught.value.code == "bad_crs"


def test_the_earth_has_its_published_area():
    # 510 065 621.7 km2 for the WGS-84 ellipsoid; a degree grid, as edges are straight in degrees.
    belts = [shapely.box(-180, south, 180, south + 1) for south in range(-90, 90)]
    assert sum(map(area_m2, belts)) == pytest.approx(510_065_621.724e6, rel=1e-9)


def test_area_is_that_of_the_local_plane():
    plane = Plane(121.5, 31.0)
    small = Polygon([(121.5, 31.0), (121.501, 31.0), (121.501, 31.001), (121.5, 31.001)])
    assert area_m2(small) == pytest.approx(plane.shape_to_metres(small).area, rel=2e-5)
    assert area_m2(ring()) == pytest.approx(area_m2(box(0, 0, 1500, 1500)) - area_m2(box(400, 500, 600, 500)))


def test_lines_and_nothing_have_no_area():
    assert area_m2(LineString([(121, 31), (122, 31)])) == area_m2(Polygon()) == 0


@given(stars())
def test_parts_add_up_to_the_whole(star):
    west, east = star.intersection(shapely.box(120, 30, 121, 32)), star.difference(shapely.box(120, 30, 121, 32))
    assert area_m2(west) + area_m2(east) == pytest.approx(area_m2(star), abs=0.001)
    assert area_m2(star.reverse()) == pytest.approx(area_m2(star), abs=0.001)


def test_lengths_of_a_degree():
    # Published: at 30 degrees north a degree of longitude is 96.486 km, one of latitude 110.852 km.
    assert distance_m(Wgs84(120.5, 30), Wgs84(121.5, 30)) == pytest.approx(96_486, abs=1)
    assert distance_m(Wgs84(121, 29.5), Wgs84(121, 30.5)) == pytest.approx(110_852, abs=1)


def test_length_goes_around_an_area_and_its_holes():
    edge = length_m(LineString([(121, 31), (121.01, 31), (121.01, 31.01), (121, 31.01), (121, 31)]))
    square, hole = shapely.box(121, 31, 121.01, 31.01), shapely.box(121.004, 31.004, 121.005, 31.005)
    assert length_m(square) == pytest.approx(edge)
    assert length_m(square.difference(hole)) == pytest.approx(edge + length_m(hole))
    assert length_m(MultiPolygon([square, shapely.box(122, 31, 122.01, 31.01)])) == pytest.approx(2 * edge)


def test_the_plane_goes_there_and_back():
    plane, xy = Plane(121.4, 31.2), np.array([[121.5, 31.1], [121.3, 31.3]])
    assert plane.to_degrees(plane.to_metres(xy)) == pytest.approx(xy, abs=1e-12)


@pytest.mark.parametrize("other", [Gcj02(121.4, 31.2), Bd09(121.4, 31.2), (121.4, 31.2)])
def test_a_point_of_another_system_is_refused_where_wgs84_is_wanted(other):
    for pair in ((Wgs84(121.4, 31.2), other), (other, Wgs84(121.4, 31.2))):
        with pytest.raises(GeoError) as caught:
            distance_m(*pair)
        assert caught.value.code == "bad_crs"


def test_compactness_is_that_of_polsby_and_popper():
    plane = Plane(121.4, 31.2)

    def metric(shape):
        return shapely.transform(shape, plane.to_degrees)

    assert compactness(metric(Point(0, 0).buffer(500, quad_segs=64))) == pytest.approx(1, abs=1e-3)
    assert compactness(metric(shapely.box(0, 0, 500, 500))) == pytest.approx(math.pi / 4, rel=1e-4)
    assert compactness(metric(shapely.box(0, 0, 900, 100))) == pytest.approx(0.2827, abs=1e-3)
    assert compactness(ring()) < compactness(box(0, 0, 1500, 1500)), "a hole is a border too"


@given(stars())
def test_no_shape_is_more_compact_than_a_circle(star):
    assert 0 < compactness(star) < 1
