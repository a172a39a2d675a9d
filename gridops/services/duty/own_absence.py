"""A person with a log-in says when he or she is away. Who stands in remains for the grid office to say: nobody is put to work by a colleague."""

from __future__ import annotations

from datetime import datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.domain import duty
from gridops.domain.actor import Actor
from gridops.errors import Forbidden, Invalid, NotFound
from gridops.models import Absence, Account
from gridops.services.duty import roster
from gridops.services.duty.held import calendar_of


def serving(session: Session, actor: Actor) -> tuple[int, str] | None:
    """(person's id, one area of his or her posts) of the log-in, None where it is nobody's who has a post."""
    person_id = session.scalar(select(Account.person_id).where(Account.id == actor.account_id)) if actor.account_id else None
    areas = roster.areas_of(session, person_id) if person_id else []
    return (person_id, areas[0]) if areas else None


def _serving(session: Session, actor: Actor) -> tuple[int, str]:
    found = serving(session, actor)
    if found is None:
        raise Forbidden("This log-in belongs to nobody with a post.", code="no_post")
    return found


def add(session: Session, *, starts_at: datetime, ends_at: datetime, note: str | None = None, actor: Actor, now: datetime) -> Absence:
    """From today on. Raises Forbidden ``no_post``, Invalid ``absence_past`` and as roster.add_absence."""
    person_id, area = _serving(session, actor)
    calendar = calendar_of(session, area)
    if starts_at < duty.moment(calendar, calendar.local_day(now), time.min) or ends_at <= now:
        field = "ends_at" if ends_at <= now else "starts_at"
        raise Invalid("What is past is for the grid office to enter.", code="absence_past",
                      fields={field: ["What is past is for the grid office to enter."]})
    return roster.put_absence(session, person_id, area, starts_at=starts_at, ends_at=ends_at, note=note, actor=actor, now=now)


def mine(session: Session, *, actor: Actor, now: datetime) -> list[Absence]:
    """Those that are not over, whoever entered them. Raises Forbidden."""
    person_id, _ = _serving(session, actor)
    return list(session.scalars(select(Absence).where(Absence.person_id == person_id, Absence.ends_at > now).order_by(Absence.starts_at)))


def take_back(session: Session, absence_id: int, *, actor: Actor, now: datetime) -> None:
    """Back, or not going. Raises NotFound (not one's own), Forbidden: one that the grid office entered is the office's to end."""
    person_id, area = _serving(session, actor)
    absence = session.scalar(select(Absence).where(Absence.id == absence_id, Absence.person_id == person_id).with_for_update())
    if absence is None:
        raise NotFound()
    if absence.entered_by != actor.account_id:
        raise Forbidden()
    roster.shorten_absence(session, absence, area, now)
