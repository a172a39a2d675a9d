"""What could not be done in spite of all attempts: seen by a person, and run again by one."""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, false, func, or_, select, true
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.domain.redaction import redact
from gridops.errors import Forbidden, GridopsError, Invalid, Malformed, NotAllowed, NotFound
from gridops.models import DeadLetter, Outbox, Ticket

# The same input would be refused again. A lost race (Conflict) or a part that is down (Unavailable) is worth another attempt.
PERMANENT = (Invalid, Malformed, NotFound, NotAllowed, Forbidden)
LONGEST_MESSAGE = 200
KEEPER, CENTRE = "system_admin", ("clerk", "dispatcher")
SEERS = (KEEPER, *CENTRE)
EVERY = true()


def is_permanent(error: Exception) -> bool:
    return isinstance(error, PERMANENT)


def bury(session: Session, row: Outbox, error: Exception, *, now: datetime) -> DeadLetter:
    letter = DeadLetter(outbox_id=row.id, topic=row.topic, error=describe(error), attempts=row.attempts, died_at=now)
    session.add(letter)
    row.done_at = now
    return letter


def seen_by(actor: Actor) -> ColumnElement[bool]:
    """On DeadLetter: all for who looks after the system, and for the operations centre what concerns a ticket of its own areas."""
    if KEEPER in actor.roles:
        return EVERY
    own = or_(false(), *(Ticket.area_code.startswith(area, autoescape=True) for area in actor.areas(*CENTRE)))
    return select(Outbox.id).join(Ticket, Ticket.id == Outbox.ticket_id).where(Outbox.id == DeadLetter.outbox_id, own).exists()


def waiting(session: Session, *, limit: int = 100, after: int = 0, seen: ColumnElement[bool] = EVERY) -> Sequence[DeadLetter]:
    """Letters that nobody has run again, by id; ``after`` is the last id of the page before."""
    query = select(DeadLetter).where(DeadLetter.rerun_at.is_(None), DeadLetter.id > after, seen)
    return session.scalars(query.order_by(DeadLetter.id).limit(limit)).all()


def tickets_of(session: Session, letters: Sequence[DeadLetter]) -> dict[int, str]:
    """Numbers of the tickets that they concern, by the letters' ids; some concern none."""
    query = select(DeadLetter.id, Ticket.number).join(Outbox, Outbox.id == DeadLetter.outbox_id).join(Ticket, Ticket.id == Outbox.ticket_id)
    return dict(session.execute(query.where(DeadLetter.id.in_([letter.id for letter in letters]))).all())


def count(session: Session, *, seen: ColumnElement[bool] = EVERY) -> int:
    return session.scalar(select(func.count()).select_from(DeadLetter).where(DeadLetter.rerun_at.is_(None), seen)) or 0


def rerun(session: Session, letter_id: int, *, by: str, now: datetime, seen: ColumnElement[bool] = EVERY) -> DeadLetter:
    """Make the row due again with all its attempts; ``by`` is a name for the record. Raises NotFound, NotAllowed (was run again already)."""
    letter = session.scalar(select(DeadLetter).where(DeadLetter.id == letter_id, seen).with_for_update(), execution_options={"populate_existing": True})
    if letter is None:
        raise NotFound()
    if letter.rerun_at is not None:
        raise NotAllowed("This dead letter was run again already.", code="already_rerun")
    _run_again(session, letter, by, now)
    return letter


def rerun_all(session: Session, *, by: str, now: datetime, seen: ColumnElement[bool] = EVERY) -> int:
    letters = session.scalars(select(DeadLetter).where(DeadLetter.rerun_at.is_(None), seen).with_for_update(skip_locked=True)).all()
    for letter in letters:
        _run_again(session, letter, by, now)
    return len(letters)


def describe(error: Exception) -> str:
    """Kind, message and place of an error without what a person wrote: no values of a statement, no numbers of people."""
    return redact(f"{type(error).__name__}: {_message(error)}"[:LONGEST_MESSAGE]) + _place(error)


def _run_again(session: Session, letter: DeadLetter, by: str, now: datetime) -> None:
    letter.rerun_at, letter.rerun_by = now, by
    row = session.get_one(Outbox, letter.outbox_id, with_for_update=True, populate_existing=True)
    row.done_at = row.relayed_at = None
    row.attempts, row.available_at = 0, now
    session.flush()


def _message(error: Exception) -> str:
    if isinstance(error, DBAPIError):  # its own text quotes the statement's values
        diagnosis = getattr(error.orig, "diag", None)
        return f"{type(error.orig).__name__} {getattr(diagnosis, 'sqlstate', None)} {getattr(diagnosis, 'constraint_name', None) or ''}".strip()
    if isinstance(error, GridopsError):  # the message before parameters are put in
        return f"{error.code} {error.message}"
    return str(error)


def _place(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "/site-packages/" not in frame.filename] or frames
    return f" ({own[-1].filename.rpartition('/')[2]}:{own[-1].lineno})" if own else ""
