"""The first answer to a POST, kept for 30 days under its Idempotency-Key: offline phones send again and again.

The key's row is written in the same transaction as the effects. Two same keys at once: the second waits on the row, then
gets the first's answer; where the first failed its row is gone and the second does the work.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from gridops.errors import Invalid
from gridops.models import IdempotencyKey
from gridops.vault import Vault

PURPOSE = "idempotency.answer"
TABLE = IdempotencyKey.__table__
# Every POST comes by here: plain statements cost less than mapped ones, and those made once less than those made each time.
BEGIN = insert(TABLE).on_conflict_do_nothing().returning(TABLE.c.key)
FINISH = update(TABLE).where(TABLE.c.caller == bindparam("of_caller"), TABLE.c.key == bindparam("of_key")).values(
    status=bindparam("with_status"), answer=bindparam("with_answer"))


@dataclass(frozen=True)
class Stored:
    status: int
    answer: str


def begin(session: Session, key: str, caller: str, body_hash: bytes, now: datetime, *, vault: Vault) -> Stored | None:
    """None: do the work, then ``finish``. Stored: repeat it. Raises Invalid ``idempotency_mismatch`` where the body is another."""
    row = {"caller": caller, "key": key, "body_hash": body_hash, "created_at": now}
    first = session.execute(BEGIN, row).one_or_none()
    if first is not None:
        return None
    known = session.execute(select(TABLE).where(*_same(key, caller))).one()
    if known.body_hash != body_hash:
        raise Invalid("This Idempotency-Key was used with another body.", code="idempotency_mismatch")
    return Stored(known.status, vault.decrypt(known.answer, purpose=PURPOSE))


def finish(session: Session, key: str, caller: str, *, status: int, answer: str, vault: Vault) -> None:
    """``answer`` is stored encrypted: it may hold a tracking code."""
    blob = vault.encrypt(answer, purpose=PURPOSE)
    session.execute(FINISH, {"of_caller": caller, "of_key": key, "with_status": status, "with_answer": blob})


def forget(session: Session, key: str, caller: str) -> None:
    session.execute(delete(TABLE).where(*_same(key, caller)))


def _same(key: str, caller: str) -> tuple:
    return TABLE.c.caller == caller, TABLE.c.key == key
