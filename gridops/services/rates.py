"""Rate limits: one counter per bucket and window in an unlogged table, shared by all web processes.

A hit is one statement of its own, outside the request's transaction: a request that fails counts as well. Because the table
is unlogged its commit waits for no disk, and a crash forgets the counters, which harms nobody.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Engine
from sqlalchemy.dialects.postgresql import insert

from gridops.errors import TooMany
from gridops.models import RateCounter


def hit(bind: Engine | Connection, bucket: str, *, limit: int, window: timedelta, now: datetime) -> int:
    """Counts one use and returns how many are left in this window. Raises TooMany (``retry_after`` in seconds)."""
    window_at = _window_start(now, window)
    hits = _count(bind, bucket, window_at)
    if hits > limit:
        wait = int((window_at + window - now).total_seconds()) + 1
        raise TooMany(details={"retry_after": wait})
    return limit - hits


def _count(bind: Engine | Connection, bucket: str, window_at: datetime) -> int:
    counter = insert(RateCounter).values(bucket=bucket, window_at=window_at, hits=1)
    counter = counter.on_conflict_do_update(
        index_elements=["bucket", "window_at"], set_={"hits": RateCounter.hits + 1},
    ).returning(RateCounter.hits)
    if isinstance(bind, Connection):
        return bind.scalar(counter)
    with bind.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        return connection.scalar(counter)


def _window_start(now: datetime, window: timedelta) -> datetime:
    seconds = int(window.total_seconds())
    return datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, UTC)
