"""The queue between beat and workers: sole importer of rq and redis.

Nothing that lies here is needed: every job holds ids of outbox rows whose receipts are in the database. So results are thrown away,
RQ's own retries are not used, and a job that dies with its worker is simply sent again when its receipt does not come.

SimpleWorker is chosen over the forking one (three times the jobs per second). Its weakness, that a killed one's job stays
"started" for minutes, does not matter here for the same reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

import structlog
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue, SimpleWorker
from rq.exceptions import StopRequested
from rq.serializers import JSONSerializer
from rq.timeouts import JobTimeoutException
from rq.worker import BaseWorker, WorkerStatus

from gridops.services.outbox import QUEUES
from workers.stopping import Stop

# In which workers empty them. The chores have a queue each, so that its length says whether one was asked for already.
ORDER = ("urgent", "sweep", "default", "deliver", "give_workers", "take_dropped", "low", "keep_house", "learn")
JOB_TIMEOUT_S = 20
FAILURE_KEPT_S = 300

JobTimeout = JobTimeoutException
log = structlog.get_logger()


class QueueAway(Exception):
    """Redis does not answer, or cannot take anything now."""


class Queues:
    """The sending side, for the beat."""

    def __init__(self, redis_url: str):
        # The beat has a loop of its own; waiting here would only make it late for everything else.
        self._redis = Redis.from_url(redis_url, socket_timeout=2, socket_connect_timeout=2, retry=Retry(NoBackoff(), 0))
        self._queues = {name: Queue(name, connection=self._redis, serializer=JSONSerializer) for name in ORDER}

    def lengths(self) -> dict[str, int]:
        """Jobs that no worker has begun, by the outbox's queues. Raises QueueAway."""
        with _away(), self._redis.pipeline(transaction=False) as pipeline:
            for name in QUEUES:
                pipeline.llen(self._queues[name].key)
            return dict(zip(QUEUES, pipeline.execute(), strict=True))

    def workers(self) -> int:
        """Workers that are registered; a killed one is counted for up to 80 s. Raises QueueAway."""
        with _away():
            return BaseWorker.count(connection=self._redis)

    def enqueue(self, name: str, function: str, argument_lists: Iterable[Sequence]) -> None:
        """One job for each list of arguments, in one round trip. Raises QueueAway; then none, some or all of them were sent."""
        jobs = [
            Queue.prepare_data(function, args=list(arguments), timeout=JOB_TIMEOUT_S, result_ttl=0, failure_ttl=FAILURE_KEPT_S,
                               description=function)
            for arguments in argument_lists
        ]
        with _away():
            self._queues[name].enqueue_many(jobs)

    def ask(self, chore: str) -> None:
        """Unless it is still waiting: workers that are behind are not helped by asking twice. Raises QueueAway."""
        with _away():
            waiting = len(self._queues[chore])
        if not waiting:
            self.enqueue(chore, f"workers.jobs.{chore}", [[]])

    def close(self) -> None:
        self._redis.close()


class Worker(SimpleWorker):
    max_connection_wait_time = 2.0  # RQ would back off to a minute, and a queue that is back should be used at once

    def __init__(self, redis: Redis, stop: Stop):
        super().__init__(ORDER, connection=redis, serializer=JSONSerializer, worker_ttl=20, maintenance_interval=60)
        self._stop = stop

    def request_stop(self, signum, frame) -> None:
        """Unlike RQ's own it never speaks to Redis: inside a signal handler that would break the transaction of the running job."""
        self._stop.request()
        self._shutdown_requested_date = datetime.now(UTC)  # a second signal within a second is ignored, a later one is obeyed at once
        if self._state == WorkerStatus.BUSY:
            self._stop_requested = True
        else:
            raise StopRequested()

    def request_force_stop(self, signum, frame) -> None:
        raise SystemExit(1)

    def subscribe(self) -> None:
        """No remote commands, so no thread that waits for them."""

    def unsubscribe(self) -> None:
        pass


def work(redis_url: str, stop: Stop) -> None:
    """Do jobs until ``stop``; a queue that is away is waited for."""
    lost = False
    while not stop.requested:
        try:
            with Redis.from_url(redis_url, socket_connect_timeout=2, retry=Retry(NoBackoff(), 1)) as redis:
                worker = Worker(redis, stop)
                log.info("worker_ready")
                lost = False
                worker.work(logging_level="ERROR")
        except RedisError as error:
            if not lost and not stop.requested:
                log.warning("queue_away", error=str(error))
            lost = True
        stop.wait(0.5)


@contextmanager
def _away():
    try:
        yield
    except RedisError as error:
        raise QueueAway(str(error)) from error
