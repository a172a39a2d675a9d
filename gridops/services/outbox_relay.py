"""The outbox's receipts: which rows go to the queue now, and what becomes of each.

A row is claimed (``relayed_at``, and ``available_at`` moved on by the lease) and committed BEFORE it is put into the queue. Whatever
is lost after that, by kill -9 or with the queue itself, is due again when the lease ends. A row may therefore be sent twice;
``take`` makes sure that it is done once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from gridops.models import Outbox, Ticket
from gridops.services import ahead, dead_letters, remembered
from gridops.services.writing import deferred, settle

LEASE = timedelta(seconds=30)
MOST_ATTEMPTS = 6
FIRST_DELAY = timedelta(seconds=2)
LONGEST_DELAY = timedelta(minutes=10)

Reaction = Callable[..., Any]


class UnknownTopic(LookupError):
    """No reaction is known for the topic: trying again would not help."""


@dataclass(frozen=True)
class Claim:
    """Ids to send. ``alone``: sent before without a receipt, or failed before; whatever they do, it must not hit others of a batch."""

    together: list[int]
    alone: list[int]

    @property
    def ids(self) -> list[int]:
        return self.together + self.alone


def claim(session: Session, queue: str, *, limit: int, now: datetime, lease: timedelta = LEASE) -> Claim:
    """Up to ``limit`` due rows of one queue, oldest first; they come back after ``lease`` unless they are done by then."""
    due = (
        select(Outbox.id, Outbox.relayed_at, Outbox.attempts)
        .where(Outbox.done_at.is_(None), Outbox.queue == queue, Outbox.available_at <= now)
        .order_by(Outbox.available_at, Outbox.id).limit(limit).with_for_update(skip_locked=True)
    )
    rows = session.execute(due).all()
    if rows:
        moved = update(Outbox).where(Outbox.id.in_([row.id for row in rows]))
        session.execute(moved.values(relayed_at=now, available_at=now + lease), execution_options={"synchronize_session": False})
    suspects = [row.id for row in rows if row.relayed_at is not None or row.attempts]
    return Claim([row.id for row in rows if row.relayed_at is None and not row.attempts], suspects)


def give_back(session: Session, ids: Sequence[int] | None = None, *, now: datetime) -> int:
    """Claimed rows become due at once: ``ids``, or (after the queue was away and may have lost them) all. Returns how many."""
    held = select(Outbox.id).where(Outbox.done_at.is_(None), Outbox.relayed_at.is_not(None)).with_for_update(skip_locked=True)
    if ids is not None:
        held = held.where(Outbox.id.in_(ids))
    found = session.scalars(held).all()
    if found:
        freed = update(Outbox).where(Outbox.id.in_(found)).values(relayed_at=None, available_at=now)
        session.execute(freed, execution_options={"synchronize_session": False})
    return len(found)


def still_wanted(session: Session, ids: Sequence[int]) -> list[int]:
    """``ids`` without those that are done or postponed: what a second copy of a batch still has to do."""
    query = select(Outbox.id).where(Outbox.id.in_(ids), Outbox.done_at.is_(None), Outbox.relayed_at.is_not(None))
    wanted = set(session.scalars(query))
    return [row_id for row_id in ids if row_id in wanted]


def take(session: Session, row_id: int) -> Outbox | None:
    """The row under its lock, or None when it is done, postponed, or in somebody else's hands."""
    query = select(Outbox).where(Outbox.id == row_id, Outbox.done_at.is_(None), Outbox.relayed_at.is_not(None))
    return session.scalar(query.with_for_update(skip_locked=True).execution_options(populate_existing=True))


def react(session: Session, row_id: int, reactions: Mapping[str, Reaction], *, now: datetime, context: Any) -> bool:
    """Do what the row's topic asks for and set its receipt, in the caller's one transaction. False: nothing left to do."""
    row = take(session, row_id)
    if row is None:
        return False
    _reaction(reactions, row.topic)(session, row, now=now, context=context)
    row.done_at = now
    session.flush()
    return True


