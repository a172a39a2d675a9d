"""Learning as a run: one at a time, by schedule exactly once, begun anew where its process died, and nothing half of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select, text

from gridops.db import transaction
from gridops.domain.actor import Actor, Grant
from gridops.errors import Conflict, Forbidden, Invalid
from gridops.models import LearnedModel, LearningRun, LearningSchedule, SecurityEvent
from gridops.services.learned import runs, schedule, training
from tests.services.test_learned import LOCAL, closed, street  # noqa: F401
from tests.small_street import RUBBISH, STREET

LEADER = Actor("staff", "leader", grants=(Grant("leader", STREET),))
CLERK = Actor("staff", "clerk", grants=(Grant("clerk", STREET),))
SUNDAY_NIGHT = datetime(2026, 3, 7, 19, 0, tzinfo=UTC)  # three in the morning in Shanghai


class TestOneAtATime:
    def test_a_second_press_is_refused_while_one_waits_or_runs(self, session, now):
        run = runs.ask(session, actor=LEADER, now=now)
        for _ in range(2):
            with pytest.raises(Conflict) as refused:
                runs.ask(session, actor=LEADER, now=now)
            assert refused.value.code == "already_learning"
            runs.begin(session, now=now)
        assert session.scalars(select(LearningRun.id)).all() == [run.id]

    def test_after_the_end_another_may_be_asked_for(self, session, now):
        runs.ask(session, actor=LEADER, now=now)
        runs.end(session, runs.begin(session, now=now), runs.TOO_LITTLE, now=now)
        assert runs.ask(session, actor=LEADER, now=now).state == "waiting"

    def test_others_may_not(self, session, now):
        with pytest.raises(Forbidden):
            runs.ask(session, actor=CLERK, now=now)

    def test_two_presses_at_once_make_one(self, fresh, now):
        gate = Barrier(2)

        def press(_number):
            with transaction(fresh.sessions) as session:
                gate.wait(5)
                runs.ask(session, actor=LEADER, now=now)

        with ThreadPoolExecutor(2) as pool:
            outcomes = [future.exception() for future in [pool.submit(press, number) for number in range(2)]]
        assert sorted(getattr(each, "code", "made") for each in outcomes) == ["already_learning", "made"]


class TestDeath:
    def test_who_was_taken_for_dead_leaves_nothing(self, session, closed, now):  # noqa: F811
        for category, words in LOCAL.items():
            closed(category, words, 5)
        runs.ask(session, actor=LEADER, now=now)
        first, second = runs.begin(session, now=now), runs.begin(session, now=now)
        assert first.id == second.id
        late = training.learn(session, now=now)
        with pytest.raises(Conflict):
            runs.end_with(session, first, late, now=now)
        runs.end(session, first, runs.FAILED, now=now)
        assert runs.open_run(session).state == "running"
        runs.end_with(session, second, late, now=now)
        assert (runs.newest(session)[0].outcome, runs.newest(session)[0].version) == (runs.IN_USE, 1)

    def test_after_three_that_died_nobody_begins_again(self, session, now):
        runs.ask(session, actor=LEADER, now=now)
        assert all(runs.begin(session, now=now) for _ in range(runs.MOST_ATTEMPTS))
        assert runs.begin(session, now=now) is None
        assert runs.newest(session)[0].outcome == runs.DIED and not runs.is_wanted(session)

    def test_a_lock_that_is_held_says_that_it_lives(self, fresh, now):
        with transaction(fresh.sessions) as session:
            runs.ask(session, actor=LEADER, now=now)
        with transaction(fresh.sessions) as session:
            runs.begin(session, now=now)
        with fresh.sessions() as session:
            assert runs.is_wanted(session) and not runs.is_held(session)
        with fresh.engine.connect() as other:
            other.execute(text("SELECT pg_advisory_lock(:number)"), {"number": runs.LEARNING})
            with fresh.sessions() as session:
                assert runs.is_held(session) and not runs.is_wanted(session)
            other.execute(text("SELECT pg_advisory_unlock_all()"))


class TestSchedule:
    @pytest.fixture
    def due(self, session, now):
        """The schedule of a new installation has been looked at once."""
        assert not schedule.ask_if_due(session, now), "a new installation does not begin by learning"
        return schedule.present(session)

    def test_sunday_at_three(self, session, due, now):
        assert due.next_at == SUNDAY_NIGHT
        assert not schedule.ask_if_due(session, SUNDAY_NIGHT - timedelta(seconds=1)) and not schedule.is_due(session, SUNDAY_NIGHT - timedelta(seconds=1))
        assert schedule.is_due(session, SUNDAY_NIGHT) and schedule.ask_if_due(session, SUNDAY_NIGHT)
        assert not schedule.ask_if_due(session, SUNDAY_NIGHT)
        assert runs.open_run(session).cause == "schedule" and due.next_at == SUNDAY_NIGHT + timedelta(days=7)

    def test_a_time_that_passed_is_made_up_for_once(self, session, due):
        late = SUNDAY_NIGHT + timedelta(days=24)
        assert schedule.ask_if_due(session, late) and not schedule.ask_if_due(session, late)
        assert due.next_at == SUNDAY_NIGHT + timedelta(days=28)

    def test_where_learning_is_under_way_already_that_one_is_the_weeks(self, session, due, now):
        runs.ask(session, actor=LEADER, now=now)
        assert not schedule.ask_if_due(session, SUNDAY_NIGHT) and due.next_at == SUNDAY_NIGHT + timedelta(days=7)

    def test_chosen_otherwise_or_never(self, session, due, now):
        chosen = schedule.choose(session, 3, time(22, 30), actor=LEADER, now=now)
        assert chosen.next_at == datetime(2026, 3, 4, 14, 30, tzinfo=UTC)
        schedule.choose(session, None, time(3), actor=LEADER, now=now)
        assert not schedule.is_due(session, now + timedelta(days=30)) and not schedule.ask_if_due(session, now + timedelta(days=30))
        kinds = session.scalars(select(SecurityEvent.kind)).all()
        assert kinds.count("learning_schedule") == 2

    def test_refused(self, session, due, now):
        with pytest.raises(Invalid):
            schedule.choose(session, 8, time(3), actor=LEADER, now=now)
        with pytest.raises(Forbidden):
            schedule.choose(session, 1, time(3), actor=CLERK, now=now)

    def test_two_beats_ask_once(self, fresh, now):
        with transaction(fresh.sessions) as session:
            session.get_one(LearningSchedule, 1).next_at = now
        gate = Barrier(2)

        def beat(_number):
            with transaction(fresh.sessions) as session:
                gate.wait(5)
                return schedule.ask_if_due(session, now)

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(beat, range(2))) == [False, True]
        with fresh.sessions() as session:
            assert session.scalar(select(func.count(LearningRun.id))) == 1


def test_another_version_chosen_meanwhile_is_what_the_new_one_is_held_against(session, closed, now):  # noqa: F811
    for category, words in LOCAL.items():
        closed(category, words, 20)
    taught = training.teach(training.gather(session))
    assert taught.measures["compared"] == 0 and taught.measures["before"]["accuracy"] < taught.measures["new"]["accuracy"]
    good = training.learn(session, now=now)
    worse = replace(taught, measures=taught.measures | {"new": taught.measures["new"] | {"accuracy": good.measures["new"]["accuracy"] - 0.01}})
    made = training.keep(session, worse, now=now)
    assert (made.state, made.measures["compared"]) == ("refused", good.version)
    assert session.scalars(select(LearnedModel.version).where(LearnedModel.state == "active")).one() == good.version


def test_what_is_taken_for_what_is_measured(session, closed, now):  # noqa: F811
    closed(RUBBISH, LOCAL[RUBBISH], 20)
    closed("E2203", LOCAL["E2203"], 20)
    measures = training.learn(session, now=now).measures["new"]
    assert set(measures) == {"accuracy", "macro_f1", "categories", "confusions", "levels"}
    before = session.scalars(select(LearnedModel.measures)).one()["before"]
    assert before["confusions"] and all(row["meant"] != row["said"] for row in before["confusions"])
    assert sum(row["cases"] for row in before["confusions"]) == sum(each["cases"] - each["right"] for each in before["categories"].values())
