"""The numbers from the rows are the numbers from the trail, whatever has happened."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from gridops.domain.kpi import Count
from gridops.models import Clock, Rating
from gridops.services import tickets
from gridops.services.indicators import agreement
from gridops.services.sweep import sweep
from gridops.services.timing import appeals
from tests import small_street
from tests.services.indicators.lives import Lives
from tests.small_street import ILLEGAL_BUILDING, STREET, WEST

DISPATCH = {"coordinate": "D-GRID_CENTER", "support": []}
LATER = timedelta(days=60)


@pytest.mark.parametrize("seed", range(4))
def test_rows_and_trail_tell_the_same(session, config, now, seed):
    lives = Lives(session, small_street.build(session, config, now), now, seed)
    lives.play(tickets_=12, acts=280)
    session.flush()
    assert list(agreement.differences(session, STREET, now, lives.now)) == [], lives.done
    assert len(agreement.from_rows(session, STREET, now, lives.now)) > 20, lives.done


@pytest.fixture
def told(session, config, now):
    """One matter through a bounce, an extension, a suspension, rework and a reopening: (hours after the report, action, who, body)."""
    street = small_street.build(session, config, now)
    receipt = street.submit(session, now, contact={"phone": "13900000000"})
    until = (now + timedelta(days=9)).date().isoformat()
    for hours, action, who, body in (
        (0.1, "file", "clerk", {"category": ILLEGAL_BUILDING}), (0.2, "dispatch", "dispatcher", DISPATCH | {"lead": "D-URBAN_OFFICE"}),
        (1, "object", "URBAN_OFFICE", {"reason_code": "not_our_duty", "text": "非本单位职责"}), (2, "uphold", "dispatcher", {"text": "异议成立"}),
        (2.1, "dispatch", "dispatcher", DISPATCH | {"lead": "D-ENFORCEMENT"}), (3, "sign", "ENFORCEMENT", {}),
        (4, "contact", "ENFORCEMENT", {"outcome": "reached", "text": "已联系"}), (24, "request_extension", "ENFORCEMENT", {"reason": "等待鉴定"}),
        (25, "approve_extension", "dispatcher", {}),
        (26, "request_suspension", "ENFORCEMENT", {"until": until, "reason": "等待施工", "next_step": "开工后处理"}),
        (27, "approve_suspension", "dispatcher", {}), (230, "submit_result", "ENFORCEMENT", {"outcome": "solved", "text": "已拆除"}),
        (231, "fail_check", "worker_west", {"text": "仍在"}), (232, "submit_result", "ENFORCEMENT", {"outcome": "solved", "text": "已拆净"}),
        (233, "pass_check", "worker_west", {"text": "属实"}), (240, "rate", None, {"solved": False, "satisfaction": 2, "called": True}),
        (250, "submit_result", "ENFORCEMENT", {"outcome": "solved", "text": "再次清理"}), (251, "pass_check", "worker_west", {"text": "属实"}),
        (252, "rate", None, {"solved": True, "satisfaction": 5, "called": True}),
    ):
        at = now + timedelta(hours=hours)
        sweep(session, now=at)
        actor = street.actors[who] if who else street.reporter_of(receipt)
        tickets.perform(session, receipt.ticket.number, action, body, actor=actor, now=at)
    session.flush()
    numbers = agreement.from_the_trail(session, STREET, now, now + LATER)
    return {(department, indicator): count for (_, department, indicator), count in numbers.items()}, street


def test_one_matter_in_numbers(told, session, now):
    numbers, street = told
    office, enforcement = street.departments["URBAN_OFFICE"].id, street.departments["ENFORCEMENT"].id
    assert numbers[office, "bounce_rate"] == Count(1, 1)
    assert (office, "dispose_rate") not in numbers  # it owes nothing any more
    assert numbers[enforcement, "bounce_rate"] == Count(0, 1)
    assert numbers[None, "accurate_dispatch_rate"] == Count(0, 1)
    assert numbers[enforcement, "dispose_rate"] == Count(2, 2)  # the reopening is a case of its own, rework is none
    assert numbers[enforcement, "extension_rate"] == Count(1, 2)
    assert numbers[enforcement, "rework_rate"] == Count(1, 2)
    assert numbers[enforcement, "on_original_rate"] == Count(2, 2)  # the suspended time is left out
    assert numbers[enforcement, "response_rate"] == Count(1, 1)
    assert numbers[enforcement, "resolved_rate"] == Count(1, 2)
    assert numbers[enforcement, "answer_rate"] == Count(2, 2)
    assert list(agreement.differences(session, STREET, now, now + LATER)) == []


def test_what_came_by_another_way_than_the_one_door_shows(told, session, now):
    session.execute(update(Clock).where(Clock.kind == "handle", Clock.status == "met").values(status="missed"))
    session.execute(update(Rating).values(solved=True))
    changed = {found.indicator for found in agreement.differences(session, STREET, now, now + LATER)}
    assert changed >= {"on_time_dispose_rate", "resolved_rate"}


def test_one_caller_is_one_voice_however_often_he_reports(session, config, now):
    street = small_street.build(session, config, now)
    first, second, other = (street.submit(session, now, contact={"phone": f"1390000000{place}"}) for place in (1, 1, 2))
    master = first.ticket.number
    acts = [("merge", "clerk", found.ticket.number, {"into": master}) for found in (second, other)]
    acts += [("answer", "clerk", master, {"text": "已答复"})]
    for minutes, (action, who, number, body) in enumerate(acts):
        tickets.perform(session, number, action, body, actor=street.actors[who], now=now + timedelta(minutes=minutes))
    for hours, (receipt, solved) in enumerate(((first, True), (second, True), (other, True))):
        body = {"solved": solved, "satisfaction": 5 if receipt is other else 1}
        tickets.perform(session, receipt.ticket.number, "rate", body, actor=street.reporter_of(receipt), now=now + timedelta(hours=1 + hours))
    session.flush()
    rows = agreement.from_rows(session, STREET, now, now + LATER)
    assert rows[WEST, None, "satisfied_rate"] == Count(1, 2)
    assert rows[WEST, None, "answer_rate"] == Count(3, 3)
    assert list(agreement.differences(session, STREET, now, now + LATER)) == []


def test_a_ticket_under_an_approved_appeal_counts_nowhere(told, session, now):
    numbers, street = told
    receipt = street.submit(session, now)
    for hours, action, who, body in (
        (0.1, "file", "clerk", {"category": ILLEGAL_BUILDING}), (0.2, "dispatch", "dispatcher", DISPATCH | {"lead": "D-ENFORCEMENT"}),
        (1, "sign", "ENFORCEMENT", {}), (900, "submit_result", "ENFORCEMENT", {"outcome": "solved", "text": "已拆除"}),
        (901, "pass_check", "worker_west", {"text": "属实"}),
    ):
        tickets.perform(session, receipt.ticket.number, action, body, actor=street.actors[who], now=now + timedelta(hours=hours))
    clock = session.scalars(select(Clock).where(Clock.ticket_id == receipt.ticket.id, Clock.kind == "handle")).one()
    late = now + timedelta(days=50)
    made = appeals.appeal(
        session, receipt.ticket.number, clock.id, {"reason": "force_majeure", "text": "台风"}, actor=street.actors["ENFORCEMENT"], now=late)
    before = agreement.from_rows(session, STREET, now, now + LATER)
    assert before[WEST, street.departments["ENFORCEMENT"].id, "dispose_rate"] == Count(3, 3)
    leader = street.actors["leader"]
    for reviewer in (leader, replace(leader, account_id=street.actors["clerk2"].account_id)):  # the dispatcher has decided on the dispatch
        appeals.review(session, made.id, approve=True, text="属实", actor=reviewer, now=late)
    session.flush()
    after = agreement.from_rows(session, STREET, now, now + LATER)
    assert {(department, name): count for (_, department, name), count in after.items()} == numbers
    assert list(agreement.differences(session, STREET, now, now + LATER)) == []


def test_voided_tickets_are_left_out_but_where_they_are_named(told, session, now):
    _, street = told
    number = street.submit(session, now).ticket.number
    for minutes, action, who, body in (
        (10, "file", "clerk", {"category": ILLEGAL_BUILDING}), (12, "dispatch", "dispatcher", DISPATCH | {"lead": "D-ENFORCEMENT"}),
        (20, "request_void", "clerk", {"reason": "误立案"}), (30, "approve_void", "clerk2", {}),
    ):
        tickets.perform(session, number, action, body, actor=street.actors[who], now=now + timedelta(minutes=minutes))
    session.flush()
    rows = agreement.from_rows(session, STREET, now, now + LATER)
    assert rows[WEST, None, "accurate_file_rate"] == Count(1, 2)
    assert rows[WEST, None, "accurate_dispatch_rate"].denominator == 1
    assert list(agreement.differences(session, STREET, now, now + LATER)) == []
