"""Who serves where: a person is entered with a first post, takes more, moves, ends one; posts are confirmed now and then."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from secrets import token_hex
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.domain.posts import OF_PLACES, ROLES, holds
from gridops.errors import Invalid, NotFound
from gridops.models import Person, Place, Posting
from gridops.services import areas
from gridops.services.people import access, hours, phones, rights
from gridops.vault import Vault

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Post:
    """What a new post is. ``place`` is a place's code; a post has an area or a place, never both. ``ends_on`` is the last day."""

    role: str
    starts_on: date
    area: str | None = None
    place: str | None = None
    part_time: bool = False
    title: str | None = None
    duties: tuple[str, ...] = ()
    ends_on: date | None = None


def add_person(
    session: Session, name: str, post: Post, *, code: str | None = None, phone: str | None = None, home_organisation: str | None = None,
    actor: Actor, now: datetime, vault: Vault,
) -> Person:
    """Raises Invalid (``code_taken``, ``phone_invalid``, a rule of posts), NotFound, Forbidden."""
    if code and session.scalar(select(Person.id).where(Person.code == code)):
        raise Invalid("This staff number is taken.", code="code_taken", fields={"code": ["This staff number is taken."]})
    person = Person(
        code=code or new_code(), name=name, home_organisation=home_organisation, phone_cipher=phones.sealed(vault, phone))
    session.add(person)
    session.flush()
    add_post(session, person, post, actor=actor, now=now)
    return person


def new_code() -> str:
    return f"P{token_hex(4)}"


def change_person(session: Session, code: str, changes: dict[str, Any], *, actor: Actor, now: datetime, vault: Vault) -> Person:
    """``changes``: name, phone, home_organisation. Only by who keeps the grid where the person serves. Raises NotFound, Forbidden, Invalid."""
    person = access.person_seen(session, code, actor, lock=True)
    check_keeps_person(session, person, actor, now)
    if "phone" in changes:
        person.phone_cipher = phones.sealed(vault, changes["phone"])
    for name in ("name", "home_organisation"):
        setattr(person, name, changes.get(name, getattr(person, name)))
    session.flush()
    return person


def check_keeps_person(session: Session, person: Person, actor: Actor, now: datetime) -> None:
    """Somebody with posts in two streets is changed as a whole only by who keeps both. Raises NotFound, Forbidden."""
    for area in access.areas_served(session, person.id, now):
        access.check_keeps(actor, area)


def add_post(session: Session, person: Person, post: Post, *, actor: Actor, now: datetime) -> Posting:
    """Somebody who had left works here again; his log-in stays closed until it is opened on purpose. Raises Invalid, NotFound, Forbidden."""
    place = _place(session, post.place) if post.place else None
    _check(session, person, post, place)
    area = access.area_of_place(session, place) if place else areas.get_area(session, post.area).code
    access.check_keeps(actor, area)
    posting = Posting(
        person_id=person.id, role=post.role, part_time=post.part_time, title=post.title, area_code=None if place else area,
        place_id=place.id if place else None, duties=list(post.duties), starts_on=post.starts_on, ends_on=post.ends_on)
    session.add(posting)
    if person.left_on is not None and (post.ends_on is None or post.ends_on >= person.left_on):
        person.left_on = None
    _changed(session, person, area, [post.starts_on, post.ends_on and post.ends_on + ONE_DAY], actor, now)
    return posting


def _place(session: Session, code: str) -> Place:
    place = session.scalar(select(Place).where(Place.code == code, Place.ended_at.is_(None)))
    if place is None:
        raise _wrong("place", "There is no such place.", "unknown_place")
    return place


def _check(session: Session, person: Person, post: Post, place: Place | None) -> None:
    access.check_days(starts_on=post.starts_on, ends_on=post.ends_on)
    if post.role not in ROLES:
        raise _wrong("role", "This role is unknown.", "role_unknown")
    if (post.area is None) == (post.place is None):
        raise _wrong("area", "A post needs an area or a place, and not both.", "post_area")
    if place is not None and post.role not in OF_PLACES:
        raise _wrong("place", "Only stewards and property contacts are posted at a place.", "post_area")
    if post.ends_on is not None and post.ends_on < post.starts_on:
        raise _wrong("ends_on", "The post ends before it starts.", "ends_before_start")
    same = session.scalars(select(Posting).where(
        Posting.person_id == person.id, Posting.role == post.role, Posting.area_code.is_not_distinct_from(post.area),
        Posting.place_id.is_not_distinct_from(place.id if place else None)))
    if any(_overlap(post, other) for other in same):
        raise _wrong("starts_on", "The person holds this post already.", "post_held")


