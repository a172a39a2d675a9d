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


@dataclass(frozen=True)
class Named:
    code: str
    name: str

    def __str__(self) -> str:
        return f"{self.name} {self.code}"


@dataclass(frozen=True)
class Gone(Named):
    """A post that ends; ``area``: where it is, for one at a place the place's cell."""

    role: str
    area: str

    def __str__(self) -> str:
        return f"{self.name} {self.role} {self.area}"


@dataclass(frozen=True)
class Moved(Gone):
    """``to_role``, ``to_area``: the post that begins in its stead."""

    to_role: str
    to_area: str

    def __str__(self) -> str:
        return f"{super().__str__()} -> {self.to_role} {self.to_area}"


@dataclass
class StaffReport(ImportReport):
    """``leaves``: has no post left anywhere, so the log-in closes."""

    comes: list[Named] = field(default_factory=list)
    moves: list[Moved] = field(default_factory=list)
    goes: list[Gone] = field(default_factory=list)
    leaves: list[Named] = field(default_factory=list)


def end_unnamed(
    session: Session, report: StaffReport, area_code: str, named: Collection[int], created: Collection[Posting], *, actor: Actor,
    now: datetime,
) -> list[str]:
    """``named``, ``created``: posts that the file speaks of, and those that are new. Gives the areas that changed."""
    today = access.today_in(session, area_code, now)
    held = select(Posting, Person).join(Person, Person.id == Posting.person_id).outerjoin(Place, Place.id == Posting.place_id).where(
        access.posted_in(area_code), or_(Posting.ends_on.is_(None), Posting.ends_on >= today))
    arrived: dict[int, list[Posting]] = {}
    for post in created:
        arrived.setdefault(post.person_id, []).append(post)
    touched, people = [], {}
    for posting, person in session.execute(held.order_by(Person.code, Posting.id)).all():
        if posting.id in named:
            posting.confirmed_on = today if holds(posting.starts_on, posting.ends_on, today) else posting.confirmed_on
            continue
        where = access.area_of(session, posting)
        touched.append(where)
        people[person.id] = person
        _say(session, report, person, posting, where, arrived.get(person.id, []))
        _end(session, posting, today, now)
    session.flush()
    for person in people.values():
        _leave(session, report, person, today, actor, now)
    return touched


def _say(session: Session, report: StaffReport, person: Person, posting: Posting, where: str, begun: list[Posting]) -> None:
    """Of several posts that begin, the one of the same role takes its place."""
    report.count("changed")
    gone = (person.code, person.name, posting.role, where)
    if begun:
        instead = next((post for post in begun if post.role == posting.role), begun[0])
        report.moves.append(Moved(*gone, instead.role, access.area_of(session, instead)))
    else:
        report.goes.append(Gone(*gone))


def _end(session: Session, posting: Posting, today: date, now: datetime) -> None:
    if posting.starts_on >= today:
        hours.drop(session, posting)
    else:
        posting.ends_on = today - timedelta(days=1)
        hours.stop(session, posting, now)


def _leave(session: Session, report: StaffReport, person: Person, today: date, actor: Actor, now: datetime) -> None:
    still = select(Posting.id).where(Posting.person_id == person.id, or_(Posting.ends_on.is_(None), Posting.ends_on >= today))
    if session.scalar(still.limit(1)) is None:
        report.leaves.append(Named(person.code, person.name))
        leaving.take_leave(session, person, last_day=today - timedelta(days=1), actor=actor, now=now, publish=False)
