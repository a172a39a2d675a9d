import math
import random

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon, Point, Polygon

from geo.cells import cut
from geo.coords import Wgs84
from geo.errors import GeoError
from geo.locate import SNAP_DEG, CellIndex
from geo.plane import Plane
from geo.shapes import distance_m
from tests.geo.worlds import archipelago, box, comb, ring, stars


def index_of(shapes, order=None):
    """Ids are the order keys; `order` shuffles how the cells come in."""
    keys = [f"{i:06d}" for i in range(len(shapes))]
    positions = list(order or range(len(shapes)))
    return CellIndex([keys[i] for i in positions], [shapes[i] for i in positions], [keys[i] for i in positions])


def on_edges(cells, shares):
    """Points on every edge of every cell, computed as a person would: start + share of the way."""
    for ring_ in shapely.get_rings(list(cells)):
        xy = shapely.get_coordinates(ring_)
        for share in shares:
            yield from xy[:-1] + (xy[1:] - xy[:-1]) * share


@pytest.mark.parametrize("world", [box(0, 0, 2000, 1300), comb(5), ring(), archipelago()], ids=["box", "comb", "ring", "isles"])
def test_every_edge_and_corner_has_one_owner_whatever_the_order(world):
    cells = cut(world, count=9)
    shuffled = random.Random(5).sample(range(9), 9)
    first, second = index_of(cells), index_of(cells, shuffled)
    for lng, lat in on_edges(cells, (0, 1 / 3, 0.5, 0.77)):
        owner = first.locate(lng, lat)
        touching = [f"{i:06d}" for i, cell in enumerate(cells) if cell.distance(Point(lng, lat)) <= SNAP_DEG]
        assert owner == min(touching) == second.locate(lng, lat)


@settings(max_examples=40, deadline=None)
@given(stars(), st.integers(2, 12), st.randoms(use_true_random=False))
def test_no_point_of_the_boundary_falls_in_a_crack(star, count, rnd):
    index = index_of(cut(star, count=count))
    west, south, east, north = star.bounds
    xy = np.array([(rnd.uniform(west, east), rnd.uniform(south, north)) for _ in range(100)])
    inside = shapely.dwithin(star, shapely.points(xy), SNAP_DEG)
    owners = index.locate_many(xy)
    assert [owner is not None for owner in owners] == inside.tolist()
    assert owners == [index.locate(lng, lat) for lng, lat in xy]


@settings(max_examples=40, deadline=None)
@given(stars(), st.integers(2, 12), st.floats(0, 1), st.randoms(use_true_random=False))
def test_vertices_and_edges_of_any_cut_have_one_owner_one_by_one_and_in_a_batch(star, count, share, rnd):
    cells = cut(star, count=count)
    shuffled = rnd.sample(range(len(cells)), len(cells))
    first, second = index_of(cells), index_of(cells, shuffled)
    xy = np.array(list(on_edges(cells, (0, share))))
    owners = first.locate_many(xy)
    touching = shapely.dwithin(np.array(cells, dtype=object)[:, None], shapely.points(xy), SNAP_DEG)
    assert owners == [f"{i:06d}" for i in touching.argmax(axis=0)], "the lowest key of those that touch"
    assert owners == second.locate_many(xy) == [second.locate(lng, lat) for lng, lat in xy]
    assert {second.nearest(lng, lat) for lng, lat in xy} == {(owner, 0.0) for owner in owners}


@settings(max_examples=30, deadline=None)
@given(stars(), st.integers(1, 9), st.randoms(use_true_random=False))
def test_outside_the_nearest_cell_is_the_same_whatever_the_order_and_as_far_as_it_is(star, count, rnd):
    cells = cut(star, count=count)
    first, second = index_of(cells), index_of(cells, rnd.sample(range(count), count))
    for _ in range(20):
        lng, lat = 121 + rnd.uniform(-0.05, 0.05), 31 + rnd.uniform(-0.05, 0.05)
        owner, metres = first.nearest(lng, lat)
        assert (owner, metres) == second.nearest(lng, lat)
        plane = Plane(lng, lat)
        away = plane.shape_to_metres(shapely.union_all(cells)).distance(Point(0, 0))
        assert metres == pytest.approx(away, rel=1e-3, abs=1e-3)
        assert (first.locate(lng, lat) is None) == (metres > 0)


