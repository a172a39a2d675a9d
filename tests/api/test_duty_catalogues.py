"""The duty catalogue over HTTP: from a draft to its activation, and what is refused."""

from __future__ import annotations

import io

import openpyxl
import pytest

from tests.small_street import RUBBISH, STREET

URL = "/api/v1/duty-catalogues"
RULE = {"category": RUBBISH, "area": STREET, "lead": "ENFORCEMENT", "coordinate": "URBAN_OFFICE", "supports": [{"type": "PROPERTY", "duty": "开门"}]}


@pytest.fixture
def leader(log_in, street):
    return log_in("leader")


@pytest.fixture
def draft(client, leader):
    answer = client.post(URL, json={"street": STREET, "title": "试行"}, headers=leader)
    assert answer.status_code == 201, answer.json
    return answer.json


def put(client, draft, headers, **changes):
    return client.post(f"{URL}/{draft['id']}/rules", json={"expected_revision": draft["revision"]} | RULE | changes, headers=headers)


def test_from_a_draft_to_its_activation(client, leader, draft):
    changed = put(client, draft, leader).json
    assert changed["revision"] == 1
    shown = client.get(f"{URL}/{draft['id']}/rules", headers=leader).json
    assert [(rule["category"]["code"], rule["lead"]["code"], rule["supports"][0]["duty"]) for rule in shown["rules"]] == [(RUBBISH, "ENFORCEMENT", "开门")]
    compared = client.get(f"{URL}/{draft['id']}/comparison", headers=leader).json
    assert [(change["change"], change["before"]) for change in compared["changes"]] == [("added", None)]
    assert {found["severity"] for found in client.get(f"{URL}/{draft['id']}/problems", headers=leader).json["problems"]} <= {"blocking", "notice"}
    active = client.post(f"{URL}/{draft['id']}/activation", json={"expected_revision": 1}, headers=leader).json
    assert active["status"] == "active"
    assert [v["status"] for v in client.get(URL, query_string={"street": STREET}, headers=leader).json["items"]] == ["active"]


def test_a_table_goes_out_and_comes_in_the_same(client, leader, draft):
    put(client, draft, leader)
    sheet = client.get(f"{URL}/{draft['id']}/rules", headers=leader | {
        "Accept": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}).data
    assert openpyxl.load_workbook(io.BytesIO(sheet)).active.max_row == 2
    back = client.post(f"{URL}/{draft['id']}/file", data={"file": (io.BytesIO(sheet), "rules.xlsx")}, headers=leader)
    assert back.status_code == 200, back.json
    assert client.get(f"{URL}/{draft['id']}/rules", headers=leader).json["rules"][0]["lead"]["code"] == "ENFORCEMENT"


def test_a_dry_run_is_asked_for_and_looked_at(client, leader, draft):
    assert client.get(f"{URL}/{draft['id']}/trials/latest", headers=leader).status_code == 404
    asked = client.post(f"{URL}/{draft['id']}/trials", json={"first_day": "2026-02-01", "last_day": "2026-02-28"}, headers=leader)
    assert (asked.status_code, asked.json["total"]) == (202, 0)
    assert client.get(f"{URL}/{draft['id']}/trials/latest", headers=leader).json["id"] == asked.json["id"]


@pytest.mark.parametrize(("change", "status"), [({"lead": "NOBODY"}, 422), ({"expected_revision": 9}, 409), ({"kind": "palace"}, 422), ({"colour": 1}, 422)])
def test_what_is_wrong_is_said(client, leader, draft, change, status):
    assert put(client, draft, leader, **change).status_code == status


def test_roles_and_streets_are_kept(client, log_in, leader, draft):
    assert put(client, draft, log_in("grid_worker")).status_code == 403
    stranger = log_in("leader", "310199002")
    assert client.get(f"{URL}/{draft['id']}", headers=stranger).status_code == 404
    dispatcher = log_in("dispatcher")
    assert put(client, draft, dispatcher).status_code == 200
    assert client.post(f"{URL}/{draft['id']}/activation", json={"expected_revision": 1}, headers=dispatcher).status_code == 403
    assert client.get(f"{URL}/{draft['id']}").status_code == 401


def test_a_discarded_draft_is_gone_from_the_list(client, leader, draft):
    gone = client.post(f"{URL}/{draft['id']}/discard", json={"expected_revision": 0}, headers=leader)
    assert gone.json["status"] == "discarded"
    assert client.get(URL, query_string={"street": STREET}, headers=leader).json["items"] == []
