"""Calendars, the policy of clocks, recounts and appeals over HTTP."""

from __future__ import annotations

import copy
from datetime import timedelta

import pytest

from gridops.domain.actor import SYSTEM
from gridops.models import Outbox
from gridops.services import tickets
from gridops.services.timing import recount
from tests.small_street import ILLEGAL_BUILDING, STREET

URL = "/api/v1"
HOLIDAY = {"day": "2026-03-05", "kind": "holiday", "name": "停电检修"}


@pytest.fixture
def leader(log_in, street):
    return log_in("leader")


@pytest.fixture
def in_force(client, leader):
    return client.get(f"{URL}/calendars/in-force", query_string={"street": STREET}, headers=leader).json


def given(in_force, **changes):
    content = {name: in_force[name] for name in ("periods", "rest_weekdays", "known_until")}
    days = [{name: day[name] for name in ("day", "kind", "name")} for day in in_force["days"]]
    return content | {"street": STREET, "reason": "全街道停电", "expected": in_force["id"], "days": [*days, HOLIDAY]} | changes


@pytest.fixture
def ticket(street, submit, sessions, now):
    number = submit(category=ILLEGAL_BUILDING).ticket.number
    with sessions() as session, session.begin():
        tickets.perform(session, number, "file", {"category": ILLEGAL_BUILDING, "condition_no": 2}, actor=SYSTEM, now=now)
        tickets.perform(session, number, "dispatch", {}, actor=SYSTEM, now=now)
    return number


def test_a_day_of_the_streets_own_and_a_recount(client, leader, in_force, ticket, sessions, now):
    made = client.post(f"{URL}/calendars", json=given(in_force), headers=leader)
    assert made.status_code == 201, made.json
    assert [day["day"] for day in made.json["days"] if day["own"]] == ["2026-03-05"]
    seen = client.get(f"{URL}/clock-recounts/preview", query_string={"street": STREET}, headers=leader).json
    assert seen["total"] == 1 and seen["items"][0]["number"] == ticket
    aim = {"street": STREET, "reason": "停电一天", "calendar_version_id": seen["calendar_version_id"], "policy_id": seen["policy_id"]}
    asked = client.post(f"{URL}/clock-recounts", json=aim, headers=leader)
    assert (asked.status_code, asked.json["status"]) == (202, "running")
    again = client.post(f"{URL}/clock-recounts", json=aim, headers=leader)
    assert (again.status_code, again.json["error"]["code"]) == (409, "recount_running")
    with sessions() as session, session.begin():
        recount.go_on(session, asked.json["id"], now=now)
    [done] = client.get(f"{URL}/clock-recounts", query_string={"street": STREET}, headers=leader).json["items"]
    assert (done["status"], done["done"]) == ("done", 1) and done["moved"] >= 2


def test_a_version_goes_out_as_a_table(client, leader, in_force):
    table = client.get(f"{URL}/calendars/{in_force['id']}", headers=leader | {"Accept": "text/csv"})
    assert table.mimetype == "text/csv" and table.data.decode("utf-8-sig").startswith("day,kind,name")
    listed = client.get(f"{URL}/calendars", headers=leader).json
    assert [row["version"] for row in listed["items"]] == [1]


def test_what_cannot_be_right_is_refused_by_field_and_role(client, leader, log_in, in_force):
    overlapping = client.post(f"{URL}/calendars", json=given(in_force, periods=[["09:00", "12:00"], ["11:00", "17:00"]]), headers=leader)
    assert (overlapping.status_code, list(overlapping.json["error"]["fields"])) == (422, ["periods"])
    assert client.post(f"{URL}/calendars", json=given(in_force), headers=log_in("clerk")).status_code == 403
    assert client.post(f"{URL}/calendars", json=given(in_force, street="310199002"), headers=leader).status_code == 404
    assert client.post(f"{URL}/calendars", json=given(in_force, expected=10**6), headers=leader).json["error"]["code"] == "conflict"


