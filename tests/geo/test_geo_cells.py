import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon, Point, Polygon
from shapely.affinity import rotate

from geo.cells import cut
from geo.coverage import report
from geo.errors import GeoError
from geo.locate import CellIndex
from geo.order import in_reading_order, reading_order
from geo.shapes import area_m2, compactness
from tests.geo.worlds import METRE, archipelago, box, comb, ring, stars

WORLDS = {"box": box(0, 0, 2000, 1300), "comb": comb(6), "ring": ring(), "isles": archipelago()}


def coverable(cells):
    return np.array([part for cell in cells for part in shapely.get_parts(cell)], dtype=object)


def assert_partition(boundary, cells):
    found = report(boundary, cells)
    assert (found.gaps, found.overlaps, found.outside) == ([], [], [])
    assert found.gap_m2 + found.overlap_m2 + found.outside_m2 < 0.01
    assert all(cell.is_valid for cell in cells)
    assert shapely.coverage_is_valid(coverable(cells)), "neighbours must run along the same vertices"


@pytest.mark.parametrize("count", [1, 2, 3, 7, 20])
@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)
def test_cells_are_an_exact_partition_and_as_many_as_asked(world, count):
    cells = cut(world, count=count)
    assert len(cells) == count
    assert_partition(world, cells)


@settings(max_examples=60, deadline=None)
@given(stars(), st.integers(1, 25))
def test_any_star_is_partitioned_in_connected_cells(star, count):
    cells = cut(star, count=count)
    assert len(cells) == count
    assert all(isinstance(cell, Polygon) for cell in cells)
    assert_partition(star, cells)


def test_a_target_size_decides_how_many():
    square = box(0, 0, 2000, 2000)
    cells = cut(square, target_area_m2=100_000)
    assert len(cells) == round(area_m2(square) / 100_000)
    assert len(cut(square, target_area_m2=1e12)) == 1


def test_cells_of_a_plain_block_are_equal_and_compact():
    cells = cut(box(0, 0, 2100, 1300), count=24)
    areas = [area_m2(cell) for cell in cells]
    assert max(areas) / min(areas) < 1.01
    # A square has 0.785, a rectangle of 1 to 3 has 0.589.
    assert min(map(compactness, cells)) > 0.6


def test_cells_of_a_comb_stay_near_their_share():
    world = comb(6)
    cells = cut(world, count=20)
    assert max(map(area_m2, cells)) < 1.6 * area_m2(world) / 20
    assert all(isinstance(cell, Polygon) for cell in cells)


def test_the_outlines_own_vertices_stay_where_they_were():
    for world in WORLDS.values():
        outline = set(map(tuple, shapely.get_coordinates(world)))
        assert outline <= {tuple(xy) for cell in cut(world, count=13) for xy in shapely.get_coordinates(cell)}


def test_the_result_does_not_depend_on_where_the_ring_starts():
    corners = list(comb(4).exterior.coords)[:-1]
    turned = Polygon(corners[5:] + corners[:5])
    backwards = Polygon(corners[::-1])
    first = cut(Polygon(corners), count=11)
    for other in (turned, backwards):
        assert shapely.to_wkb(cut(other, count=11)).tolist() == shapely.to_wkb(first).tolist()


def test_an_islet_joins_the_nearest_cell_and_big_parts_get_their_own():
    world = archipelago()
    cells = cut(world, count=8)
    many = [cell for cell in cells if isinstance(cell, MultiPolygon)]
    assert len(many) == 1
    assert many[0].intersects(Point(121.0202, 31.0003)), "the islet"
    assert many[0].intersects(shapely.box(121.012, 31, 121.018, 31.01)), "with a cell of the nearer part"
    assert sum(cell.intersects(shapely.box(121, 31, 121.0101, 31.01)) for cell in cells) == 5


def test_fewer_cells_than_parts_still_cover_everything():
    cells = cut(archipelago(), count=1)
    assert len(cells) == 1
    assert_partition(archipelago(), cells)


def test_points_balance_cells_by_weight():
    rng = np.random.default_rng(7)
    town = np.column_stack([rng.uniform(121.0, 121.004, 900), rng.uniform(31, 31.013, 900)])
    land = np.column_stack([rng.uniform(121.004, 121.02, 100), rng.uniform(31, 31.013, 100)])
    world, points = box(0, 0, 2000, 1300), np.vstack([town, land])
    cells = cut(world, count=10, points=points)
    held = [int(shapely.intersects_xy(cell, points[:, 0], points[:, 1]).sum()) for cell in cells]
    assert_partition(world, cells)
    # By area alone the town's fifth would be two cells of some 450 each.
    assert max(held) < 150
    assert sum(cell.intersects(shapely.box(121, 31, 121.0039, 31.013)) for cell in cells) >= 7


def test_weights_count_not_points():
    world, points = box(0, 0, 2000, 500), np.array([[121.002, 31.0025], [121.005, 31.0025], [121.018, 31.0025]])
    west, east = cut(world, count=2, points=points, weights=np.array([10.0, 1.0, 1.0]))
    assert area_m2(west) < area_m2(east) / 2
    assert_partition(world, cut(world, count=5, points=points, weights=np.zeros(3)))


