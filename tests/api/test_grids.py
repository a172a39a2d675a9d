"""A draft is begun, edited, undone and looked through over the API."""

from __future__ import annotations

import pytest
from shapely.geometry import shape

from tests.small_street import COMMUNITY, EAST, STREET, WEST

URL = "/api/v1"
NEW = COMMUNITY + "003"
MIDDLE = [[121.405, 31.19], [121.405, 31.22]]


@pytest.fixture
def office(street, log_in):
    return log_in("grid_office")


@pytest.fixture
def draft(client, office):
    answer = client.post(f"{URL}/streets/{STREET}/grids", json={"title": "春季调整"}, headers=office)
    assert answer.status_code == 201, answer.json
    return answer.json


@pytest.fixture
def edit(client, office, draft):
    seen = {"revision": draft["revision"]}

    def edit(operation, *, status=200, revision=None, **body):
        sent = {"expected_revision": seen["revision"] if revision is None else revision, "operation": operation} | body
        answer = client.post(f"{URL}/grids/{draft['id']}/edits", json=sent, headers=office)
        assert answer.status_code == status, answer.json
        seen["revision"] = answer.json.get("revision", seen["revision"])
        return answer.json

    return edit


@pytest.fixture
def shapes(client, office, draft):
    def shapes():
        found = client.get(f"{URL}/grids/{draft['id']}/geojson", headers=office).json["features"]
        return {f["properties"]["code"]: shape(f["geometry"]) for f in found if f["properties"]["level"] == "cell"}

    return shapes


@pytest.fixture
def coverage(client, office, draft):
    return lambda: client.get(f"{URL}/grids/{draft['id']}/coverage", headers=office).json


def code_of(answer):
    return answer["error"]["code"]


class TestVersions:
    def test_a_draft_starts_from_the_active_cells(self, draft, shapes, coverage):
        assert (draft["version"], draft["status"], draft["revision"], draft["cells"]) == (2, "draft", 0, 2)
        assert draft["title"] == "春季调整" and draft["based_on"] and not draft["can_undo"]
        assert set(shapes()) == {WEST, EAST}
        assert coverage() == {"complete": True, "gap_m2": 0.0, "overlap_m2": 0.0, "problems": []}

    def test_a_draft_starts_empty_and_is_one_gap(self, client, office):
        made = client.post(f"{URL}/streets/{STREET}/grids", json={"start": "empty"}, headers=office).json
        assert made["cells"] == 0
        problems = client.get(f"{URL}/grids/{made['id']}/coverage", headers=office).json["problems"]
        assert [(p["kind"], p["severity"]) for p in problems] == [("gap", "blocking")]

    def test_a_draft_starts_from_communities_cut_anew(self, client, office):
        body = {"start": "communities", "cut": {"count": 4}}
        made = client.post(f"{URL}/streets/{STREET}/grids", json=body, headers=office).json
        assert made["cells"] == 4

    def test_a_size_is_for_cells_cut_anew(self, client, office):
        answer = client.post(f"{URL}/streets/{STREET}/grids", json={"cut": {"count": 4}}, headers=office)
        assert (answer.status_code, code_of(answer.json)) == (422, "bad_start")

    def test_versions_are_listed_newest_first(self, client, office, draft):
        items = client.get(f"{URL}/streets/{STREET}/grids", headers=office).json["items"]
        assert [(item["version"], item["status"]) for item in items] == [(2, "draft"), (1, "active")]

    def test_a_discarded_draft_takes_no_more_edits(self, client, office, draft, edit):
        assert client.post(f"{URL}/grids/{draft['id']}/discard", json={}, headers=office).json["status"] == "discarded"
        assert code_of(edit("merge", cells=[WEST, EAST], status=409)) == "not_a_draft"


