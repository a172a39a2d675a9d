"""A draft is begun, edited, undone and looked through over the API."""

from __future__ import annotations

from datetime import timedelta

import pytest
from marshmallow import RAISE
from shapely.geometry import shape
from sqlalchemy import select

from gridops.api import grid_examples as examples
from gridops.api import grid_schemas as schemas
from gridops.models import Alarm, Outbox
from gridops.services.reactions import REACTIONS
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

    def test_the_second_hears_of_an_undo_until_somebody_edits_again(self, client, log_in, draft, edit, now):
        edit("rename", cell=EAST, name="河东")
        edit("split", cell=WEST, line=MIDDLE)
        answer = client.post(f"{URL}/grids/{draft['id']}/undo", json={"expected_revision": 2}, headers=log_in("leader"))
        assert answer.status_code == 200, answer.json
        heard = edit("merge", cells=[WEST, NEW], revision=2, status=409)["error"]["details"]
        assert heard == {"revision": 3, "last_edit": {
            "seq": 2, "at": now.isoformat(), "by": "leader", "operation": "undo", "cells": [WEST, NEW]}}
        edit("rename", cell=WEST, name="河西", revision=3)
        assert edit("merge", cells=[WEST, EAST], revision=3, status=409)["error"]["details"]["last_edit"]["operation"] == "rename"


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

    def test_the_file_of_a_large_street_is_taken(self, client, office, draft):
        out = client.get(f"{URL}/grids/{draft['id']}/geojson", headers=office).json
        out["features"][0]["properties"]["remark"] = "x" * 300_000  # as long as some hundred cells with all their vertices
        body = {"expected_revision": 0, "crs": "wgs84", "features": out["features"]}
        assert client.put(f"{URL}/grids/{draft['id']}/geojson", json=body, headers=office).status_code == 200

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

    @pytest.mark.parametrize("properties", [
        {"code": COMMUNITY + "²²²"}, {"code": COMMUNITY + "００３"}, {"code": NEW, "name": "长" * 201}, {"code": NEW, "name": "x", "name_en": "x" * 201},
    ])
    def test_a_code_has_plain_digits_and_a_name_fits(self, client, office, draft, shapes, properties):
        square = {"type": "Polygon", "coordinates": [[[121.40, 31.20], [121.41, 31.20], [121.41, 31.21], [121.40, 31.20]]]}
        feature = {"type": "Feature", "properties": properties, "geometry": square}
        body = {"expected_revision": 0, "crs": "wgs84", "features": [feature]}
        answer = client.put(f"{URL}/grids/{draft['id']}/geojson", json=body, headers=office)
        assert (answer.status_code, list(answer.json["error"]["fields"])) == (422, ["features.0"])
        assert set(shapes()) == {WEST, EAST}


