"""What /readyz and the operator need to know. Without the database nothing works; without the queue reports are still taken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from psycopg.errors import UndefinedTable
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from gridops import schema
from gridops.services import heartbeats

SILENT_AFTER = timedelta(seconds=20)  # four missed heartbeats
LATE_AFTER_S = 60.0


@dataclass(frozen=True)
class Readiness:
    """``queue``: "ok" or "degraded" with ``reasons`` (beat_silent, redis_away, no_worker, late, dead_letters); degraded is still ready."""

    database: str  # ok, away
    migrations: str  # ok, behind, unknown
    queue: str  # ok, degraded, unknown
    reasons: list[str] = field(default_factory=list)
    heartbeat_age_s: float | None = None
    depth: dict[str, Any] = field(default_factory=dict)

    @property
    def ready(self) -> bool:
        return self.database == "ok" and self.migrations == "ok"


def readiness(bind: Engine | Connection, *, now: datetime) -> Readiness:
    """Never raises because a server is away."""
    try:
        with Session(bind) as session:
            if session.scalar(text("SELECT version_num FROM alembic_version")) != _newest():
                return Readiness("ok", "behind", "unknown")
            return _with_queue(session, now)
    except SQLAlchemyError as error:
        # A database that was never migrated answers, but has no table of revisions.
        unmigrated = isinstance(getattr(error, "orig", None), UndefinedTable)
        return Readiness("ok", "behind", "unknown") if unmigrated else Readiness("away", "unknown", "unknown")


def _with_queue(session: Session, now: datetime) -> Readiness:
    beat = heartbeats.latest(session, heartbeats.BEAT)
    if beat is None:
        return Readiness("ok", "ok", "degraded", ["beat_silent"])
    reasons = list(_reasons(beat.facts, now - beat.at))
    serious = [reason for reason in reasons if reason != "dead_letters"]
    age = round((now - beat.at).total_seconds(), 1)
    return Readiness("ok", "ok", "degraded" if serious else "ok", reasons, age, beat.facts.get("depth", {}))


def _reasons(facts: dict[str, Any], age: timedelta) -> Iterator[str]:
    if age > SILENT_AFTER:
        yield "beat_silent"
    if not facts.get("redis"):
        yield "redis_away"
    elif not facts.get("workers"):
        yield "no_worker"
    if any(queue["oldest_s"] > LATE_AFTER_S for queue in facts.get("depth", {}).values()):
        yield "late"
    if facts.get("dead_letters"):
        yield "dead_letters"


@cache
def _newest() -> str:
    # A process never outlives the code it was started with.
    return schema.newest()