def test_a_border_runs_between_the_points_and_halves_the_ground_where_it_may():
    world, points = box(0, 0, 1000, 500), np.array([[121.002, 31.002], [121.0075, 31.002]])
    west, east = cut(world, count=2, points=points)
    assert area_m2(west) == pytest.approx(area_m2(east), rel=1e-6)
    west, east = cut(world, count=2, points=np.array([[121.008, 31.002], [121.009, 31.002]]))
    assert west.distance(Point(121.008, 31.002)) == pytest.approx(0, abs=1e-12)
    assert 10 * METRE < east.distance(Point(121.008, 31.002)) < 20 * METRE, "as far off as a few steps, where there is room"


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 12))
def test_homes_in_small_houses_are_shared_out_evenly(seed, count):
    rng = np.random.default_rng(seed)
    world, points = box(0, 0, 2000, 1300), np.column_stack([rng.uniform(121, 121.02, 60 * count), rng.uniform(31, 31.013, 60 * count)])
    homes = rng.integers(1, 8, len(points)).astype(float)
    index = CellIndex(range(count), cells := cut(world, count=count, points=points, weights=homes), [f"{i:02}" for i in range(count)])
    held = np.bincount(index.locate_many(points), weights=homes, minlength=len(cells))
    assert np.abs(held / (homes.sum() / count) - 1).max() <= 0.2


def test_everything_in_one_place_still_gives_a_partition():
    world = box(0, 0, 900, 900)
    cells = cut(world, count=6, points=np.full((50, 2), (121.0045, 31.0045)))
    assert len(cells) == 6
    assert_partition(world, cells)


KEPT = [box(850, 100, 300, 400), box(300, 700, 500, 260), box(1150, 500, 400, 300), box(1900, 1200, 300, 300)]


@pytest.mark.parametrize("count", [2, 4, 9])
def test_kept_shapes_are_never_cut(count):
    world = WORLDS["box"]
    cells = cut(world, count=count, keep_whole=KEPT)
    assert_partition(world, cells)
    assert len(cells) == count
    for shape in KEPT:
        ground = shape.intersection(world)
        held = [area_m2(cell.intersection(ground)) for cell in cells]
        assert max(held) == pytest.approx(area_m2(ground), abs=0.01)


corners = st.tuples(
    st.integers(0, 1500), st.integers(0, 1000), st.integers(30, 500), st.integers(30, 300), st.sampled_from([0, 0, 7.3, 30, 45, 81])
)


@settings(max_examples=60, deadline=None)
@given(st.lists(corners, max_size=8), st.integers(1, 12))
def test_kept_shapes_may_touch_overlap_and_stick_out(rectangles, count):
    world = WORLDS["box"]
    kept = [rotate(box(*sides), angle) for *sides, angle in rectangles]
    cells = cut(world, count=count, keep_whole=kept)
    assert len(cells) <= count
    assert_partition(world, cells)
    if kept:
        held = [area_m2(cell.intersection(kept[0])) for cell in cells]
        assert max(held) == pytest.approx(area_m2(kept[0].intersection(world)), abs=0.01)


households = st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 1300), st.integers(0, 300)), max_size=30)


@settings(max_examples=40, deadline=None)
@given(households, st.integers(1, 15))
def test_any_spread_of_households_gives_a_partition(spread, count):
    world = WORLDS["box"]
    points = np.array([(121 + x * METRE, 31 + y * METRE) for x, y, _ in spread]).reshape(-1, 2)
    cells = cut(world, count=count, points=points, weights=np.array([weight for *_, weight in spread]))
    assert len(cells) == count
    assert_partition(world, cells)


def test_what_a_compound_leaves_over_is_no_cell():
    world = box(0, 0, 500, 500)
    cells = cut(world, count=3, keep_whole=[box(0, 0, 500, 499.9995)])
    assert len(cells) == 1, "the rest is half a millimetre wide"
    assert_partition(world, cells)


def test_a_boundary_that_is_all_kept_is_one_cell():
    assert len(cut(box(0, 0, 500, 500), count=4, keep_whole=[box(-10, -10, 600, 600)])) == 1


def test_reading_order_is_west_to_east_in_rows_from_the_north():
    grid = [box(100 * x, 100 * y, 100, 100) for y in (2, 1, 0) for x in (0, 1, 2, 3)]
    shuffled = [grid[i] for i in (7, 2, 11, 0, 5, 9, 1, 4, 10, 3, 8, 6)]
    assert in_reading_order(shuffled) == grid
    assert reading_order([]) == []


@pytest.mark.parametrize(
    ("boundary", "arguments", "code"),
    [
        (box(0, 0, 9, 9), {}, "bad_request"),
        (box(0, 0, 9, 9), {"count": 2, "target_area_m2": 5.0}, "bad_request"),
        (box(0, 0, 9, 9), {"count": 0}, "bad_request"),
        (box(0, 0, 9, 9), {"count": 2.5}, "bad_request"),
        (box(0, 0, 9, 9), {"target_area_m2": math.nan}, "bad_request"),
        (box(0, 0, 9, 9), {"target_area_m2": -1.0}, "bad_request"),
        (box(0, 0, 9, 9), {"count": 2, "points": [[121, 31]], "weights": [1, 2]}, "bad_request"),
        (box(0, 0, 9, 9), {"count": 2, "points": [[121, 31]], "weights": [-1]}, "bad_request"),
        (box(0, 0, 9, 9), {"count": 2, "points": [[math.nan, 31]]}, "bad_coordinate"),
        (box(0, 0, 9, 9), {"count": 2, "keep_whole": [Point(121, 31)]}, "not_a_polygon"),
        (Polygon([(121, 31), (121.1, 31.1), (121.1, 31), (121, 31.1)]), {"count": 2}, "self_crossing"),
        (Polygon(), {"count": 2}, "empty_shape"),
    ],
)
def test_what_cannot_be_cut_is_refused(boundary, arguments, code):
    with pytest.raises(GeoError) as caught:
        cut(boundary, **arguments)
    assert caught.value.code == code
