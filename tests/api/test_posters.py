"""Posters over the API: who may print what, and which files come."""

import io
import zipfile

import pytest
from sqlalchemy import select

from gridops.api import posters as api
from gridops.models import Cell, Place, Poster, Report
from gridops.services import areas
from tests import small_street
from tests.small_street import COMMUNITY, EAST, WEST

PDF, ZIP = "application/pdf", "application/zip"


@pytest.fixture
def building(street, sessions):
    with sessions() as session, session.begin():
        lineage = session.scalar(select(Cell.lineage).where(Cell.code == WEST))
        session.add(Place(code="LIN-3", kind="building", name="3号楼", community_code=COMMUNITY, cell_lineage=lineage, households=40))
    return "LIN-3"


def printed(client, headers, **wanted):
    return client.post("/api/v1/posters/print", json={"area": COMMUNITY} | wanted, headers=headers)


def token_of(sessions, now, code=WEST):
    with sessions() as session, session.begin():
        return small_street.hang(session, areas.get_area(session, code), now).token


def test_a_community_is_one_pdf_and_its_codes_are_made_once(client, building, log_in, sessions):
    office = log_in("grid_office")
    answer = printed(client, office)
    assert (answer.status_code, answer.mimetype) == (200, PDF)
    assert answer.data.startswith(b"%PDF")
    assert "attachment" in answer.headers["Content-Disposition"]
    first = client.get(f"/api/v1/posters?area={COMMUNITY}", headers=office).json["items"]
    printed(client, office)
    again = client.get(f"/api/v1/posters?area={COMMUNITY}", headers=office).json["items"]
    assert [row["code"] for row in first] == [WEST, EAST, "LIN-3"]
    assert [row["token"] for row in first] == [row["token"] for row in again]
    assert all(row["url"] == f"http://localhost/p/{row['token']}" for row in first)


def test_before_printing_there_is_no_code(client, building, log_in):
    rows = client.get(f"/api/v1/posters?area={COMMUNITY}&kind=building", headers=log_in("clerk")).json["items"]
    assert [(row["code"], row["token"], row["url"], row["scans"]) for row in rows] == [("LIN-3", None, None, 0)]


def test_chosen_ones_come_as_svg_or_zip(client, building, log_in):
    office = log_in("grid_office")
    one = printed(client, office, codes=["LIN-3"], format="svg")
    assert one.mimetype == "image/svg+xml" and one.data.startswith(b"<?xml")
    both = printed(client, office, codes=["LIN-3", EAST], format="zip")
    assert both.mimetype == ZIP
    assert zipfile.ZipFile(io.BytesIO(both.data)).namelist() == [f"{EAST}.svg", "LIN-3.svg"]


def test_out_of_the_own_area_nothing_is_found_and_other_roles_do_not_print(client, building, log_in):
    leads_east = log_in("grid_leader", area=EAST)
    assert printed(client, leads_east).status_code == 404
    assert printed(client, leads_east, area=EAST).status_code == 200
    assert printed(client, log_in("grid_worker")).status_code == 403
    assert client.post("/api/v1/posters/print", json={"area": COMMUNITY}).status_code == 401


def test_what_is_not_of_the_area_is_named(client, building, log_in):
    answer = printed(client, log_in("grid_office"), codes=["ELSEWHERE"])
    assert answer.status_code == 422
    assert "ELSEWHERE" in answer.json["error"]["fields"]["codes"][0]


def test_nothing_to_print_is_said(client, street, log_in):
    assert printed(client, log_in("grid_office"), kinds=["yard"]).json["error"]["code"] == "no_posters"


def test_a_report_with_a_posters_token_lies_in_its_cell(client, street, sessions, now):
    token = token_of(sessions, now)
    answer = client.post("/api/v1/reports", json={"kind": "complaint", "description": "垃圾", "poster": token})
    assert (answer.status_code, answer.json["cell"]["code"]) == (201, WEST)


def test_a_wrong_token_and_two_places_are_refused(client, street, sessions, now):
    said = {"kind": "complaint", "description": "垃圾", "poster": "nosuchone"}
    assert client.post("/api/v1/reports", json=said).json["error"]["code"] == "poster_unknown"
    both = client.post("/api/v1/reports", json=said | {"poster": token_of(sessions, now), "address": "3号楼"})
    assert both.status_code == 422 and "poster" in both.json["error"]["fields"]
    with sessions() as session:
        assert session.scalars(select(Report)).all() == []
        assert len(session.scalars(select(Poster)).all()) == 1


def test_a_large_community_is_printed_in_parts(client, street, log_in, sessions, monkeypatch):
    monkeypatch.setattr(api, "PART", 1)
    office = log_in("grid_office")
    listed = client.get(f"/api/v1/posters?area={COMMUNITY}&part=2", headers=office).json
    assert ([row["code"] for row in listed["items"]], listed["parts"]) == ([EAST], 2)
    assert EAST in printed(client, office, part=2, format="svg").headers["Content-Disposition"]
    assert printed(client, office, part=3).json["error"]["code"] == "no_posters"
