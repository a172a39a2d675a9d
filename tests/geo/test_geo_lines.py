"""Reading lines, and cutting along them."""

import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiLineString, Point
from shapely.geometry import mapping

from geo.cells import cut
from geo.coords import Gcj02, to_wgs84
from geo.errors import GeoError
from geo.lines import read_lines
from geo.shapes import area_m2
from tests.geo.test_geo_cells import assert_partition
from tests.geo.worlds import METRE, archipelago, box, comb, ring

WORLD = box(0, 0, 2000, 1300)


def road(*stops):
    """Through stops in metres."""
    return LineString([(121 + x * METRE, 31 + y * METRE) for x, y in stops])


def inner_borders(boundary, cells):
    return shapely.union_all(shapely.boundary(cells)).difference(boundary.boundary.buffer(1e-9))


def part_along(boundary, cells, lines):
    borders = inner_borders(boundary, cells)
    return borders.intersection(shapely.union_all(lines).buffer(1e-9)).length / borders.length


ACROSS = [road((-50, 430), (2050, 440)), road((-50, 880), (2050, 860))]
UP = [road((x, -50), (x + 30, 700), (x, 1400)) for x in (490, 1010, 1520)]


@pytest.mark.parametrize("count", [2, 3, 4, 6, 12])
def test_borders_run_along_the_roads(count):
    cells = cut(WORLD, count=count, lines=[*ACROSS, *UP])
    assert len(cells) == count
    assert_partition(WORLD, cells)
    assert part_along(WORLD, cells, [*ACROSS, *UP]) > 0.999
    areas = np.array([area_m2(cell) for cell in cells])
    assert 0.5 <= areas.min() / areas.mean() and areas.max() / areas.mean() <= 1.5


def test_a_block_worth_several_cells_is_cut_across():
    cells = cut(WORLD, count=9, lines=[ACROSS[0]])
    assert len(cells) == 9
    assert_partition(WORLD, cells)
    assert sum(cell.intersects(box(0, 0, 2000, 400)) for cell in cells) == 3


def test_a_block_that_is_much_too_small_is_no_cell():
    corner = road((-50, 100), (100, 100), (100, -50))
    cells = cut(WORLD, count=4, lines=[corner])
    assert min(map(area_m2, cells)) > 0.5 * area_m2(WORLD) / 4


def test_balance_by_households_comes_after_the_road():
    points = np.array([[121.002 + 0.002 * i, 31.003 + 0.009 * (i % 2)] for i in range(9)])
    south, north = sorted(cut(WORLD, count=2, points=points, lines=[road((-50, 600), (2050, 600))]), key=lambda cell: cell.centroid.y)
    held = [int(shapely.intersects_xy(cell, *points.T).sum()) for cell in (south, north)]
    assert held == [5, 4]
    assert part_along(WORLD, [south, north], [road((-50, 600), (2050, 600))]) > 0.999


DANGLING = {
    "ends inside": road((-50, 600), (900, 640)),
    "begins and ends inside": road((300, 300), (900, 640)),
    "outside": road((-500, -500), (-400, -100)),
    "along the border": road((0, 0), (2000, 0)),
    "touches a corner": road((-100, 100), (100, -100)),
    "a single place": LineString([(121.005, 31.005), (121.005, 31.005)]),
    "nothing": LineString(),
}


@pytest.mark.parametrize("line", DANGLING.values(), ids=DANGLING)
def test_a_line_that_parts_nothing_changes_nothing(line):
    cells = cut(WORLD, count=5, lines=[line])
    assert [cell.normalize() for cell in cells] == [cell.normalize() for cell in cut(WORLD, count=5)] or part_along(WORLD, cells, [line]) < 0.01
    assert_partition(WORLD, cells)


def test_a_dead_end_does_not_harm_the_road_it_hangs_on():
    through = road((-50, 640), (2050, 660))
    cells = cut(WORLD, count=2, lines=[through, road((700, 645), (700, 900)), road((900, 500), (1200, 500))])
    assert part_along(WORLD, cells, [through]) > 0.999


def test_a_compound_across_the_road_stays_whole():
    compound, through = box(700, 500, 500, 300), road((-50, 640), (2050, 660))
    cells = cut(WORLD, count=4, lines=[through], keep_whole=[compound])
    assert_partition(WORLD, cells)
    assert max(area_m2(cell.intersection(compound)) for cell in cells) == pytest.approx(area_m2(compound), abs=0.01)