def _overlap(post: Post, other: Posting) -> bool:
    return (other.ends_on is None or post.starts_on <= other.ends_on) and (post.ends_on is None or other.starts_on <= post.ends_on)


def _wrong(field: str, message: str, code: str) -> Invalid:
    return Invalid(message, code=code, fields={field: [message]})


def end_post(session: Session, posting_id: int, *, last_day: date, actor: Actor, now: datetime) -> Posting:
    """Raises NotFound, Forbidden, Invalid."""
    access.check_days(last_day=last_day)
    posting, person, area = kept(session, posting_id, actor)
    if last_day < posting.starts_on:
        raise _wrong("last_day", "The post ends before it starts.", "ends_before_start")
    posting.ends_on = last_day
    hours.cut(session, posting)
    if access.today_in(session, area, now) > last_day:
        hours.stop(session, posting, now)  # or a night that was planned would keep the tickets
    _changed(session, person, area, [last_day + ONE_DAY], actor, now)
    return posting


def move_post(
    session: Session, posting_id: int, *, on: date, area: str | None = None, place: str | None = None, actor: Actor, now: datetime,
) -> Posting:
    """The old post ends the day before ``on``; the new one begins with the same role, duties, regular hours and planned shifts."""
    access.check_days(on=on)
    old, person, before = kept(session, posting_id, actor)
    if on < old.starts_on:
        raise _wrong("on", "The post ends before it starts.", "ends_before_start")
    old.ends_on = on - ONE_DAY
    session.flush()
    post = Post(old.role, on, area, place, old.part_time, old.title, tuple(old.duties))
    new = add_post(session, person, post, actor=actor, now=now)
    hours.take_along(session, old, new, on)
    if old.ends_on < old.starts_on:
        hours.drop(session, old)  # moved on its first day: it was never there
    elif access.today_in(session, before, now) >= on:
        hours.stop(session, old, now)  # or the night that runs would keep the tickets
    access.publish_changes(session, [before], days=[on], now=now)
    return new


def change_post(session: Session, posting_id: int, changes: dict[str, Any], *, actor: Actor, now: datetime) -> Posting:
    """``changes``: title, part_time, duties. Raises NotFound, Forbidden."""
    posting, person, area = kept(session, posting_id, actor)
    for name, value in changes.items():
        setattr(posting, name, value)
    _changed(session, person, area, [], actor, now)
    return posting


def kept(session: Session, posting_id: int, actor: Actor) -> tuple[Posting, Person, str]:
    """The post, its person and its area, locked. Raises NotFound, Forbidden."""
    posting = session.get(Posting, posting_id)
    if posting is None:
        raise NotFound()
    area = access.area_of(session, posting)
    access.check_keeps(actor, area)
    person = session.scalars(select(Person).where(Person.id == posting.person_id).with_for_update()).one()
    session.flush()
    session.refresh(posting)
    return posting, person, area


def confirm_posts(session: Session, posting_ids: Collection[int], *, actor: Actor, now: datetime) -> int:
    """"It is still so": posts that end, or are not held today, are left out."""
    confirmed = 0
    for posting_id in sorted(set(posting_ids)):  # in one order: two lists with the same people must not deadlock
        posting, _, area = kept(session, posting_id, actor)
        today = access.today_in(session, area, now)
        if holds(posting.starts_on, posting.ends_on, today) and posting.confirmed_on != today:
            posting.confirmed_on = today
            confirmed += 1
    return confirmed


def _changed(session: Session, person: Person, area: str, days: Iterable[date | None], actor: Actor, now: datetime) -> None:
    session.flush()
    rights.follow(session, [person.id], actor=actor, now=now)
    access.publish_changes(session, [area], days=days, now=now)
