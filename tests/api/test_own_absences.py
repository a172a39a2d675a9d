"""One's own absence over HTTP."""

import pytest

from gridops.api import duty_examples as examples
from gridops.api import duty_schemas as schemas
from gridops.models import Account
from tests.services.staffing import Staff
from tests.small_street import STREET, WEST

PATH = "/api/v1/own-absences"


@pytest.fixture
def worker(street, sessions, log_in):
    headers = log_in("grid_worker", WEST)
    with sessions() as session, session.begin():
        post = Staff(session).post("west")
        session.query(Account).filter(Account.name == "grid_worker").one().person_id = post.person_id
    return headers


def test_who_goes_says_so_and_comes_back(client, worker, log_in):
    made = client.post(PATH, json=examples.OWN_ABSENCE, headers=worker)
    assert (made.status_code, made.json["own"], made.json["note"]) == (201, True, "看病")
    assert [one["id"] for one in client.get(PATH, headers=worker).json["items"]] == [made.json["id"]]
    asked = f"/api/v1/areas/{STREET}/shifts?since=2026-03-04T00:00:00%2B08:00"
    assert [one["person_code"] for one in client.get(asked, headers=log_in("grid_office")).json["absences"]] == ["west"]
    assert client.delete(f"{PATH}/{made.json['id']}", headers=worker).status_code == 204
    assert client.get(PATH, headers=worker).json["items"] == []


def test_nobody_else_and_nothing_past(client, worker, log_in):
    body = examples.OWN_ABSENCE
    assert client.post(PATH, json=body | {"person": "night"}, headers=worker).status_code == 422
    late = client.post(PATH, json=body | {"starts_at": "2026-03-01T00:00:00+08:00"}, headers=worker)
    assert (late.status_code, late.json["error"]["code"]) == (422, "absence_past")
    office = client.post(PATH, json=body, headers=log_in("grid_office"))
    assert (office.status_code, office.json["error"]["code"]) == (403, "no_post")
    no = client.post(PATH, json=body, headers=worker).json["id"]
    assert client.delete(f"{PATH}/{no}", headers=log_in("grid_office")).status_code == 403


@pytest.mark.parametrize(("schema", "example"), [
    (schemas.OwnAbsenceSchema, examples.OWN_ABSENCE), (schemas.OwnAbsencesSchema, examples.OWN_ABSENCES)])
def test_examples_are_valid(schema, example):
    schema().load(example)
