"""What the outside sees of rounds, requests for time, supports and leaders' orders."""

from __future__ import annotations

import pytest

from gridops.services import tickets
from tests import small_street

URL = "/api/v1/tickets"
RUBBISH = small_street.RUBBISH


@pytest.fixture
def people(log_in, street):
    roles = {name: log_in(name) for name in ("clerk", "dispatcher", "leader")}
    return roles | {name: log_in("department", department_id=street.departments[name].id) for name in ("SANITATION", "URBAN_OFFICE", "PROPERTY", "FIRE")}


@pytest.fixture
def number(submit, sessions, street, now):
    number = submit(contact={"name": "王小明", "phone": "13812341234"}).ticket.number
    with sessions() as session, session.begin():
        for action, who, body in (("file", "clerk", {"category": RUBBISH}), ("dispatch", "dispatcher", {}), ("sign", "SANITATION", {})):
            tickets.perform(session, number, action, body, actor=street.actors[who], now=now)
    return number


@pytest.fixture
def do(client, people, number):
    """do("supervise", "leader", text=…) -> the answer's JSON; ``status`` is what it must be."""

    def act(action, who, *, status=200, **body):
        answer = client.post(f"{URL}/{number}/actions/{action}", json=body, headers=people[who])
        assert answer.status_code == status, answer.json
        return answer.json

    return act


@pytest.fixture
def shown(client, people, number):
    return lambda who="clerk": client.get(f"{URL}/{number}", headers=people[who]).json


def party(ticket, role):
    return next(row for row in ticket["round"]["assignments"] if row["role"] == role)


def test_each_role_has_its_to_do_its_due_and_its_way_to_refuse(shown, do):
    ticket = shown()
    owed = {role: (party(ticket, role)["to_do"], party(ticket, role)["may_refuse_by"]) for role in ("lead", "coordinate", "support")}
    assert owed == {
        "lead": ("handle", "request_transfer"), "coordinate": ("coordinate", "recall"), "support": ("answer_support", "refuse_support")}
    assert party(ticket, "support")["due_by"] < party(ticket, "lead")["due_by"]
    ticket = do("refuse_support", "PROPERTY", text="没有人手")
    assert (party(ticket, "coordinate")["to_do"], party(ticket, "support")["to_do"]) == ("settle_support", None)
    assert party(ticket, "coordinate")["due_by"] is not None


def test_every_round_stays_readable(shown, do):
    do("recall", "dispatcher", text="派错")
    do("dispatch", "dispatcher", lead="D-ENFORCEMENT")
    rounds = shown()["rounds"]
    assert [(row["no"], row["end_reason"], row["ended_at"] is None) for row in rounds] == [(1, "recalled", False), (2, None, True)]
    leads = [next(one["department"]["code"] for one in row["assignments"] if one["role"] == "lead") for row in rounds]
    assert leads == ["D-SANITATION", "D-ENFORCEMENT"]


def test_a_transfer_is_read_with_its_ruling(shown, do, client, people, number):
    do("request_transfer", "SANITATION", status=422, reason_code="other", text="打13812341234问")  # the category wants a photo
    with_photo = _photo(client, people["SANITATION"])
    do("request_transfer", "SANITATION", reason_code="not_our_duty", text="打13812341234问", suggest="D-ENFORCEMENT", photos=[with_photo])
    do("overrule", "URBAN_OFFICE", text="属你单位")
    objection = shown("SANITATION")["rounds"][0]["objections"][0]
    assert (objection["kind"], objection["ruling"], objection["suggested"]["code"]) == ("transfer", "overruled", "D-ENFORCEMENT")
    assert "13812341234" not in objection["text"] and "13812341234" in shown("clerk")["rounds"][0]["objections"][0]["text"]


def _photo(client, headers):
    from tests.api.conftest import picture, send_photo

    return send_photo(client, picture(), headers=headers).json["id"]


