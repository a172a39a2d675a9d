"""From a committed row to its effect, with one beat and real workers."""

from __future__ import annotations

import signal
from datetime import timedelta

from sqlalchemy import select, text

from gridops.context import wall_clock
from gridops.db import transaction
from gridops.models import DeadLetter, Heartbeat, Outbox
from gridops.services import dead_letters, outbox_relay
from tests.workers.conftest import wait_until


def test_every_row_is_done_exactly_once_by_two_workers(background):
    ordinary = background.publish("test.happened", 150)
    urgent = background.publish("test.happened", 20, queue="urgent")
    background.start("beat")
    background.start("worker")
    background.start("worker")
    background.wait_done()
    assert sorted(background.effects()) == sorted(ordinary + urgent)


def test_urgent_rows_come_first(background):
    """One worker: two would race for the order of what they write."""
    background.publish("test.happened", 150)
    urgent = background.publish("test.happened", 20, queue="urgent")
    background.start("beat")
    background.start("worker")
    background.wait_done()
    assert sorted(background.effects()[:20]) == urgent


def test_a_poison_row_fails_alone_and_is_postponed(background):
    before, poison, after = (background.publish(topic)[0] for topic in ("test.happened", "test.poison", "test.happened"))
    background.start("beat", lease=5)
    background.start("worker")
    wait_until(lambda: background.undone() == 1 and background.look(lambda s: s.get(Outbox, poison).attempts))
    assert background.effects() == [before, after], "the effect of the failed one was rolled back, its batch mates are done"
    row = background.look(lambda session: session.get(Outbox, poison))
    assert (row.attempts, row.relayed_at, row.done_at) == (1, None, None)
    assert row.available_at > wall_clock()


def test_after_the_last_attempt_a_row_is_a_dead_letter_without_personal_numbers(background):
    poison = background.publish("test.poison")[0]
    with transaction(background.fresh.sessions) as session:
        session.get(Outbox, poison).attempts = outbox_relay.MOST_ATTEMPTS - 1
    background.start("beat")
    background.start("worker")
    background.wait_done()
    letter = background.look(lambda session: session.scalars(select(DeadLetter)).one())
    assert (letter.outbox_id, letter.topic, letter.attempts) == (poison, "test.poison", 6)
    assert letter.error.startswith("ValueError: the owner of *** does not answer") and "process.py" in letter.error
    assert background.effects() == []


def test_what_can_never_succeed_is_a_dead_letter_at_once(background):
    for topic in ("test.refused", "test.nobody_knows_this"):
        background.publish(topic)
    background.start("beat")
    background.start("worker")
    background.wait_done()
    letters = background.look(lambda session: {l.topic: l for l in session.scalars(select(DeadLetter))})
    assert {topic: letter.attempts for topic, letter in letters.items()} == {"test.refused": 1, "test.nobody_knows_this": 1}
    assert "138" not in letters["test.refused"].error and "invalid" in letters["test.refused"].error


def test_the_error_of_a_statement_does_not_tell_its_values(background):
    broken = background.publish("test.broken_statement")[0]
    with transaction(background.fresh.sessions) as session:
        session.get(Outbox, broken).attempts = outbox_relay.MOST_ATTEMPTS - 1
    background.start("beat")
    background.start("worker")
    background.wait_done()
    error = background.look(lambda session: session.scalars(select(DeadLetter.error)).one())
    assert "InvalidTextRepresentation 22P02" in error and "138" not in error and "call" not in error
    assert "1381234" not in background.log.read_text()  # a time of the clock may hold the first three


def test_a_dead_letter_that_is_run_again_is_done(background):
    row_id = background.publish("test.nobody_knows_this")[0]
    background.start("beat")
    background.start("worker")
    background.wait_done()
    with transaction(background.fresh.sessions) as session:
        session.get(Outbox, row_id).topic = "test.happened"  # as if the code had been mended
    with transaction(background.fresh.sessions) as session:
        letter = session.scalars(select(DeadLetter)).one()
        dead_letters.rerun(session, letter.id, by="tester", now=wall_clock())
    background.wait_done()
    assert background.effects() == [row_id]


def test_a_job_that_hangs_is_ended_and_its_batch_mates_are_done(background):
    first = background.publish("test.happened")
    hanging = background.publish("test.hanging")[0]
    last = background.publish("test.happened")
    background.start("beat", lease=3, job_timeout=2)
    background.start("worker")
    wait_until(lambda: background.undone() == 1 and background.look(lambda s: s.get(Outbox, hanging).attempts), within=15)
    assert background.effects() == first + last


def test_a_worker_that_is_asked_to_stop_finishes_its_job(background, tmp_path):
    marker = tmp_path / "in_the_job"
    row = background.publish("test.slow", marker=str(marker), seconds=2)
    background.start("beat")
    worker = background.start("worker")
    wait_until(marker.exists)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(10) == 0
    assert background.effects() == row and background.undone() == 0


def test_idle_worker_and_beat_stop_at_once(background):
    processes = [background.start("worker"), background.start("beat")]
    wait_until(lambda: b"worker_ready" in background.log.read_bytes() and b"beat_leads" in background.log.read_bytes())
    for process in processes:
        process.send_signal(signal.SIGTERM)
    assert [process.wait(5) for process in processes] == [0, 0]


def test_the_beat_tells_depth_and_workers(background):
    background.publish("test.happened", 3, queue="low")
    background.start("beat", heartbeat=0.2)
    wait_until(lambda: background.look(lambda session: session.get(Heartbeat, "beat")))
    beat = background.look(lambda session: session.get(Heartbeat, "beat"))
    assert beat.facts["redis"] is True and beat.facts["workers"] == 0
    assert beat.facts["depth"]["low"]["waiting"] == 3
    background.start("worker")
    wait_until(lambda: background.look(lambda session: session.get(Heartbeat, "beat").facts["workers"] == 1))
    wait_until(lambda: background.look(lambda session: session.get(Heartbeat, "beat").facts["depth"] == {}))


def test_housekeeping_is_done_once_an_hour(background):
    background.start("beat")
    background.start("worker")
    wait_until(lambda: background.look(lambda session: session.get(Heartbeat, "housekeeping")))
    assert wall_clock() - background.look(lambda session: session.get(Heartbeat, "housekeeping").at) < timedelta(seconds=20)
    assert background.look(lambda session: session.scalar(text("SELECT count(*) FROM dead_letter"))) == 0
