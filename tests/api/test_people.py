"""People over the API: entered, found, moved, gone; roster, duties, check-ins, lists."""

import io

import pytest
from urllib3 import encode_multipart_formdata

from gridops.api import people_examples as examples
from gridops.api import people_schemas as schemas
from gridops.api import check_in_schemas, post_schemas
from gridops.models import CheckIn, Person
from tests.small_street import COMMUNITY, EAST, STREET, WEST

DAY = "2026-03-04"


@pytest.fixture
def office(street, log_in):
    return log_in("grid_office")


@pytest.fixture
def call(client, office):
    """call("POST", "/people", {...}, 201, headers=…) -> the parsed answer."""

    def call(verb, path, body=None, status=200, headers=office):
        answer = client.open(f"/api/v1{path}", method=verb, json=body, headers=headers)
        assert answer.status_code == status, answer.get_data(as_text=True)
        return answer.json

    return call


@pytest.fixture
def worker(call):
    post = {"role": "grid_worker", "area": WEST, "starts_on": "2026-01-01", "duties": ["E01"]}
    return call("POST", "/people", {"name": "王一", "code": "W1", "phone": "13812345678", "post": post}, 201)


def test_a_person_is_entered_and_found(call, worker):
    assert (worker["phone_masked"], worker["posts"][0]["area"]["code"], worker["has_login"]) == ("138****5678", WEST, False)
    assert [one["code"] for one in call("GET", f"/people?area={WEST}&role=grid_worker&q=王")["items"]] == ["W1"]
    assert call("GET", f"/people?area={EAST}")["items"] == []
    assert call("PATCH", "/people/W1", {"name": "王壹"})["name"] == "王壹"
    assert call("GET", "/people/W1")["name"] == "王壹"


def test_pages_follow_each_other(call, worker):
    post = {"role": "volunteer", "area": WEST, "starts_on": DAY}
    call("POST", "/people", {"name": "王二", "code": "W2", "post": post}, 201)
    first = call("GET", "/people?limit=1")
    assert ([one["code"] for one in first["items"]], first["next_after"]) == (["W1"], "W1")
    assert [one["code"] for one in call("GET", "/people?limit=1&after=W1")["items"]] == ["W2"]


def test_a_phone_needs_a_reason(call, worker):
    assert call("POST", "/people/W1/phone", {"reason": "夜间漏水"})["phone"] == "13812345678"
    assert call("POST", "/people/W1/phone", {"reason": " x"}, 422)["error"]["code"] == "reason_required"


def test_a_post_is_added_moved_changed_confirmed_and_ended(call, worker):
    number = worker["posts"][0]["id"]
    moved = call("POST", f"/posts/{number}/move", {"on": DAY, "area": EAST})
    assert (moved["area"]["code"], moved["duties"]) == (EAST, ["E01"])
    assert call("PATCH", f"/posts/{moved['id']}", {"title": "组长"})["title"] == "组长"
    assert call("POST", "/posts/confirm", {"posts": [moved["id"]]}) == {"confirmed": 1}
    call("POST", "/people/W1/posts", {"role": "volunteer", "area": WEST, "starts_on": DAY}, 201)
    assert call("POST", f"/posts/{moved['id']}/end", {"last_day": "2026-05-01"})["ends_on"] == "2026-05-01"
    left = call("POST", "/people/W1/leave", {"last_day": DAY})
    assert len(left["posts"]) == 2


def test_who_does_not_keep_the_grid_changes_nothing(call, worker, log_in):
    number, leader, cadre = worker["posts"][0]["id"], log_in("grid_leader"), log_in("cadre", COMMUNITY)
    for headers in (leader, cadre):
        call("POST", f"/posts/{number}/end", {"last_day": DAY}, 403, headers=headers)
        assert call("GET", "/people/W1", headers=headers)["name"] == "王一"
    elsewhere, worker_role = log_in("grid_office", "310199002"), log_in("grid_worker")
    call("GET", "/people/W1", status=404, headers=elsewhere)
    call("POST", f"/posts/{number}/end", {"last_day": DAY}, 404, headers=elsewhere)
    call("GET", "/people/W1", status=403, headers=worker_role)


