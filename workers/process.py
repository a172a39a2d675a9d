"""What every job of this process needs, made once: RQ calls a job with nothing but its arguments."""

from __future__ import annotations

from sqlalchemy import event

from config import Config
from gridops.context import Context

# Just under the job's own timeout: the database gives up first, and cleanly.
STATEMENT_TIMEOUT_MS = 15_000
LOCK_TIMEOUT_MS = 5_000

_present: Context | None = None


def enter(config: Config) -> Context:
    global _present
    _present = Context.of(config, pool_size=2)
    event.listen(_present.bind, "connect", _with_timeouts)
    return _present


def present() -> Context:
    if _present is None:
        raise RuntimeError("this process is no worker: workers.process.enter() was not called")
    return _present


def _with_timeouts(connection, _record) -> None:
    connection.execute(f"SET statement_timeout = {STATEMENT_TIMEOUT_MS}; SET lock_timeout = {LOCK_TIMEOUT_MS}")
    connection.commit()
