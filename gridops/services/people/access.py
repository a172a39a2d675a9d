"""Who may read and who may change people: out of scope is NotFound, a wrong role Forbidden."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.domain.area_codes import COMMUNITY_DIGITS, STREET_DIGITS
from gridops.errors import Forbidden, Invalid, NotFound
from gridops.models import Cell, CheckIn, DutyClaim, Grid, Person, Place, Posting
from gridops.services import areas, outbox, scope

READERS = ("clerk", "dispatcher", "grid_office", "grid_leader", "cadre", "leader")
ZONE = "Asia/Shanghai"
ONE_DAY = timedelta(days=1)
YEARS = range(1900, 2200)  # of posts: the day before and the day after each must be days too


def may_read(actor: Actor, area_code: str) -> bool:
    return actor.kind == "system" or any(area_code.startswith(area) for area in actor.areas(*READERS))


def check_reads(actor: Actor, area_code: str) -> None:
    """Raises NotFound."""
    if not may_read(actor, area_code):
        raise NotFound()


def check_keeps(actor: Actor, area_code: str) -> None:
    """Raises NotFound (out of scope), Forbidden."""
    if scope.may_keep_grid(actor, area_code):
        return
    raise Forbidden() if scope.covers(actor, area_code) else NotFound()


def may_take_check_ins(actor: Actor, area_code: str) -> bool:
    """Check-ins and claims: whoever keeps the grid, and cadres of the community."""
    community = area_code[:COMMUNITY_DIGITS]
    own = any(area_code.startswith(area) or area.startswith(community) for area in actor.areas("cadre"))
    return own or scope.may_keep_grid(actor, area_code)


def check_takes_check_ins(actor: Actor, area_code: str) -> None:
    """Raises NotFound, Forbidden."""
    if not may_take_check_ins(actor, area_code):
        raise Forbidden() if scope.covers(actor, area_code) else NotFound()


def visible_people(actor: Actor) -> ColumnElement[bool]:
    """On Person: with a post (now or before), a check-in or a claim in one of the actor's areas. Nobody's secret, but not everybody's list."""
    if actor.kind == "system":
        return Person.id.is_not(None)
    ways = [_touches(area) for area in sorted(set(actor.areas(*READERS)))]
    return or_(false(), *ways)


def _touches(area: str) -> ColumnElement[bool]:
    posts = select(Posting.id).outerjoin(Place, Place.id == Posting.place_id).where(Posting.person_id == Person.id, posted_in(area))
    check_ins = select(CheckIn.id).where(CheckIn.person_id == Person.id, CheckIn.community_code.startswith(area[:COMMUNITY_DIGITS], autoescape=True))
    claims = select(DutyClaim.id).where(DutyClaim.person_id == Person.id, DutyClaim.area_code.startswith(area, autoescape=True))
    return or_(posts.exists(), check_ins.exists(), claims.exists())


def posted_in(area: str) -> ColumnElement[bool]:
    """On Posting and Place (outer joined): in the area and below. A place counts by its cell, in a whole community by that."""
    inside = Place.community_code.startswith(area, autoescape=True)
    if len(area) > COMMUNITY_DIGITS:
        lineage = select(Cell.lineage).join(Grid, Grid.id == Cell.grid_id).where(Grid.status == "active", Cell.code == area)
        inside = Place.cell_lineage.in_(lineage)
    return or_(Posting.area_code.startswith(area, autoescape=True), inside)


def person_seen(session: Session, code: str, actor: Actor, *, lock: bool = False) -> Person:
    """Raises NotFound. ``lock`` before any change: two who move the same person go one after the other."""
    query = select(Person).where(Person.code == code, visible_people(actor))
    person = session.scalar(query.with_for_update() if lock else query)
    if person is None:
        raise NotFound()
    return person


def area_of(session: Session, posting: Posting) -> str:
    """Where the post is; for one at a place the place's cell, else its community."""
    return posting.area_code or area_of_place(session, session.get_one(Place, posting.place_id))


def area_of_place(session: Session, place: Place) -> str:
    query = select(Cell.code).join(Grid, Grid.id == Cell.grid_id).where(Grid.status == "active", Cell.lineage == place.cell_lineage)
    return session.scalar(query) or place.community_code


def check_days(**days: date | None) -> None:
    """Raises Invalid, by field."""
    wrong = [name for name, day in days.items() if day is not None and day.year not in YEARS]
    if wrong:
        raise Invalid(fields={name: ["Not a valid date."] for name in wrong})


def zone_of(session: Session, area_code: str) -> ZoneInfo:
    street = areas.find_area(session, area_code[:STREET_DIGITS])
    return ZoneInfo(street.timezone or ZONE if street else ZONE)


def today_in(session: Session, area_code: str, now: datetime) -> date:
    return now.astimezone(zone_of(session, area_code)).date()


def areas_served(session: Session, person_id: int, now: datetime) -> list[str]:
    """Of the posts that hold or are to come; of somebody without any, of the last one."""
    posts = session.scalars(select(Posting).where(Posting.person_id == person_id).order_by(Posting.starts_on.desc(), Posting.id)).all()
    present = [post for post in posts if post.ends_on is None or post.ends_on >= now.date() - ONE_DAY]
    return [area_of(session, post) for post in present or posts[:1]]


def today_of(session: Session, person_id: int, now: datetime) -> date:
    """The day where the person serves; of streets in several zones the earliest: a day is over when it is over everywhere."""
    return min(today_in(session, area, now) for area in areas_served(session, person_id, now) or [""])


def publish_changes(session: Session, area_codes: Iterable[str], *, days: Iterable[date | None] = (), now: datetime) -> None:
    """One fact per street, and more on each day on which something begins or ends: when it begins, and at noon, when the last night
    of a post that ended is over.
    """
    wanted = sorted({day for day in days if day is not None})
    for street in sorted({code[:STREET_DIGITS] for code in area_codes}):
        zone = zone_of(session, street)
        begins = [datetime.combine(day, at, zone) for day in wanted for at in (time(0, 1), time(12))]
        for at in [now, *(instant for instant in begins if instant > now)]:
            outbox.publish(session, "people.changed", now=now, payload={"area": street}, available_at=at)
