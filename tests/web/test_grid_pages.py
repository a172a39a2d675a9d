"""The grid pages as a browser without script uses them."""

import io
import json
import re
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from gridops.models import Cell, Community, Grid, Person, Posting, Ticket
from tests.small_street import COMMUNITY, EAST, IN_EAST, STREET, WEST
from tests.web.test_staff import account, browser  # noqa: F401

MIDDLE = "121.405, 31.19\n121.405, 31.22"


@pytest.fixture
def office(browser):  # noqa: F811
    return browser("grid_office", name="陈网格")


@pytest.fixture
def draft(office):
    answer = office.post("/grid/drafts", {"street": STREET, "start": "active", "title": "Spring"}, page="/grid")
    return answer.location


@pytest.fixture
def edit(office, draft):
    def edit(cell=WEST, page=None, **form):
        page = page or f"{draft}?cell={cell}"
        revision = re.search(r'name="expected_revision" value="(\d+)"', office.get(page))[1]
        chosen = {} if "cells" in form else {"cell": cell}
        office.post(f"{draft}/edits", {"expected_revision": revision} | chosen | form, page=page)
        return office.get(page)

    return edit


def codes(session, draft):
    return sorted(session.scalars(select(Cell.code).where(Cell.grid_id == int(draft.rsplit("/", 1)[1]))))


def test_the_street_shows_versions_communities_and_load(office, draft, submit):
    submit()
    page = office.get("/grid")
    assert 'href="/grid/' in page and "Spring" in page and "Draft" in page and "Active" in page
    assert re.search(rf'area={WEST}">1</a>', page) and f"/communities/{COMMUNITY}" in page


def test_a_cell_is_split_in_parts_renamed_and_merged_again(edit, session, draft):
    assert "Split" in edit(operation="split", parts="2", by="area")
    assert codes(session, draft) == [WEST, EAST, COMMUNITY + "003"]
    assert "Done: Renamed" in edit(operation="rename", name="第一网格", name_en="", households="320")
    assert "第一网格" in edit(operation="merge", cells=[WEST, COMMUNITY + "003"], keep=WEST)
    assert codes(session, draft) == [WEST, EAST]


def test_a_cell_is_split_along_typed_places_and_the_step_is_taken_back(edit, office, session, draft):
    edit(operation="split", line=MIDDLE)
    assert len(codes(session, draft)) == 3
    office.post(f"{draft}/undo", {"expected_revision": "1", "cell": WEST}, page=draft)
    assert codes(session, draft) == [WEST, EAST]


def test_a_new_vertex_goes_ten_metres_with_both_neighbours(edit, office, draft):
    edit(operation="add_vertex", at="121.41, 31.205")
    page = office.get(f"{draft}?cell={WEST}")
    place = next(value for value in re.findall(r'<option value="([^"]+)"[^>]*>\d+: 121.41000, 31.20500 \(002\)', page))
    page = edit(direction="east", metres="10", at=place)
    assert "Vertex moved" in page and "complete, without gap or overlap" in office.get(f"{draft}/problems")
    moved = float(re.search(r'<option value="(121.4101\d*),31.205', page)[1])
    assert (moved - 121.41) * 95_300 == pytest.approx(10, abs=0.1)


@pytest.mark.parametrize(("form", "said"), [
    ({"operation": "split", "parts": "many"}, "Please give a number."),
    ({"operation": "split", "line": "here"}, "Please give longitude and latitude"),
    ({"operation": "merge", "cells": [WEST]}, "Length must be"),
    ({"operation": "burn"}, "Must be one of"),
])
def test_what_cannot_be_is_said_on_the_page(edit, form, said):
    assert said in edit(**form)


def test_whoever_comes_second_reads_what_the_first_did(edit, office, session, sessions, now, draft):
    stale = re.search(r'name="expected_revision" value="(\d+)"', office.get(draft))[1]
    edit(operation="rename", name="别名")
    office.post(f"{draft}/edits", {"expected_revision": stale, "cell": EAST, "operation": "rename", "name": "x"}, page=draft)
    page = office.get(draft)
    assert "陈网格 has changed this draft in the meantime (Renamed: 001)" in page


def test_whoever_comes_second_reads_of_an_undo(edit, office, browser, draft):  # noqa: F811
    edit(operation="rename", name="别名")
    stale = re.search(r'name="expected_revision" value="(\d+)"', office.get(draft))[1]
    browser("leader", name="周主任").post(f"{draft}/undo", {"expected_revision": stale}, page=draft)
    office.post(f"{draft}/edits", {"expected_revision": stale, "cell": EAST, "operation": "rename", "name": "x"}, page=draft)
    assert "周主任 has changed this draft in the meantime (Taken back: 001)" in office.get(draft)


def square(west, east, **properties):
    ring = [[west, 31.20], [east, 31.20], [east, 31.21], [west, 31.21], [west, 31.20]]
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}


@pytest.fixture
def send(office, draft):
    """A file of these features, or of any text; the page that comes back."""

    def send(content, crs="wgs84", status=303):
        text = content if isinstance(content, str) else json.dumps({"type": "FeatureCollection", "features": content})
        files = {"file": (io.BytesIO(text.encode()), "cells.geojson")}
        return office.post(f"{draft}/file", {"expected_revision": "0", "crs": crs}, page=f"{draft}/file", files=files, status=status)

    return send


