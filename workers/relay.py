"""From outbox to queue: claim, commit, then send; what could not be sent is given back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy.orm import Session, sessionmaker

from gridops.db import transaction
from gridops.services import outbox_relay
from gridops.services.outbox_relay import Claim
from workers.queue import QueueAway, Queues

# Ids in one job: enough to hide what RQ costs for each job, few enough that several workers share a burst.
BATCH = {"urgent": 5, "default": 25, "low": 50}
# Jobs in the queue at once. More would only wait there until their lease ends and then be sent twice; they wait better in the table.
MOST_JOBS = 40
HANDLE = "workers.jobs.handle"


class Relay:
    def __init__(self, sessions: sessionmaker[Session], queues: Queues, lease: timedelta):
        self._sessions = sessions
        self._queues = queues
        self._lease = lease

    def send_due(self, now: datetime) -> int:
        """Sends what is due and finds room; how many rows. Raises QueueAway; nothing is lost by it."""
        return sum(self._send(name, MOST_JOBS - length, now) for name, length in self._queues.lengths().items())

    def give_back_all(self, now: datetime) -> int:
        """After the queue was away: it may have come back empty."""
        with transaction(self._sessions) as session:
            return outbox_relay.give_back(session, now=now)

    def _send(self, name: str, room: int, now: datetime) -> int:
        if room <= 0:
            return 0
        with transaction(self._sessions) as session:
            claim = outbox_relay.claim(session, name, limit=room * BATCH[name], now=now, lease=self._lease)
        if claim.ids:
            self._enqueue(name, claim, now)
        return len(claim.ids)

    def _enqueue(self, name: str, claim: Claim, now: datetime) -> None:
        try:
            self._queues.enqueue(name, HANDLE, ([ids] for ids in _batches(claim, BATCH[name])))
        except QueueAway:
            with transaction(self._sessions) as session:
                outbox_relay.give_back(session, claim.ids, now=now)
            raise


def _batches(claim: Claim, size: int) -> Iterator[list[int]]:
    for start in range(0, len(claim.together), size):
        yield claim.together[start : start + size]
    for row_id in claim.alone:
        yield [row_id]
