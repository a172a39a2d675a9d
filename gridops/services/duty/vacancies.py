"""What nobody covers, and posts that somebody must look at; each with what mends it. A list to work down, not a score."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from gridops.domain import duty
from gridops.domain.area_codes import COMMUNITY_DIGITS
from gridops.domain.posts import ROLES, WALKERS, holds, is_stale
from gridops.models import Person, Place, Posting
from gridops.services import areas
from gridops.services.areas import Area
from gridops.services.duty import overview
from gridops.services.duty.held import Posts, read

ENDS_SOON = timedelta(days=14)
KINDS = (
    "no_worker", "no_leader", "nobody_now", "nobody_tonight", "left_but_posted", "no_stand_in", "stand_in_away", "post_ends", "stale_post",
)


@dataclass(frozen=True, slots=True)
class Vacancy:
    """``area_code``: where; for a person the post's. ``on``: the day it ends, or was last confirmed; ``until``: of an absence."""

    kind: str
    area_code: str
    person_id: int | None = None
    person: str | None = None
    role: str | None = None
    posting_id: int | None = None
    absence_id: int | None = None
    on: date | None = None
    until: datetime | None = None


def vacancies(session: Session, area_code: str, now: datetime) -> list[Vacancy]:
    """By kind in the order of KINDS, then by area. Raises NotFound."""
    area = areas.get_area(session, area_code)
    posts = read(session, area_code, now - duty.ONE_DAY, now + 2 * duty.ONE_DAY, ROLES)
    today = posts.calendar.local_day(now)
    found = [
        *_unstaffed(session, area, posts, today), *_uncovered(session, area, posts, now), *_of_posts(session, area_code, today),
        *_absences(session, posts, area_code, now)]
    return sorted(found, key=lambda one: (KINDS.index(one.kind), one.area_code, one.person or "", one.posting_id or 0))


def _unstaffed(session: Session, area: Area, posts: Posts, today: date) -> Iterator[Vacancy]:
    """A worker belongs to the cell; a leader may be the community's."""
    held = [(one.role, one.area_code) for one in posts.held if holds(one.post.starts_on, one.post.ends_on, today)]
    for cell in _cells(session, area):
        if ("grid_worker", cell.code) not in held:
            yield Vacancy("no_worker", cell.code)
        if ("grid_leader", cell.code) not in held and ("grid_leader", cell.code[:COMMUNITY_DIGITS]) not in held:
            yield Vacancy("no_leader", cell.code)


def _cells(session: Session, area: Area) -> list[Area]:
    return [area] if area.level == "cell" else areas.descendants(session, area.code, "cell")


def _uncovered(session: Session, area: Area, posts: Posts, now: datetime) -> Iterator[Vacancy]:
    """Now only in working time: outside it the night is what counts."""
    seen = overview.seen(session, area, posts, now)
    if posts.calendar.working_between(now, now + datetime.resolution):
        yield from _together("nobody_now", area, seen.cells, {row.cell.code for row in seen.cells if row.nobody_now})
    yield from _together("nobody_tonight", area, seen.cells, {row.cell.code for row in seen.cells if row.gap})


def _together(kind: str, area: Area, cells: list[overview.CellDuty], bare: set[str]) -> Iterator[Vacancy]:
    """One line for the area or a community where it is so in all cells of it."""
    if cells and len(bare) == len(cells):
        yield Vacancy(kind, area.code)
        return
    for community, rows in groupby((row.cell.code for row in cells), key=lambda code: code[:COMMUNITY_DIGITS]):
        codes = set(rows)
        for code in [community] if codes <= bare else sorted(codes & bare):
            yield Vacancy(kind, code)


def _of_posts(session: Session, area_code: str, today: date) -> Iterator[Vacancy]:
    where = or_(
        Posting.area_code.startswith(area_code, autoescape=True),
        Place.community_code.startswith(area_code[:COMMUNITY_DIGITS], autoescape=True))
    rows = session.execute(
        select(Posting, Person, Place.community_code).join(Person, Person.id == Posting.person_id)
        .outerjoin(Place, Place.id == Posting.place_id)
        .where(where, Posting.starts_on <= today, or_(Posting.ends_on.is_(None), Posting.ends_on >= today)))
    for posting, person, community in rows:
        kind, day = _fault(posting, person, today)
        if kind:
            yield Vacancy(kind, posting.area_code or community, person.id, person.name, posting.role, posting.id, on=day)


def _fault(posting: Posting, person: Person, today: date) -> tuple[str | None, date | None]:
    if person.left_on is not None and person.left_on <= today:
        return "left_but_posted", person.left_on
    if posting.ends_on is not None and posting.ends_on - today <= ENDS_SOON:
        return "post_ends", posting.ends_on
    if is_stale(posting.starts_on, posting.confirmed_on, today):
        return "stale_post", posting.confirmed_on or posting.starts_on
    return None, None


def _absences(session: Session, posts: Posts, area_code: str, now: datetime) -> Iterator[Vacancy]:
    """Of walkers who are away now or within a day."""
    below = [one for one in posts.held if one.role in WALKERS and one.area_code.startswith(area_code)]
    for held in {one.person_id: one for one in sorted(below, key=lambda one: one.area_code, reverse=True)}.values():
        for away in _soon(posts, held.person_id, now):
            kind = _stand_in_fault(posts, away.stand_in_id, max(away.starts_at, now))
            if kind:
                yield Vacancy(kind, held.area_code, held.person_id, held.person, held.role, held.posting_id, away.absence_id, until=away.ends_at)


def _soon(posts: Posts, person_id: int, now: datetime) -> Iterable:
    return (away for away in posts.away.get(person_id, ()) if away.ends_at > now and away.starts_at < now + duty.ONE_DAY)


def _stand_in_fault(posts: Posts, stand_in_id: int | None, at: datetime) -> str | None:
    if stand_in_id is None:
        return "no_stand_in"
    away = any(starts_at <= at < ends_at for starts_at, ends_at in posts.spans_away(stand_in_id))
    return "stand_in_away" if stand_in_id in posts.gone or away else None
