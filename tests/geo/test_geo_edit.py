"""Editing by hand: whatever is done, the cells go on covering their community, each place once."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiPolygon, Point, Polygon, box

from geo import coverage
from geo.cells import cut
from geo.edit import carve, merge, settle, snapped, split_by_line, wrong_ground
from geo.errors import GeoError
from geo.locate import CellIndex
from geo.shapes import area_m2
from geo.vertices import add_vertex, move_vertex, remove_vertex

STEP = 0.001
OUTLINE = box(121.40, 31.20, 121.40 + 3 * STEP, 31.20 + 2 * STEP)
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
PARTS = st.floats(-0.1, 1.1)


def fresh() -> dict[str, shapely.Geometry]:
    return settle({str(i): cell for i, cell in enumerate(cut(OUTLINE, count=6))}, OUTLINE)


CELLS = fresh()


def spot(x: float, y: float) -> tuple[float, float]:
    west, south, east, north = OUTLINE.bounds
    return west + x * (east - west), south + y * (north - south)


def assert_covered(cells, outline=OUTLINE):
    found = coverage.report(outline, list(cells.values()))
    assert found.complete, found
    assert all(cell.is_valid for cell in cells.values())


def code_of(act):
    with pytest.raises(GeoError) as raised:
        act()
    return raised.value.code


def junction(cells):
    """An inner vertex that cells share."""
    inner = [tuple(xy) for xy in np.unique(shapely.get_coordinates(list(cells.values())), axis=0) if OUTLINE.boundary.distance(Point(xy)) > 1e-9]
    return max(inner, key=lambda xy: sum(Point(xy).distance(cell.boundary) == 0 for cell in cells.values()))


operations = st.one_of(
    st.tuples(st.just("draw"), PARTS, PARTS, st.floats(0.05, 0.5), st.floats(0.05, 0.5)),
    st.tuples(st.just("split"), PARTS, PARTS, PARTS, PARTS),
    st.tuples(st.just("move"), st.integers(0, 500), PARTS, PARTS, st.just(0)),
    st.tuples(st.just("add"), PARTS, PARTS, st.just(0), st.just(0)),
    st.tuples(st.just("remove"), st.integers(0, 500), st.just(0), st.just(0), st.just(0)),
    st.tuples(st.just("merge"), st.integers(0, 50), st.integers(0, 50), st.just(0), st.just(0)),
)


def done(cells, operation, number):
    kind, a, b, c, d = operation
    corners = np.unique(shapely.get_coordinates(list(cells.values())), axis=0)
    keys = sorted(cells)
    if kind == "draw":
        (west, south), (east, north) = spot(a, b), spot(a + c, b + d)
        return carve(cells, f"new{number}", snapped(box(west, south, east, north), cells, OUTLINE))
    if kind == "split":
        key = keys[number % len(keys)]
        first, *rest = split_by_line(cells[key], LineString([spot(a, b), spot(c, d)]))
        return cells | {key: first} | {f"part{number}.{i}": part for i, part in enumerate(rest)}
    if kind == "merge":
        one, other = keys[a % len(keys)], keys[b % len(keys)]
        return {key: cell for key, cell in cells.items() if key not in (one, other)} | {one: merge([cells[one], cells[other]])}
    if kind == "add":
        return add_vertex(cells, spot(a, b))
    at = tuple(corners[a % len(corners)])
    return move_vertex(cells, OUTLINE, at, spot(b, c)) if kind == "move" else remove_vertex(cells, OUTLINE, at)


@QUICK
@given(st.lists(operations, min_size=1, max_size=8))
def test_no_sequence_of_edits_opens_a_crack(wanted):
    cells = CELLS
    for number, operation in enumerate(wanted):
        try:
            cells = settle(done(cells, operation, number), OUTLINE)
        except GeoError:
            continue
        assert_covered(cells)


@QUICK
@given(st.lists(operations, min_size=1, max_size=6), st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=20))
def test_every_point_of_the_community_is_in_exactly_one_cell(wanted, places):
    cells = CELLS
    for number, operation in enumerate(wanted):
        try:
            cells = settle(done(cells, operation, number), OUTLINE)
        except GeoError:
            continue
    index = CellIndex(list(cells), list(cells.values()), list(cells))
    points = np.array([spot(x, y) for x, y in places])
    assert None not in index.locate_many(points)


class TestVertices:
    def test_all_neighbours_follow(self):
        at = junction(CELLS)
        to = (at[0] + STEP / 10, at[1] + STEP / 20)
        moved = settle(move_vertex(CELLS, OUTLINE, at, to), OUTLINE)
        sharing = [key for key, cell in CELLS.items() if at in [tuple(xy) for xy in shapely.get_coordinates(cell)]]
        assert len(sharing) >= 3
        assert all(to in [tuple(xy) for xy in shapely.get_coordinates(moved[key])] for key in sharing)
        assert_covered(moved)

    def test_a_corner_of_the_community_stays(self):
        corner = tuple(OUTLINE.exterior.coords[0])
        assert code_of(lambda: move_vertex(CELLS, OUTLINE, corner, spot(0.5, 0.5))) == "vertex_on_border"

    def test_one_on_the_border_slides_along_it(self):
        cells = settle({"a": box(0, 0, STEP, STEP), "b": box(STEP, 0, 2 * STEP, STEP)}, box(0, 0, 2 * STEP, STEP))
        outline = box(0, 0, 2 * STEP, STEP)
        moved = move_vertex(cells, outline, (STEP, 0.0), (1.2 * STEP, 0.00001))
        assert_covered(settle(moved, outline), outline)
        assert code_of(lambda: move_vertex(cells, outline, (STEP, 0.0), (1.2 * STEP, 0.5 * STEP))) == "vertex_on_border"

    def test_it_may_not_be_pulled_across_a_neighbour(self):
        assert code_of(lambda: move_vertex(CELLS, OUTLINE, junction(CELLS), spot(1.5, 0.5))) in ("self_crossing", "crosses_neighbour")

    def test_where_three_cells_meet_none_goes(self):
        assert code_of(lambda: remove_vertex(CELLS, OUTLINE, junction(CELLS))) == "vertex_is_junction"

    def test_what_was_added_goes_again(self):
        at = junction(CELLS)
        more = settle(add_vertex(CELLS, (at[0] + STEP / 100, at[1])), OUTLINE)
        new = set(map(tuple, shapely.get_coordinates(list(more.values())))) - set(map(tuple, shapely.get_coordinates(list(CELLS.values()))))
        (vertex,) = new
        assert sum(vertex in set(map(tuple, shapely.get_coordinates(cell))) for cell in more.values()) == 2
        fewer = settle(remove_vertex(more, OUTLINE, vertex), OUTLINE)
        assert all(fewer[key].equals(CELLS[key]) for key in CELLS)

    def test_no_vertex_and_no_edge_are_said(self):
        assert code_of(lambda: move_vertex(CELLS, OUTLINE, (0.0, 0.0), (1.0, 1.0))) == "no_vertex"
        assert code_of(lambda: add_vertex(CELLS, (0.0, 0.0))) == "no_edge"


class TestGround:
    def test_a_line_that_ends_inside_goes_on_to_the_border(self):
        square = box(0, 0, STEP, STEP)
        parts = split_by_line(square, LineString([(0.3 * STEP, 0.5 * STEP), (0.7 * STEP, 0.5 * STEP)]))
        assert [part.area for part in parts] == pytest.approx([square.area / 2] * 2)

    def test_a_part_that_the_line_does_not_meet_stays_with_the_largest(self):
        cell = MultiPolygon([box(0, 0, STEP, STEP), box(5 * STEP, 0, 6 * STEP, STEP)])
        largest, other = split_by_line(cell, LineString([(0.7 * STEP, -STEP), (0.7 * STEP, 2 * STEP)]))
        assert (shapely.get_num_geometries(largest), other.area) == (2, pytest.approx(0.3 * STEP * STEP))

    def test_cells_that_touch_in_a_corner_do_not_merge(self):
        assert code_of(lambda: merge([box(0, 0, STEP, STEP), box(STEP, STEP, 2 * STEP, 2 * STEP)])) == "not_neighbours"

    def test_a_cell_that_keeps_nothing_is_gone(self):
        left = carve({"a": box(0, 0, STEP, STEP), "b": box(STEP, 0, 2 * STEP, STEP)}, "c", box(0, 0, 1.5 * STEP, STEP))
        assert set(left) == {"b", "c"}

    def test_a_gap_an_overlap_and_ground_outside_are_found_where_they_are(self):
        outline = box(0, 0, 3 * STEP, STEP)
        cells = {"a": box(0, 0, 1.2 * STEP, STEP), "b": box(STEP, 0, 2 * STEP, 1.5 * STEP)}
        gap, inside = wrong_ground(cells, outline, (2.5 * STEP, 0.5 * STEP))
        assert (gap.bounds, inside) == (box(2 * STEP, 0, 3 * STEP, STEP).bounds, True)
        overlap, inside = wrong_ground(cells, outline, (1.1 * STEP, 0.5 * STEP))
        assert (area_m2(overlap), inside) == (pytest.approx(area_m2(box(STEP, 0, 1.2 * STEP, STEP))), True)
        assert wrong_ground(cells, outline, (1.5 * STEP, 1.2 * STEP))[1] is False
        assert code_of(lambda: wrong_ground(cells, outline, (0.5 * STEP, 0.5 * STEP))) == "nothing_there"

    def test_a_drawing_is_caught_by_what_lies_there(self):
        """Maps show seven digits; half a metre beside a vertex means the vertex."""
        off = 2e-6
        drawn = snapped(Polygon([(off, off), (STEP + off, -off), (STEP, STEP - off), (off, STEP)]), {"a": box(0, 0, STEP, STEP)}, box(0, 0, 2 * STEP, STEP))
        assert drawn.equals(box(0, 0, STEP, STEP))
