"""Learning as a run: asked for by a person, a command or the schedule, done by one process at a time, and begun anew where that one died.

A run that is under way holds an advisory lock of its connection, so that a dead one is known at once: its lock is free. What it has learned is
written with the end of the run in one transaction, and only by who began the run last.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.errors import Conflict, Forbidden
from gridops.models import LearnedModel, LearningRun
from gridops.services.learned.versions import KEEPERS

LEARNING = 4_207_020  # advisory lock of the process that learns; a number of its own in the whole of gridops
MOST_ATTEMPTS = 3  # after so many processes that died of it, nobody tries again by himself
IN_USE, NO_BETTER, TOO_LITTLE, DIED, FAILED = "in_use", "no_better", "too_little", "died", "failed"
HELD = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = :number AND classid = 0 AND granted "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())")


class Begun(NamedTuple):
    """``attempt`` is the proof at the end that nobody else has begun the run anew."""

    id: int
    attempt: int


def ask(session: Session, *, actor: Actor, now: datetime) -> LearningRun:
    """By a person. Raises Forbidden, Conflict ``already_learning``."""
    if not actor.roles.intersection(KEEPERS):
        raise Forbidden()
    return want(session, "person", now=now, account_id=actor.account_id)


def want(session: Session, cause: str, *, now: datetime, account_id: int | None = None) -> LearningRun:
    """Raises Conflict ``already_learning`` where a run waits or is under way, also one that another transaction asks for at this instant."""
    row = insert(LearningRun).values(cause=cause, state="waiting", asked_at=now, asked_by=account_id).on_conflict_do_nothing()
    made = session.scalar(row.returning(LearningRun.id))
    if made is None:
        raise Conflict("Learning is under way already: its result stands here when it is done.", code="already_learning")
    return session.get_one(LearningRun, made)


def open_run(session: Session) -> LearningRun | None:
    return session.scalars(select(LearningRun).where(LearningRun.state != "ended").execution_options(populate_existing=True)).one_or_none()


def newest(session: Session, most: int = 10) -> Sequence[LearningRun]:
    return session.scalars(select(LearningRun).order_by(LearningRun.id.desc()).limit(most)).all()


def is_wanted(session: Session) -> bool:
    """One waits, or was begun by a process that is no more."""
    run = open_run(session)
    return run is not None and (run.state == "waiting" or not is_held(session))


def is_held(session: Session) -> bool:
    """Some process learns at this instant."""
    return bool(session.scalar(HELD, {"number": LEARNING}))


def begin(session: Session, *, now: datetime) -> Begun | None:
    """By who holds the lock. None where nothing is wanted, or where it has cost too many processes their life."""
    run = session.scalars(select(LearningRun).where(LearningRun.state != "ended").with_for_update()).one_or_none()
    if run is None:
        return None
    if run.attempts >= MOST_ATTEMPTS:
        _end(run, DIED, now)
        session.flush()
        return None
    run.state, run.begun_at, run.attempts, run.stage = "running", now, run.attempts + 1, "reading"
    session.flush()
    return Begun(run.id, run.attempts)


def tell(session: Session, begun: Begun, stage: str) -> None:
    """How far it is."""
    run = _mine(session, begun)
    if run is not None:
        run.stage = stage
        session.flush()


def end(session: Session, begun: Begun, outcome: str, *, now: datetime) -> None:
    """Without a version."""
    run = _mine(session, begun)
    if run is not None:
        _end(run, outcome, now)
        session.flush()


def end_with(session: Session, begun: Begun, made: LearnedModel, *, now: datetime) -> None:
    """Raises Conflict where somebody else has begun the run anew: then nothing of this one may stay."""
    run = _mine(session, begun)
    if run is None:
        raise Conflict()
    _end(run, IN_USE if made.state == "active" else NO_BETTER, now)
    run.version = made.version
    session.flush()


def _mine(session: Session, begun: Begun) -> LearningRun | None:
    mine = (LearningRun.id == begun.id, LearningRun.state == "running", LearningRun.attempts == begun.attempt)
    return session.scalars(select(LearningRun).where(*mine).with_for_update()).one_or_none()


def _end(run: LearningRun, outcome: str, now: datetime) -> None:
    run.state, run.outcome, run.ended_at, run.stage = "ended", outcome, now, None
