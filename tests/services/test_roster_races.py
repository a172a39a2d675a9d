"""The same thing sent twice at once: the second waits, sees the first and is refused."""

from __future__ import annotations

import threading
from datetime import date

import pytest

from gridops.db import transaction
from gridops.domain.actor import SYSTEM
from gridops.errors import Conflict, GridopsError, Invalid
from gridops.services.duty import roster
from gridops.services.people import check_ins
from tests import small_street
from tests.services.staffing import Staff, local
from tests.small_street import COMMUNITY

SPAN = {"starts_at": local("2026-03-06 18:00"), "ends_at": local("2026-03-06 22:00")}
GIVEN_S = 0.5  # for the second to come through, if nothing held it


@pytest.fixture
def house(fresh, now):
    with transaction(fresh.sessions) as session:
        return fresh, small_street.build(session, fresh.config, now), Staff(session).post("west").id


@pytest.fixture
def twice(house):
    """twice(act) -> what the second of two was told; the first commits only when the second has begun."""
    fresh, _, _ = house

    def twice(act):
        told: list[GridopsError] = []

        def second():
            try:
                with transaction(fresh.sessions) as session:
                    act(session)
            except GridopsError as error:
                told.append(error)

        with transaction(fresh.sessions) as session:
            act(session)
            session.flush()
            thread = threading.Thread(target=second)
            thread.start()
            thread.join(GIVEN_S)
        thread.join(30)
        return told

    return twice


def codes(told: list[GridopsError]) -> list[tuple[type, str]]:
    return [(type(error), error.code) for error in told]


def test_a_shift(house, twice, now):
    told = twice(lambda session: roster.add_shift(session, house[2], kind="night", actor=SYSTEM, now=now, **SPAN))
    assert codes(told) == [(Invalid, "shift_overlaps")]


def test_an_absence(house, twice, now):
    told = twice(lambda session: roster.add_absence(session, 1, actor=SYSTEM, now=now, **SPAN))
    assert codes(told) == [(Invalid, "absence_overlaps")]


def test_a_check_in(house, twice, now):
    told = twice(lambda session: check_ins.check_in(
        session, COMMUNITY, name="陈", phone="13812345678", home_organisation="电力公司", on=date(2026, 3, 4), actor=SYSTEM, now=now,
        vault=house[1].vault))
    assert codes(told) == [(Conflict, "checked_in_before")]
