"""A lift stands still at two in the morning with somebody in it: the first on duty is silent, the next acknowledges, and the log proves it."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from gridops.db import transaction
from gridops.domain.actor import Grant
from gridops.models import Alarm, Department, EmergencyReview, Jurisdiction, Ticket
from gridops.services import dead_letters, trail
from gridops.services.duty.phone_book import PHONE
from tests import small_street
from tests.journeys.test_gas_leak_at_night import Desk, night
from tests.services.staffing import Staff

__all__ = ["night"]
TRAPPED = "E2202"
SILENT, WAKEFUL = "13900000001", "13900000002"


@pytest.fixture
def clerk(night) -> Desk:
    return night.log_in("night-clerk", Grant("clerk", small_street.STREET), Grant("dispatcher", small_street.STREET))


@pytest.fixture
def leader(night) -> Desk:
    return night.log_in("leader", Grant("leader", small_street.STREET))


@pytest.fixture
def watch(night, tmp_path):
    """The first has the cell's night, the second the community's; the lift company answers a telephone only."""
    night.context.config.__dict__.update(sms=f"file:{tmp_path / 'sms.jsonl'}", public_url="https://street.example")
    with transaction(night.context.sessions) as session:
        for code, login in (("ELEVATOR_CO", False), ("MARKET", True)):
            row = Department(code=f"D-{code}", type_code=code, name=f"{code} 单位", duty_phone="021-62222222", has_login=login)
            session.add(row)
            session.flush()
            session.add(Jurisdiction(department_id=row.id, area_prefix=small_street.STREET))
        staff = Staff(session)
        for name, phone, area in (("甲", SILENT, small_street.WEST), ("乙", WAKEFUL, small_street.COMMUNITY)):
            cipher = night.context.vault.encrypt(phone, purpose=PHONE)
            post = staff.post(staff.person(name, phone_cipher=cipher), "grid_worker", area)
            staff.shift(post, "2026-03-02T20:00", "2026-03-03T08:00")
            staff.shift(post, "2026-03-03T20:00", "2026-03-04T08:00")
    return lambda *, to=(SILENT, WAKEFUL): [line for line in map(json.loads, (tmp_path / "sms.jsonl").read_text("utf-8").splitlines()) if line["phone"] in to]


@pytest.fixture
def number(night, watch, clerk) -> str:
    answer = clerk.post(
        "reports", kind="help", description="3号楼电梯困人", location=small_street.IN_WEST, category=TRAPPED,
        contact={"name": "王小明", "phone": "13812341234"})
    assert answer.status_code == 201, answer.json
    night.work()
    return answer.json["number"]


def _link(sent: dict) -> str:
    return re.search(r"https://street\.example(/e/\S+)", sent["text"])[1]


def test_the_next_one_is_called_and_the_log_proves_it(night, watch, clerk, leader, number):
    assert [sent["phone"] for sent in watch()] == [SILENT]
    first = clerk.get(f"emergencies/{number}")
    assert {call["department"]["code"] for call in first["calls"] if call["department"]} == {"D-ELEVATOR_CO", "D-EMERGENCY_OFFICE", "D-PROPERTY", "D-FIRE", "D-MARKET"}
    assert {call["wave"] for call in first["calls"]} == {1}
    night.minutes(9)
    assert len(watch()) == 1
    night.minutes(11)
    night.minutes(11)  # asked again, it calls nobody twice
    assert [sent["phone"] for sent in watch()] == [SILENT, WAKEFUL]
    night.minutes(13)
    assert night.client.get(_link(watch()[1])).status_code == 200
    assert night.client.post(_link(watch()[1])).status_code == 303
    night.minutes(40)  # nobody is called after that
    assert len(watch()) == 2
    told = [sent["text"] for sent in watch(to=("13812341234",))]  # in the night, for it is an emergency
    assert [text.partition("，工单" if "，工单" in text else "工单")[0] for text in told] == ["【星河街道】已收到您的反映（电梯困人）", "【星河街道】"], told
    assert "已派给ELEVATOR_CO 单位办理。承诺3月5日（周四）02:00前办结。" in told[1]
    log = clerk.get(f"emergencies/{number}")["log"]
    assert [(step["action"], step["facts"].get("people") or step["facts"].get("person"), step["facts"].get("via")) for step in log if step["action"] in ("page", "acknowledge")] == [
        ("page", ["甲"], None), ("page", ["乙"], None), ("acknowledge", "乙", "link")]
    with night.context.sessions() as session:
        ticket = session.scalars(select(Ticket).where(Ticket.number == number)).one()
        assert trail.verify(session, ticket) == [] and dead_letters.count(session) == 0


def test_the_list_ends_with_the_leader_and_an_alarm(night, clerk, leader, number):
    for minutes in (11, 22, 33, 44, 55):
        night.minutes(minutes)
    calls = clerk.get(f"emergencies/{number}")["calls"]
    assert [(call["wave"], call["person"] or call["role"]) for call in calls if not call["department"]] == [
        (1, "甲"), (1, "dispatcher"), (2, "乙"), (3, "leader")]
    assert "emergency_unanswered" in _alarms(night)
    assert leader.post(f"emergencies/{number}/acknowledgement").status_code == 200
    assert "emergency_unanswered" not in _alarms(night)


def _organisation(night, code: str) -> Desk:
    with night.context.sessions() as session:
        found = session.scalars(select(Department.id).where(Department.code == code)).one()
    return night.log_in(code, Grant("department", small_street.STREET, found))


def _alarms(night) -> list[str]:
    with night.context.sessions() as session:
        return list(session.scalars(select(Alarm.kind).where(Alarm.settled_at.is_(None))))


def test_who_was_reached_by_phone_is_recorded(night, watch, clerk, number):
    page = next(call for call in clerk.get(f"emergencies/{number}")["calls"] if call["department"] and call["department"]["code"] == "D-ELEVATOR_CO")
    assert (page["channel"], page["phone"]) == ("phone", "021-62222222")
    for outcome in ("no_answer", "reached"):
        answer = clerk.post(f"emergencies/{number}/calls", page=page["id"], outcome=outcome, text="李师傅")
        assert answer.status_code == 200, answer.json
    called = next(call for call in answer.json["calls"] if call["id"] == page["id"])
    assert (called["call_outcome"], called["acknowledged_via"]) == ("reached", "call")
    night.minutes(11)
    assert [sent["phone"] for sent in watch()] == [SILENT]


def test_all_parties_write_into_one_log_and_a_review_follows(night, clerk, leader, number):
    firemen, office = (_organisation(night, code) for code in ("D-FIRE", "D-EMERGENCY_OFFICE"))
    assert firemen.post(f"emergencies/{number}/log", text="车已出发").status_code == 201
    assert [step["note"] for step in clerk.get(f"emergencies/{number}")["log"] if step["action"] == "log_entry"] == ["车已出发"]
    behalf = {"on_behalf_of": "D-ELEVATOR_CO", "call_record": "02:12 电梯公司"}
    clerk.do("sign", number, **behalf)
    firemen.do("answer_support", number, text="已到场")
    for party in ("D-PROPERTY", "D-MARKET"):
        office.do("waive_support", number, department=party, text="不需要")
    clerk.do("contact", number, outcome="reached", text="已安抚", **behalf)
    clerk.do("submit_result", number, outcome="solved", text="人已救出", **behalf)
    night.log_in("night-worker", Grant("grid_worker", small_street.WEST)).do("pass_check", number, text="现场确认")
    due = leader.get("emergencies/reviews")["items"]
    assert [one["number"] for one in due] == [number]
    answer = leader.post(f"emergencies/{number}/review", findings="备用钥匙未交接", measures=[
        {"text": "交接钥匙", "department": "D-PROPERTY", "due_by": (night.at + timedelta(days=3)).isoformat()}])
    assert answer.status_code == 200, answer.json
    assert leader.get("emergencies/reviews")["items"] == []
    with night.context.sessions() as session:
        kept = session.scalars(select(EmergencyReview)).one()
        assert kept.timeline[0]["action"] == "submit" and kept.finished_at is not None
