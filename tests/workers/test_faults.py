"""Servers and processes that go away at the wrong moment: nothing is lost, nothing is done twice."""

from __future__ import annotations

import signal

import pytest
from sqlalchemy import create_engine, select, text

from gridops.models import Heartbeat, Outbox
from tests.workers.conftest import wait_until

pytestmark = pytest.mark.faults
LEADER = text(
    "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = 4207002 AND granted "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())")


def test_redis_goes_away_and_loses_its_file_while_rows_are_written(background_on_own_redis, own_redis):
    background = background_on_own_redis
    background.start("beat", heartbeat=0.2)
    workers = [background.start("worker"), background.start("worker")]
    ids = background.publish("test.happened", 50)
    background.wait_done()
    for worker in workers:  # rows that have been sent but not begun, so that there is something to lose with the file
        worker.send_signal(signal.SIGTERM)
        worker.wait(10)
    ids += background.publish("test.happened", 50)
    wait_until(lambda: background.look(_all_relayed))
    own_redis.kill()
    ids += background.publish("test.happened", 100)
    wait_until(lambda: background.look(lambda s: s.get(Heartbeat, "beat").facts["redis"] is False), why="the beat says so")
    own_redis.lose_file()
    own_redis.start()
    background.start("worker")
    background.start("worker")
    background.wait_done(within=20)  # well before the lease of 30 s: the beat has seen that the queue was away
    assert sorted(background.effects()) == ids
    assert background.log.read_text().count('"event": "queue_away"') == 1


def test_a_queue_that_lost_everything_unseen_is_filled_again_by_the_receipts(background, servers, redis_number):
    ids = background.publish("test.happened", 30)
    background.start("beat", lease=3)
    wait_until(lambda: background.look(_all_relayed))
    servers.redis.command(f"SELECT {redis_number}", "FLUSHDB")
    background.start("worker")
    background.wait_done()
    assert sorted(background.effects()) == ids


def test_workers_live_through_a_restart_of_redis(background_on_own_redis, own_redis):
    background = background_on_own_redis
    worker = background.start("worker")
    background.start("beat", lease=3)
    ids = background.publish("test.happened", 5)
    background.wait_done()
    own_redis.kill()
    own_redis.start()
    ids += background.publish("test.happened", 20)
    background.wait_done()
    assert sorted(background.effects()) == ids and worker.poll() is None


def test_a_worker_killed_in_a_job_leaves_no_half_and_another_does_it(background, tmp_path):
    marker = tmp_path / "in_the_job"
    first = background.publish("test.happened")
    slow = background.publish("test.slow", marker=str(marker), seconds=1)
    last = background.publish("test.happened")
    background.start("beat", lease=3)
    worker = background.start("worker")
    wait_until(marker.exists)
    worker.kill()
    worker.wait()
    assert background.effects() in ([], first), "what shared its transaction was rolled back with it"
    background.start("worker")
    background.wait_done(within=20)
    assert sorted(background.effects()) == first + slow + last


def test_the_beat_killed_between_commit_and_relay_loses_nothing(background):
    ids = background.publish("test.happened", 25)
    dying = background.start("dying_beat", lease=3)
    assert dying.wait(20) == -signal.SIGKILL
    assert background.look(_all_relayed), "they are marked as sent, and no queue has them"
    background.start("worker")
    background.start("beat", lease=3)
    background.wait_done()
    assert sorted(background.effects()) == ids


def test_the_beat_killed_before_it_claims_loses_nothing(background):
    beat = background.start("beat")
    wait_until(lambda: background.look(lambda s: s.scalar(LEADER)))
    beat.kill()
    ids = background.publish("test.happened", 25)
    background.start("worker")
    background.start("beat")
    background.wait_done()
    assert sorted(background.effects()) == ids


def test_of_two_beats_one_leads_and_the_other_follows_it(background):
    first = background.start("beat", retry=0.2)
    wait_until(lambda: background.look(lambda s: s.scalar(LEADER)))
    leader = background.look(lambda s: s.scalar(LEADER))
    second = background.start("beat", retry=0.2)
    wait_until(lambda: '"event": "beat_waits"' in background.log.read_text())
    assert background.look(lambda s: s.scalar(LEADER)) == leader
    first.kill()
    wait_until(lambda: background.look(lambda s: s.scalar(LEADER)) not in (leader, None))
    ids = background.publish("test.happened", 5)
    background.start("worker")
    background.wait_done()
    assert background.effects() == ids and second.poll() is None


