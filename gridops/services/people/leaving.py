"""A person leaves: posts end, the log-in closes, claimed duties are free again; what nobody covers then is named."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.models import Absence, Account, DutyClaim, Person, Posting
from gridops.services import accounts
from gridops.services.people import access, hours, posts, rights

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Left:
    """``posts``: areas of the posts that ended. ``claims`` released. ``stand_ins``: absences that now have nobody. ``log_ins`` closed at once."""

    person: Person
    posts: list[str]
    claims: int
    stand_ins: list[int]
    log_ins: int


def leave(session: Session, code: str, *, last_day: date, actor: Actor, now: datetime) -> Left:
    """With a later ``last_day`` the log-in stays open until then. Raises NotFound, Forbidden, Invalid."""
    access.check_days(last_day=last_day)
    person = access.person_seen(session, code, actor, lock=True)
    posts.check_keeps_person(session, person, actor, now)
    return take_leave(session, person, last_day=last_day, actor=actor, now=now)


def take_leave(session: Session, person: Person, *, last_day: date, actor: Actor, now: datetime, publish: bool = True) -> Left:
    """As ``leave``, where the caller has asked who may. ``publish=False``: he says it once for many."""
    person.left_on = last_day + ONE_DAY
    ended = _end_posts(session, person, last_day, now)
    claims = _release(session, person, person.left_on)
    closed = _close_log_ins(session, person, actor, now)
    session.flush()
    rights.follow(session, [person.id], actor=actor, now=now)
    if publish:
        access.publish_changes(session, ended, days=[person.left_on], now=now)
    return Left(person, ended, claims, _without_stand_in(session, person, now), closed)


def _end_posts(session: Session, person: Person, last_day: date, now: datetime) -> list[str]:
    still = or_(Posting.ends_on.is_(None), Posting.ends_on > last_day)
    ended = []
    for posting in session.scalars(select(Posting).where(Posting.person_id == person.id, still).order_by(Posting.id)).all():
        ended.append(access.area_of(session, posting))
        if posting.starts_on > last_day:
            hours.drop(session, posting)
        else:
            posting.ends_on = last_day
            hours.cut(session, posting)
            if access.today_in(session, ended[-1], now) > last_day:
                hours.stop(session, posting, now)
    return ended


def _release(session: Session, person: Person, day: date) -> int:
    claims = session.scalars(select(DutyClaim).where(
        DutyClaim.person_id == person.id, DutyClaim.released_on.is_(None), DutyClaim.done_on.is_(None))).all()
    for claim in claims:
        claim.released_on = max(day, claim.claimed_on)
    return len(claims)


def _close_log_ins(session: Session, person: Person, actor: Actor, now: datetime) -> int:
    if person.left_on > access.today_of(session, person.id, now):
        return 0
    found = session.scalars(select(Account).where(Account.person_id == person.id, Account.disabled_at.is_(None))).all()
    for account in found:
        accounts.disable(session, account, actor=actor, now=now)
    return len(found)


def _without_stand_in(session: Session, person: Person, now: datetime) -> list[int]:
    query = select(Absence.id).where(Absence.stand_in_id == person.id, Absence.ends_at > now).order_by(Absence.id)
    return list(session.scalars(query))
