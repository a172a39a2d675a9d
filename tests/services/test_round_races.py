"""Races of the round side on the real database, really committed: whoever comes second is told, and nothing happens twice."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from gridops.db import transaction
from gridops.domain.actor import SYSTEM
from gridops.errors import Conflict, Forbidden, NotAllowed, NotFound
from gridops.models import Clock, Escalation, Objection, Outbox, Photo, Supervision, Ticket, TimeRequest, Trail
from gridops.services import assignment_links, tickets, trail
from gridops.services.sweep import sweep
from tests import small_street
from tests.small_street import GAS, RUBBISH

LOST = (Conflict, Forbidden, NotAllowed, NotFound)


@pytest.fixture
def street(fresh, now):
    with transaction(fresh.sessions) as session:
        return small_street.build(session, fresh.config, now)


@pytest.fixture
def number(fresh, street, now):
    """A ticket that the sanitation company has still to sign."""
    with transaction(fresh.sessions) as session:
        number = street.submit(session, now).ticket.number
        tickets.perform(session, number, "file", {"category": RUBBISH}, actor=SYSTEM, now=now)
        tickets.perform(session, number, "dispatch", {}, actor=SYSTEM, now=now)
    return number


@pytest.fixture
def do(fresh, street, number, now):
    def act(action, who, *, at=0, **body):
        with transaction(fresh.sessions) as session:
            return tickets.perform(session, number, action, body, actor=street.actors[who], now=now + timedelta(hours=at)).status

    return act


def at_once(*calls) -> Counter:
    """Each in a thread of its own, let go together: what they returned, or the code they were refused with. Anything else is raised here."""
    gate, answers, faults = threading.Barrier(len(calls)), [], []

    def work(call):
        gate.wait()
        try:
            answers.append(call())
        except LOST as refusal:
            answers.append(refusal.code)
        except Exception as fault:  # noqa: BLE001 - whatever it is, it belongs to the test and not to the thread
            faults.append(fault)

    threads = [threading.Thread(target=work, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    return Counter(answers)


def photo(fresh, now):
    with transaction(fresh.sessions) as session:
        row = Photo(mime="image/jpeg", width=1, height=1, sha256=b"", content=b"x", thumbnail=b"x", uploaded_at=now)
        session.add(row)
        session.flush()
        return str(row.id)


def whole(fresh, number):
    with fresh.sessions() as session:
        return trail.verify(session, session.scalars(select(Ticket).where(Ticket.number == number)).one()) == []


def counted(fresh, model, *conditions):
    with fresh.sessions() as session:
        return session.scalar(select(func.count()).select_from(model).where(*conditions))


def test_object_against_sign(fresh, number, do):
    objection = {"reason_code": "not_our_duty", "text": "不是我们"}
    calls = [lambda: do("sign", "SANITATION"), lambda: do("object", "SANITATION", **objection)] * 10
    answers = at_once(*calls)
    won = [answer for answer in ("in_progress", "objected") if answers[answer]]
    assert len(won) == 1 and answers[won[0]] == 1 and answers["not_allowed"] == 19
    assert counted(fresh, Objection) == (won == ["objected"]) and whole(fresh, number)


def test_a_transfer_against_the_result(fresh, street, number, do, now):
    do("sign", "SANITATION")
    with transaction(fresh.sessions) as session:
        street.without_support(session, number, now)
    pictures = [photo(fresh, now) for _ in range(8)]
    calls = [
        (lambda p=p: do("request_transfer", "SANITATION", reason_code="other", text="不是我们", photos=[p])) if i % 2 else
        (lambda p=p: do("submit_result", "SANITATION", outcome="solved", text="好了", photos=[p]))
        for i, p in enumerate(pictures)]
    answers = at_once(*calls)
    assert answers["handled"] + answers["objected"] == 1 and answers["not_allowed"] == 7
    assert whole(fresh, number)


def test_one_request_at_a_time(fresh, number, do):
    do("sign", "SANITATION")
    suspension = {"until": "2026-03-20", "reason": "等天晴", "next_step": "天晴即清"}
    calls = [lambda: do("request_extension", "SANITATION", reason="等备件"), lambda: do("request_suspension", "SANITATION", **suspension)] * 6
    assert at_once(*calls) == {"in_progress": 1, "request_pending": 11}
    assert counted(fresh, TimeRequest) == counted(fresh, Clock, Clock.kind == "decide") == 1


def test_one_decision_on_a_request(fresh, number, do):
    do("sign", "SANITATION")
    do("request_extension", "SANITATION", reason="等备件")
    calls = [lambda: do("approve_extension", "dispatcher"), lambda: do("refuse_extension", "leader")] * 5
    assert at_once(*calls) == {"in_progress": 1, "nothing_asked": 9}
    with fresh.sessions() as session:
        moved = session.scalars(select(Clock.extensions).where(Clock.kind == "handle")).one()
        decision = session.scalars(select(TimeRequest.decision)).one()
    assert moved == (decision == "approved")


@pytest.mark.parametrize("turn", range(3))
def test_an_extension_asked_for_in_the_last_minute_against_the_sweep(fresh, number, do, now, turn):
    """Due at 15:30 (5.5 h). Asked for at 15:29 while the sweep of 15:31 runs: either it escalated first, or red waits; never twice."""
    do("sign", "SANITATION")
    do("answer_support", "PROPERTY", at=1, text="好了")

    def swept():
        with transaction(fresh.sessions) as session:
            sweep(session, now=now + timedelta(hours=5, minutes=31))
        return "swept"

    answers = at_once(swept, lambda: do("request_extension", "SANITATION", at=5.48, reason="等备件"), swept)
    assert answers == {"swept": 2, "in_progress": 1}
    of_handle = Escalation.clock_id.in_(select(Clock.id).where(Clock.kind == "handle"))
    assert counted(fresh, Escalation, of_handle, Escalation.level == 2) <= 1
    swept()
    before = counted(fresh, Escalation, of_handle, Escalation.level == 2)
    do("refuse_extension", "dispatcher", at=6)
    swept(), swept()
    assert counted(fresh, Escalation, of_handle, Escalation.level == 2) == 1 >= before
    assert counted(fresh, Outbox, Outbox.topic == "clock.escalated", Outbox.payload["level"].as_integer() == 2,
                   Outbox.payload["clock"].as_string() == "handle") == 1


def test_several_sweeps_and_a_person_resume_once(fresh, number, do, now):
    do("sign", "SANITATION")
    do("request_suspension", "SANITATION", until="2026-03-10", reason="等天晴", next_step="天晴即清")
    do("approve_suspension", "dispatcher")

    def swept():
        with transaction(fresh.sessions) as session:
            sweep(session, now=now + timedelta(days=6))
        return "swept"

    answers = at_once(*[swept] * 4, *[lambda: do("resume", "dispatcher", at=24 * 6)] * 4)
    assert answers["swept"] == 4 and answers["in_progress"] <= 1
    swept()
    assert counted(fresh, Trail, Trail.action == "resume") == 1
    assert counted(fresh, Clock, Clock.kind == "suspension", Clock.status == "running") == 0 and whole(fresh, number)


def test_a_refusal_against_the_coordinators_waiver(fresh, number, do):
    do("sign", "SANITATION")
    calls = [lambda: do("refuse_support", "PROPERTY", text="没有人手"), lambda: do("waive_support", "URBAN_OFFICE", text="不需要")] * 4
    at_once(*calls)
    assert counted(fresh, Trail, Trail.action == "waive_support") == 1
    assert counted(fresh, Trail, Trail.action == "refuse_support") <= 1
    assert counted(fresh, Clock, Clock.kind.in_(("rule", "support")), Clock.status.in_(("running", "paused"))) == 0


def test_an_order_is_answered_once(fresh, number, do):
    do("supervise", "leader", level=1, addressee="lead", due_by="2026-03-06", text="请报结果")
    assert at_once(*[lambda: do("answer_supervision", "SANITATION", text="好的")] * 6) == {"dispatched": 1, "nothing_ordered": 5}
    assert counted(fresh, Supervision, Supervision.status == "answered") == 1


def test_a_link_against_its_end(fresh, street, now):
    with transaction(fresh.sessions) as session:
        number = street.submit(session, now, category=GAS).ticket.number
        tickets.perform(session, number, "file", {"category": GAS}, actor=SYSTEM, now=now)
        tickets.perform(session, number, "dispatch", {}, actor=SYSTEM, now=now)
        made = assignment_links.make(session, number, "D-GAS_CO", actor=street.actors["clerk"], now=now, vault=street.vault)

    def signed():
        with transaction(fresh.sessions) as session:
            return assignment_links.act(session, made.token, "sign", {}, vault=street.vault, now=now).status

    def ended():
        with transaction(fresh.sessions) as session:
            assignment_links.revoke(session, number, made.link.id, actor=street.actors["clerk"], now=now)
        return "ended"

    answers = at_once(signed, ended, signed, ended)
    assert answers["ended"] == 1 and answers["in_progress"] <= 1
    order = [row for row in _actions(fresh, number) if row in ("sign", "revoke_link")]
    assert order in (["sign", "revoke_link"], ["revoke_link"]) and whole(fresh, number)


def _actions(fresh, number):
    with fresh.sessions() as session:
        query = select(Trail.action).join(Ticket, Ticket.id == Trail.ticket_id).where(Ticket.number == number).order_by(Trail.seq)
        return session.scalars(query).all()
