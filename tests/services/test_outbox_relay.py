"""Receipts, postponing, dead letters and depth, without a queue."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from gridops.db import transaction
from gridops.errors import Conflict, Invalid, Unavailable
from gridops.models import Outbox, Ticket
from gridops.services import dead_letters, outbox, outbox_relay
from gridops.services.outbox_relay import LEASE
from tests import small_street

SECOND = timedelta(seconds=1)


@pytest.fixture
def publish(session, now):
    def publish(topic="test.happened", **fields):
        row = outbox.publish(session, topic, now=now, **fields)
        session.flush()
        return row

    return publish


def _claimed(session, now, queue="default", limit=100):
    return outbox_relay.claim(session, queue, limit=limit, now=now)


def test_a_claimed_row_comes_back_when_its_lease_ends(session, publish, now):
    row = publish()
    assert _claimed(session, now).together == [row.id]
    assert _claimed(session, now + LEASE - SECOND).ids == []
    assert _claimed(session, now + LEASE).alone == [row.id], "sent before without a receipt: this time alone"


def test_only_due_rows_of_the_queue_are_claimed_oldest_first(session, publish, now):
    later, second, first = publish(available_at=now + SECOND), publish(), publish(available_at=now - SECOND)
    publish(queue="urgent")
    assert _claimed(session, now).together == [first.id, second.id]
    assert _claimed(session, now + SECOND).together == [later.id]


def test_what_was_given_back_is_due_at_once_and_not_to_be_done_meanwhile(session, publish, now):
    row = publish()
    _claimed(session, now)
    assert outbox_relay.still_wanted(session, [row.id]) == [row.id]
    assert outbox_relay.give_back(session, [row.id], now=now) == 1
    assert outbox_relay.still_wanted(session, [row.id]) == [] and outbox_relay.take(session, row.id) is None
    assert _claimed(session, now).together == [row.id]


def test_a_row_in_somebodys_hands_is_taken_by_nobody_else(fresh, now):
    with transaction(fresh.sessions) as session:
        row_id = _published(session, now)
        _claimed(session, now)
    with fresh.sessions() as first, fresh.sessions() as second:
        assert outbox_relay.take(first, row_id).id == row_id
        assert outbox_relay.take(second, row_id) is None
        assert outbox_relay.claim(second, "default", limit=9, now=now + LEASE).ids == []
        assert outbox_relay.give_back(second, now=now) == 0


def _published(session, now):
    row = outbox.publish(session, "test.happened", now=now)
    session.flush()
    return row.id


def test_a_done_row_is_not_done_again(session, publish, now):
    row, done = publish(), []
    _claimed(session, now)
    reactions = {"test.happened": lambda session, row, now, context: done.append((row.id, context))}
    assert [outbox_relay.react(session, row.id, reactions, now=now, context="ours") for _ in range(2)] == [True, False]
    assert done == [(row.id, "ours")] and row.done_at == now


def test_a_batch_is_done_together_and_waits_for_nobodys_ticket(fresh, now):
    """What lies on a ticket that somebody is working on is left for later, and so is what may not share a transaction."""
    with transaction(fresh.sessions) as session:
        street = small_street.build(session, fresh.config, now)
        free, busy = (street.submit(session, now).ticket.id for _ in range(2))
        rows = [outbox.publish(session, topic, now=now, ticket_id=ticket) for topic, ticket in (
            ("test.happened", free), ("test.happened", busy), ("test.alone", free), ("test.happened", None))]
        session.flush()
        ids = [row.id for row in rows]
        outbox_relay.claim(session, "default", limit=99, now=now)
    done = []
    reactions = dict.fromkeys(("test.happened", "test.alone"), lambda session, row, now, context: done.append(row.id))
    with fresh.sessions() as somebody, somebody.begin():
        somebody.scalars(select(Ticket).where(Ticket.id == busy).with_for_update()).one()
        with transaction(fresh.sessions) as session:
            found = outbox_relay.react_together(session, ids, reactions, now=now, context=None, together={"test.happened"})
    assert found == done == [ids[0], ids[3]]
    with fresh.sessions() as session:
        assert [session.get(Outbox, row_id).done_at is not None for row_id in ids] == [True, False, False, True]


def test_failures_postpone_by_doubling_and_the_sixth_buries(session, publish, now):
    row, waits = publish(), []
    while row.done_at is None:
        _claimed(session, now)
        outbox_relay.fail(session, row.id, Unavailable(), now=now)
        waits.append((row.available_at - now).total_seconds())
        failed_at, now = now, row.available_at
    assert waits[:5] == [2, 4, 8, 16, 32] and (row.attempts, row.done_at) == (6, failed_at)
    assert [letter.outbox_id for letter in dead_letters.waiting(session)] == [row.id]


def test_the_longest_delay_is_ten_minutes():
    assert [outbox_relay.delay(n) for n in (9, 10, 50)] == [timedelta(seconds=512), timedelta(minutes=10), timedelta(minutes=10)]


@pytest.mark.parametrize(("error", "buried"), [(Invalid(), True), (outbox_relay.UnknownTopic("x"), True), (Conflict(), False), (KeyError("x"), False)])
def test_only_what_would_be_refused_again_is_buried_at_once(session, publish, now, error, buried):
    row = publish()
    _claimed(session, now)
    outbox_relay.fail(session, row.id, error, now=now)
    assert (row.done_at is not None) is buried and dead_letters.count(session) == int(buried)


def test_rows_that_wait_for_an_attempt_do_not_age(session, publish, now):
    failed, waiting = publish(), publish()
    failed.attempts, failed.available_at = 3, now + timedelta(minutes=5)
    publish(queue="low", available_at=now + timedelta(days=1))
    session.flush()
    later = now + timedelta(seconds=90)
    assert outbox_relay.depth(session, now=later) == {"default": {"waiting": 2, "oldest_s": 90.0}, "low": {"waiting": 1, "oldest_s": 0.0}}
    waiting.done_at = later
    session.flush()
    assert outbox_relay.depth(session, now=later)["default"] == {"waiting": 1, "oldest_s": 0.0}


def test_a_letter_run_again_gives_the_row_all_its_attempts(session, publish, now):
    row = publish()
    _claimed(session, now)
    row.attempts = 5
    session.flush()
    outbox_relay.fail(session, row.id, ValueError("x"), now=now)
    letter = dead_letters.waiting(session)[0]
    session.flush()
    dead_letters.rerun(session, letter.id, by="a person", now=now + SECOND)
    assert _claimed(session, now + SECOND).together == [row.id]
    assert session.get(Outbox, row.id).attempts == 0 and dead_letters.waiting(session) == []