stops = st.lists(st.tuples(st.integers(-200, 2200), st.integers(-200, 1500)), min_size=2, max_size=6)
rectangles = st.lists(st.tuples(st.integers(0, 1800), st.integers(0, 1100), st.integers(30, 400), st.integers(30, 300)), max_size=4)


@settings(max_examples=80, deadline=None)
@given(st.lists(stops, max_size=8), rectangles, st.sampled_from(["plain", "comb", "ring", "isles"]), st.integers(1, 12))
def test_any_roads_give_a_partition(roads, kept, world, count):
    boundary = {"plain": WORLD, "comb": comb(5), "ring": ring(), "isles": archipelago()}[world]
    whole = [box(*sides) for sides in kept]
    cells = cut(boundary, count=count, lines=[road(*through) for through in roads], keep_whole=whole)
    assert_partition(boundary, cells)
    assert len(cells) <= count
    if not whole:
        assert len(cells) == count
    for ground in shapely.get_parts(whole[0].intersection(boundary)) if whole else ():
        assert max(area_m2(cell.intersection(ground)) for cell in cells) == pytest.approx(area_m2(ground), abs=0.01)


@pytest.mark.parametrize(
    ("line", "code"), [(Point(121, 31), "bad_request"), (WORLD, "bad_request"), (LineString([(121, 31), (math.inf, 31)]), "bad_coordinate")]
)
def test_what_is_no_line_is_refused(line, code):
    with pytest.raises(GeoError) as caught:
        cut(WORLD, count=2, lines=[line])
    assert caught.value.code == code


LINE, TWO = road((0, 0), (5, 9)), MultiLineString([road((0, 0), (5, 9)), road((9, 9), (8, 7), (1, 2))])


@pytest.mark.parametrize("shape", [LINE, TWO])
def test_lines_are_read_from_a_geometry_a_feature_and_a_collection(shape):
    feature = {"type": "Feature", "properties": {"highway": "primary"}, "geometry": mapping(shape)}
    for given_as in (mapping(shape), feature, {"type": "FeatureCollection", "features": [feature]}):
        assert read_lines(given_as) == list(shapely.get_parts(shape))


def test_lines_are_converted_from_the_named_system_and_lose_their_heights():
    (line,) = read_lines({"type": "LineString", "coordinates": [[121, 31, 4.0], [121.1, 31, 4.0]]}, "gcj02")
    assert line.coords[0] == pytest.approx((to_wgs84(Gcj02(121, 31)).lng, to_wgs84(Gcj02(121, 31)).lat), abs=1e-11)
    assert not line.has_z


@pytest.mark.parametrize(
    ("geojson", "code"),
    [
        (mapping(WORLD), "not_a_line"),
        ({"type": "Point", "coordinates": [121, 31]}, "not_a_line"),
        ({"type": "LineString", "coordinates": [[121, 31]]}, "not_a_line"),
        ({"type": "LineString"}, "not_a_line"),
        ({"type": "Feature", "geometry": None}, "not_a_line"),
        ({"type": "FeatureCollection"}, "not_a_line"),
        ({"type": "MultiLineString", "coordinates": [[121, 31], [121, 32]]}, "bad_coordinate"),
        ({"type": "LineString", "coordinates": [[121, 31], [121, "31"]]}, "bad_coordinate"),
        ({"type": "LineString", "coordinates": [[121, 31], [31, 121]]}, "bad_coordinate"),
        ({"type": "LineString", "coordinates": [[121, 31], [math.nan, 31]]}, "bad_coordinate"),
        ({"type": "LineString", "coordinates": [[121, 31], [10**400, 31]]}, "bad_coordinate"),
        ({"type": "LineString", "coordinates": [[121, 31], [True, 31]]}, "bad_coordinate"),
        ("LINESTRING(121 31, 121 32)", "not_a_line"),
    ],
)
def test_what_holds_no_lines_is_refused(geojson, code):
    with pytest.raises(GeoError) as caught:
        read_lines(geojson)
    assert caught.value.code == code


def test_an_unknown_system_is_refused():
    with pytest.raises(GeoError) as caught:
        read_lines(mapping(LINE), "beijing54")
    assert caught.value.code == "bad_crs"