class TestRights:
    def test_a_clerk_looks_and_does_not_touch(self, client, draft, log_in):
        clerk = log_in("clerk")
        assert client.get(f"{URL}/grids/{draft['id']}", headers=clerk).status_code == 200
        body = {"expected_revision": 0, "operation": "merge", "cells": [WEST, EAST]}
        assert client.post(f"{URL}/grids/{draft['id']}/edits", json=body, headers=clerk).status_code == 403
        assert client.post(f"{URL}/streets/{STREET}/grids", json={}, headers=clerk).status_code == 403

    def test_another_street_sees_nothing(self, client, draft, log_in):
        stranger = log_in("grid_office", area="310199002")
        assert client.get(f"{URL}/grids/{draft['id']}", headers=stranger).status_code == 404
        assert client.get(f"{URL}/streets/{STREET}/grids", headers=stranger).status_code == 404


class TestEdits:
    def test_split_along_a_line(self, edit, shapes, coverage):
        done = edit("split", cell=WEST, line=MIDDLE)
        assert [f["properties"]["code"] for f in done["changed"]] == [WEST, NEW]
        assert (done["revision"], done["removed"], done["can_undo"]) == (1, [], True)
        assert shapes()[WEST].area == pytest.approx(shapes()[NEW].area)
        assert coverage()["complete"]

    def test_split_in_parts(self, edit, shapes, coverage):
        edit("split", cell=WEST, parts=3, by="area")
        assert set(shapes()) == {WEST, EAST, NEW, COMMUNITY + "004"}
        assert coverage()["complete"]

    def test_merge_keeps_the_code_asked_for(self, edit, shapes):
        done = edit("merge", cells=[WEST, EAST], keep=EAST)
        assert (done["removed"], set(shapes())) == ([WEST], {EAST})

    def test_a_moved_vertex_takes_its_neighbours_with_it(self, edit, shapes, coverage):
        edit("add_vertex", at=[121.41, 31.205])
        done = edit("move_vertex", at=[121.41, 31.205], to=[121.412, 31.206])
        assert {f["properties"]["code"] for f in done["changed"]} == {WEST, EAST}
        assert all((121.412, 31.206) in cell.geoms[0].exterior.coords for cell in shapes().values())
        assert coverage()["complete"]

    def test_a_vertex_on_the_border_stays_on_it(self, edit):
        assert code_of(edit("move_vertex", at=[121.40, 31.20], to=[121.401, 31.201], status=422)) == "vertex_on_border"
        assert edit("move_vertex", at=[121.41, 31.20], to=[121.411, 31.20001])["revision"] == 1

    def test_a_vertex_goes_again(self, edit, shapes):
        edit("add_vertex", at=[121.41, 31.205])
        edit("move_vertex", at=[121.41, 31.205], to=[121.412, 31.206])
        edit("remove_vertex", at=[121.412, 31.206])
        assert shapes()[WEST].area == pytest.approx(shapes()[EAST].area)

    def test_a_drawn_cell_takes_its_ground_from_the_others(self, edit, shapes, coverage):
        ring = [[121.405, 31.202], [121.415, 31.202], [121.415, 31.208], [121.405, 31.208]]
        edit("draw", community=COMMUNITY, polygon=ring, name="中网格")
        assert shapes()[NEW].area == pytest.approx(0.01 * 0.006)
        assert coverage()["complete"]

    def test_a_drawing_that_crosses_itself_is_refused(self, edit):
        bow = [[121.405, 31.202], [121.415, 31.208], [121.415, 31.202], [121.405, 31.208]]
        assert code_of(edit("draw", community=COMMUNITY, polygon=bow, status=422)) == "self_crossing"

    def test_rename(self, edit):
        (changed,) = edit("rename", cell=WEST, name="河西", name_en="Riverside", households=120)["changed"]
        assert [changed["properties"][name] for name in ("name", "name_en", "households")] == ["河西", "Riverside", 120]

    def test_recut(self, edit, shapes, coverage):
        edit("recut", community=COMMUNITY, count=4)
        assert len(shapes()) == 4 and coverage()["complete"]

    def test_what_an_operation_does_not_know_is_refused(self, edit):
        assert set(edit("merge", cells=[WEST, EAST], line=MIDDLE, status=422)["error"]["fields"]) == {"line"}
        assert set(edit("split", cell=WEST, status=422)["error"]["fields"]) == {"line"}
        assert code_of(edit("split", cell="999", line=MIDDLE, status=422)) == "cell_unknown"

    def test_a_line_beside_the_cell_splits_nothing(self, edit):
        assert code_of(edit("split", cell=WEST, line=[[121.43, 31.19], [121.43, 31.22]], status=422)) == "no_split"


