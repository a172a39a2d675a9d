"""The beat: relays the outbox, asks for sweeps and housekeeping, and tells how it is going. One at a time.

It looks at the table every 0.2 s instead of listening for NOTIFY: notifying takes a lock of the whole database at commit, which
every report would pay for; one look at a partial index costs less than a millisecond and gathers what came in between into batches.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import sessionmaker

from config import Config
from gridops.context import wall_clock
from gridops.db import make_engine, reading, transaction
from gridops.services import dead_letters, heartbeats, outbox_relay
from gridops.services.learned import runs, schedule
from gridops.services.messages import delivering
from gridops.services.sweep import something_is_due
from gridops.services.ticket_workers import somebody_is_wanted
from workers.leadership import leadership
from workers.queue import QueueAway, Queues
from workers.relay import Relay
from workers.stopping import Stop

log = structlog.get_logger()


@dataclass(frozen=True)
class Timings:
    """Seconds, but for the lease: how long a row is left to the queue before it is sent again."""

    lease: timedelta = outbox_relay.LEASE
    tick: float = 0.2
    sweep: float = 1.0
    heartbeat: float = 5.0
    dropped: float = 10.0
    learning: float = 5.0
    housekeeping: float = 3600.0
    retry: float = 1.0


class Every:
    """True at most once in so many seconds of this process."""

    def __init__(self, seconds: float):
        self._seconds = seconds
        self._next = 0.0

    def is_due(self) -> bool:
        present = time.monotonic()
        if present < self._next:
            return False
        self._next = present + self._seconds
        return True


class Beat:
    def __init__(self, connection: Connection, queues: Queues, timings: Timings, now: Callable[[], datetime], *, takes_files: bool = False):
        self._sessions = sessionmaker(connection, expire_on_commit=False, autoflush=False)
        self._queues = queues
        self._relay = Relay(self._sessions, queues, timings.lease)
        self._now = now
        self._timings, self._takes_files = timings, takes_files
        self._queue_is_known = self._queue_is_away = False
        self._try_queue, self._sweep, self._heartbeat = Every(timings.retry), Every(timings.sweep), Every(timings.heartbeat)
        self._giving, self._delivering = Every(timings.sweep), Every(timings.sweep)
        self._dropped, self._learning = Every(timings.dropped), Every(timings.learning)
        self._housekeeping = Every(min(60.0, timings.housekeeping))

    def tick(self) -> None:
        """Raises SQLAlchemyError when the database, and so the lock, is lost; the queue's absence is lived with."""
        if not self._queue_is_away or self._try_queue.is_due():
            self._use_queue()
        if self._heartbeat.is_due():
            self._tell()

    def _use_queue(self) -> None:
        try:
            self._queue_steps()
        except QueueAway as error:
            if not self._queue_is_away:
                log.warning("queue_away", error=str(error))
            self._queue_is_away, self._queue_is_known = True, False

    def _queue_steps(self) -> None:
        if not self._queue_is_known:
            self._get_to_know()
        self._relay.send_due(self._now())
        if self._sweep.is_due() and self._something_is_due():
            self._queues.ask("sweep")
        if self._giving.is_due() and self._workers_are_wanted():
            self._queues.ask("give_workers")
        if self._delivering.is_due() and self._messages_wait():
            self._queues.ask("deliver")
        if self._takes_files and self._dropped.is_due():
            self._queues.ask("take_dropped")
        if self._learning.is_due() and self._learning_is_wanted():
            self._queues.ask("learn")
        if self._housekeeping.is_due() and self._house_is_untidy():
            self._queues.ask("keep_house")

    def _get_to_know(self) -> None:
        """A queue seen for the first time, or again, need not hold what was sent: its file, a beat or the database was lost meanwhile."""
        self._queues.lengths()
        log.info("queue_reached", sent_again=self._relay.give_back_all(self._now()))
        self._queue_is_known, self._queue_is_away = True, False

    def _something_is_due(self) -> bool:
        with reading(self._sessions) as session:
            return something_is_due(session, self._now())

    def _workers_are_wanted(self) -> bool:
        with reading(self._sessions) as session:
            return somebody_is_wanted(session)

    def _messages_wait(self) -> bool:
        with reading(self._sessions) as session:
            return delivering.something_is_due(session, self._now())

    def _learning_is_wanted(self) -> bool:
        with reading(self._sessions) as session:
            due = schedule.is_due(session, self._now())
        if due:
            with transaction(self._sessions) as session:
                schedule.ask_if_due(session, self._now())
        with reading(self._sessions) as session:
            return runs.is_wanted(session)

    def _house_is_untidy(self) -> bool:
        with reading(self._sessions) as session:
            last = heartbeats.latest(session, heartbeats.HOUSEKEEPING)
            return last is None or (self._now() - last.at).total_seconds() >= self._timings.housekeeping

    def _tell(self) -> None:
        now = self._now()
        with transaction(self._sessions) as session:
            facts = {"depth": outbox_relay.depth(session, now=now), "dead_letters": dead_letters.count(session), **self._queue_facts()}
            heartbeats.record(session, heartbeats.BEAT, now=now, facts=facts)

    def _queue_facts(self) -> dict[str, object]:
        try:
            return {"redis": True, "jobs": self._queues.lengths(), "workers": self._queues.workers()}
        except QueueAway:
            return {"redis": False, "jobs": {}, "workers": 0}


def run(config: Config, stop: Stop, *, timings: Timings = Timings(), now: Callable[[], datetime] = wall_clock) -> None:
    """Until ``stop``: wait for the lead, beat, and queue for it again whenever the database was lost."""
    engine, queues, lost = make_engine(config.database_url, pool_size=1), Queues(config.redis_url), False
    while not stop.requested:
        try:
            with leadership(engine, stop, retry_s=timings.retry) as connection:
                lost = False
                if connection is not None:
                    beat = Beat(connection, queues, timings, now, takes_files=config.upstream_drop is not None)
                    _lead(beat, stop, timings)
        except SQLAlchemyError as error:
            if not lost:
                log.warning("database_away", error=dead_letters.describe(error))
            lost = True
            stop.wait(timings.retry)
    engine.dispose()
    queues.close()


def _lead(beat: Beat, stop: Stop, timings: Timings) -> None:
    log.info("beat_leads")
    while not stop.requested:
        beat.tick()
        stop.wait(timings.tick)
