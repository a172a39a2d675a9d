"""Codes, lineages, households and problems of a draft."""

from __future__ import annotations

import pytest
from shapely import box
from sqlalchemy import select

from geo.coords import Wgs84
from gridops.domain.actor import SYSTEM
from gridops.errors import Conflict, Invalid
from gridops.models import Cell, Place
from gridops.services import cell_ground, grids
from gridops.services.grid_drafts import activation, coverage, drafting, editing, features, replacing
from gridops.services.shapes import shape_of, stored_area, stored_point
from tests import small_street
from tests.small_street import COMMUNITY, EAST, STREET, WEST

THIRD, FOURTH = COMMUNITY + "003", COMMUNITY + "004"


@pytest.fixture
def draft(session, config, now):
    small_street.build(session, config, now)
    return drafting.begin(session, STREET, actor=SYSTEM, now=now)


@pytest.fixture
def edit(session, draft, now):
    def edit(operation, **body):
        return editing.edit(session, draft.id, {"expected_revision": draft.revision, "operation": operation} | body, actor=SYSTEM, now=now)

    return edit


@pytest.fixture
def cells(session, draft):
    return lambda: {cell.code: cell for cell in session.scalars(select(Cell).where(Cell.grid_id == draft.id))}


@pytest.fixture
def place(session, draft):
    def place(code, kind="building", *, at=None, ground=None, households=0):
        made = Place(
            code=code, kind=kind, name=code, community_code=COMMUNITY, households=households, point=stored_point(Wgs84(*at)) if at else None,
            boundary=stored_area(ground) if ground else None)
        session.add(made)
        session.flush()
        return made

    return place


@pytest.fixture
def problems(session, draft):
    return lambda: {problem["kind"]: problem for problem in coverage.coverage(session, draft)["problems"]}


class TestLineage:
    def test_after_a_split_the_part_where_most_live_is_the_cell_and_the_other_comes_from_it(self, edit, cells, place):
        place("B1", at=(121.401, 31.205), households=100)
        place("B2", at=(121.408, 31.205), households=20)
        before = cells()[WEST].lineage
        edit("split", cell=WEST, line=[[121.403, 31.19], [121.403, 31.22]])
        after = cells()
        assert shape_of(after[WEST].boundary).bounds[0] == 121.40, "the smaller part, but a hundred households"
        assert (after[WEST].lineage, after[WEST].descends_from) == (before, [])
        assert after[THIRD].lineage != before and after[THIRD].descends_from == [str(before)]

    def test_a_merged_cell_names_those_that_ended_in_it(self, edit, cells):
        ended = cells()[WEST].lineage
        edit("merge", cells=[WEST, EAST], keep=EAST)
        assert cells()[EAST].descends_from == [str(ended)]

    def test_a_code_never_comes_back(self, session, draft, now):
        split = {"operation": "split", "cell": WEST, "line": [[121.405, 31.19], [121.405, 31.22]]}
        grid = draft
        for body in (split, {"operation": "merge", "cells": [WEST, THIRD], "keep": WEST}):
            editing.edit(session, grid.id, body | {"expected_revision": 0}, actor=SYSTEM, now=now)
            activation.activate(session, grid.id, expected_revision=1, actor=SYSTEM, now=now)
            grid = drafting.begin(session, STREET, actor=SYSTEM, now=now)
        editing.edit(session, grid.id, split | {"expected_revision": 0}, actor=SYSTEM, now=now)
        assert set(session.scalars(select(Cell.code).where(Cell.grid_id == grid.id))) == {WEST, EAST, FOURTH}
        drafting.discard(session, grid.id, actor=SYSTEM)
        assert grids.free_codes(session, COMMUNITY)[0] == COMMUNITY + "005", "a draft given up has used its codes"

    def test_a_recut_that_leaves_most_of_a_cell_leaves_the_cell(self, edit, cells):
        before = {code: cell.lineage for code, cell in cells().items()}
        edit("move_vertex", at=[121.41, 31.20], to=[121.4101, 31.20])
        edit("recut", community=COMMUNITY, count=2)
        assert {code: cell.lineage for code, cell in cells().items()} == before


class TestHouseholds:
    def test_they_follow_the_buildings(self, edit, cells, place):
        place("B1", at=(121.401, 31.205), households=30)
        place("B2", at=(121.408, 31.205), households=10)
        edit("rename", cell=WEST, households=100)
        edit("split", cell=WEST, line=[[121.405, 31.19], [121.405, 31.22]])
        assert {code: cell.households for code, cell in cells().items()} == {WEST: 75, THIRD: 25, EAST: None}

    def test_else_the_ground_and_a_merge_adds_them_up(self, edit, cells):
        edit("rename", cell=WEST, households=101)
        edit("split", cell=WEST, line=[[121.405, 31.19], [121.405, 31.22]])
        assert cells()[WEST].households + cells()[THIRD].households == 101
        edit("merge", cells=[WEST, THIRD], keep=THIRD)
        assert cells()[THIRD].households == 101


