"""What each organisation has on its hands."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gridops.domain.actor import SYSTEM
from gridops.services import load, tickets
from tests import small_street
from tests.small_street import EAST, RUBBISH, STREET


@pytest.fixture
def street(session, config, now):
    return small_street.build(session, config, now)


@pytest.fixture
def dispatched(street, session, now):
    def dispatched():
        number = street.submit(session, now).ticket.number
        tickets.perform(session, number, "file", {"category": RUBBISH}, actor=SYSTEM, now=now)
        return tickets.perform(session, number, "dispatch", {}, actor=SYSTEM, now=now).number

    return dispatched


def of(session, now, area=STREET):
    return {one.code: one for one in load.of_organisations(session, area, now=now)}


def test_to_sign_in_hand_and_supporting(street, session, dispatched, now):
    first = dispatched()
    dispatched()
    tickets.perform(session, first, "sign", {}, actor=street.actors["SANITATION"], now=now)
    found = of(session, now)
    assert (found["D-SANITATION"].to_sign, found["D-SANITATION"].in_hand, found["D-SANITATION"].late) == (1, 1, 0)
    assert (found["D-PROPERTY"].supports, found["D-PROPERTY"].to_sign) == (2, 0)
    assert of(session, now + timedelta(days=5))["D-SANITATION"].late == 2


def test_another_area_and_what_is_over_are_not_counted(street, session, dispatched, now):
    number = dispatched()
    assert of(session, now, EAST) == {}
    tickets.perform(session, number, "recall", {"text": "派错了"}, actor=street.actors["dispatcher"], now=now)
    assert of(session, now) == {}