class TestTwoEditors:
    def test_the_second_hears_what_the_first_did(self, edit):
        edit("split", cell=WEST, line=MIDDLE)
        error = edit("merge", cells=[WEST, EAST], revision=0, status=409)["error"]
        assert (error["code"], error["details"]["revision"]) == ("conflict", 1)
        assert error["details"]["last_edit"]["operation"] == "split"
        assert error["details"]["last_edit"]["cells"] == [WEST, NEW]
        assert error["details"]["last_edit"]["by"] == "grid_office"


class TestUndo:
    def test_back_to_the_beginning(self, client, office, draft, edit, shapes):
        before = client.get(f"{URL}/grids/{draft['id']}/geojson", headers=office).json
        edit("split", cell=WEST, line=MIDDLE)
        edit("merge", cells=[WEST, EAST, NEW], keep=WEST)
        edit("rename", cell=WEST, name="一")
        for revision in (3, 4, 5):
            answer = client.post(f"{URL}/grids/{draft['id']}/undo", json={"expected_revision": revision}, headers=office)
            assert answer.status_code == 200, answer.json
        assert not answer.json["can_undo"]
        assert client.get(f"{URL}/grids/{draft['id']}/geojson", headers=office).json == before
        answer = client.post(f"{URL}/grids/{draft['id']}/undo", json={"expected_revision": 6}, headers=office)
        assert (answer.status_code, code_of(answer.json)) == (409, "nothing_to_undo")


class TestGeojson:
    def test_what_goes_out_comes_in_unchanged(self, client, office, draft, edit):
        edit("split", cell=WEST, line=[[121.4033, 31.19], [121.4077, 31.22]])
        out = client.get(f"{URL}/grids/{draft['id']}/geojson", headers=office).json
        body = {"expected_revision": 1, "crs": "wgs84", "features": out["features"]}
        answer = client.put(f"{URL}/grids/{draft['id']}/geojson", json=body, headers=office)
        assert (answer.status_code, answer.json["changed"], answer.json["revision"]) == (200, [], 1), answer.json
        assert client.get(f"{URL}/grids/{draft['id']}/geojson", headers=office).json == out

    def test_a_file_replaces_all_cells_and_is_undone(self, client, office, draft, shapes):
        square = {"type": "Polygon", "coordinates": [[[121.40, 31.20], [121.42, 31.20], [121.42, 31.21], [121.40, 31.21], [121.40, 31.20]]]}
        feature = {"type": "Feature", "properties": {"community": COMMUNITY, "name": "全"}, "geometry": square}
        body = {"expected_revision": 0, "crs": "wgs84", "features": [feature]}
        answer = client.put(f"{URL}/grids/{draft['id']}/geojson", json=body, headers=office)
        assert (answer.status_code, answer.json["removed"]) == (200, [WEST, EAST]), answer.json
        assert set(shapes()) == {NEW}
        client.post(f"{URL}/grids/{draft['id']}/undo", json={"expected_revision": 1}, headers=office)
        assert set(shapes()) == {WEST, EAST}

    def test_faults_are_named_by_feature(self, client, office, draft):
        line = {"type": "Feature", "properties": {"code": NEW}, "geometry": {"type": "LineString", "coordinates": [[121.4, 31.2], [121.5, 31.2]]}}
        stranger = {"type": "Feature", "properties": {"code": "310199009001001"}, "geometry": None}
        body = {"expected_revision": 0, "crs": "wgs84", "features": [line, stranger]}
        answer = client.put(f"{URL}/grids/{draft['id']}/geojson", json=body, headers=office | {"Accept-Language": "en"})
        assert list(answer.json["error"]["fields"]) == ["features.0", "features.1"]
