"""Real beats and workers learn: once, by schedule or press, and again where they are killed in the middle; nobody waits behind it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from gridops.context import wall_clock
from gridops.db import transaction
from gridops.domain.actor import Actor, Grant
from gridops.models import CategoryVersion, LearnedModel, LearningRun, LearningSchedule, Ticket
from gridops.services.learned import runs
from tests import small_street
from tests.servers import ROOT
from tests.small_street import RUBBISH, STREET
from tests.workers.conftest import wait_until

LEADER = Actor("staff", "leader", grants=(Grant("leader", STREET),))
WORDS = {RUBBISH: "阿福家老样子又来了", "E2203": "那个老铁家伙又罢工了"}


@pytest.fixture
def taught(background):
    """Closed tickets of two categories, as many as ``each``."""

    def taught(each: int) -> None:
        now = wall_clock() - timedelta(days=1)
        with transaction(background.fresh.sessions) as session:
            street = small_street.build(session, background.fresh.config, now)
            for code, words in WORDS.items():
                version = session.scalars(select(CategoryVersion.id).where(CategoryVersion.code == code, CategoryVersion.valid_to.is_(None))).one()
                for number in range(each):
                    ticket = street.submit(session, now, description=f"{words}第{number}回", category=None).ticket
                    values = {"status": "closed", "category_version_id": version, "filed_at": now, "closed_at": now}
                    session.execute(update(Ticket).where(Ticket.id == ticket.id).values(values))
            session.execute(text("UPDATE outbox SET done_at = now()"))
            session.execute(text("UPDATE ticket SET workers_wanted = false"))  # else the only worker sees to two thousand of them first

    return taught


@pytest.fixture
def press(background):
    def press():
        with transaction(background.fresh.sessions) as session:
            runs.ask(session, actor=LEADER, now=wall_clock())

    return press


def all_runs(background):
    return background.look(lambda session: session.scalars(select(LearningRun).order_by(LearningRun.id)).all())


def ended(background):
    found = all_runs(background)
    return bool(found) and found[-1].state == "ended"


def learners(worker: subprocess.Popen) -> list[int]:
    """The processes that this worker has started and that live."""
    children = Path(f"/proc/{worker.pid}/task/{worker.pid}/children").read_text().split()
    return [int(child) for child in children if b"learn" in Path(f"/proc/{child}/cmdline").read_bytes()]


def at_it(background):
    """A process holds the lock and has begun."""
    return background.look(lambda session: runs.is_held(session) and (run := runs.open_run(session)) is not None and run.state == "running")


def test_a_press_makes_a_version_that_is_used(background, taught, press):
    taught(20)
    press()
    background.start("beat", learning=0.3)
    background.start("worker")
    wait_until(lambda: ended(background), within=60)
    run, = all_runs(background)
    assert (run.cause, run.outcome, run.version, run.stage) == ("person", runs.IN_USE, 1, None), background.log.read_text()[-3000:]
    assert background.look(lambda session: session.scalars(select(LearnedModel.samples)).one()) == 40


def test_too_little_is_said_and_leaves_no_version(background, taught, press):
    taught(1)
    press()
    background.start("beat", learning=0.3)
    background.start("worker")
    wait_until(lambda: ended(background), within=60)
    assert all_runs(background)[0].outcome == runs.TOO_LITTLE
    assert background.look(lambda session: session.scalars(select(LearnedModel.id)).all()) == []


def test_by_schedule_two_beats_and_two_workers_learn_once(background, taught):
    taught(20)
    with transaction(background.fresh.sessions) as session:
        session.get_one(LearningSchedule, 1).next_at = wall_clock()
    for role in ("beat", "beat", "worker", "worker"):
        background.start(role, **({"learning": 0.2} if role == "beat" else {}))
    wait_until(lambda: ended(background), within=60)
    run, = all_runs(background)
    assert (run.cause, run.outcome, run.attempts) == ("schedule", runs.IN_USE, 1)
    assert background.look(lambda session: session.get_one(LearningSchedule, 1).next_at) > wall_clock()


def test_killed_in_the_middle_it_leaves_nothing_and_is_begun_anew(background, taught, press):
    taught(600)
    press()
    background.start("beat", learning=0.3)
    worker = background.start("worker")
    wait_until(lambda: at_it(background), within=120)
    doomed = learners(worker)
    assert doomed
    worker.kill()
    worker.wait()
    for process in doomed:
        os.kill(process, signal.SIGKILL)
    wait_until(lambda: not background.look(runs.is_held))
    run, = all_runs(background)
    assert (run.state, run.attempts) == ("running", 1) and background.look(lambda session: session.scalars(select(LearnedModel.id)).all()) == []
    background.start("worker")
    wait_until(lambda: ended(background), within=90)
    run, = all_runs(background)
    assert (run.outcome, run.attempts, run.version) == (runs.IN_USE, 2, 1)


def test_nobody_waits_behind_who_learns(background, taught, press):
    taught(600)
    press()
    background.start("beat", learning=0.3)
    background.start("worker")
    wait_until(lambda: at_it(background), within=120)
    row = background.publish("test.happened")
    wait_until(lambda: background.effects() == row, within=60)
    done = wall_clock()
    wait_until(lambda: ended(background), within=120)
    assert all_runs(background)[0].ended_at > done, "it was done while that was learned"


class TestCommand:
    def learn(self, background, *words):
        environment = os.environ | background.fresh.environment | {"REDIS_URL": background.redis_url}
        return subprocess.run([sys.executable, "-m", "gridops", "learn", *words], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)

    def test_it_learns_without_any_worker(self, background, taught):
        taught(20)
        said = self.learn(background)
        assert said.returncode == 0 and "version 1  active" in said.stdout and "40 tickets" in said.stdout, said.stderr
        run, = all_runs(background)
        assert (run.cause, run.outcome) == ("command", runs.IN_USE)

    def test_it_says_why_not(self, background, taught):
        taught(1)
        said = self.learn(background)
        assert said.returncode == 1 and "too_little_to_learn" in said.stderr

    def test_an_earlier_version_and_none(self, background, taught):
        taught(20)
        self.learn(background), self.learn(background)
        assert "version 1  active" in self.learn(background, "--use", "1").stdout
        assert "active" not in self.learn(background, "--use", "0").stdout
        assert self.learn(background, "--use", "9").returncode == 1