def test_a_file_replaces_the_cells_as_one_step(send, office, session, draft):
    answer = send([square(121.40, 121.41, code=WEST, name="西半"), square(121.41, 121.42, community=COMMUNITY, name="东半")])
    assert answer.location == draft
    assert codes(session, draft) == [WEST, COMMUNITY + "003"] and "西半" in office.get(draft)
    office.post(f"{draft}/undo", {"expected_revision": "1"}, page=draft)
    assert codes(session, draft) == [WEST, EAST]


@pytest.mark.parametrize(("content", "crs", "said"), [
    ("not JSON", "wgs84", "This is not a GeoJSON file"),
    ("[" * 100_000, "wgs84", "This is not a GeoJSON file"),
    ([], "wgs84", "at least one cell"),
    ([square(121.40, 121.41, level="community", code=COMMUNITY)], "wgs84", "at least one cell"),
    ([square(121.40, 121.41, code=WEST)], "utm", "Please say where the coordinates come from."),
    ([square(121.40, 121.41, code=WEST, name="西半"), square(121.41, 121.42, code="7")], "wgs84", "twelve digits and three more"),
    ([square(121.40, 121.41, code=WEST), square(121.41, 121.42, code=WEST, name="<b>")], "wgs84", "This code stands there twice"),
])
def test_what_is_wrong_with_a_file_is_said_beside_the_form_and_nothing_is_written(send, session, draft, content, crs, said):
    page = send(content, crs, status=422).text
    assert said in page and "<b>" not in page
    assert codes(session, draft) == [WEST, EAST]
    assert not session.scalars(select(Cell).where(Cell.name == "西半")).all()


def test_a_file_for_an_older_state_is_refused(send, edit, session, draft):
    edit(operation="rename", name="别名")
    assert "陈网格 has changed this draft" in send([square(121.40, 121.42, code=WEST)], status=409).text
    assert codes(session, draft) == [WEST, EAST]


def test_only_who_keeps_the_grid_sends_a_file(browser, draft, session):  # noqa: F811
    worker = browser("grid_worker", area=WEST)
    assert "/file" not in worker.get(draft)
    files = {"file": (io.BytesIO(json.dumps({"type": "FeatureCollection", "features": [square(121.40, 121.42, code=WEST)]}).encode()), "a.json")}
    worker.get(f"{draft}/file", status=404)
    worker.post(f"{draft}/file", {"expected_revision": "0", "crs": "wgs84"}, page=draft, files=files, status=403)
    assert codes(session, draft) == [WEST, EAST]


def test_the_panel_of_a_cell_leads_to_its_people_posters_and_tickets(office, edit, draft, submit):
    submit()
    page = office.get(f"{draft}?cell={WEST}")
    for path in (f"/tickets?status=open&amp;area={WEST}", f"/people?area={WEST}", f"/posters?area={WEST}", f"/duty?area={WEST}"):
        assert f'href="{path}"' in page
        office.get(path.replace("&amp;", "&"))
    assert "Open tickets: 1" in page and "On duty now:" in page
    edit(operation="split", parts="2", by="area")
    assert "Not in the active grid" in office.get(f"{draft}?cell={COMMUNITY}003")


def test_a_worker_is_led_only_to_what_he_may_see(browser, draft):  # noqa: F811
    page = browser("grid_worker", area=WEST).get(f"{draft}?cell={WEST}")
    assert f"/tickets?status=open&amp;area={WEST}" in page and f"/people?area={WEST}" not in page and f"/posters?area={WEST}" not in page
    other = browser("grid_worker", area=WEST).get(f"{draft}?cell={EAST}")
    assert f"area={EAST}" not in other


def test_after_an_edit_only_what_changed_is_asked_for(office, edit, draft):
    edit(operation="rename", name="别名")
    page = office.get(f"{draft}/changed?cell={WEST}&code={WEST}")
    assert f'id="row-{WEST}"' in page and f'id="row-{EAST}"' not in page and 'data-revision="1"' in page
    office.get(f"{draft}/changed?" + "&".join(f"code={n}" for n in range(61)), status=404)


def test_a_gap_is_listed_filled_or_let_stand(office, draft, session, edit):
    grid = int(draft.rsplit("/", 1)[1])
    session.delete(session.scalars(select(Cell).where(Cell.grid_id == grid, Cell.code == EAST)).one())
    session.commit()
    page = office.get(f"{draft}/problems")
    assert "Gap: ground of no cell" in page and "must be mended" in page
    subject = re.search(r'name="subject" value="([^"]+)"', page)[1]
    office.post(f"{draft}/reasons", {"kind": "gap", "subject": subject, "reason": "A lake"}, page=f"{draft}/problems")
    assert "A lake" in office.get(f"{draft}/problems")
    at = re.search(r'name="at" value="([^"]+)"', page)[1]
    page = edit(page=f"{draft}/problems", operation="fill", at=at, **{"from": "problems"})
    assert "complete, without gap or overlap" in page