def test_an_extension_from_asking_to_the_decision(shown, do):
    assert "request_extension" in shown("SANITATION")["allowed_actions"]
    ticket = do("request_extension", "SANITATION", reason="等待备件")
    assert [clock["red_waits"] for clock in ticket["clocks"] if clock["kind"] == "handle"] == [True]
    assert {"approve_extension", "refuse_extension"} <= set(shown("dispatcher")["allowed_actions"])
    do("approve_extension", "SANITATION", status=403)
    request = do("approve_extension", "dispatcher", text="同意")["requests"][0]
    assert (request["kind"], request["decision"], request["level"], request["decision_text"]) == ("extension", "approved", 1, "同意")


def test_a_suspension_says_until_when_and_what_follows(do, shown, client, people):
    do("request_suspension", "SANITATION", until="2026-03-20", reason="等天晴", next_step="天晴即清")
    ticket = do("approve_suspension", "dispatcher")
    assert (ticket["status"], ticket["light"], ticket["next_step"]) == ("suspended", "suspended", "天晴即清")
    assert ticket["suspended_until"] == "2026-03-19T16:00:00+00:00"
    listed = client.get(f"{URL}?light=suspended", headers=people["clerk"]).json["items"]
    assert [item["number"] for item in listed] == [ticket["number"]]
    assert do("resume", "SANITATION")["status"] == "in_progress"


@pytest.mark.parametrize(("action", "who", "body", "field"), [
    ("request_suspension", "SANITATION", {"until": "someday", "reason": "x", "next_step": "y"}, "until"),
    ("request_suspension", "SANITATION", {"until": "2026-03-20", "reason": "x"}, "next_step"),
    ("supervise", "leader", {"level": 4, "addressee": "lead", "due_by": "2026-03-20", "text": "x"}, "level"),
    ("supervise", "leader", {"level": 1, "addressee": "D-FIRE", "due_by": "2026-03-20", "text": "x"}, "addressee"),
    ("supervise", "leader", {"level": 1, "addressee": "lead", "due_by": "2026-03-01", "text": "x"}, "due_by"),
])
def test_a_wrong_field_is_named(do, action, who, body, field):
    assert list(do(action, who, status=422, **body)["error"]["fields"]) == [field]


def test_orders_are_listed_for_who_gave_and_for_who_owes_them(do, client, people):
    do("supervise", "leader", level=3, addressee="lead", due_by="2026-03-06", text="限期办结")
    do("supervise", "leader", level=1, addressee="dispatcher", due_by="2026-03-05", text="请协调")

    def listed(who, **query):
        answer = client.get("/api/v1/supervisions", query_string=query, headers=people[who])
        return [(row["addressee"]["code"], row["status"]) for row in answer.json["items"]]

    assert listed("leader") == [("dispatcher", "ordered"), ("D-SANITATION", "ordered")]
    assert listed("SANITATION", mine=1) == [("D-SANITATION", "ordered")] and listed("FIRE") == []
    assert listed("dispatcher", mine=1) == [("dispatcher", "ordered")]
    do("answer_supervision", "SANITATION", text="明日完成")
    assert listed("leader", state="answered") == [("D-SANITATION", "answered")]
    do("accept_supervision", "leader")
    assert listed("leader", state="accepted") == [("D-SANITATION", "accepted")] and len(listed("leader")) == 1
    table = client.get("/api/v1/supervisions?state=all", headers=people["leader"] | {"Accept": "text/csv"})
    assert table.mimetype == "text/csv" and "限期办结" in table.get_data(as_text=True)


def test_a_leaders_order_to_the_end(do, shown):
    do("supervise", "leader", level=3, addressee="lead", due_by="2026-03-06", text="限期办结")
    assert "answer_supervision" in shown("SANITATION")["allowed_actions"]
    assert "answer_supervision" not in shown("URBAN_OFFICE")["allowed_actions"]
    do("answer_supervision", "SANITATION", text="明日完成")
    order = do("accept_supervision", "leader")["supervisions"][0]
    assert (order["status"], order["addressee"]["code"], order["answer"]) == ("accepted", "D-SANITATION", "明日完成")
