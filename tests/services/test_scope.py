"""What a person may see, in one place."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from gridops.domain.actor import SYSTEM, Actor, Grant, reporter
from gridops.errors import NotFound
from gridops.models import Ticket
from gridops.services import scope, tickets
from tests import small_street
from tests.small_street import COMMUNITY, EAST, IN_EAST, STREET, WEST


@pytest.fixture
def street(session, config, now):
    return small_street.build(session, config, now)


@pytest.fixture
def receipts(street, session, now):
    return {
        "west": street.submit(session, now), "east": street.submit(session, now, location=IN_EAST),
        "unlocated": street.submit(session, now, location=None),
    }


@pytest.fixture
def seen(session, receipts):
    def seen(actor):
        ids = set(session.scalars(select(Ticket.id).where(scope.visible_tickets(actor))))
        return {name for name, receipt in receipts.items() if receipt.ticket.id in ids}

    return seen


def staff(*grants):
    return Actor("staff", "x", account_id=None, grants=grants)


@pytest.mark.parametrize(
    ("actor", "expected"),
    [
        (SYSTEM, {"west", "east", "unlocated"}),
        (staff(Grant("clerk", STREET)), {"west", "east", "unlocated"}),
        (staff(Grant("leader", STREET[:6])), {"west", "east", "unlocated"}),
        (staff(Grant("cadre", COMMUNITY)), {"west", "east"}),
        (staff(Grant("grid_worker", WEST)), {"west"}),
        (staff(Grant("grid_worker", WEST), Grant("grid_worker", EAST)), {"west", "east"}),
        (staff(Grant("clerk", "310199002")), set()),
        (staff(Grant("clerk", "%")), set()),
        (staff(Grant("system_admin", STREET), Grant("security_admin", STREET), Grant("audit_admin", STREET)), set()),
        (staff(Grant("department", STREET, 10**9)), set()),
        (staff(), set()),
        (Actor("reporter", "reporter"), set()),
    ],
)
def test_areas_nest_by_prefix(seen, actor, expected):
    assert seen(actor) == expected


def test_a_reporter_sees_the_own_ticket(seen, receipts):
    assert seen(reporter(receipts["east"].report.id)) == {"east"}


def test_an_organisation_sees_what_it_was_ever_given(seen, receipts, street, session, now):
    number = receipts["west"].ticket.number
    assert seen(street.actors["SANITATION"]) == set()
    tickets.perform(session, number, "file", {"category": small_street.RUBBISH}, actor=street.actors["clerk"], now=now)
    tickets.perform(session, number, "dispatch", {}, actor=street.actors["dispatcher"], now=now)
    assert seen(street.actors["SANITATION"]) == {"west"}
    assert seen(street.actors["FIRE"]) == set()
    tickets.perform(session, number, "recall", {"text": "派错了"}, actor=street.actors["dispatcher"], now=now)
    assert seen(street.actors["SANITATION"]) == {"west"}


def test_out_of_scope_looks_like_missing(session, receipts):
    outsider = staff(Grant("grid_worker", EAST))
    for number in (receipts["west"].ticket.number, "000000-00000"):
        with pytest.raises(NotFound):
            scope.visible_ticket(session, number, outsider)


def test_looking_into_areas():
    worker = staff(Grant("grid_worker", WEST))
    assert scope.covers(worker, WEST)
    assert not scope.covers(worker, COMMUNITY)
    assert not scope.covers(staff(Grant("department", STREET, 1)), STREET)
    assert not scope.covers(staff(Grant("system_admin", STREET)), STREET)
    assert scope.covers(SYSTEM, STREET)
