"""A gas leak by phone at two in the morning; the gas company has no log-in. The clock is the test's, all else is the real thing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from gridops import create_app
from gridops.context import Context
from gridops.db import transaction
from gridops.domain.actor import SYSTEM, Grant
from gridops.models import Escalation, InboxMessage, Outbox, Rating, Ticket
from gridops.services import accounts, outbox_relay, trail
from gridops.services.outbox import QUEUES
from gridops.vault import Vault
from tests import small_street
from tests.running import PASSWORD
from workers import batch, chores, messages

TWO_AT_NIGHT = datetime(2026, 3, 3, 18, 0, tzinfo=UTC)  # Wednesday 02:00 in Shanghai
BY_PHONE = {"on_behalf_of": "D-GAS_CO", "call_record": "02:12 燃气公司值班 李师傅 021-61111111"}


@dataclass
class Night:
    context: Context
    at: datetime
    client: object = None

    def minutes(self, number: int) -> None:
        self.at = TWO_AT_NIGHT + timedelta(minutes=number)
        self.work()

    def work(self) -> None:
        """What beat and workers do until nothing is left to do."""
        chores.sweep(self.context)
        while ids := self._claimed():
            batch.handle(self.context, ids)
        messages.deliver(self.context)

    def _claimed(self) -> list[int]:
        with transaction(self.context.sessions) as session:
            return [id for name in QUEUES for id in outbox_relay.claim(session, name, limit=100, now=self.at).ids]

    def log_in(self, name: str, *grants: Grant) -> Desk:
        with transaction(self.context.sessions) as session:
            accounts.create_account(session, name, PASSWORD, name=name, grants=grants, actor=SYSTEM, now=self.at)
        token = self.client.post("/api/v1/session", json={"username": name, "password": PASSWORD}).json["token"]
        return Desk(self, {"Authorization": f"Bearer {token}"})


@dataclass
class Desk:
    night: Night
    headers: dict[str, str]

    def post(self, path: str, **body):
        return self.night.client.post(f"/api/v1/{path}", json=body, headers=self.headers)

    def get(self, path: str):
        answer = self.night.client.get(f"/api/v1/{path}", headers=self.headers)
        assert answer.status_code == 200, answer.json
        return answer.json

    def do(self, action: str, number: str, **body):
        answer = self.post(f"tickets/{number}/actions/{action}", **body)
        assert answer.status_code == 200, answer.json
        self.night.work()
        return answer.json

    def refused(self, action: str, number: str, **body) -> tuple[int, str]:
        answer = self.post(f"tickets/{number}/actions/{action}", **body)
        return answer.status_code, answer.json["error"]["code"]


@pytest.fixture
def night(fresh) -> Night:
    night = Night(None, TWO_AT_NIGHT)
    vault = Vault(fresh.config.vault_keys, fresh.config.secret_key)
    night.context = Context(fresh.config, fresh.sessions, vault, lambda: night.at)
    with transaction(fresh.sessions) as session:
        small_street.build(session, fresh.config, night.at)
    night.client = create_app(fresh.config, context=night.context).test_client()
    return night


@pytest.fixture
def clerk(night) -> Desk:
    """At night one person holds the desk and dispatches."""
    return night.log_in("night-clerk", Grant("clerk", small_street.STREET), Grant("dispatcher", small_street.STREET))


@pytest.fixture
def worker(night) -> Desk:
    return night.log_in("night-worker", Grant("grid_worker", small_street.WEST))


def _reported(clerk: Desk) -> str:
    answer = clerk.post(
        "reports", kind="help", description="燃气管道破裂，楼道里很浓的燃气味", location=small_street.IN_WEST,
        contact={"name": "王小明", "phone": "13812341234"})
    assert (answer.status_code, answer.json["code"]) == (201, None)
    return answer.json["number"]


def test_the_circle_is_closed_by_phone(night, clerk, worker):
    number = _reported(clerk)
    night.minutes(1)
    _the_clerk_dispatches(clerk, number)
    night.minutes(12)
    _nobody_answered_so_the_next_one_is_called(night, number)
    _nobody_signs_unseen(clerk, number)
    clerk.do("sign", number, **BY_PHONE)
    night.minutes(40)
    clerk.do("contact", number, outcome="reached", text="已请住户关阀开窗", **BY_PHONE)
    _silent_supports_are_done_without(clerk, number)
    clerk.do("submit_result", number, outcome="solved", text="接头更换,检测无泄漏", **BY_PHONE)
    assert clerk.refused("pass_check", number, text="好了") == (403, "forbidden")
    night.minutes(55)
    assert worker.do("pass_check", number, text="现场检测无泄漏")["status"] == "closed"
    night.minutes(70)
    clerk.do("record_callback", number, solved=True, satisfaction=5, called=True, text="谢谢")
    _the_log_proves_who_did_what(clerk, number)
    _every_step_is_kept(night, number)


def _the_clerk_dispatches(clerk, number):
    filed = _filed(clerk, number)
    assert (filed["status"], filed["light"]) == ("filed", "green")
    ticket = clerk.do("dispatch", number)
    lead = next(a for a in ticket["round"]["assignments"] if a["role"] == "lead")
    assert (lead["department"]["code"], lead["has_login"], lead["duty_phone"]) == ("D-GAS_CO", False, "021-61111111")
    # Urgent units run through the night: ten minutes to take it, an hour to make it safe.
    due = {clock["kind"]: clock["due_by"][11:16] for clock in ticket["clocks"] if clock["status"] == "running"}
    assert (due["sign"], due["handle"]) == ("18:11", "19:01")


def _filed(clerk, number):
    """Without letting the worker dispatch first."""
    answer = clerk.post(f"tickets/{number}/actions/file", category=small_street.GAS)
    assert answer.status_code == 200, answer.json
    return answer.json


def _nobody_answered_so_the_next_one_is_called(night, number):
    with night.context.sessions() as session:
        levels = session.execute(
            select(Escalation.level, Escalation.addressee).join(Ticket, Ticket.id == Escalation.ticket_id)
            .where(Ticket.number == number).order_by(Escalation.level)).all()
        told = session.scalars(select(InboxMessage.topic)).all()
    assert (2, "next_on_duty,dispatcher") in levels
    assert "clock.escalated" in told


def _nobody_signs_unseen(clerk, number):
    """An emergency is never deemed signed, and a clerk acts for others only with a record of the call."""
    assert clerk.get(f"tickets/{number}")["status"] == "dispatched"
    assert clerk.refused("sign", number) == (403, "forbidden")
    assert clerk.refused("sign", number, on_behalf_of="D-GAS_CO") == (422, "call_record_missing")
    assert clerk.refused("sign", number, **BY_PHONE | {"on_behalf_of": "D-FIRE"}) == (403, "organisation_logs_in")


def _silent_supports_are_done_without(clerk, number):
    """Half an hour has passed: whoever dispatches need not wait for the coordinator's word."""
    for party in clerk.get(f"tickets/{number}")["round"]["assignments"]:
        if party["role"] == "support":
            clerk.do("waive_support", number, text="夜间未到场，已无需配合", department=party["department"]["code"])


