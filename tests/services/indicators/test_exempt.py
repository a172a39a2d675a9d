"""What a calendar moved and what an appeal exempted: rows and trail tell the same."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gridops.domain.actor import SYSTEM, Actor, Grant
from gridops.models import Account, Clock
from gridops.services import tickets
from gridops.services.indicators import agreement
from gridops.services.timing import appeals, calendar_versions, recount
from tests import small_street
from tests.small_street import ILLEGAL_BUILDING, STREET

DAY = timedelta(days=1)


@pytest.fixture
def street(session, config, now):
    return small_street.build(session, config, now)


@pytest.fixture
def late(session, street, now):
    """Recounted on the first day, handled forty days after dispatch, closed."""
    number = street.submit(session, now, category=ILLEGAL_BUILDING).ticket.number
    actor, later = street.actors["ENFORCEMENT"], now + 40 * DAY
    tickets.perform(session, number, "file", {"category": ILLEGAL_BUILDING, "condition_no": 2}, actor=SYSTEM, now=now)
    tickets.perform(session, number, "dispatch", {}, actor=SYSTEM, now=now)
    tickets.perform(session, number, "sign", {}, actor=actor, now=now)
    _holiday(session, street, now)
    street.without_support(session, number, now)
    tickets.perform(session, number, "contact", {"outcome": "reached", "text": "已联系"}, actor=actor, now=now)
    tickets.perform(session, number, "submit_result", {"outcome": "explained", "text": "已清"}, actor=actor, now=later)
    return tickets.perform(session, number, "pass_check", {"text": "看过"}, actor=street.actors["clerk"], now=later)


def _holiday(session, street, now):
    before = calendar_versions.in_force(session, STREET)
    day = {"day": (now + DAY).date(), "kind": "holiday", "name": "停电"}
    given = {
        "periods": before.periods, "rest_weekdays": before.rest_weekdays, "known_until": before.known_until,
        "days": [*({"day": row.day, "kind": row.kind, "name": row.name} for row in before.days), day]}
    calendar_versions.publish(session, STREET, given, reason="停电", expected=None, actor=street.actors["leader"], now=now)
    asked = recount.ask(session, STREET, expected=None, reason="停电", actor=street.actors["leader"], now=now)
    recount.go_on(session, asked.id, now=now)
    assert asked.moved


def counted(session, now, name="on_time_dispose_rate"):
    rows = agreement.from_rows(session, STREET, now - DAY, now + 90 * DAY)
    return sum(count.denominator for key, count in rows.items() if key[2] == name)


def test_an_appeal_that_is_upheld_leaves_the_case_out_in_both(session, street, late, now):
    assert list(agreement.differences(session, STREET, now - DAY, now + 90 * DAY)) == []
    assert counted(session, now) == 1
    clock, _ = appeals.may_be_appealed(session, late, street.actors["ENFORCEMENT"])[0]
    assert clock.excused > timedelta(0), "what the calendar moved is not the organisation's doing"
    made = appeals.appeal(
        session, late.number, clock.id, {"reason": "other", "text": "等待"}, actor=street.actors["ENFORCEMENT"], now=now + 41 * DAY)
    for name in ("r1", "r2"):
        account = Account(username=name, password_hash="-", name=name, created_at=now)
        session.add(account)
        session.flush()
        reviewer = Actor("staff", name, account_id=account.id, grants=(Grant("leader", STREET),))
        appeals.review(session, made.id, approve=True, text="属实", actor=reviewer, now=now + 42 * DAY)
    assert counted(session, now) == 0 and session.get(Clock, clock.id).status == "missed"
    assert list(agreement.differences(session, STREET, now - DAY, now + 90 * DAY)) == []
