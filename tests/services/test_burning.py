"""Where it burns, who must move, how old it is, and whether it grows."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from gridops.domain.actor import SYSTEM
from gridops.services import burning, tickets
from tests import small_street
from tests.small_street import EAST, IN_EAST, RUBBISH, STREET, WEST

ZONE = "Asia/Shanghai"


@pytest.fixture
def street(session, config, now):
    return small_street.build(session, config, now)


@pytest.fixture
def dispatched(street, session, now):
    def dispatched(at=now, **changes):
        number = street.submit(session, at, **changes).ticket.number
        tickets.perform(session, number, "file", {"category": RUBBISH}, actor=SYSTEM, now=at)
        return tickets.perform(session, number, "dispatch", {}, actor=SYSTEM, now=at)

    return dispatched


def test_who_must_move_is_whoever_is_late_with_its_oldest_due(session, street, dispatched, now):
    first = dispatched()
    dispatched(now + timedelta(minutes=30))
    assert burning.movers(session, STREET, now=now + timedelta(hours=1)) == []
    late = {mover.code: mover for mover in burning.movers(session, STREET, now=now + timedelta(days=5))}
    assert {code: mover.tickets for code, mover in late.items()} == {"D-SANITATION": 2, "D-PROPERTY": 2}, "the lead, and who has not given its support"
    assert min(mover.since for mover in late.values()) == first.due_by


def test_only_the_area_asked_for_counts(session, street, dispatched, now):
    dispatched(location=IN_EAST)
    assert burning.movers(session, WEST, now=now + timedelta(days=5)) == []
    assert {mover.tickets for mover in burning.movers(session, EAST, now=now + timedelta(days=5))} == {1}


def test_ages_add_up_to_what_is_open(session, street, now):
    for days in (0, 0, 2, 5, 29, 31, 400):
        street.submit(session, now - timedelta(days=days))
    closed = street.submit(session, now, kind="consult").ticket.number
    tickets.perform(session, closed, "answer", {"text": "周二开门"}, actor=street.actors["clerk"], now=now)
    assert burning.ages(session, STREET, now=now) == [2, 1, 1, 1, 2]
    assert burning.ages(session, "310199002", now=now) == [0, 0, 0, 0, 0]


def test_weeks_begin_on_the_streets_monday(session, street, now):
    """2026-03-04 is a Wednesday; Sunday 16:30 UTC is already Monday in Shanghai."""
    street.submit(session, now)
    street.submit(session, now.replace(day=1, hour=16, minute=30))
    street.submit(session, now.replace(day=1, hour=15, minute=30))
    number = street.submit(session, now - timedelta(days=7), kind="consult").ticket.number
    tickets.perform(session, number, "answer", {"text": "周二开门"}, actor=street.actors["clerk"], now=now)
    found = burning.weeks(session, STREET, ZONE, now=now)
    assert [week.start for week in found][-2:] == [date(2026, 2, 23), date(2026, 3, 2)] and len(found) == 8
    assert [(week.reported, week.settled) for week in found[-2:]] == [(2, 0), (2, 1)]


def test_what_was_rejected_is_neither_come_nor_settled(session, street, now):
    number = street.submit(session, now).ticket.number
    tickets.perform(session, number, "reject", {"reason_code": "no_fact", "text": "不归街道"}, actor=street.actors["clerk"], now=now)
    assert burning.weeks(session, STREET, ZONE, now=now)[-1][1:] == (0, 0)
