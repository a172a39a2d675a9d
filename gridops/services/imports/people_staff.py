"""A file that is the whole staff of an area: who is no longer named there goes. Told before it is done: who comes, goes, and moves."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.domain.posts import holds
from gridops.models import Person, Place, Posting
from gridops.services.imports.table import ImportReport
from gridops.services.people import access, hours, leaving


@dataclass
class StaffReport(ImportReport):
    """Names with where they serve. ``leaves``: has no post left anywhere, so the log-in closes."""

    comes: list[str] = field(default_factory=list)
    moves: list[str] = field(default_factory=list)
    goes: list[str] = field(default_factory=list)
    leaves: list[str] = field(default_factory=list)


def end_unnamed(
    session: Session, report: StaffReport, area_code: str, named: Collection[int], created: Collection[Posting], *, actor: Actor,
    now: datetime,
) -> list[str]:
    """``named``, ``created``: posts that the file speaks of, and those that are new. Gives the areas that changed."""
    today = access.today_in(session, area_code, now)
    held = select(Posting, Person).join(Person, Person.id == Posting.person_id).outerjoin(Place, Place.id == Posting.place_id).where(
        access.posted_in(area_code), or_(Posting.ends_on.is_(None), Posting.ends_on >= today))
    arrived = {post.person_id for post in created}
    touched, people = [], {}
    for posting, person in session.execute(held.order_by(Person.code, Posting.id)).all():
        if posting.id in named:
            posting.confirmed_on = today if holds(posting.starts_on, posting.ends_on, today) else posting.confirmed_on
            continue
        where = access.area_of(session, posting)
        touched.append(where)
        people[person.id] = person
        (report.moves if person.id in arrived else report.goes).append(f"{person.name} {posting.role} {where}")
        report.count("changed")
        _end(session, posting, today, now)
    session.flush()
    for person in people.values():
        _leave(session, report, person, today, actor, now)
    return touched


def _end(session: Session, posting: Posting, today: date, now: datetime) -> None:
    if posting.starts_on >= today:
        hours.drop(session, posting)
    else:
        posting.ends_on = today - timedelta(days=1)
        hours.stop(session, posting, now)


def _leave(session: Session, report: StaffReport, person: Person, today: date, actor: Actor, now: datetime) -> None:
    still = select(Posting.id).where(Posting.person_id == person.id, or_(Posting.ends_on.is_(None), Posting.ends_on >= today))
    if session.scalar(still.limit(1)) is None:
        report.leaves.append(f"{person.name} {person.code}")
        leaving.take_leave(session, person, last_day=today - timedelta(days=1), actor=actor, now=now, publish=False)
