"""A whole running system whose Redis the tests may stop and rob, and residents who send until they are heard."""

from __future__ import annotations

import itertools
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import requests
from sqlalchemy import func, select

from gridops.domain.actor import Grant
from gridops.models import DeadLetter, Outbox, Report, Round, Ticket, Trail
from gridops.private.account import service_account
from gridops.private.redis import Redis
from gridops.services import trail
from tests.journeys.conftest import Town
from tests.running import Running, household, running, wait_until
from tests.small_street import IN_WEST, RUBBISH, STREET
from tests.workers.conftest import OwnRedis

BODY = {"kind": "complaint", "location": IN_WEST, "category": RUBBISH}
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def redis() -> Iterator[OwnRedis]:
    account = service_account()
    home = account.folder(Path(tempfile.mkdtemp(prefix="gridops-redis-", dir="/tmp")))
    redis = OwnRedis(Redis(account.folder(home / "d"), home, account), home / "log")
    redis.start()
    yield redis
    if redis.process.poll() is None:
        redis.program.stop(redis.process)
    shutil.rmtree(home)


@pytest.fixture(scope="module")
def town(redis: OwnRedis) -> Iterator[Town]:
    with running(REDIS_URL=redis.server.url()) as system:
        town = Town.settle(system)
        town.people["SANITATION2"] = system.log_in("run-sanitation-2", Grant("department", STREET, town.departments["SANITATION"].id))
        yield town


@dataclass
class Residents:
    """Each sends report after report, with a key for each as a phone does, and again until it is answered with 201."""

    system: Running
    words: str
    refused: list[str] = field(default_factory=list)
    sent: int = 0
    _stop: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self, people: int, pause: float) -> None:
        self._threads = [threading.Thread(target=self._send_on, args=(number, pause)) for number in range(people)]
        for thread in self._threads:
            thread.start()

    def stop(self) -> int:
        """How many reports were answered with 201."""
        self._stop.set()
        for thread in self._threads:
            thread.join()
        return self.sent

    def send(self, times: int, people: int = 4) -> list[int]:
        """The first answer to each; nothing is tried again."""
        statuses: list[int] = []
        rounds = [range(number, times, people) for number in range(people)]

        def work(number: int) -> None:
            phone = household(f"127.0.2.{number + 1}")
            statuses.extend(self._post(phone).status_code for _ in rounds[number])

        threads = [threading.Thread(target=work, args=(number,)) for number in range(people)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.sent += statuses.count(201)
        return statuses

    def _send_on(self, number: int, pause: float) -> None:
        phone = household(f"127.0.3.{number + 1}")
        while not self._stop.is_set():
            self._until_heard(phone)
            time.sleep(pause)

    def _until_heard(self, phone: requests.Session) -> None:
        key = f"resident-{next(_numbers):08d}"
        while True:
            try:
                answer = self._post(phone, key)
            except requests.RequestException as error:
                self.refused.append(type(error).__name__)
            else:
                if answer.status_code == 201:
                    self.sent += 1
                    return
                self.refused.append(str(answer.status_code))
            time.sleep(0.2)

    def _post(self, phone: requests.Session, key: str | None = None) -> requests.Response:
        body = BODY | {"description": self.words}
        key = key or f"resident-{next(_numbers):08d}"
        return phone.post(f"{self.system.url}/api/v1/reports", json=body, headers={"Idempotency-Key": key}, timeout=20)


@dataclass
class Books:
    """What stands in the database of the reports with certain words."""

    town: Town
    words: str

    def _tickets(self):
        return select(Ticket.id).join(Report, Report.ticket_id == Ticket.id).where(Report.description == self.words)

    def undone(self) -> int:
        with self.town.system.sessions() as session:
            return session.scalar(select(func.count()).where(Outbox.done_at.is_(None)))

    def wait_done(self, within: float) -> float:
        return wait_until(lambda: self.undone() == 0, within=within, every=0.5, why=self.town.system.log)

    def assert_each_dispatched_once(self, count: int) -> None:
        with self.town.system.sessions() as session:
            statuses = session.execute(
                select(Ticket.status, func.count()).where(Ticket.id.in_(self._tickets())).group_by(Ticket.status)).all()
            actions = session.execute(
                select(Trail.action, func.count()).where(Trail.ticket_id.in_(self._tickets())).group_by(Trail.action)).all()
            rounds = session.scalar(select(func.count()).select_from(Round).where(Round.ticket_id.in_(self._tickets())))
            faults = [f for t in session.scalars(select(Ticket).where(Ticket.id.in_(self._tickets()))) for f in trail.verify(session, t)]
            dead = session.scalar(select(func.count()).select_from(DeadLetter))
        assert statuses == [("dispatched", count)]
        assert dict(actions) == {"submit": count, "file": count, "dispatch": count}
        assert (rounds, faults, dead) == (count, [], 0)
