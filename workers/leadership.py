"""One beat at a time: whoever holds a session-level advisory lock leads.

All that a leader writes goes through the very connection that holds the lock: with the lock, a beat also loses the means to write,
so there is no moment in which two of them believe they lead.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from sqlalchemy import Connection, Engine, text

from workers.stopping import Stop

LEADING = 4_207_002
log = structlog.get_logger()


@contextmanager
def leadership(engine: Engine, stop: Stop, *, retry_s: float) -> Iterator[Connection | None]:
    """The connection that holds the lock, or None when ``stop`` came first. Waits for its turn as long as it takes."""
    with engine.connect() as connection:
        connection.detach()  # closing it must end the session, and with it the lock; a pool would keep both
        yield connection if _wait(connection, stop, retry_s) else None


def _wait(connection: Connection, stop: Stop, retry_s: float) -> bool:
    told = False
    while not stop.requested:
        got = connection.scalar(text("SELECT pg_try_advisory_lock(:number)"), {"number": LEADING})
        connection.commit()
        if got:
            return True
        if not told:
            log.info("beat_waits", why="another beat leads")
            told = True
        stop.wait(retry_s)
    return False
