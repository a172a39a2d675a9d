"""When learning begins by itself: a weekday and an hour, as a row that who chooses the version in use may change."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.errors import Conflict, Forbidden, Invalid
from gridops.models import LearningSchedule
from gridops.services import security_events
from gridops.services.learned import runs
from gridops.services.learned.versions import KEEPERS

WEEKDAYS = range(1, 8)


def present(session: Session) -> LearningSchedule:
    return session.get_one(LearningSchedule, 1)


def choose(session: Session, weekday: int | None, at: time, *, actor: Actor, now: datetime) -> LearningSchedule:
    """``weekday`` None: never. Raises Forbidden, Invalid."""
    if not actor.roles.intersection(KEEPERS):
        raise Forbidden()
    if weekday is not None and weekday not in WEEKDAYS:
        raise Invalid(fields={"weekday": ["Not a valid choice."]})
    row = session.get_one(LearningSchedule, 1, with_for_update=True, populate_existing=True)
    row.weekday, row.at = weekday, at.replace(second=0, microsecond=0, tzinfo=None)
    row.next_at, row.changed_at, row.changed_by = following(row, now), now, actor.account_id
    security_events.record(session, "learning_schedule", now=now, account_id=actor.account_id, weekday=weekday, at=f"{row.at:%H:%M}")
    session.flush()
    return row


def ask_if_due(session: Session, now: datetime) -> bool:
    """Exactly one run for each time, by whichever beat is first: the row is locked, and moved on in the same transaction.

    A time that passed while nothing ran is made up for once. Where learning is under way already, that one is the week's.
    """
    row = session.scalars(select(LearningSchedule).where(LearningSchedule.weekday.is_not(None)).with_for_update(skip_locked=True)).one_or_none()
    if row is None or (row.next_at is not None and row.next_at > now):
        return False
    due, row.next_at = row.next_at is not None, following(row, now)
    session.flush()
    return due and _asked(session, now)


def is_due(session: Session, now: datetime) -> bool:
    """Without locking anything: asked every few seconds."""
    at = LearningSchedule.next_at
    return bool(session.scalar(select(LearningSchedule.id).where(LearningSchedule.weekday.is_not(None), at.is_(None) | (at <= now))))


def following(row: LearningSchedule, now: datetime) -> datetime | None:
    """The next instant after ``now`` at which it is that hour of that weekday in the schedule's zone."""
    if row.weekday is None:
        return None
    zone = ZoneInfo(row.timezone)
    today = now.astimezone(zone).date()
    days = (row.weekday - today.isoweekday()) % 7
    found = (datetime.combine(today + timedelta(days=days + more), row.at, zone).astimezone(now.tzinfo) for more in (0, 7))
    return next(instant for instant in found if instant > now)


def _asked(session: Session, now: datetime) -> bool:
    try:
        runs.want(session, "schedule", now=now)
    except Conflict:
        return False
    return True
