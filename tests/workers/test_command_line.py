"""``gridops jobs`` and ``python -m workers`` as a person calls them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest
from sqlalchemy import select

from gridops.context import wall_clock
from gridops.db import transaction
from gridops.models import DeadLetter, Outbox
from gridops.services import dead_letters, heartbeats, outbox
from tests.servers import ROOT
from tests.workers.conftest import wait_until


@pytest.fixture
def call(fresh):
    def call(*words: str, expect: int = 0) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "gridops", "jobs", *words], env=os.environ | fresh.environment, cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == expect, done.stderr
        return done.stdout + done.stderr

    return call


def _bury(fresh, topic: str) -> int:
    with transaction(fresh.sessions) as session:
        row = outbox.publish(session, topic, now=wall_clock())
        session.flush()
        letter = dead_letters.bury(session, row, ValueError("no such thing"), now=wall_clock())
        session.flush()
        return letter.id


def test_dead_letters_are_listed_and_run_again_once(fresh, call):
    first = _bury(fresh, "ticket.filed")
    _bury(fresh, "ticket.closed")
    listed = call("list")
    assert f"{first}\t" in listed and "ticket.filed" in listed and "no such thing" in listed and "2 dead letters" in listed
    call("rerun", str(first))
    assert "already_rerun" in call("rerun", str(first), expect=1)
    assert "not_found" in call("rerun", "999", expect=1)
    assert "ticket.filed" not in call("list")
    assert "1 due again" in call("rerun-all")
    with fresh.sessions() as session:
        assert [row.done_at for row in session.scalars(select(Outbox))] == [None, None]
        assert all("command line" in by for by in session.scalars(select(DeadLetter.rerun_by)))


def test_depth_tells_rows_letters_and_the_beat(fresh, call):
    assert "no beat was ever here" in call("depth")
    with transaction(fresh.sessions) as session:
        outbox.publish(session, "ticket.filed", now=wall_clock(), queue="urgent")
        heartbeats.record(session, heartbeats.BEAT, now=wall_clock(), facts={"redis": True, "workers": 2})
    told = call("depth")
    assert "urgent\twaiting 1" in told and "2 workers" in told and "0 dead letters" in told


@pytest.mark.parametrize("role", ["worker", "beat"])
def test_the_real_entry_starts_and_stops(fresh, redis_url, role, tmp_path):
    log = tmp_path / "log"
    with open(log, "wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "workers", role], env=os.environ | fresh.environment, cwd=ROOT, stdout=out, stderr=out)
    try:
        event = {"worker": "worker_ready", "beat": "beat_leads"}[role]
        wait_until(lambda: event in log.read_text(), why=log.read_text())
        process.send_signal(signal.SIGTERM)
        assert process.wait(5) == 0
    finally:
        process.kill()
        process.wait()


def test_wrong_settings_are_named(fresh):
    without = {"DATABASE_URL": ""}
    done = subprocess.run(
        [sys.executable, "-m", "workers", "beat"], env=os.environ | fresh.environment | without, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2 and "DATABASE_URL" in done.stderr