class TestActivation:
    @pytest.mark.parametrize("at", ["9999-12-31T23:59:59Z", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"])
    def test_nobody_plans_for_a_year_that_cannot_be_read_again(self, client, office, draft, at):
        answer = client.post(f"{URL}/grids/{draft['id']}/activation", json={"expected_revision": 0, "at": at}, headers=office)
        assert (answer.status_code, list(answer.json["error"]["fields"])) == (422, ["at"])
        assert client.get(f"{URL}/grids/{draft['id']}", headers=office).json["planned_for"] is None

    @pytest.fixture
    def activate(self, client, office, draft):
        def activate(revision, status=200, **body):
            answer = client.post(f"{URL}/grids/{draft['id']}/activation", json={"expected_revision": revision} | body, headers=office)
            assert answer.status_code == status, answer.json
            return answer.json

        return activate

    @pytest.fixture
    def compare(self, client, office, draft):
        return lambda: client.get(f"{URL}/grids/{draft['id']}/comparison", headers=office).json

    def test_what_moves_is_said_before_and_moves(self, client, office, edit, activate, compare, submit):
        number = submit(location={"lng": 121.402, "lat": 31.205, "crs": "wgs84"}).ticket.number
        edit("rename", cell=WEST, households=300)
        edit("split", cell=WEST, line=[[121.4025, 31.19], [121.4025, 31.22]])
        said = compare()
        assert [(cell["code"], cell["change"]) for cell in said["cells"]] == [(WEST, "reshaped"), (EAST, "same"), (NEW, "new")]
        assert said["open_tickets"] == [{"number": number, "from": WEST, "to": NEW}]
        assert said["moved"]["open_tickets"] == 1
        assert activate(2)["status"] == "active"
        assert client.get(f"{URL}/tickets/{number}", headers=office).json["area"] == NEW

    def test_households_follow_the_ground(self, edit, activate, compare, client, office):
        edit("rename", cell=WEST, households=300)
        activate(1)
        second = client.post(f"{URL}/streets/{STREET}/grids", json={}, headers=office).json
        body = {"expected_revision": 0, "operation": "split", "cell": WEST, "line": [[121.4025, 31.19], [121.4025, 31.22]]}
        changed = client.post(f"{URL}/grids/{second['id']}/edits", json=body, headers=office).json["changed"]
        assert {f["properties"]["code"]: f["properties"]["households"] for f in changed} == {WEST: 225, NEW: 75}
        found = client.get(f"{URL}/grids/{second['id']}/comparison", headers=office).json
        assert found["moved"]["households"] == 75
        assert {cell["code"]: cell["from"] for cell in found["cells"]}[NEW] == [{"code": WEST, "households": 75}]

    def test_a_gap_forbids_it_unless_a_reason_is_given(self, client, office, draft, activate):
        square = {"type": "Polygon", "coordinates": [[[121.40, 31.20], [121.41, 31.20], [121.41, 31.21], [121.40, 31.21], [121.40, 31.20]]]}
        body = {"expected_revision": 0, "crs": "wgs84", "features": [{"type": "Feature", "properties": {"code": WEST, "name": "西"}, "geometry": square}]}
        client.put(f"{URL}/grids/{draft['id']}/geojson", json=body, headers=office)
        error = activate(1, status=409)["error"]
        assert (error["code"], [problem["kind"] for problem in error["details"]["problems"]]) == ("grid_not_sound", ["gap"])
        done = activate(1, reason="东片正在拆迁")
        assert done["status"] == "active"
        assert {(reason["kind"], reason["reason"]) for reason in done["reasons"]} == {("gap", "东片正在拆迁"), ("activation", "东片正在拆迁")}

    def test_a_reason_stated_for_a_problem_lets_it_stand(self, client, office, draft, coverage, activate):
        body = {"expected_revision": 0, "crs": "wgs84", "features": []}
        client.put(f"{URL}/grids/{draft['id']}/geojson", json=body, headers=office)
        (problem,) = coverage()["problems"]
        stated = {"kind": problem["kind"], "subject": problem["subject"], "reason": "尚未划分"}
        assert client.post(f"{URL}/grids/{draft['id']}/reasons", json=stated, headers=office).status_code == 200
        assert coverage()["problems"][0]["accepted"] == "尚未划分"
        assert activate(1)["status"] == "active"

    def test_a_draft_of_an_older_version_is_refused_until_rebased(self, client, office, edit, activate):
        other = client.post(f"{URL}/streets/{STREET}/grids", json={}, headers=office).json
        edit("split", cell=WEST, line=MIDDLE)
        activate(1)
        url = f"{URL}/grids/{other['id']}"
        assert code_of(client.post(f"{url}/activation", json={"expected_revision": 0}, headers=office).json) == "draft_outdated"
        rebased = client.post(f"{url}/rebase", json={"expected_revision": 0}, headers=office).json
        assert (rebased["revision"], rebased["conflicts"], len(rebased["changed"])) == (1, [], 3)
        assert client.post(f"{url}/activation", json={"expected_revision": 1}, headers=office).json["status"] == "active"

    def test_it_is_planned_for_later_and_done_then(self, client, office, draft, edit, activate, clock, sessions):
        edit("split", cell=WEST, line=MIDDLE)
        at = clock.at + timedelta(days=3)
        planned = activate(1, at=at.isoformat())
        assert (planned["status"], planned["planned_for"]) == ("draft", at.isoformat())
        for moment, status in ((at - timedelta(seconds=1), "draft"), (at, "active")):
            with sessions() as session, session.begin():
                row = session.scalar(select(Outbox).where(Outbox.topic == "grid.planned"))
                assert row.available_at == at
                REACTIONS[row.topic](session, row, moment, None)
            assert client.get(f"{URL}/grids/{draft['id']}", headers=office).json["status"] == status

    def test_what_became_unsound_meanwhile_calls_the_grid_office(self, client, office, draft, activate, clock, sessions):
        at = clock.at + timedelta(days=3)
        activate(0, at=at.isoformat())
        client.put(f"{URL}/grids/{draft['id']}/geojson", json={"expected_revision": 0, "crs": "wgs84", "features": []}, headers=office)
        with sessions() as session, session.begin():
            row = session.scalar(select(Outbox).where(Outbox.topic == "grid.planned"))
            REACTIONS[row.topic](session, row, at, None)
            assert session.scalars(select(Alarm.kind)).all() == ["grid_not_activated"]
        shown = client.get(f"{URL}/grids/{draft['id']}", headers=office).json
        assert (shown["status"], shown["planned_for"]) == ("draft", None)


@pytest.mark.parametrize(("schema", "example"), [
    (schemas.GridVersionsSchema, examples.VERSIONS), (schemas.GridSchema, examples.GRID), (schemas.GridChangedSchema, examples.CHANGED),
    (schemas.GridCoverageSchema, examples.COVERAGE), (schemas.GridComparisonSchema, examples.COMPARISON), (schemas.GridEditSchema, examples.EDIT),
    (schemas.GridBeginSchema, examples.BEGIN), (schemas.GridReplaceSchema, examples.REPLACE), (schemas.GridRebasedSchema, examples.REBASED),
    (schemas.GridActivationSchema, examples.ACTIVATION), (schemas.GridReasonSchema, examples.REASON),
])
def test_examples_fit_their_schemas(schema, example):
    assert schema(unknown=RAISE).validate(example) == {}
