"""Log-ins and security events through the interface: the same rules as by page."""

from __future__ import annotations

from io import BytesIO

import pytest

from tests.api.conftest import PASSWORD
from tests.filming import film
from tests.small_street import STREET, WEST

GIVEN = {"username": "lina", "name": "李娜", "role": "grid_worker", "area": WEST}


@pytest.fixture
def admin(street, log_in):
    return log_in("security_admin")


@pytest.fixture
def made(client, admin):
    answer = client.post("/api/v1/accounts", json=GIVEN, headers=admin)
    assert answer.status_code == 201, answer.json
    return answer.json


def enter(client, password, username="lina"):
    answer = client.post("/api/v1/session", json={"username": username, "password": password})
    return answer, {"Authorization": f"Bearer {answer.json.get('token')}"}


def test_a_given_password_opens_nothing_until_another_is_chosen(client, made):
    _, own = enter(client, made["password"])
    refused = client.get("/api/v1/tickets", headers=own)
    assert (refused.status_code, refused.json["error"]["code"]) == (403, "password_given")
    assert client.get("/api/v1/session", headers=own).status_code == 200
    body = {"present": made["password"], "password": PASSWORD}
    assert client.post("/api/v1/session/password", json=body | {"present": "x"}, headers=own).json["error"]["code"] == "password_wrong"
    assert client.post("/api/v1/session/password", json=body | {"password": "short"}, headers=own).json["error"]["code"] == "password_too_short"
    assert client.post("/api/v1/session/password", json=body, headers=own).status_code == 204
    assert client.get("/api/v1/tickets", headers=own).status_code == 200


def test_with_a_given_password_the_public_part_is_used_as_anybody(client, made):
    """A film is taken from staff only; a photo is nobody's."""
    _, own = enter(client, made["password"])
    sent = {"photo": (BytesIO(film()), "film.mp4")}
    answer = client.post("/api/v1/photos", data=sent, content_type="multipart/form-data", headers=own)
    assert (answer.status_code, answer.json["error"]["code"]) == (415, "not_a_photo")


def test_a_password_is_in_no_later_answer_and_no_replay(client, admin, made):
    path = f"/api/v1/accounts/{made['id']}/password"
    keyed = admin | {"Idempotency-Key": "0123456789abcdef0123"}
    first, second = (client.post(path, headers=keyed).json["password"] for _ in range(2))
    assert len({first, second, made["password"]}) == 3, "a stored answer would hold it"
    assert "password" not in client.get(f"/api/v1/accounts/{made['id']}", headers=admin).json


def test_it_is_found_given_roles_closed_and_opened(client, admin, made):
    path = f"/api/v1/accounts/{made['id']}"
    given = client.post(f"{path}/grants", json={"role": "clerk", "area": STREET}, headers=admin)
    assert given.status_code == 201 and [grant["role"] for grant in given.json["grants"]] == ["grid_worker", "clerk"]
    assert client.post(f"{path}/grants", json={"role": "clerk", "area": STREET}, headers=admin).json["error"]["code"] == "role_held"
    assert client.delete(f"{path}/grants/{given.json['grants'][1]['id']}", headers=admin).status_code == 204
    assert client.delete(f"{path}/grants/{given.json['grants'][1]['id']}", headers=admin).status_code == 404
    assert client.post(f"{path}/closing", headers=admin).json["closed_at"]
    assert enter(client, made["password"])[0].status_code == 401
    assert [one["username"] for one in client.get("/api/v1/accounts?state=closed", headers=admin).json["items"]] == ["lina"]
    assert client.delete(f"{path}/closing", headers=admin).json["closed_at"] is None
    _, own = enter(client, made["password"])
    assert client.delete(f"{path}/sessions", headers=admin).status_code == 204
    assert client.get("/api/v1/session", headers=own).status_code == 401
    assert client.delete(f"{path}/second-factor", headers=admin).json["error"]["code"] == "no_second_factor"


def test_pages_of_the_list_follow_each_other(client, admin, made):
    everybody = [one["username"] for one in client.get("/api/v1/accounts?limit=200", headers=admin).json["items"]]
    names, after = [], ""
    while after is not None:
        answer = client.get(f"/api/v1/accounts?limit=2{f'&after={after}' if after else ''}", headers=admin).json
        names, after = names + [one["username"] for one in answer["items"]], answer["next_after"]
    assert names == everybody and "lina" in names


@pytest.mark.parametrize(("change", "field"), [
    ({"area": "310199002"}, "area"), ({"area": "310199"}, "area"), ({"role": "king"}, "role"), ({"role": "department"}, "department"), ({"username": "a b"}, "username"),
    ({"person": "NONE"}, "person"), ({"name": " "}, "name")])
def test_bad_input_names_the_field_and_writes_nothing(client, admin, change, field):
    answer = client.post("/api/v1/accounts", json=GIVEN | change, headers=admin)
    assert answer.status_code == 422 and list(answer.json["error"]["fields"]) == [field]
    assert client.get("/api/v1/accounts?q=lina", headers=admin).json["items"] == []


@pytest.mark.parametrize("role", ["clerk", "leader", "system_admin", "audit_admin"])
def test_other_roles_do_not_see_log_ins(client, street, log_in, role):
    headers = log_in(role)
    assert client.get("/api/v1/accounts", headers=headers).status_code == 403
    assert client.post("/api/v1/accounts", json=GIVEN, headers=headers).status_code == 403
    assert client.get("/api/v1/accounts/1", headers=headers).status_code == 403


def test_only_an_auditor_reads_the_events(client, admin, made, log_in):
    assert client.get("/api/v1/security-events", headers=admin).status_code == 403
    auditor = log_in("audit_admin")
    found = client.get("/api/v1/security-events?kind=account_created&who=lina", headers=auditor).json
    assert [(one["subject"]["name"], one["account"]["name"]) for one in found["items"]] == [("李娜", "security_admin")]
    assert client.get("/api/v1/security-events?since=2099-01-01T00:00:00Z", headers=auditor).json == {"items": [], "next_before": None}
    seen, before = [], None
    while True:
        page = client.get(f"/api/v1/security-events?limit=2{f'&before={before}' if before else ''}", headers=auditor).json
        seen, before = seen + [one["id"] for one in page["items"]], page["next_before"]
        if before is None:
            break
    assert seen == sorted(seen, reverse=True) and len(seen) == len(set(seen)) > 3
    assert made["password"] not in str(client.get("/api/v1/security-events?limit=500", headers=auditor).json)