def react_together(
    session: Session, ids: Sequence[int], reactions: Mapping[str, Reaction], *, now: datetime, context: Any, together: Collection[str],
    ahead_for: Collection[str] = (),
) -> list[int]:
    """As ``react`` for a whole batch in the caller's one transaction: all of them, or none. Which were done.

    Left out are topics that are not in ``together``, and rows whose ticket is in somebody's hands: a batch that waited for one ticket while it holds others
    would cost that somebody a deadlock. What the topics of ``ahead_for`` ask is read for all of them at once, and what they write waits for
    the end of the batch; before a row of another topic everything is written.
    """
    rows, tickets = _take_all(session, ids, together)
    with remembered.batch(session), deferred(session):
        ahead.read(session, [tickets[row.ticket_id] for row in rows if row.topic in ahead_for])
        for row in rows:
            if row.topic not in ahead_for:
                settle(session)
            _reaction(reactions, row.topic)(session, row, now=now, context=context)
    done = [row.id for row in rows]
    if done:
        receipts = update(Outbox).where(Outbox.id.in_(done)).values(done_at=now)
        session.execute(receipts, execution_options={"synchronize_session": False})
    return done


def _take_all(session: Session, ids: Sequence[int], together: Collection[str]) -> tuple[list[Outbox], dict[int, Ticket]]:
    """Under their locks and those of their tickets, in the order of ``ids``, the rows apart from the session: only their receipt is written."""
    query = select(Outbox).where(
        Outbox.id.in_(ids), Outbox.done_at.is_(None), Outbox.relayed_at.is_not(None), Outbox.topic.in_(together))
    rows = {row.id: row for row in session.scalars(query.order_by(Outbox.id).with_for_update(skip_locked=True))}
    for row in rows.values():
        session.expunge(row)
    wanted = {row.ticket_id for row in rows.values()} - {None}
    free = select(Ticket).where(Ticket.id.in_(wanted)).order_by(Ticket.id).with_for_update(skip_locked=True)
    held = {ticket.id: ticket for ticket in session.scalars(free.execution_options(populate_existing=True))} if wanted else {}
    return [rows[row_id] for row_id in ids if row_id in rows and (rows[row_id].ticket_id is None or rows[row_id].ticket_id in held)], held


def fail(session: Session, row_id: int, error: Exception, *, now: datetime) -> None:
    """After the row's own transaction was rolled back: try again later, or bury it as a dead letter."""
    row = take(session, row_id)
    if row is None:
        return
    row.attempts += 1
    if row.attempts >= MOST_ATTEMPTS or isinstance(error, UnknownTopic) or dead_letters.is_permanent(error):
        dead_letters.bury(session, row, error, now=now)
    else:
        row.relayed_at, row.available_at = None, now + delay(row.attempts)
    session.flush()


def delay(attempts: int) -> timedelta:
    """2, 4, 8 ... seconds after the first, second, third failure, at most ten minutes."""
    return min(FIRST_DELAY * 2 ** min(attempts - 1, 20), LONGEST_DELAY)


def depth(session: Session, *, now: datetime) -> dict[str, dict[str, float]]:
    """``{queue: {"waiting": rows, "oldest_s": seconds}}`` of rows not done; a row that waits for its next attempt does not age."""
    expected = (Outbox.attempts == 0) & or_(Outbox.relayed_at.is_not(None), Outbox.available_at <= now)
    query = select(Outbox.queue, func.count(), func.min(Outbox.created_at).filter(expected))
    rows = session.execute(query.where(Outbox.done_at.is_(None)).group_by(Outbox.queue))
    return {queue: {"waiting": count, "oldest_s": _seconds(oldest, now)} for queue, count, oldest in rows}


def _reaction(reactions: Mapping[str, Reaction], topic: str) -> Reaction:
    try:
        return reactions[topic]
    except LookupError as error:
        raise UnknownTopic(topic) from error


def _seconds(since: datetime | None, now: datetime) -> float:
    return round(max((now - since).total_seconds(), 0.0), 1) if since else 0.0