def test_two_beats_at_once_send_everything_once(background):
    ids = background.publish("test.happened", 200)
    for _ in range(2):
        background.start("beat", retry=0.1)
    for _ in range(2):
        background.start("worker")
    background.wait_done()
    assert sorted(background.effects()) == ids


def test_rows_that_were_sent_several_times_are_done_once(background, tmp_path):
    """While the only worker is busy, leases end and copies of the same rows gather in the queue."""
    slow = background.publish("test.slow", marker=str(tmp_path / "busy"), seconds=4)
    background.start("beat", lease=1, batch=1)
    background.start("worker")
    wait_until((tmp_path / "busy").exists)
    ids = background.publish("test.happened", 20)
    background.wait_done()
    follow = background.publish("test.happened", queue="low")  # comes after every copy
    background.wait_done()
    assert sorted(background.effects()) == slow + ids + follow


def test_a_beat_that_loses_its_session_steps_down_and_leads_again(background):
    beat = background.start("beat", retry=0.2)
    wait_until(lambda: background.look(lambda s: s.scalar(LEADER)))
    leader = background.look(lambda s: s.scalar(LEADER))
    _end_sessions(background)
    wait_until(lambda: background.look(lambda s: s.scalar(LEADER)) not in (leader, None))
    assert beat.poll() is None
    ids = background.publish("test.happened", 5)
    background.start("worker")
    background.wait_done()
    assert background.effects() == ids


def test_a_worker_whose_database_session_ends_in_a_job_does_it_later_without_blame(background, tmp_path):
    marker = tmp_path / "in_the_job"
    slow = background.publish("test.slow", marker=str(marker), seconds=1)
    background.start("beat", lease=2, retry=0.2)
    worker = background.start("worker")
    wait_until(marker.exists)
    _end_sessions(background)
    background.wait_done()
    assert background.effects() == slow and worker.poll() is None
    assert background.look(lambda session: session.get(Outbox, slow[0]).attempts) == 0


def test_a_row_that_kills_its_worker_does_not_take_its_batch_mates_twice(background, tmp_path):
    """What was sent without a receipt goes alone the second time."""
    marker = tmp_path / "in_the_job"
    mates = background.publish("test.happened", 2)
    background.publish("test.slow", marker=str(marker), seconds=3600)
    mates += background.publish("test.happened", 2)
    background.start("beat", lease=2)
    worker = background.start("worker")
    wait_until(marker.exists)
    worker.kill()
    background.start("worker")
    background.start("worker")
    wait_until(lambda: sorted(background.effects()) == mates)


def test_beat_and_worker_start_while_the_servers_are_away(background_on_own_redis, own_redis):
    background = background_on_own_redis
    own_redis.kill()
    _allow_connections(background, False)
    processes = [background.start("beat", retry=0.2), background.start("worker")]
    wait_until(lambda: background.log.read_text().count("_away") >= 2)
    _allow_connections(background, True)
    own_redis.start()
    ids = background.publish("test.happened", 5)
    background.wait_done()
    assert background.effects() == ids and [process.poll() for process in processes] == [None, None]


def _all_relayed(session) -> bool:
    return not session.scalars(select(Outbox.id).where(Outbox.done_at.is_(None), Outbox.relayed_at.is_(None))).all()


def _owner(background):
    return create_engine(background.fresh.config.owner_database_url, isolation_level="AUTOCOMMIT")


def _end_sessions(background) -> None:
    """As a restart of PostgreSQL does, but for this database alone."""
    engine = _owner(background)
    with engine.connect() as connection:
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        connection.execute(text(others))
    engine.dispose()
    background.fresh.engine.dispose()


def _allow_connections(background, allowed: bool) -> None:
    """A database that refuses the application's role is as good as one that is away."""
    engine = _owner(background)
    with engine.connect() as connection:
        name = connection.scalar(text("SELECT current_database()"))
        connection.execute(text(f"ALTER DATABASE {name} CONNECTION LIMIT {-1 if allowed else 0}"))
    engine.dispose()
    _end_sessions(background)
