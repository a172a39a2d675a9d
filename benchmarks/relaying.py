"""Relay and receipt of outbox rows in one worker, against RQ's own no-op jobs in its own SimpleWorker, on the same servers in one run.

A row's way: claimed and committed by the relay, sent through Redis, taken by the worker, done and receipted in the database. RQ's way: sent
through Redis, taken, done; nothing of it is in a database.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median

from redis import Redis
from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer
from sqlalchemy import func, insert, select

from benchmarks.own_servers import Bench, street
from gridops.context import Context, wall_clock
from gridops.db import reading, transaction
from gridops.models import Outbox, Ticket
from gridops.private.account import service_account
from gridops.private.program import wait_ready
from gridops.services.outbox_relay import LEASE
from tests.servers import Servers
from tests.small_street import SmallStreet
from workers import process
from workers.queue import Queues, Worker
from workers.relay import Relay
from workers.stopping import Stop

PLAIN, NOTHING, REAL, ROUNDS = 1500, 3000, 300, 3
QUIET = "ticket.archived"  # nobody is told of it: the reaction finds that out and does nothing


def nothing() -> None:
    """The job that RQ is measured with."""


def run() -> list[tuple[str, str]]:
    with street() as (bench, built), _redis(bench):
        context = process.enter(bench.config)
        redis = Redis.from_url(bench.config.redis_url)
        relay = Relay(context.sessions, Queues(bench.config.redis_url), LEASE)
        ticket = _ticket(context, built)
        plain, quiet, real = [], [], []
        for _ in range(ROUNDS):
            plain.append(_rq(redis))
            quiet.append(_done(context, relay, redis, _quiet_rows(context, ticket)))
            real.append(_done(context, relay, redis, _reports(context, built)))
        context.bind.dispose()
    rq = median(plain)
    return [
        ("RQ's own no-op jobs in its SimpleWorker", f"{rq:.0f} per s"),
        ("relay and receipt of rows that ask for nothing ÷ that (goal ≥ 3)", f"{median(quiet) / rq:.2f}  ({median(quiet):.0f} per s)"),
        ("reports filed and dispatched by a worker ÷ that (goal ≥ 0.5)", f"{median(real) / rq:.2f}  ({median(real):.0f} per s)"),
    ]


@contextmanager
def _redis(bench: Bench) -> Iterator[None]:
    servers = Servers(bench.folder, service_account())
    servers.account.folder(bench.folder / "redis")
    program = servers.redis.program(bench.folder / "redis.log")
    running = program.spawn()
    try:
        wait_ready(program, running)
        yield
    finally:
        program.stop(running)


def _rq(redis: Redis) -> float:
    queue = Queue("plain", connection=redis, serializer=JSONSerializer)
    start = time.perf_counter()
    queue.enqueue_many([Queue.prepare_data(nothing, result_ttl=0) for _ in range(PLAIN)])
    SimpleWorker([queue], connection=redis, serializer=JSONSerializer).work(burst=True, logging_level="ERROR")
    return PLAIN / (time.perf_counter() - start)


def _ticket(context: Context, built: SmallStreet) -> Ticket:
    with transaction(context.sessions) as session:
        return built.submit(session, wall_clock()).ticket


def _quiet_rows(context: Context, ticket: Ticket) -> int:
    row = {"topic": QUIET, "ticket_id": ticket.id, "payload": {}, "queue": "default", "created_at": wall_clock(), "available_at": wall_clock()}
    with transaction(context.sessions) as session:
        session.execute(insert(Outbox), [row] * NOTHING)
    return NOTHING


def _reports(context: Context, built: SmallStreet) -> int:
    for _ in range(REAL):
        with transaction(context.sessions) as session:
            built.submit(session, wall_clock())
    return REAL


def _done(context: Context, relay: Relay, redis: Redis, wanted: int) -> float:
    """Rows per second until every one has its receipt; the messages that dispatching publishes are done on the way and not counted."""
    start = time.perf_counter()
    while _undone(context):
        relay.send_due(wall_clock())
        Worker(redis, Stop()).work(burst=True, logging_level="ERROR")
    return wanted / (time.perf_counter() - start)


def _undone(context: Context) -> int:
    with reading(context.sessions) as session:
        return session.scalar(select(func.count()).select_from(Outbox).where(Outbox.done_at.is_(None)))
