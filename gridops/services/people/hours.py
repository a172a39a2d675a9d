"""The regular hours and planned shifts of a post: they go along when it moves, and go when it never was."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from gridops.models import Posting, Shift, ShiftPattern
from gridops.services.people import access

ONE_DAY = timedelta(days=1)


def take_along(session: Session, old: Posting, new: Posting, on: date) -> None:
    for pattern in session.scalars(select(ShiftPattern).where(ShiftPattern.posting_id == old.id)):
        if pattern.ends_on is None or pattern.ends_on >= on:
            same = {name: getattr(pattern, name) for name in ("days", "weekdays", "opens", "closes", "ends_on")}
            session.add(ShiftPattern(posting_id=new.id, starts_on=max(on, pattern.starts_on), **same))
    hand_on(session, old, new, on)
    session.flush()


def hand_on(session: Session, old: Posting, new: Posting, on: date) -> None:
    """Shifts planned to begin on that day or later."""
    first = _begin_of(session, new, on)
    session.execute(update(Shift).where(Shift.posting_id == old.id, Shift.starts_at >= first).values(posting_id=new.id))


def cut(session: Session, posting: Posting) -> None:
    """The post has a last day: shifts planned to begin after it go, or the table would name somebody who does not come."""
    first = _begin_of(session, posting, posting.ends_on + ONE_DAY)
    session.execute(delete(Shift).where(Shift.posting_id == posting.id, Shift.starts_at >= first))


def _begin_of(session: Session, posting: Posting, day: date) -> datetime:
    return datetime.combine(day, time.min, access.zone_of(session, access.area_of(session, posting)))


def stop(session: Session, posting: Posting, now: datetime) -> None:
    """The post has ended already: planned shifts end now, and so does a regular night that began on its last day."""
    session.execute(delete(Shift).where(Shift.posting_id == posting.id, Shift.starts_at >= now))
    session.execute(update(Shift).where(Shift.posting_id == posting.id, Shift.ends_at > now).values(ends_at=now))
    nights = select(ShiftPattern).where(ShiftPattern.posting_id == posting.id, ShiftPattern.closes <= ShiftPattern.opens)
    for pattern in session.scalars(nights):
        before = posting.ends_on - ONE_DAY
        pattern.ends_on = max(pattern.starts_on, min(pattern.ends_on or before, before))
    session.flush()


def drop(session: Session, posting: Posting) -> None:
    """A post that never began goes with its hours."""
    for kind in (Shift, ShiftPattern):
        session.execute(delete(kind).where(kind.posting_id == posting.id))
    session.delete(posting)
    session.flush()
