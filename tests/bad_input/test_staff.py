"""What staff may not do, and bodies of actions that make no sense: nothing of an action is kept when one part of it is wrong."""

from __future__ import annotations

import pytest

UNKNOWN_PHOTO = "7f0c2a52-0f0a-4d6e-a5a5-1c9d0a4f5f11"

ACTIONS = {
    "wrong role": ("volunteer", "sign", {}, 403, "forbidden"),
    "not the lead": ("dispatcher", "sign", {}, 403, "forbidden"),
    "wrong status": ("clerk", "answer", {"text": "好"}, 409, "not_allowed"),
    "an action that is none": ("clerk", "explode", {}, 404, "unknown_action"),
    "an approval of what nobody asked for": ("dispatcher", "approve_suspension", {}, 409, "not_allowed"),
    "a version long past": ("sanitation", "sign", {"expected_version": 1}, 409, "conflict"),
    "a version in words": ("sanitation", "sign", {"expected_version": "3"}, 422, "invalid"),
    "unknown field": ("sanitation", "sign", {"colour": "red"}, 422, "invalid"),
    "no reason": ("sanitation", "object", {"reason_code": "not_our_duty"}, 422, "invalid"),
    "a reason that is none": ("sanitation", "object", {"reason_code": "lazy", "text": "不想去"}, 422, "invalid"),
    "NUL": ("clerk", "comment", {"text": "a\0b"}, 422, "invalid"),
    "4001 characters": ("clerk", "comment", {"text": "字" * 4001}, 422, "invalid"),
    "a suggested organisation that is none": (
        "sanitation", "object", {"reason_code": "not_our_duty", "text": "不是我们", "suggest": "D-404"}, 422, "invalid"),
    "on behalf of one that logs in": ("clerk", "sign", {"on_behalf_of": "D-SANITATION", "call_record": "x"}, 403, "organisation_logs_in"),
    "on behalf without a call": ("clerk", "sign", {"on_behalf_of": "D-GAS_CO"}, 422, "call_record_missing"),
}


@pytest.mark.parametrize("case", ACTIONS)
def test_an_action_that_is_refused(refused, unchanged, case):
    who, action, body, status, code = ACTIONS[case]
    path = f"/api/v1/tickets/{unchanged.ours}/actions/{action}"
    error = refused(unchanged.client.post(path, json=body, headers=unchanged.people[who]), status, code)
    if status == 409:
        assert error["details"]["status"] == "dispatched"
        assert {"version", "allowed_actions"} <= error["details"].keys()


@pytest.mark.parametrize(("method", "path"), [
    ("get", "tickets/{theirs}"), ("get", "tickets/{theirs}/history"), ("post", "tickets/{theirs}/actions/file"),
    ("post", "tickets/{theirs}/reports/1/contact"), ("get", "tickets/000000-00000"), ("get", "areas/310199002/backlog"),
])
def test_another_streets_ticket_looks_like_none(refused, unchanged, method, path):
    url = f"/api/v1/{path.format(theirs=unchanged.theirs)}"
    body = {"reason": "核实地址"} if path.endswith("contact") else {"category": "E0110"}
    options = {"json": body} if method == "post" else {}
    refused(getattr(unchanged.client, method)(url, headers=unchanged.people["clerk"], **options), 404, "not_found")


def test_without_a_log_in(refused, unchanged):
    url = f"/api/v1/tickets/{unchanged.ours}/actions/sign"
    refused(unchanged.client.post(url, json={}), 401, "not_logged_in")
    refused(unchanged.client.post(url, json={}, headers={"Authorization": "Bearer stolen"}), 401, "not_logged_in")


def test_a_result_with_a_photo_that_nobody_sent_leaves_no_result(world, request):
    path = f"/api/v1/tickets/{world.ours}/actions"
    assert world.client.post(f"{path}/sign", json={}, headers=world.people["sanitation"]).status_code == 200
    refused = request.getfixturevalue("refused")
    result = {"outcome": "solved", "text": "已清运", "photos": [UNKNOWN_PHOTO]}
    refused(world.client.post(f"{path}/submit_result", json=result, headers=world.people["sanitation"]), 422, "photo_unknown")
