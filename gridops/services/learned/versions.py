"""Which version is in use. Apart from training, so that a page may choose one without loading what trains."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.errors import Forbidden, Invalid
from gridops.models import LearnedModel

KEEPERS = ("system_admin", "leader", "dispatcher")


def choose(session: Session, version: int, *, actor: Actor, now: datetime) -> None:
    """By a person; 0 is what gridops knows from the first day. Raises Forbidden, Invalid."""
    if not actor.roles.intersection(KEEPERS):
        raise Forbidden()
    if version:
        use(session, version, now=now, account_id=actor.account_id)
    else:
        forget(session)


def use(session: Session, version: int, *, now: datetime, account_id: int | None) -> LearnedModel:
    """Puts a version in use, also an earlier one. Raises Invalid for one that is none."""
    lock(session)
    wanted = session.scalar(select(LearnedModel).where(LearnedModel.version == version).with_for_update())
    if wanted is None:
        raise Invalid(fields={"version": ["There is no such version."]})
    session.execute(update(LearnedModel).where(LearnedModel.state == "active", LearnedModel.version != version).values(state="retired"))
    wanted.state, wanted.activated_at, wanted.activated_by = "active", now, account_id
    session.flush()
    return wanted


def forget(session: Session) -> None:
    """Back to what gridops knows from the first day."""
    lock(session)
    session.execute(update(LearnedModel).where(LearnedModel.state == "active").values(state="retired"))


def lock(session: Session) -> None:
    """Until the end of the transaction nobody else changes which version is in use; who only reads it does not wait."""
    session.execute(text("LOCK TABLE learned_model IN SHARE ROW EXCLUSIVE MODE"))
