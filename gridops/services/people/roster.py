"""Who serves in an area, by community and cell, with what is missing said in so many words; and finding people by name or number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.domain.posts import ROLES, holds, is_stale
from gridops.models import Cell, Grid, Person, Place, Posting
from gridops.services import areas
from gridops.services.areas import Area
from gridops.services.people import access

OF_A_CELL = ("grid_leader", "grid_worker", "cadre", "police_liaison")  # every cell has one, of its own or its community's
OWN = ("grid_worker",)  # must be the cell's own
MOST = 500


@dataclass(frozen=True, slots=True)
class Member:
    posting: Posting
    person: Person
    area_code: str
    place: str | None  # its name
    stale: bool


@dataclass
class Row:
    """A street, community or cell. ``missing``: roles that nobody holds there; ``without_steward``: names of buildings without one."""

    area: Area
    members: list[Member] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    without_steward: list[str] = field(default_factory=list)

    def of(self, role: str) -> list[Member]:
        return [member for member in self.members if member.posting.role == role]


def roster(session: Session, area_code: str, *, actor: Actor, now: datetime) -> list[Row]:
    """The area, and its communities and cells in code order. Raises NotFound."""
    access.check_reads(actor, area_code)
    rows = {area.code: Row(area) for area in [areas.get_area(session, area_code), *areas.descendants(session, area_code)]}
    held = members(session, area_code, now)
    for member in held:
        if member.area_code in rows:
            rows[member.area_code].members.append(member)
    over = _held_above(session, area_code, now) | {(member.posting.role, member.area_code) for member in held}
    stewards = {member.posting.place_id for member in held if member.posting.role == "building_steward"}
    buildings = _buildings(session, area_code, stewards)
    for row in rows.values():
        if row.area.level == "cell":
            row.missing = [role for role in OF_A_CELL if not _has(over, role, row.area.code)]
            row.without_steward = buildings.get(row.area.lineage, [])
    return list(rows.values())


def _has(held: set[tuple[str, str]], role: str, cell: str) -> bool:
    places = (cell,) if role in OWN else (cell, cell[: access.COMMUNITY_DIGITS])
    return any((role, place) in held for place in places)


def _held_above(session: Session, area_code: str, now: datetime) -> set[tuple[str, str]]:
    today = access.today_in(session, area_code, now)
    above = [area_code[:length] for length in range(1, len(area_code))]
    posts = session.scalars(select(Posting).where(Posting.area_code.in_(above)))
    return {(post.role, post.area_code) for post in posts if holds(post.starts_on, post.ends_on, today)}


def _buildings(session: Session, area_code: str, stewards: set[int | None]) -> dict[object, list[str]]:
    query = select(Place.id, Place.name, Place.cell_lineage).where(
        Place.kind == "building", Place.ended_at.is_(None),
        Place.community_code.startswith(area_code[: access.COMMUNITY_DIGITS], autoescape=True))
    found: dict[object, list[str]] = defaultdict(list)
    for row in session.execute(query.order_by(Place.code)):
        if row.id not in stewards:
            found[row.cell_lineage].append(row.name)
    return found


def members(session: Session, area_code: str, now: datetime) -> list[Member]:
    """Posts held today in the area and below, in the order of roles."""
    today = access.today_in(session, area_code, now)
    query = (
        select(Posting, Person, Place, Cell.code.label("cell")).join(Person, Person.id == Posting.person_id)
        .outerjoin(Place, Place.id == Posting.place_id)
        .outerjoin(Cell, (Cell.lineage == Place.cell_lineage) & Cell.grid_id.in_(select(Grid.id).where(Grid.status == "active")))
        .where(access.posted_in(area_code), Posting.starts_on <= today, or_(Posting.ends_on.is_(None), Posting.ends_on >= today)))
    found = [
        Member(post, person, post.area_code or cell or place.community_code, place and place.name,
               is_stale(post.starts_on, post.confirmed_on, today))
        for post, person, place, cell in session.execute(query)]
    return sorted(found, key=lambda one: (ROLES.index(one.posting.role), one.posting.part_time, one.person.code, one.posting.id))


def find_people(
    session: Session, *, actor: Actor, area: str | None = None, role: str | None = None, q: str | None = None, after: str = "",
    limit: int = 50,
) -> list[Person]:
    """By staff number; ``q``: part of the name, or the number. Only whom the actor may see."""
    query = select(Person).where(access.visible_people(actor), Person.code > after)
    if area or role:
        posts = select(Posting.id).outerjoin(Place, Place.id == Posting.place_id).where(Posting.person_id == Person.id)
        posts = posts.where(access.posted_in(area)) if area else posts
        query = query.where((posts.where(Posting.role == role) if role else posts).exists())
    if q:
        query = query.where(or_(Person.name.contains(q, autoescape=True), Person.code == q))
    return list(session.scalars(query.order_by(Person.code).limit(min(limit, MOST))))


def posts_of(session: Session, people: Iterable[Person]) -> dict[int, list[tuple[Posting, Place | None]]]:
    """Now and before, the newest first."""
    query = select(Posting, Place).outerjoin(Place, Place.id == Posting.place_id).where(Posting.person_id.in_([one.id for one in people]))
    found: dict[int, list[tuple[Posting, Place | None]]] = defaultdict(list)
    for posting, place in session.execute(query.order_by(Posting.starts_on.desc(), Posting.id)):
        found[posting.person_id].append((posting, place))
    return found
