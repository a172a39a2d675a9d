import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon

from geo.cells import cut
from geo.coverage import addresses, report, splits
from geo.errors import GeoError
from geo.locate import SNAP_DEG
from geo.shapes import area_m2
from tests.geo.worlds import METRE, box, stars

WORLD = box(0, 0, 400, 100)


def test_a_full_cover_is_complete():
    found = report(WORLD, [box(0, 0, 200, 100), box(200, 0, 200, 100)])
    assert found.complete
    assert not (found.orphans or found.slivers or found.multipart)


def test_a_gap_is_measured_and_shown():
    found = report(WORLD, [box(0, 0, 200, 100), box(210, 0, 190, 100)])
    assert not found.complete
    assert [patch.area_m2 for patch in found.gaps] == [pytest.approx(area_m2(box(200, 0, 10, 100)), rel=1e-6)]
    assert found.gap_m2 == pytest.approx(found.gaps[0].area_m2)


def test_no_cells_at_all_leave_the_whole_boundary():
    assert report(WORLD, []).gap_m2 == pytest.approx(area_m2(WORLD))


def test_an_overlap_names_both_cells():
    found = report(WORLD, [box(0, 0, 200, 100), box(150, 0, 250, 100), box(0, 0, 20, 20)])
    assert [patch.cells for patch in found.overlaps] == [(0, 1), (0, 2)]
    assert found.overlap_m2 == pytest.approx(area_m2(box(150, 0, 50, 100)) + area_m2(box(0, 0, 20, 20)), rel=1e-6)


def test_ground_outside_and_orphans():
    found = report(WORLD, [box(0, 0, 450, 100), box(900, 0, 100, 100)])
    assert [patch.cells for patch in found.outside] == [(0,), (1,)]
    assert [patch.cells for patch in found.orphans] == [(1,)]
    assert found.outside_m2 == pytest.approx(area_m2(box(400, 0, 50, 100)) + area_m2(box(900, 0, 100, 100)), rel=1e-6)


def test_slivers_and_parts_are_named_but_do_not_spoil_the_cover():
    found = report(WORLD, [MultiPolygon([box(0, 0, 100, 100), box(300, 0, 100, 100)]), box(100, 0, 199, 100), box(299, 0, 1, 100)])
    assert found.complete
    assert [patch.cells for patch in found.multipart] == [(0,)]
    assert [patch.cells for patch in found.slivers] == [(2,)]


def at(*places):
    return np.array([(121 + x * METRE, 31 + y * METRE) for x, y in places])


def test_addresses_in_none_and_in_two_are_named():
    cells = [box(0, 0, 200, 100), box(150, 0, 250, 100)]
    found = addresses(cells, at((10, 10), (170, 50), (500, 50), (300, 50), (-1, 50)))
    assert (found.in_none, found.in_two) == ([2, 4], [(1, (0, 1))])


def test_an_address_on_the_border_of_two_cells_is_in_one():
    cells = [box(0, 0, 200, 100), box(200, 0, 200, 100)]
    found = addresses(cells, at((200, 50), (200, 0), (0, 0)) + [[SNAP_DEG / 2, 0]])
    assert (found.in_none, found.in_two) == ([], [])
    assert addresses(cells, np.empty((0, 2))).in_none == addresses([], at((1, 1))).in_two == []
    assert addresses([], at((1, 1))).in_none == [0]


@settings(max_examples=30, deadline=None)
@given(stars(), st.integers(1, 15))
def test_after_a_cut_no_address_of_the_boundary_is_in_none_or_two(star, count):
    cells = cut(star, count=count)
    found = addresses(cells, shapely.get_coordinates([*shapely.boundary(cells), *shapely.point_on_surface(cells)]))
    assert (found.in_none, found.in_two) == ([], [])


def test_an_address_that_is_nowhere_on_earth_is_refused():
    with pytest.raises(GeoError) as caught:
        addresses([WORLD], np.array([[math.nan, 31]]))
    assert caught.value.code == "bad_coordinate"


def test_compounds_in_two_cells_are_named_with_them():
    cells = [box(0, 0, 200, 100), box(200, 0, 100, 100), box(300, 0, 100, 100)]
    inside, across, touching = box(10, 10, 100, 50), box(150, 10, 200, 50), box(100, 10, 100.05, 10)
    found = splits(cells, [inside, across, touching, box(900, 900, 10, 10)])
    assert [(patch.cells, patch.shape) for patch in found] == [((0, 1, 2), across)]
    assert found[0].area_m2 == pytest.approx(area_m2(across))
    assert splits(cells, []) == splits([], [inside]) == []
