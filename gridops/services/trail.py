"""The append-only history of a ticket, hash-chained under the ticket's row lock, and the hourly seal over all heads.

A row's hash covers the previous row's hash and every column of its own, so a changed, cut or inserted row shows.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Row, func, or_, select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.models import Ticket, Trail, TrailSeal

SETTLED_AFTER = timedelta(minutes=5)  # no transaction lasts longer


def append(
    session: Session, ticket: Ticket, *, action: str, status_from: str | None, actor: Actor, facts: dict[str, Any], now: datetime,
    role: str | None = None,
) -> Trail:
    """Adds the next row. The caller holds the ticket's row lock; ``ticket.status`` is already the new one."""
    row = next_row(ticket, action=action, status_from=status_from, actor=actor, facts=facts, now=now, role=role)
    session.add(row)
    return row


def next_row(
    ticket: Ticket, *, action: str, status_from: str | None, actor: Actor, facts: dict[str, Any], now: datetime, role: str | None = None,
) -> Trail:
    """The next row, not yet in any session; the ticket's head already stands on it."""
    ticket.trail_seq += 1
    # In UTC, as it will be read again: the hash is over the written form.
    row = Trail(
        ticket_id=ticket.id, seq=ticket.trail_seq, at=now.astimezone(UTC), action=action, status_from=status_from, status_to=ticket.status,
        actor_kind=actor.kind, account_id=actor.account_id, actor_role=role, on_behalf_of=actor.on_behalf_of, facts=facts,
    )
    row.hash = ticket.trail_head = chained(ticket.trail_head, row)
    return row


def chained(previous: bytes, row: Trail) -> bytes:
    """SHA-256 over the previous hash and the row as canonical JSON."""
    columns = [
        row.ticket_id, row.seq, row.at.isoformat(), row.action, row.status_from, row.status_to, row.actor_kind,
        row.account_id, row.actor_role, row.on_behalf_of, row.facts,
    ]
    canonical = json.dumps(columns, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(previous + canonical.encode()).digest()


def verify(session: Session, ticket: Ticket) -> list[str]:
    """What does not fit in the ticket's chain; an empty list when it is whole."""
    rows = session.scalars(select(Trail).where(Trail.ticket_id == ticket.id).order_by(Trail.seq))
    return list(_faults(rows, ticket.trail_head))


def verify_all(session: Session) -> Iterator[str]:
    """What does not fit in any chain or under any seal, in words. Reads the whole trail, some rows at a time."""
    chains = select(Ticket.number, Ticket.trail_head, Trail).outerjoin(Trail, Trail.ticket_id == Ticket.id).order_by(Ticket.id, Trail.seq)
    read = session.execute(chains.execution_options(yield_per=1000))
    for (number, head), rows in groupby(read, key=lambda row: (row.number, row.trail_head)):
        trail = (row.Trail for row in rows if row.Trail is not None)
        yield from (f"ticket {number}: {fault}" for fault in _faults(trail, head))
    for sealed in session.scalars(select(TrailSeal).order_by(TrailSeal.id)):
        if _digest(_hashes(session, Trail.id.between(sealed.first_id, sealed.last_id))) != sealed.hash:
            yield f"seal {sealed.id} of {sealed.sealed_at:%Y-%m-%d %H:%MZ}: the rows {sealed.first_id} to {sealed.last_id} are not those that were sealed"


def _faults(rows: Iterable[Trail], head: bytes) -> Iterator[str]:
    reached, expected = b"", 1
    for row in rows:
        if row.seq != expected:
            yield f"row {expected} is missing"
        if chained(reached, row) != row.hash:
            yield f"row {row.seq} does not fit the one before"
        reached, expected = row.hash, row.seq + 1
    if reached != head:
        yield "the head does not match the last row"


def seal(session: Session, now: datetime) -> TrailSeal | None:
    """Puts all rows since the last seal under one hash; None when there are none.

    Rows of the last minutes wait for the next seal: one with a lower id may still be on its way.
    """
    first = (session.scalar(select(func.max(TrailSeal.last_id))) or 0) + 1
    young = select(func.min(Trail.id)).where(Trail.id >= first, Trail.at >= now - SETTLED_AFTER).scalar_subquery()
    rows = _hashes(session, Trail.id >= first, or_(young.is_(None), Trail.id < young))
    if not rows:
        return None
    sealed = TrailSeal(sealed_at=now, first_id=rows[0].id, last_id=rows[-1].id, rows=len(rows), hash=_digest(rows))
    session.add(sealed)
    return sealed


def _hashes(session: Session, *which: ColumnElement[bool]) -> Sequence[Row]:
    return session.execute(select(Trail.id, Trail.hash).where(*which).order_by(Trail.id)).all()


def _digest(rows: Sequence[Row]) -> bytes:
    return hashlib.sha256(b"".join(row.hash for row in rows)).digest()
