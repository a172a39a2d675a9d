"""A batch of outbox rows: together in one transaction, for most of what a row costs is its commit; where that fails, each alone.

So one that fails neither takes the others with it nor is forgotten. What leaves the house (a text message), or moves other tickets than
its own, is always done alone (services.reactions.TOGETHER).
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import structlog
from sqlalchemy.exc import DBAPIError

from gridops.context import Context
from gridops.db import reading, transaction
from gridops.services import dead_letters, outbox_relay
from gridops.services.reactions import AHEAD, REACTIONS, TOGETHER
from workers.queue import JOB_TIMEOUT_S, JobTimeout

# Whoever is then still running has used up the last quarter of the time alone, and is the one that the timeout hits.
PATIENCE_S = JOB_TIMEOUT_S * 0.75
log = structlog.get_logger()


def handle(context: Context, ids: Sequence[int]) -> None:
    give_up = time.monotonic() + PATIENCE_S
    together = _handle_together(context, ids) if len(ids) > 1 else ()
    if len(together) == len(ids):
        return
    with reading(context.sessions) as session:
        wanted = outbox_relay.still_wanted(session, ids)
    for position, row_id in enumerate(wanted):
        if time.monotonic() > give_up:
            _give_back(context, wanted[position:])
            break
        _handle_one(context, row_id)


def _handle_together(context: Context, ids: Sequence[int]) -> Sequence[int]:
    """Which are done: none where one of them fails, or where two workers waited for each other's tickets."""
    try:
        with transaction(context.sessions) as session:
            return outbox_relay.react_together(session, ids, REACTIONS, now=context.now(), context=context, together=TOGETHER, ahead_for=AHEAD)
    except JobTimeout:
        raise  # the rows come back when their lease ends, each alone
    except Exception as error:
        if _database_is_away(error):
            raise
        log.info("outbox_batch_falls_apart", rows=len(ids), error=dead_letters.describe(error))
        return ()


def _handle_one(context: Context, row_id: int) -> None:
    try:
        with transaction(context.sessions) as session:
            outbox_relay.react(session, row_id, REACTIONS, now=context.now(), context=context)
    except Exception as error:
        if _database_is_away(error):
            raise  # nobody's fault: the row is due again when its lease ends
        log.warning("outbox_row_failed", outbox_id=row_id, error=dead_letters.describe(error))
        with transaction(context.sessions) as session:
            outbox_relay.fail(session, row_id, error, now=context.now())
        if isinstance(error, JobTimeout):
            raise  # the alarm clock is spent: what is left would run without one


def _give_back(context: Context, ids: Sequence[int]) -> None:
    with transaction(context.sessions) as session:
        outbox_relay.give_back(session, ids, now=context.now())


def _database_is_away(error: Exception) -> bool:
    return isinstance(error, DBAPIError) and error.connection_invalidated
