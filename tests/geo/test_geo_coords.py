import math
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.coords import CRS, Bd09, Gcj02, Wgs84, array_to_wgs84, parse_point, to_bd09, to_gcj02, to_wgs84
from geo.errors import GeoError
from geo.shapes import distance_m

china = st.builds(Wgs84, st.floats(73, 135), st.floats(3, 54))
anywhere_else = st.one_of(
    st.builds(Wgs84, st.floats(-180, 71.9), st.floats(-90, 90)),
    st.builds(Wgs84, st.floats(138, 180), st.floats(-90, 90)),
    st.builds(Wgs84, st.floats(-180, 180), st.floats(56, 90)),
    st.builds(Wgs84, st.floats(-180, 180), st.floats(-90, 0.8)),
)


@given(china)
def test_gcj02_and_bd09_come_back_within_a_millimetre(point):
    assert distance_m(to_wgs84(to_gcj02(point)), point) < 0.001
    assert distance_m(to_wgs84(to_bd09(point)), point) < 0.001


@given(china)
def test_every_route_ends_at_the_same_place(point):
    by_way_of_gcj = to_bd09(to_gcj02(point))
    direct = to_bd09(point)
    assert math.hypot(by_way_of_gcj.lng - direct.lng, by_way_of_gcj.lat - direct.lat) < 1e-12
    back = to_gcj02(direct)
    assert math.hypot(back.lng - to_gcj02(point).lng, back.lat - to_gcj02(point).lat) < 1e-9


@given(china)
def test_the_shift_inside_china_is_real_but_below_two_kilometres(point):
    shifted = to_gcj02(point)
    assert 1 < distance_m(Wgs84(shifted.lng, shifted.lat), point) < 1500


@given(anywhere_else)
def test_outside_the_box_all_systems_are_the_same(point):
    for other in (to_gcj02(point), to_bd09(point)):
        assert (other.lng, other.lat) == (point.lng, point.lat)
        assert to_wgs84(other) == point


def test_published_example_of_tiananmen():
    # Widely published pair of conversions of the point 116.404, 39.915.
    gcj = to_gcj02(Wgs84(116.404, 39.915))
    assert (gcj.lng, gcj.lat) == pytest.approx((116.41024449916938, 39.91640428150164), abs=1e-9)
    bd = to_bd09(Gcj02(116.404, 39.915))
    assert (bd.lng, bd.lat) == pytest.approx((116.41036949371029, 39.92133699351022), abs=1e-9)


def test_types_do_not_compare_equal_and_cannot_be_changed():
    assert Wgs84(121.0, 31.0) != Gcj02(121.0, 31.0) != Bd09(121.0, 31.0)
    with pytest.raises(AttributeError):
        Wgs84(121.0, 31.0).lng = 0.0


@pytest.mark.parametrize("convert", [to_wgs84, to_gcj02, to_bd09])
@pytest.mark.parametrize("nameless", [(121.4, 31.2), np.array([121.4, 31.2]), SimpleNamespace(lng=121.4, lat=31.2), None])
def test_a_point_that_does_not_say_its_system_is_never_converted(convert, nameless):
    with pytest.raises(GeoError) as caught:
        convert(nameless)
    assert caught.value.code == "bad_crs"


@given(st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), max_size=20), st.sampled_from(sorted(CRS)))
def test_the_array_twin_agrees_with_single_points(pairs, crs):
    moved = array_to_wgs84(np.array(pairs).reshape(-1, 2), crs)
    single = [to_wgs84(parse_point(lng, lat, crs)) for lng, lat in pairs]
    assert moved == pytest.approx(np.array([(p.lng, p.lat) for p in single]).reshape(-1, 2), abs=1e-11)


def test_the_array_twin_leaves_its_input_alone():
    xy = np.array([[121.4, 31.2]])
    for crs in CRS:
        moved = array_to_wgs84(xy, crs)
        moved += 1
    assert xy.tolist() == [[121.4, 31.2]]


@pytest.mark.parametrize("crs", ["WGS84", "", None, 4326, "epsg:4326", ["wgs84"]])
def test_an_unknown_system_is_never_guessed(crs):
    with pytest.raises(GeoError) as caught:
        parse_point(121.4, 31.2, crs)
    assert caught.value.code == "bad_crs"


@pytest.mark.parametrize(
    ("lng", "lat"),
    [(math.nan, 31), (121, math.inf), (181, 31), (121, -90.1), ("x", 31), (None, 31), (True, 31), (121, [31]), (10**400, 31)],
)
def test_a_bad_coordinate_is_named(lng, lat):
    with pytest.raises(GeoError) as caught:
        parse_point(lng, lat, "wgs84")
    assert caught.value.code == "bad_coordinate"


def test_numerals_from_a_csv_are_read():
    assert parse_point(" 121.4", "31.2", "gcj02") == Gcj02(121.4, 31.2)


@pytest.mark.parametrize("xy", [[[121, math.nan]], [[200, 31]], [121, 31], [[1, 2, 3]]])
def test_a_bad_array_is_refused(xy):
    with pytest.raises(GeoError) as caught:
        array_to_wgs84(np.array(xy, dtype=float), "gcj02")
    assert caught.value.code == "bad_coordinate"
