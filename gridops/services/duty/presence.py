"""Who is on duty in an area at an instant, the night's watch, and who comes next."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from gridops.domain import duty
from gridops.domain.calendar import Span
from gridops.domain.duty import Stretch
from gridops.domain.posts import ROLES, WALKERS, holds
from gridops.services.duty.held import Away, Held, Posts, read


@dataclass(frozen=True, slots=True)
class OnDuty:
    """``since`` and ``until`` are UTC; ``stands_in_for`` is the name of whose post it is; ``basis``: shift, pattern, hours."""

    person_id: int
    person: str
    posting_id: int
    role: str
    part_time: bool
    area_code: str
    place_id: int | None
    stands_in_for: str | None
    basis: str
    since: datetime
    until: datetime


def on_duty(session: Session, area_code: str, at: datetime, *, roles: Collection[str] = WALKERS) -> list[OnDuty]:
    """Those whose post is at the area or over it, deepest first, then by role: a community's and a street's posts cover its cells.

    Who is absent is out of all posts; the stand-in, unless absent too, covers them.
    """
    return covering(at_instant(read(session, area_code, at, at, roles), at), area_code)


def covering(found: Iterable[OnDuty], area_code: str) -> list[OnDuty]:
    return [one for one in found if area_code.startswith(one.area_code)]


def at_instant(posts: Posts, at: datetime) -> list[OnDuty]:
    return [one for one in during(posts, (at, at + datetime.resolution)) if one.since <= at < one.until]


def during(posts: Posts, span: Span) -> list[OnDuty]:
    """Each stretch of duty that touches ``span``, uncut; deepest areas first."""
    found = (one for held in posts.held for one in _of(posts, held, span))
    return sorted(found, key=_order)


def _order(one: OnDuty) -> tuple:
    return (-len(one.area_code), one.area_code, ROLES.index(one.role), one.since, one.person, one.posting_id)


def _of(posts: Posts, held: Held, span: Span) -> Iterator[OnDuty]:
    regular = list(duty.stretches(held.post, posts.calendar, *span))
    if not regular:
        return
    for stretch in duty.left_of(regular, posts.spans_away(held.person_id)):
        if stretch.ends_at > span[0] and stretch.starts_at < span[1]:
            yield _on(held, held.person_id, held.person, None, stretch)
    for away in posts.away.get(held.person_id, ()):
        for stretch in stood_in(posts, regular, away):
            if stretch.ends_at > span[0] and stretch.starts_at < span[1]:
                yield _on(held, away.stand_in_id, posts.names[away.stand_in_id], held.person, stretch)


def stood_in(posts: Posts, regular: Iterable[Stretch], away: Away) -> Iterator[Stretch]:
    """What the stand-in covers of the absent person's stretches: nothing without one, with one who has left, or who is absent too."""
    if away.stand_in_id is None or away.stand_in_id in posts.gone:
        return
    yield from duty.left_of(duty.inside(regular, (away.starts_at, away.ends_at)), posts.spans_away(away.stand_in_id))


def _on(held: Held, person_id: int, person: str, stands_in_for: str | None, stretch: Stretch) -> OnDuty:
    return OnDuty(
        person_id, person, held.posting_id, held.role, held.post.part_time, held.area_code, held.place_id, stands_in_for, stretch.basis,
        stretch.starts_at, stretch.ends_at)


@dataclass(frozen=True, slots=True)
class Turn:
    """When a person is next on duty in a post. ``missed``: he is away from what would have been his next duty there."""

    held: Held
    person_id: int
    starts_at: datetime
    missed: bool = False


def turns(posts: Posts, at: datetime, until: datetime) -> Iterator[Turn]:
    """One for each person who can take each post; a post whose hours nobody has said comes last, at ``until``."""
    for held in posts.held:
        if not duty.has_hours(held.post):
            yield from _without_hours(posts, held, at, until)
            continue
        yield from _own_turn(posts, held, at, until)
        for away in posts.away.get(held.person_id, ()):
            first = next(stood_in(posts, duty.stretches(held.post, posts.calendar, at, until), away), None)
            if first is not None:
                yield Turn(held, away.stand_in_id, max(first.starts_at, at))


def _own_turn(posts: Posts, held: Held, at: datetime, until: datetime) -> Iterator[Turn]:
    regular = next(duty.stretches(held.post, posts.calendar, at, until), None)
    away = posts.spans_away(held.person_id)
    there = next(duty.left_of(duty.stretches(held.post, posts.calendar, at, until), away), None) if away else regular
    if there is not None:
        yield Turn(held, held.person_id, max(there.starts_at, at), max(there.starts_at, at) > max(regular.starts_at, at))


def _without_hours(posts: Posts, held: Held, at: datetime, until: datetime) -> Iterator[Turn]:
    """Not while the person is away: then it is the stand-in's, or nobody's."""
    if not holds(held.post.starts_on, held.post.ends_on, posts.calendar.local_day(at)):
        return
    now = next((away for away in posts.away.get(held.person_id, ()) if away.starts_at <= at < away.ends_at), None)
    if now is None:
        yield Turn(held, held.person_id, until)
    elif now.stand_in_id is not None and now.stand_in_id not in posts.gone:
        yield Turn(held, now.stand_in_id, until)
