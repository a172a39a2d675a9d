"""Signs of life of the background processes, as database rows: the command line and /readyz read them without touching the queue."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from gridops.models import Heartbeat

BEAT = "beat"
HOUSEKEEPING = "housekeeping"


def record(session: Session, name: str, *, now: datetime, facts: dict[str, Any] | None = None) -> None:
    row = insert(Heartbeat).values(name=name, at=now, facts=facts or {})
    newer = {"at": row.excluded.at, "facts": row.excluded.facts}
    session.execute(row.on_conflict_do_update(index_elements=["name"], set_=newer))


def latest(session: Session, name: str) -> Heartbeat | None:
    return session.get(Heartbeat, name, populate_existing=True)
