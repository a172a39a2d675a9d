"""Idempotency keys and rate counters under real concurrency."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import text

from gridops.errors import Invalid, TooMany
from gridops.services import idempotency, rates
from gridops.vault import Vault

MINUTE = timedelta(minutes=1)


@pytest.fixture
def vault(config):
    return Vault(config.vault_keys, config.secret_key)


def test_the_answer_is_kept_under_key_and_caller(session, vault, now):
    assert idempotency.begin(session, "k", "account:1", b"hash", now, vault=vault) is None
    idempotency.finish(session, "k", "account:1", status=201, answer='{"code": "秘密"}', vault=vault)
    stored = idempotency.begin(session, "k", "account:1", b"hash", now, vault=vault)
    assert (stored.status, stored.answer) == (201, '{"code": "秘密"}')
    assert idempotency.begin(session, "k", "account:2", b"other", now, vault=vault) is None
    with pytest.raises(Invalid) as refused:
        idempotency.begin(session, "k", "account:1", b"other", now, vault=vault)
    assert refused.value.code == "idempotency_mismatch"


def race(fresh, work, times):
    answers, lock = [], threading.Lock()

    def run():
        result = work()
        with lock:
            answers.append(result)

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_of_the_same_key_sent_six_times_at_once_one_does_the_work(fresh, vault, now):
    worked = []

    def send():
        with fresh.sessions() as session, session.begin():
            stored = idempotency.begin(session, "k", "anybody", b"hash", now, vault=vault)
            if stored is not None:
                return stored.answer
            worked.append(1)
            session.execute(text("SELECT pg_sleep(0.1)"))
            idempotency.finish(session, "k", "anybody", status=201, answer="first", vault=vault)
            return "first"

    assert race(fresh, send, 6) == ["first"] * 6
    assert len(worked) == 1


def test_when_the_first_fails_the_waiting_second_does_the_work(fresh, vault, now):
    begun, may_fail = threading.Event(), threading.Event()

    def failing():
        with pytest.raises(RuntimeError), fresh.sessions() as session, session.begin():
            idempotency.begin(session, "k", "anybody", b"hash", now, vault=vault)
            begun.set()
            may_fail.wait(5)
            raise RuntimeError

    first = threading.Thread(target=failing)
    first.start()
    assert begun.wait(5)
    threading.Timer(0.2, may_fail.set).start()
    with fresh.sessions() as session, session.begin():
        assert idempotency.begin(session, "k", "anybody", b"hash", now, vault=vault) is None
        idempotency.finish(session, "k", "anybody", status=201, answer="second", vault=vault)
    first.join()


def test_hits_at_once_are_all_counted(fresh, now):
    def knock():
        try:
            rates.hit(fresh.engine, "door", limit=5, window=MINUTE, now=now)
        except TooMany:
            return "refused"
        return "in"

    answers = race(fresh, knock, 8)
    assert (answers.count("in"), answers.count("refused")) == (5, 3)


def test_what_is_left_and_when_to_come_back(connection, now):
    at = now + timedelta(seconds=20)
    assert [rates.hit(connection, "door", limit=2, window=MINUTE, now=at) for _ in range(2)] == [1, 0]
    with pytest.raises(TooMany) as refused:
        rates.hit(connection, "door", limit=2, window=MINUTE, now=at)
    assert refused.value.details == {"retry_after": 41}
    assert rates.hit(connection, "door", limit=2, window=MINUTE, now=now + MINUTE) == 1
    assert rates.hit(connection, "other door", limit=2, window=MINUTE, now=at) == 1


def test_a_counter_waits_for_no_disk(session):
    assert session.scalar(text("SELECT relpersistence FROM pg_class WHERE relname = 'rate_counter'")) == "u"