def test_a_policy_in_versions_with_what_changed(client, leader, log_in):
    [first] = client.get(f"{URL}/clock-policies", headers=leader).json["items"]
    rules = copy.deepcopy(client.get(f"{URL}/clock-policies/{first['id']}", headers=leader).json["rules"])
    rules["clocks"]["contact"]["limit"] = {"value": 2, "unit": "work_hour"}
    body = {"rules": rules, "reason": "两小时联系", "expected": first["id"]}
    assert client.post(f"{URL}/clock-policies", json=body, headers=log_in("clerk")).status_code == 403
    made = client.post(f"{URL}/clock-policies", json=body, headers=leader)
    assert (made.status_code, made.json["version"]) == (201, 2)
    compared = client.get(f"{URL}/clock-policies/{made.json['id']}/comparison", headers=leader).json
    assert [change["path"] for change in compared["changes"]] == ["clocks.contact.limit"]
    rules["clocks"]["sign"] = {"limit": {"value": 1, "unit": "moon"}}
    wrong = client.post(f"{URL}/clock-policies", json=body | {"expected": None}, headers=leader)
    assert (wrong.status_code, list(wrong.json["error"]["fields"])) == (422, ["clocks.sign.limit"])


def test_an_appeal_from_the_organisation_to_two_reviewers(client, log_in, street, ticket, sessions, now):
    organisation, later = street.departments["ENFORCEMENT"], now + timedelta(days=40)
    with sessions() as session, session.begin():
        actor = street.actors["ENFORCEMENT"]
        tickets.perform(session, ticket, "sign", {}, actor=actor, now=now)
        street.without_support(session, ticket, now)
        tickets.perform(session, ticket, "contact", {"outcome": "reached", "text": "已联系"}, actor=actor, now=now)
        tickets.perform(session, ticket, "submit_result", {"outcome": "explained", "text": "已清"}, actor=actor, now=later)
        tickets.perform(session, ticket, "pass_check", {"text": "看过"}, actor=street.actors["clerk"], now=later)
    own = log_in("department", department_id=organisation.id)
    [missed] = client.get(f"{URL}/overdue-appeals/missed", query_string={"number": ticket}, headers=own).json["items"]
    body = {"number": ticket, "clock": missed["id"], "reason": "waited_for_others", "text": "等候燃气公司三天"}
    made = client.post(f"{URL}/overdue-appeals", json=body, headers=own)
    assert made.status_code == 201, made.json
    assert client.post(f"{URL}/overdue-appeals", json=body, headers=own).json["error"]["code"] == "appealed_already"
    path = f"{URL}/overdue-appeals/{made.json['id']}/reviews"
    first, second = log_in("grid_office"), log_in("leader")
    assert client.post(path, json={"approve": True, "text": "属实"}, headers=own).status_code == 403
    assert client.post(path, json={"approve": True, "text": "属实"}, headers=first).json["decision"] is None
    assert client.post(path, json={"approve": True, "text": "属实"}, headers=first).json["error"]["code"] == "may_not_review"
    decided = client.post(path, json={"approve": True, "text": "同意"}, headers=second).json
    assert (decided["decision"], len(decided["reviews"])) == ("approved", 2)
    listed = client.get(f"{URL}/overdue-appeals", query_string={"state": "decided"}, headers=own).json["items"]
    assert [row["number"] for row in listed] == [ticket]
    assert client.get(f"{URL}/overdue-appeals", headers=second | {"Accept": "text/csv"}).mimetype == "text/csv"


def test_only_published_facts_reach_the_workers(client, leader, in_force, ticket, sessions):
    client.post(f"{URL}/calendars", json=given(in_force), headers=leader)
    with sessions() as session:
        assert session.query(Outbox).filter(Outbox.topic == recount.ASKED).count() == 0, "nothing is recounted unless somebody asks"


def test_what_is_wrong_is_said_in_chinese(client, leader, in_force):
    wrong = client.post(f"{URL}/calendars", json=given(in_force, periods=[["12:00", "09:00"]]), headers=leader | {"Accept-Language": "zh"})
    assert "不得重叠" in wrong.json["error"]["fields"]["periods"][0]
    twice = client.post(f"{URL}/calendars", json=given(in_force, days=[HOLIDAY, HOLIDAY | {"kind": "workday"}]), headers=leader | {"Accept-Language": "zh"})
    assert twice.json["error"]["fields"]["days"] == ["同一天重复，或既放假又调休上班：2026-03-05"]