def test_the_roster_marks_what_is_missing(call, worker):
    rows = {row["code"]: row for row in call("GET", f"/areas/{STREET}/roster")["items"]}
    assert [person["name"] for person in rows[WEST]["people"]] == ["王一"]
    assert "grid_worker" in rows[EAST]["missing"] and "grid_worker" not in rows[WEST]["missing"]


def test_duties_by_role(call, client, office):
    code = call("GET", "/categories")["items"][0]["code"]
    items = [{"class_code": f"E{code}" if len(code) == 2 else code, "text": "巡查"}]
    found = call("PUT", "/post-duties", {"area": STREET, "role": "cadre", "items": items})["items"]
    assert call("GET", f"/post-duties?area={WEST}")["items"] == found
    assert found[0]["area"] == STREET


def test_a_party_member_checks_in_and_claims(call, log_in):
    cadre = log_in("cadre", COMMUNITY)
    body = {"community": COMMUNITY, "name": "赵春", "home_organisation": "第一中学", "phone": "13900001111", "on": DAY}
    found = call("POST", "/check-ins", body, 201, headers=cadre)
    assert call("POST", "/check-ins", body, 409, headers=cadre)["error"]["code"] == "checked_in_before"
    code = call("GET", f"/people?area={COMMUNITY}&role=party_member", headers=cadre)["items"][0]["code"]
    claim = call("POST", f"/people/{code}/claims", {"area": WEST, "text": "巡查楼道", "on": DAY}, 201, headers=cadre)
    assert call("POST", f"/claims/{claim['id']}/end", {"done": True}, headers=cadre)["done_on"] == DAY
    assert call("POST", f"/check-ins/{found['id']}/thanks", headers=cadre)["thanked_on"] == DAY


@pytest.fixture
def from_a_file(call, sessions):
    """A check-in that nobody has confirmed yet -> its number, and the staff number of its person."""
    body = {"community": COMMUNITY, "name": "孙党", "home_organisation": "区图书馆", "on": DAY}
    no = call("POST", "/check-ins", body, 201)["id"]
    with sessions() as session, session.begin():
        found = session.get_one(CheckIn, no)
        found.confirmed_by = found.confirmed_at = None
        return no, session.get_one(Person, found.person_id).code


def test_a_check_in_from_a_file_is_confirmed_once(call, from_a_file, log_in):
    no, cadre = from_a_file[0], log_in("cadre", COMMUNITY)
    open_ones = f"/check-ins?area={COMMUNITY}&confirmed=false"
    assert [(one["id"], one["person"]["name"], one["confirmed_by"]) for one in call("GET", open_ones)["items"]] == [(no, "孙党", None)]
    call("POST", f"/check-ins/{no}/confirm", status=403, headers=log_in("grid_worker"))
    call("POST", f"/check-ins/{no}/confirm", status=404, headers=log_in("grid_office", "310199002"))
    first = call("POST", f"/check-ins/{no}/confirm", headers=cadre)
    assert (first["confirmed"], first["confirmed_by"], first["confirmed_at"]) == (True, "cadre", "2026-03-04T02:00:00+00:00")
    assert call("POST", f"/check-ins/{no}/confirm") == first
    assert call("GET", open_ones)["items"] == [] and len(call("GET", f"/check-ins?area={STREET}&confirmed=true")["items"]) == 1


