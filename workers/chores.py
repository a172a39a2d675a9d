"""Jobs that come by the clock: the sweep of due clocks, workers for new tickets, and the housekeeping of each hour."""

from __future__ import annotations

import time
from collections.abc import Callable

import structlog
from sqlalchemy import text
from sqlalchemy.orm import Session

from gridops.context import Context
from gridops.db import transaction
from gridops.services import calendar_end, heartbeats, housekeeping, repeats, ticket_workers, trail
from gridops.services.hot_issues import alerts
from gridops.services.indicators import snapshots
from gridops.services.sweep import sweep as sweep_clocks
from gridops.services.upstream import reconcile

# Advisory locks, one number each in the whole of gridops.
SWEEPING, KEEPING_HOUSE, GIVING = 4_207_003, 4_207_004, 4_207_005
SWEEP_BATCH = 100
RENEW_BATCH = 200  # tickets that get another person to go and look
READ_BATCH = 500  # tickets whose words are entered
PATIENCE_S = 10.0
log = structlog.get_logger()


def sweep(context: Context) -> None:
    """In transactions of a bounded number of clocks; what does not fit into the time is asked for again by the beat."""
    _repeat(context, SWEEPING, lambda session: sweep_clocks(session, now=context.now(), limit=SWEEP_BATCH))


def give_workers(context: Context) -> None:
    """New tickets get the people who verify and check them."""
    _repeat(context, GIVING, lambda session: ticket_workers.give_wanted(session, context.now(), limit=RENEW_BATCH))


def keep_house(context: Context) -> None:
    for duty in housekeeping.DUTIES:
        count = _repeat(context, KEEPING_HOUSE, lambda session, duty=duty: duty(session, context.now()))
        if count:
            log.info("housekeeping", duty=duty.__name__, deleted=count)
    _repeat(context, KEEPING_HOUSE, lambda session: ticket_workers.renew_missing(session, context.now(), limit=RENEW_BATCH))
    _repeat(context, KEEPING_HOUSE, lambda session: repeats.remember_missing(session, limit=READ_BATCH))
    _repeat(context, KEEPING_HOUSE, lambda session: snapshots.take_daily(session, context.now()))
    _repeat(context, KEEPING_HOUSE, lambda session: alerts.watch(session, context.now()))
    with transaction(context.sessions) as session:
        trail.seal(session, context.now())
        heartbeats.record(session, heartbeats.HOUSEKEEPING, now=context.now())
    with transaction(context.sessions) as session:
        calendar_end.warn(session, context.now())
    with transaction(context.sessions) as session:
        reconcile.daily(session, context.now())


def _repeat(context: Context, lock: int, act: Callable[[Session], int]) -> int:
    """Until nothing is left, somebody else is at it, or the time is used up; how many rows it was."""
    total, give_up = 0, time.monotonic() + PATIENCE_S
    while time.monotonic() < give_up:
        with transaction(context.sessions) as session:
            alone = session.scalar(text("SELECT pg_try_advisory_xact_lock(:number)"), {"number": lock})
            count = act(session) if alone else 0
        if not count:
            break
        total += count
    return total