def test_neighbouring_communities_leave_no_crack_between_their_cells():
    border = [(121.0101, 31.0003), (121.0117, 31.0071), (121.0094, 31.0133)]
    west = Polygon([(121, 31), *border, (121, 31.0133)])
    east = Polygon([*border[::-1], (121.02, 31), (121.02, 31.0133)]).convex_hull.difference(west)
    cells = [*cut(west, count=11), *cut(east, count=7)]
    index = index_of(cells)
    assert all(index.locate(lng, lat) for lng, lat in on_edges(cells, np.linspace(0, 1, 41)))


def test_the_snap_reaches_a_tenth_of_a_millimetre_and_no_further():
    index = index_of([shapely.box(121, 31, 121.01, 31.01)])
    assert index.locate(121 - SNAP_DEG / 2, 31.005) == "000000"
    assert index.locate(121 - SNAP_DEG * 3, 31.005) is None


def test_holes_and_second_parts_are_respected():
    index = index_of([ring(), archipelago()])
    assert index.locate(121.007, 31.007) == "000001", "the hole belongs to the other cell"
    assert index_of([ring()]).locate(121.007, 31.007) is None
    assert index_of([archipelago()]).locate(121.02002, 31.0002) == "000000"


@pytest.mark.parametrize("place", [(0, 0), (math.nan, 31), (121, math.inf), (-180, 90), (121.1, 31.2)])
def test_a_point_nowhere_is_nowhere(place):
    index = index_of([box(0, 0, 1000, 1000)])
    assert index.locate(*place) is None
    assert index.locate_many(np.array([place])) == [None]


def test_an_empty_index_answers_none():
    index = CellIndex([], [], [])
    assert (len(index), index.locate(121, 31), index.nearest(121, 31)) == (0, None, None)
    assert index.locate_many(np.array([[121.0, 31.0]])) == [None]
    assert index_of([box(0, 0, 9, 9)]).locate_many(np.empty((0, 2))) == []


def test_nearest_is_judged_in_metres_not_degrees():
    # Seen from 121.005, 31.005 at 31 degrees north: 0.0100 degrees east is nearer than 0.0090 degrees north.
    east, north = shapely.box(121.015, 31, 121.02, 31.01), shapely.box(121, 31.014, 121.01, 31.02)
    found, metres = index_of([north, east]).nearest(121.005, 31.005)
    assert found == "000001"
    assert metres == pytest.approx(distance_m(Wgs84(121.005, 31.005), Wgs84(121.015, 31.005)), rel=1e-6)


def test_nearest_of_a_point_inside_is_its_own_cell():
    assert index_of([box(0, 0, 100, 100), box(100, 0, 100, 100)]).nearest(121.0015, 31.0005) == ("000001", 0.0)


def test_a_tie_for_the_nearest_goes_to_the_lowest_key():
    west, east = shapely.box(120, 31, 120.5, 31.5), shapely.box(121.5, 31, 122, 31.5)
    for order in ([0, 1], [1, 0]):
        assert index_of([west, east], order).nearest(121, 31.25)[0] == "000000"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((["a", "b"], [box(0, 0, 9, 9)] * 2, ["1", "1"]), "bad_request"),
        ((["a"], [box(0, 0, 9, 9)] * 2, ["1", "2"]), "bad_request"),
        ((["a"], [Point(121, 31)], ["1"]), "not_a_polygon"),
        ((["a"], [None], ["1"]), "not_a_polygon"),
        ((["a"], [Polygon()], ["1"]), "empty_shape"),
        ((["a"], [MultiPolygon()], ["1"]), "empty_shape"),
    ],
)
def test_an_index_that_could_not_answer_is_refused(arguments, code):
    with pytest.raises(GeoError) as caught:
        CellIndex(*arguments)
    assert caught.value.code == code
