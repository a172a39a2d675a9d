"""What the words may file, over HTTP."""

from __future__ import annotations

import pytest
from marshmallow import RAISE

from gridops.api import filing_rule_schemas as schemas
from gridops.api import filing_rules
from tests.small_street import STREET, WEST

URL = f"/api/v1/areas/{STREET}/filing-rules"


@pytest.fixture
def leader(log_in, street):
    return log_in("leader")


def test_examples_fit_their_schemas():
    assert schemas.FilingRuleSchema(unknown=RAISE).validate(filing_rules.RULE) == {}
    assert schemas.ChooseFilingRuleSchema(unknown=RAISE).validate(filing_rules.CHOICE) == {}


def test_chosen_and_seen(client, leader):
    before = {rule["category"]["code"]: rule for rule in client.get(URL, headers=leader).json["rules"]}
    assert before["E0192"] == {
        "category": {"code": "E0192", "name": "垃圾满溢"}, "mode": "usual", "threshold": 0.95, "accuses_person": False, "stopped": False,
        "revision": 0, "set_at": None, "set_by": None}
    assert (before["E2101"]["mode"], before["E2101"]["threshold"], before["E2101"]["accuses_person"]) == ("never", None, True)
    answer = client.put(f"{URL}/E0192", json={"mode": "threshold", "threshold": 0.8, "expected": 0}, headers=leader)
    assert answer.status_code == 200 and (answer.json["threshold"], answer.json["mode"]) == (0.8, "threshold") and answer.json["set_by"]
    again = client.put(f"{URL}/E0192", json={"mode": "never", "expected": 0}, headers=leader)
    assert (again.status_code, again.json["error"]["code"]) == (409, "conflict")


@pytest.mark.parametrize(("body", "status", "code"), [
    ({"mode": "threshold", "threshold": 0.2, "expected": 0}, 422, "invalid"), ({"mode": "threshold", "expected": 0}, 422, "invalid"),
    ({"mode": "never"}, 422, "invalid"), ({"mode": "perhaps", "expected": 0}, 422, "invalid"),
    ({"mode": "never", "expected": 0, "category": "x"}, 422, "invalid"), ({"mode": "threshold", "threshold": "much", "expected": 0}, 422, "invalid"),
    ({"mode": "never", "expected": 2**70}, 409, "conflict")])
def test_refused(client, leader, body, status, code):
    answer = client.put(f"{URL}/E0192", json=body, headers=leader)
    assert (answer.status_code, answer.json["error"]["code"]) == (status, code)


def test_who_is_accused_and_what_is_not_there(client, leader):
    choice = {"mode": "never", "expected": 0}
    accused = client.put(f"{URL}/E2101", json=choice, headers=leader)
    assert (accused.status_code, accused.json["error"]["code"]) == (409, "accuses_person")
    assert client.put(f"{URL}/E9999", json=choice, headers=leader).status_code == 404
    assert client.get(f"/api/v1/areas/{WEST}/filing-rules", headers=leader).status_code == 404, "a cell has none of its own"


def test_others(client, log_in, street):
    assert client.get(URL).status_code == 401
    assert client.get(URL, headers=log_in("clerk")).status_code == 403
    assert client.put(f"{URL}/E0192", json={"mode": "never", "expected": 0}, headers=log_in("grid_worker", WEST)).status_code == 404
