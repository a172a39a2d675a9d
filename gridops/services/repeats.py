"""Tickets that may tell of one matter: near in place and time, or told in much the same words in the same community.

Shown to the clerk in the order of likelihood. Joined by the system (``joining``) only above a strict threshold.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Integer, Row, Select, and_, cast, func, select
from sqlalchemy.dialects.postgresql import ARRAY, array, insert
from sqlalchemy.orm import Session

from geo.coords import Wgs84
from geo.shapes import distance_m
from gridops.domain.actor import Actor
from gridops.domain.lifecycle import OPEN
from gridops.domain.wording import WORDLESS
from gridops.learning.likeness import Print, alike, print_of, search_keys
from gridops.models import CategoryVersion, Ticket, TicketLikeness
from gridops.services import scope
from gridops.services.shapes import point_of, within
from gridops.services.writing import insert_each

NEAR_M, APART, MOST = 100, timedelta(days=30), 5
READ = 60  # candidates whose words are compared: of those found by words the ones with most keys in common, of those nearby the nearest in time
WORDS = 0.18  # from there two texts may tell of the same; of pairs of unrelated messages one in a thousand lies above it (make eval)
SAME_CATEGORY, SAME_SPOT, SPOT_M = 0.3, 0.2, 30  # what else speaks for it, in the order of likelihood
COMMUNITY_DIGITS = 12

_ENTER = insert(TicketLikeness.__table__)
_ENTER = _ENTER.on_conflict_do_update(index_elements=["ticket_id"], set_={"keys": _ENTER.excluded["keys"]})


@dataclass(frozen=True)
class Likely:
    """``words``: likeness, 0 to 1; ``score`` orders; ``metres`` None where a spot is unknown; ``apart``: between the two reports."""

    ticket_id: int
    number: str
    status: str
    words: float
    score: float
    same_category: bool
    same_place: bool
    metres: int | None
    reported_at: datetime
    apart: timedelta


def remember(session: Session, ticket: Ticket) -> None:
    """Enters the ticket's words into the index. Idempotent; what is never public stays out of it."""
    if ticket.never_public:
        return
    keys = search_keys(print_of(ticket.description), drawer(ticket.area_code, ticket.reported_at))
    insert_each(session, _ENTER, [{"ticket_id": ticket.id, "keys": keys}])


def likely(session: Session, ticket: Ticket, *, actor: Actor, most: int = MOST) -> list[Likely]:
    """Open tickets of the street that the actor may see, the likeliest first. Nothing for a matter that is never public."""
    if ticket.never_public:
        return []
    said, point = print_of(ticket.description), point_of(ticket.point)
    rows = session.execute(_found(session, ticket, point, said).where(scope.visible_tickets(actor))).all()
    code = session.scalar(select(CategoryVersion.code).where(CategoryVersion.id == ticket.category_version_id))
    rated = [one for row in rows if (one := _rated(ticket, code, point, said, row))]
    return sorted(rated, key=lambda one: (-one.score, one.ticket_id))[:most]


def drawer(area: str, at: datetime) -> str:
    """Within a community and a month: a common triple of a whole city would be met a hundred thousand times."""
    return f"{area[:COMMUNITY_DIGITS]}/{at:%Y%m}"


def _drawers(ticket: Ticket) -> Iterator[str]:
    months = dict.fromkeys(f"{at:%Y%m}" for at in (ticket.reported_at - APART, ticket.reported_at, ticket.reported_at + APART))
    return (f"{ticket.area_code[:COMMUNITY_DIGITS]}/{month}" for month in months)


def _found(session: Session, ticket: Ticket, point: Wgs84 | None, said: Print) -> Select:
    """Each way is asked by itself: joined into one, the planner reads every open ticket of the street."""
    ways = [_by_words(ticket, said)] + ([_nearby(ticket, point)] if point else []) + ([_same_place(ticket)] if ticket.place_id else [])
    ids = {found for way in ways for found in session.scalars(way)}
    columns = (
        Ticket.id, Ticket.number, Ticket.status, Ticket.description, Ticket.place_id, Ticket.point, Ticket.reported_at, CategoryVersion.code)
    query = select(*columns).outerjoin(CategoryVersion, CategoryVersion.id == Ticket.category_version_id)
    return query.where(Ticket.id.in_(ids), _open_then(ticket))


def _open_then(ticket: Ticket) -> ColumnElement[bool]:
    around = Ticket.reported_at.between(ticket.reported_at - APART, ticket.reported_at + APART)
    return and_(
        Ticket.id != ticket.id, Ticket.street_code == ticket.street_code, Ticket.status.in_(OPEN), ~Ticket.never_public, around)


def _by_words(ticket: Ticket, said: Print) -> Select:
    """Those with most keys in common. Asked in the database, so that any worker finds what another has read.

    Key by key through the index: asked for all at once, the planner reads the whole table.
    """
    key = func.unnest(cast(search_keys(said, *_drawers(ticket)), ARRAY(Integer)), type_=Integer).column_valued("key")
    query = select(TicketLikeness.ticket_id).where(TicketLikeness.keys.contains(array([key], type_=Integer))).group_by(TicketLikeness.ticket_id)
    return query.order_by(func.count().desc(), TicketLikeness.ticket_id.desc()).limit(READ)


def _nearby(ticket: Ticket, point: Wgs84) -> Select:
    return _nearest_in_time(ticket, within(Ticket.point, point, NEAR_M))


def _same_place(ticket: Ticket) -> Select:
    return _nearest_in_time(ticket, Ticket.place_id == ticket.place_id)


def _nearest_in_time(ticket: Ticket, where: ColumnElement[bool]) -> Select:
    """By an expression: ordered by the bare column, the planner would walk the street's tickets by time and measure each."""
    apart = func.abs(func.extract("epoch", Ticket.reported_at - ticket.reported_at))
    return select(Ticket.id).where(_open_then(ticket), where).order_by(apart, Ticket.id.desc()).limit(READ)


def _rated(ticket: Ticket, code: str | None, point: Wgs84 | None, said: Print, row: Row) -> Likely | None:
    """None where neither the words nor the category at one spot speak for it."""
    there = point_of(row.point)
    metres = round(distance_m(point, there)) if point and there else None
    same_place = ticket.place_id is not None and row.place_id == ticket.place_id
    at_spot, same_category = same_place or (metres is not None and metres <= SPOT_M), code is not None and row.code == code
    words = alike(said, print_of(row.description)) if row.description != WORDLESS else 0.0
    if words < WORDS and not (at_spot and same_category):
        return None
    score = words + SAME_CATEGORY * same_category + SAME_SPOT * at_spot
    return Likely(
        row.id, row.number, row.status, round(words, 3), round(score, 3), same_category, same_place, metres,
        row.reported_at, abs(row.reported_at - ticket.reported_at))