def test_check_ins_and_claims_are_listed_in_pages_and_as_sheets(call, client, office, from_a_file):
    code = from_a_file[1]
    for text in ("巡查楼道", "看护花坛"):
        call("POST", f"/people/{code}/claims", {"area": WEST, "text": text, "on": DAY}, 201)
    first = call("GET", f"/claims?area={STREET}&limit=1")
    second = call("GET", f"/claims?area={STREET}&limit=1&after={first['next_after']}")
    assert [page["items"][0]["text"] for page in (first, second)] == ["巡查楼道", "看护花坛"] and second["next_after"] is None
    call("POST", f"/claims/{first['items'][0]['id']}/end", {"done": True})
    assert [one["text"] for one in call("GET", f"/claims?area={WEST}&state=open")["items"]] == ["看护花坛"]
    assert call("GET", f"/claims?area={EAST}")["items"] == []
    for path, text in (("check-ins", "孙党"), ("claims", "看护花坛")):
        sheet = client.get(f"/api/v1/{path}?area={STREET}", headers=office | {"Accept": "text/csv"}).get_data(as_text=True)
        assert text in sheet and "区图书馆" in sheet and code in sheet


def test_lists_of_check_ins_stay_in_scope(call, log_in, from_a_file):
    for path in ("check-ins", "claims"):
        call("GET", f"/{path}?area={COMMUNITY}", status=404, headers=log_in("grid_office", "310199002"))
        call("GET", f"/{path}?area={COMMUNITY}", status=403, headers=log_in("grid_worker", WEST))
        call("GET", f"/{path}", status=422)


def send(client, headers, text, query=""):
    body, kind = encode_multipart_formdata({"file": ("staff.csv", text.encode())})
    return client.post(f"/api/v1/people/import{query}", data=body, content_type=kind, headers=headers)


def test_a_list_is_looked_at_and_then_taken(client, office, worker):
    text = "姓名,岗位,网格\n新人,专职网格员,西网格"
    preview = send(client, office, text, f"?dry_run=true&complete={COMMUNITY}")
    assert (preview.status_code, preview.json["created"], preview.json["leaves"]) == (200, 1, [{"code": "W1", "name": "王一"}])
    assert client.get("/api/v1/people/W1", headers=office).json["left_on"] is None
    goes = send(client, office, text, f"?complete={COMMUNITY}").json["goes"]
    assert goes == [{"code": "W1", "name": "王一", "role": "grid_worker", "area": {"code": WEST, "name": "菩提居民区 西网格"}}]
    assert client.get("/api/v1/people/W1", headers=office).json["left_on"] == DAY
    refused = send(client, office, "姓名,岗位,网格\n新人,国王,西网格")
    assert (refused.status_code, refused.json["error"]["code"]) == (422, "file_refused")


def test_a_list_goes_out_as_a_sheet_without_phones(client, office, worker):
    answer = client.get(f"/api/v1/people?area={STREET}", headers=office | {"Accept": "text/csv"})
    assert "王一" in answer.get_data(as_text=True) and "13812345678" not in answer.get_data(as_text=True)
    assert io.BytesIO(client.get(
        f"/api/v1/people?area={STREET}", headers=office | {"Accept": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    ).data).read(2) == b"PK"


@pytest.mark.parametrize(("schema", "example"), [
    (schemas.PersonSchema, examples.PERSON), (schemas.PeopleSchema, examples.PEOPLE), (schemas.NewPersonSchema, examples.NEW_PERSON),
    (schemas.PostShownSchema, examples.POST), (schemas.LeftSchema, examples.LEFT), (check_in_schemas.NewCheckInSchema, examples.CHECK_IN),
    (check_in_schemas.NewClaimSchema, examples.CLAIM), (post_schemas.PutDutiesSchema, examples.PUT_DUTIES), (post_schemas.DutiesSchema, examples.DUTIES),
    (check_in_schemas.CheckInsSchema, examples.CHECK_INS), (check_in_schemas.ClaimsSchema, examples.CLAIMS), (schemas.RosterSchema, examples.ROSTER), (schemas.PeopleImportedSchema, examples.IMPORTED), (post_schemas.MoveSchema, examples.MOVE),
])
def test_examples_are_valid(schema, example):
    schema().load(example)