class TestPlaces:
    def test_a_compound_in_two_cells_forbids_activation_until_it_is_assigned(self, session, edit, draft, place, problems):
        place("C1", "compound", ground=box(121.408, 31.203, 121.413, 31.207))
        found = problems()["compound_split"]
        assert (found["cells"], found["place"], found["severity"]) == ([WEST, EAST], "C1", "blocking")
        edit("assign", place="C1", cell=WEST)
        assert problems() == {}
        assert coverage.standing(session, draft) == []

    def test_a_reason_lets_it_stand_and_goes_on_to_the_next_draft(self, session, draft, place, now):
        place("C1", "compound", ground=box(121.408, 31.203, 121.413, 31.207))
        coverage.state_reason(session, draft.id, "compound_split", "C1", "南北两片", actor=SYSTEM, now=now)
        activation.activate(session, draft.id, expected_revision=0, actor=SYSTEM, now=now)
        assert coverage.standing(session, drafting.begin(session, STREET, actor=SYSTEM, now=now)) == []

    def test_a_building_of_which_only_the_point_is_known_is_assigned_with_a_circle_of_ground(self, edit, cells, place, problems):
        place("B1", at=(121.41005, 31.205))
        edit("assign", place="B1", cell=WEST)
        assert shape_of(cells()[WEST].boundary).contains(shape_of(stored_point(Wgs84(121.41005, 31.205))))
        assert problems() == {}

    @pytest.mark.parametrize(("code", "kind", "given"), [
        ("not_neighbours", "building", {"at": (121.418, 31.205)}), ("place_without_ground", "building", {}),
        ("place_elsewhere", "compound", {"ground": box(121.5, 31.2, 121.51, 31.21)}),
    ])
    def test_what_cannot_be_assigned_is_said(self, edit, place, code, kind, given):
        place("P1", kind, **given)
        with pytest.raises(Invalid) as raised:
            edit("assign", place="P1", cell=WEST)
        assert raised.value.code == code

    def test_an_address_in_no_cell_is_named(self, session, edit, place, problems, draft, now):
        place("B1", at=(121.415, 31.205))
        west = {"type": "Feature", "properties": {"code": WEST, "name": "西"}, "geometry": box(121.40, 31.20, 121.41, 31.21).__geo_interface__}
        replacing.replace(session, draft.id, [west], "wgs84", expected_revision=0, actor=SYSTEM, now=now)
        assert (problems()["address_in_none"]["place"], problems()["gap"]["area_m2"]) == ("B1", pytest.approx(1_057_000, rel=0.01))


    def give_cells(self, session, draft, now, west, east):
        features = [
            {"type": "Feature", "properties": {"code": code, "name": code}, "geometry": shape.__geo_interface__}
            for code, shape in ((WEST, west), (EAST, east))]
        replacing.replace(session, draft.id, features, "wgs84", expected_revision=0, actor=SYSTEM, now=now)

    def test_an_address_in_two_cells_is_named_but_not_one_on_their_border(self, session, place, problems, draft, now):
        self.give_cells(session, draft, now, box(121.40, 31.20, 121.412, 31.21), box(121.41, 31.20, 121.42, 31.21))
        place("B1", at=(121.411, 31.205))
        place("B2", at=(121.412, 31.205))
        found = problems()["address_in_two"]
        assert (found["place"], found["cells"]) == ("B1", [WEST, EAST])

    def test_a_house_of_which_only_the_outline_is_known_counts_as_one_everywhere(self, session, place, problems, draft, now):
        self.give_cells(session, draft, now, box(121.40, 31.20, 121.405, 31.21), box(121.41, 31.20, 121.42, 31.21))
        place("B1", ground=box(121.407, 31.204, 121.408, 31.205), households=30)
        place("B2", ground=box(121.414, 31.204, 121.415, 31.205), households=40)
        assert problems()["address_in_none"]["place"] == "B1"
        assert [cell["properties"]["buildings"] for cell in features.cells(session, draft)] == [0, 1]
        living = cell_ground.homes(session, STREET)
        assert living.among({EAST: box(121.41, 31.20, 121.42, 31.21)}) == [None, EAST] and living.households.tolist() == [30, 40]


class TestFilling:
    def give(self, session, draft, now, **shapes):
        features = [
            {"type": "Feature", "properties": {"code": COMMUNITY + serial[1:], "name": serial}, "geometry": shape.__geo_interface__}
            for serial, shape in shapes.items()
        ]
        replacing.replace(session, draft.id, features, "wgs84", expected_revision=draft.revision, actor=SYSTEM, now=now)

    @pytest.mark.parametrize(("kind", "east"), [
        ("gap", box(121.411, 31.20, 121.42, 31.21)), ("overlap", box(121.409, 31.20, 121.42, 31.21)),
        ("outside", box(121.41, 31.20, 121.42, 31.211)),
    ])
    def test_what_is_wrong_is_mended_where_it_is(self, session, draft, edit, problems, now, kind, east):
        self.give(session, draft, now, _001=box(121.40, 31.20, 121.41, 31.21), _002=east)
        edit("fill", at=problems()[kind]["at"], cell=WEST)
        assert problems() == {}

    def test_names_are_looked_at(self, session, draft, edit, problems):
        edit("rename", cell=WEST, name="网格")
        edit("rename", cell=EAST, name="网格")
        found = problems()["duplicate_name"]
        assert (found["cells"], found["severity"]) == ([WEST, EAST], "notice")


def test_a_draft_that_counts_already_takes_no_edit(session, draft, edit, now):
    activation.activate(session, draft.id, expected_revision=0, actor=SYSTEM, now=now)
    with pytest.raises(Conflict) as raised:
        edit("merge", cells=[WEST, EAST])
    assert raised.value.code == "not_a_draft"