def _the_log_proves_who_did_what(clerk, number):
    gas = "D-GAS_CO"
    steps = [
        (step["action"], step["actor"] and step["actor"]["name"], step["actor"] and (step["actor"]["on_behalf_of"] or {}).get("code"))
        for step in clerk.get(f"tickets/{number}/history")["items"] if step["action"] != "waive_support"
    ]
    assert steps == [
        ("submit", "night-clerk", None), ("page", None, None),  # the words tell of danger: people are called before anybody has filed it
        ("file", "night-clerk", None), ("dispatch", "night-clerk", None), ("page", None, None), ("page", None, None),
        ("sign", "night-clerk", gas),
        ("contact", "night-clerk", gas), ("submit_result", "night-clerk", gas), ("pass_check", "night-worker", None),
        ("record_callback", "night-clerk", None),
    ]
    calls = {step["action"]: step["call_record"] for step in clerk.get(f"tickets/{number}/history")["items"] if step["call_record"]}
    assert calls == dict.fromkeys(("sign", "contact", "submit_result"), BY_PHONE["call_record"])
    ticket = clerk.get(f"tickets/{number}")
    lead = next(a for a in ticket["round"]["assignments"] if a["role"] == "lead")
    assert lead["signed_by"] == "call"
    assert ticket["reports"][0]["entered_by"] == "night-clerk"


def _every_step_is_kept(night, number):
    with night.context.sessions() as session:
        ticket = session.scalars(select(Ticket).where(Ticket.number == number)).one()
        assert trail.verify(session, ticket) == []
        assert session.scalars(select(Rating)).one().taken_by is not None
        assert session.scalars(select(Outbox.topic).where(Outbox.done_at.is_(None))).all() == ["emergency.review_due"]  # in a week


def test_with_the_category_named_the_system_dispatches_before_the_clerk_can(night, clerk):
    answer = clerk.post("reports", kind="help", description="燃气味", location=small_street.IN_WEST, category=small_street.GAS)
    number = answer.json["number"]
    night.work()
    assert clerk.get(f"tickets/{number}")["status"] == "dispatched"
    assert clerk.refused("dispatch", number) == (409, "not_allowed")
    assert [step["action"] for step in clerk.get(f"tickets/{number}/history")["items"]] == ["submit", "file", "dispatch", "page"]
