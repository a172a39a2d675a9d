"""Writing inbox messages: once for an outbox row and receiver, however often the row comes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from gridops.models import InboxMessage, Outbox
from gridops.services.writing import insert_each

_NEW = insert(InboxMessage.__table__).on_conflict_do_nothing()
NO_TARGET: dict[str, Any] = {"role": None, "department_id": None, "account_id": None}


def write(session: Session, row: Outbox, targets: Iterable[dict[str, Any]], facts: dict[str, Any], now: datetime) -> None:
    """``targets``: role, department_id or account_id, each with area_code. ``facts``: numbers and codes only.

    All in one statement: every row has the same keys, and the table is not asked through the mapper, which would sort them apart.
    """
    common = {"outbox_id": row.id, "ticket_id": row.ticket_id, "topic": row.topic, "facts": facts, "at": now}
    rows = [common | NO_TARGET | target for target in targets]
    insert_each(session, _NEW, rows)
