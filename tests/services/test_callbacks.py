"""Whom the operations centre still has to phone: the list agrees with whom the action lets it ask."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gridops.domain.actor import Actor
from gridops.services import listing, tickets
from tests.services.test_tickets import closed, dispatched, do, handled, offered, photo, street, ticket  # noqa: F401

CONTACT = {"name": "王小明", "phone": "13812341234"}


@pytest.fixture
def to_call(session, street, now):  # noqa: F811
    """to_call("clerk") -> numbers on that person's list."""

    def to_call(who="clerk"):
        actor = who if isinstance(who, Actor) else street.actors[who]
        found = listing.list_tickets(session, actor, {"to_call_back": True}, now=now, sort="due_by").items
        return [item["number"] for item in found]

    return to_call


def test_a_closed_matter_waits_for_the_residents_word(closed, do, to_call):  # noqa: F811
    assert to_call() == [closed.number]
    do("record_callback", closed, "clerk", at=3, solved=True, satisfaction=5)
    assert to_call() == []


def test_what_is_open_is_not_asked_about(dispatched, to_call):  # noqa: F811
    assert to_call() == []


def test_a_rating_by_the_resident_needs_no_call(session, street, now, do, to_call):  # noqa: F811
    receipt = street.submit(session, now, kind="consult", contact=CONTACT)
    do("answer", receipt.ticket, "clerk2", text="见公告")
    assert to_call() == [receipt.ticket.number]
    do("rate", receipt.ticket, street.reporter_of(receipt), at=1, solved=True, satisfaction=4)
    assert to_call() == []


def test_what_others_joined_or_closed_twice_puts_nobody_else_on_the_list(session, street, now, closed, do, photo, to_call):  # noqa: F811
    do("record_callback", closed, "clerk", at=3, solved=False)
    do("submit_result", closed, "SANITATION", at=4, outcome="solved", text="又清了一遍", photos=[photo()])
    do("pass_check", closed, "worker_west", at=5, text="干净了")
    do("record_callback", closed, "clerk", at=6, solved=True)
    silent = street.submit(session, now, kind="consult", contact=CONTACT).ticket
    joined = street.submit(session, now, kind="consult", contact=CONTACT | {"phone": "13912341234"}).ticket
    do("merge", joined, into=silent.number)
    do("answer", silent, "clerk2", text="见公告")
    assert to_call() == [silent.number]


@pytest.mark.parametrize("who", [{}, {"visibility": "anonymous"}])
def test_whoever_cannot_be_reached_is_not_on_the_list(session, street, now, do, to_call, who):  # noqa: F811
    do("answer", street.submit(session, now, kind="consult", **who).ticket, text="见公告")
    assert to_call("clerk2") == []


def test_who_joined_is_asked_too(session, street, now, do, to_call):  # noqa: F811
    first = street.submit(session, now, kind="consult", contact=CONTACT)
    second = street.submit(session, now, kind="consult", contact=CONTACT | {"phone": "13912341234"})
    do("merge", second.ticket, into=first.ticket.number)
    do("answer", first.ticket, "clerk2", text="见公告")
    do("rate", first.ticket, street.reporter_of(first), at=1, solved=True, satisfaction=4)
    assert to_call() == [first.ticket.number]  # who joined has not been asked
    do("record_callback", first.ticket, "clerk", at=2, solved=True)
    assert to_call() == []


def test_who_joined_through_another_is_asked_too(session, street, now, do, to_call):  # noqa: F811
    top, between, last = (street.submit(session, now, kind="consult", **who).ticket for who in ({}, {}, {"contact": CONTACT}))
    do("merge", last, into=between.number)
    do("merge", between, into=top.number)
    do("answer", top, "clerk2", text="见公告")
    assert to_call() == [top.number]
    do("record_callback", top, "clerk", at=1, solved=True, report=3)
    assert to_call() == []


def test_a_matter_closed_anew_is_asked_about_anew(session, street, closed, do, photo, to_call, now):  # noqa: F811
    do("record_callback", closed, "clerk", at=3, solved=False)
    assert closed.status == "in_progress" and to_call() == []
    do("submit_result", closed, "SANITATION", at=4, outcome="solved", text="又清了一遍", photos=[photo()])
    do("pass_check", closed, "worker_west", at=5, text="干净了")
    assert to_call() == [closed.number]


def test_nobody_asks_about_the_own_work(session, street, closed, do, to_call, now):  # noqa: F811
    clerk, unit = street.actors["clerk"], street.actors["SANITATION"]
    both = Actor("staff", "both", account_id=clerk.account_id, grants=clerk.grants + unit.grants)
    assert to_call(both) == []
    assert "record_callback" not in offered(session, closed, both, now + timedelta(hours=3))
    own = street.submit(session, now, kind="consult", contact=CONTACT).ticket
    tickets.perform(session, own.number, "answer", {"text": "见公告"}, actor=clerk, now=now)
    assert own.number not in to_call("clerk") and own.number in to_call("clerk2")
