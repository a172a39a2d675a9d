import pytest
from shapely import MultiPolygon

from geo.coverage import report
from geo.shapes import area_m2
from tests.geo.worlds import box

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
