"""The facts behind /readyz."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import create_engine, text

from gridops.db import make_engine, transaction
from gridops.services import heartbeats, readiness

ALIVE = {"redis": True, "workers": 1, "depth": {}, "dead_letters": 0}


@pytest.fixture
def facts_of(fresh, now):
    def facts_of(age=timedelta(0), **facts):
        with transaction(fresh.sessions) as session:
            heartbeats.record(session, heartbeats.BEAT, now=now - age, facts=ALIVE | facts)
        return readiness.readiness(fresh.engine, now=now)

    return facts_of


def test_all_is_well(facts_of):
    found = facts_of()
    assert (found.ready, found.database, found.migrations, found.queue, found.reasons) == (True, "ok", "ok", "ok", [])


def test_before_the_first_beat_the_queue_is_degraded_and_reports_are_taken(fresh, now):
    found = readiness.readiness(fresh.engine, now=now)
    assert (found.ready, found.queue, found.reasons) == (True, "degraded", ["beat_silent"])


@pytest.mark.parametrize(("facts", "reason"), [
    ({"age": timedelta(seconds=21)}, "beat_silent"),
    ({"redis": False, "workers": 0}, "redis_away"),
    ({"workers": 0}, "no_worker"),
    ({"depth": {"default": {"waiting": 3, "oldest_s": 61}}}, "late"),
])
def test_a_queue_in_trouble_degrades_but_stays_ready(facts_of, facts, reason):
    found = facts_of(**facts)
    assert (found.ready, found.queue, found.reasons) == (True, "degraded", [reason])


def test_dead_letters_are_told_but_are_no_trouble_of_the_queue(facts_of):
    found = facts_of(dead_letters=2)
    assert (found.queue, found.reasons) == ("ok", ["dead_letters"])


def test_a_database_of_an_older_version_or_of_none_is_not_ready(fresh, now):
    for statement in ("UPDATE alembic_version SET version_num = '0001'", "DROP TABLE alembic_version"):
        owner = create_engine(fresh.config.owner_database_url)
        with owner.begin() as connection:
            connection.execute(text(statement))
        owner.dispose()
        found = readiness.readiness(fresh.engine, now=now)
        assert (found.ready, found.database, found.migrations) == (False, "ok", "behind")


def test_a_database_that_is_away_is_said_not_raised(now):
    engine = make_engine("postgresql+psycopg://nobody@/nothing?host=/nonexistent")
    found = readiness.readiness(engine, now=now)
    assert (found.ready, found.database, found.queue) == (False, "away", "unknown")