def test_a_draft_is_given_up(office, draft, session):
    office.post(f"{draft}/discard", page=draft)
    assert session.get(Grid, int(draft.rsplit("/", 1)[1])).status == "discarded"
    assert "data-edit" not in office.get(draft)


def test_a_draft_is_cut_from_the_communities(office, session):
    form = {"street": STREET, "start": "communities", "size_by": "count", "size": "5"}
    assert len(codes(session, office.post("/grid/drafts", form, page="/grid").location)) == 5


def test_a_profile_is_changed_by_those_who_keep_the_grid_alone(office, browser, session):  # noqa: F811
    path = f"/communities/{COMMUNITY}"
    office.post(path, {"kind": "old_town", "households": "1200", "population": ""}, page=path)
    found = session.get(Community, COMMUNITY)
    assert (found.kind, found.households, found.population) == ("old_town", 1200, None)
    assert "Old town" in office.get(path)
    clerk = browser("clerk")
    assert "Change the profile" not in clerk.get(path)
    clerk.post(path, {"kind": "mixed"}, page=path)
    session.expire_all()
    assert session.get(Community, COMMUNITY).kind == "old_town"


def test_a_worker_looks_at_the_draft_and_changes_nothing(browser, draft):  # noqa: F811
    worker = browser("grid_worker", area=WEST)
    assert "data-edit" not in worker.get(draft)
    page = worker.get("/grid")
    assert "Spring" in page and "Begin a draft" not in page and f"/communities/{COMMUNITY}" not in page


def test_a_cadre_sees_the_load_of_the_own_community(browser, submit):  # noqa: F811
    submit()
    assert re.search(rf'area={WEST}">1</a>', browser("cadre", area=COMMUNITY).get("/grid"))


def test_the_two_versions_stand_side_by_side_with_what_moves(office, edit, draft, submit):
    number = submit(location=IN_EAST).ticket.number
    edit(operation="merge", cells=[WEST, EAST], keep=WEST)
    page = office.get(f"{draft}/comparison")
    assert page.count("data-twin") == 2
    assert re.search(rf"{number}</a> 001-002 → 001-001", page) and "<td>Ends</td>" in page


def test_a_post_in_a_cell_that_nobody_takes_over_is_said_to_end(office, draft, session):
    session.add(person := Person(code="P-ends", name="王守东"))
    session.flush()
    session.add(Posting(person_id=person.id, role="grid_worker", area_code=EAST, starts_on=date(2026, 1, 1)))
    session.delete(session.scalars(select(Cell).where(Cell.grid_id == int(draft.rsplit("/", 1)[1]), Cell.code == EAST)).one())
    session.commit()
    assert "王守东 · Grid worker · 001-002 → ends" in office.get(f"{draft}/comparison")


def test_the_draft_is_activated_and_tickets_follow(office, edit, draft, submit, session):
    ticket = submit(location=IN_EAST).ticket.id
    edit(operation="merge", cells=[WEST, EAST], keep=WEST)
    office.post(f"{draft}/activation", {"expected_revision": "1"}, page=f"{draft}/comparison")
    page = office.get("/grid")
    assert "The version is active" in page
    assert session.get(Grid, int(draft.rsplit("/", 1)[1])).status == "active"
    assert session.get(Ticket, ticket).area_code == WEST


def test_activation_is_planned_in_the_streets_own_time(office, draft, session):
    office.post(f"{draft}/activation", {"expected_revision": "0", "at": "2027-01-01T06:00"}, page=f"{draft}/comparison")
    grid = session.get(Grid, int(draft.rsplit("/", 1)[1]))
    assert (grid.status, grid.planned_for) == ("draft", datetime(2026, 12, 31, 22, 0, tzinfo=UTC))


def test_what_is_wrong_forbids_activation_until_a_reason_is_given(office, draft, session):
    grid = int(draft.rsplit("/", 1)[1])
    session.delete(session.scalars(select(Cell).where(Cell.grid_id == grid, Cell.code == EAST)).one())
    session.commit()
    path = f"{draft}/comparison"
    office.post(f"{draft}/activation", {"expected_revision": "0"}, page=path)
    page = office.get(path)
    assert "1 problem forbids activation" in page and session.get(Grid, grid).status == "draft"
    office.post(f"{draft}/activation", {"expected_revision": "0", "reason": "The east is handed over"}, page=path)
    session.expire_all()
    assert session.get(Grid, grid).status == "active"


def test_a_draft_behind_the_active_version_takes_its_changes_over(office, draft, session):
    other = office.post("/grid/drafts", {"street": STREET, "start": "active"}, page="/grid").location
    office.post(f"{other}/edits", {"expected_revision": "0", "operation": "rename", "cell": EAST, "name": "改名"}, page=other)
    office.post(f"{other}/activation", {"expected_revision": "1"}, page=f"{other}/comparison")
    page = office.get(f"{draft}/comparison")
    assert "Another version is active by now" in page
    office.post(f"{draft}/rebase", {"expected_revision": "0"}, page=f"{draft}/comparison")
    assert "Another version is active by now" not in office.get(f"{draft}/comparison")
