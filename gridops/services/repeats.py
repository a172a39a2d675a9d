"""Tickets that may tell of one matter: near in place and time, or told in much the same words in the same community.

Shown to the clerk in the order of likelihood. Joined by the system (``joining``) only above a strict threshold.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Float, Integer, Row, Select, and_, bindparam, func, select, union
from sqlalchemy.dialects.postgresql import ARRAY, array, insert
from sqlalchemy.orm import Session

from geo.coords import Wgs84
from geo.shapes import distance_m
from gridops.domain.actor import Actor
from gridops.domain.area_codes import COMMUNITY_DIGITS
from gridops.domain.lifecycle import OPEN
from gridops.domain.wording import WORDLESS
from gridops.learning.likeness import Print, alike_each, print_of, search_keys
from gridops.models import CategoryVersion, Ticket, TicketLikeness
from gridops.services import catalogue, scope
from gridops.services.shapes import SRID, point_of, within
from gridops.services.writing import insert_each

NEAR_M, APART, MOST = 100, timedelta(days=30), 5
READ = 60  # candidates whose words are compared: of those found by words the ones with most keys in common, of those nearby the nearest in time
WORDS = 0.18  # from there two texts may tell of the same; of pairs of unrelated messages one in a thousand lies above it (make eval)
SAME_CATEGORY, SAME_SPOT, SPOT_M = 0.3, 0.2, 30  # what else speaks for it, in the order of likelihood
_COLUMNS = (Ticket.id, Ticket.number, Ticket.status, Ticket.description, Ticket.place_id, Ticket.point, Ticket.reported_at, CategoryVersion.code)

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


def remember(session: Session, *tickets: Ticket) -> None:
    """Enters the tickets' words into the index. Idempotent; what is never public or over stays out of it."""
    rows = [{"ticket_id": one.id, "keys": _keys(one)} for one in tickets if one.status in OPEN and not one.never_public]
    insert_each(session, _ENTER, rows)


def remember_missing(session: Session, *, limit: int) -> int:
    """Enters open tickets that the index does not have: from before there was one, or whose words have changed. The newest first; how many.

    What somebody is acting on at this moment is left for the next time.
    """
    known = select(TicketLikeness.ticket_id).where(TicketLikeness.ticket_id == Ticket.id).exists()
    missing = select(Ticket).where(Ticket.status.in_(OPEN), ~Ticket.never_public, ~known).order_by(Ticket.id.desc()).limit(limit)
    found = session.scalars(missing.with_for_update(skip_locked=True).execution_options(populate_existing=True)).all()
    remember(session, *found)
    return len(found)


def likely(session: Session, ticket: Ticket, *, actor: Actor, most: int = MOST) -> list[Likely]:
    """Open tickets of the street that the actor may see, the likeliest first. Nothing for a matter that is never public."""
    return _rated(session, ticket, _ask(ticket, NEAR_M, APART), words=True, seen=scope.visible_tickets(actor))[:most]


def told_here(session: Session, ticket: Ticket, *, metres: int, apart: timedelta) -> list[Likely]:
    """As likely(), for the system: only at the same place or at most so many metres away, and so long apart."""
    return _rated(session, ticket, _ask(ticket, metres, apart), words=False, seen=None)


def drawer(area: str, at: datetime) -> str:
    """Within a community and a month: a common triple of a whole city would be met a hundred thousand times."""
    return f"{area[:COMMUNITY_DIGITS]}/{at.astimezone(UTC):%Y%m}"


def _drawers(ticket: Ticket) -> Iterator[str]:
    return iter(dict.fromkeys(drawer(ticket.area_code, at) for at in (ticket.reported_at - APART, ticket.reported_at, ticket.reported_at + APART)))


def _print(ticket: Ticket) -> Print:
    return print_of("" if ticket.description == WORDLESS else ticket.description)


def _keys(ticket: Ticket) -> list[int]:
    return search_keys(_print(ticket), drawer(ticket.area_code, ticket.reported_at))


def _ask(ticket: Ticket, metres: int, apart: timedelta) -> dict[str, Any]:
    """What _query() wants to know. ``lng`` and ``lat`` None: its spot is unknown."""
    point = point_of(ticket.point)
    return {
        "ticket": ticket.id, "street": ticket.street_code, "at": ticket.reported_at, "since": ticket.reported_at - apart, "until": ticket.reported_at + apart,
        "place": ticket.place_id, "lng": point.lng if point else None, "lat": point.lat if point else None, "metres": metres}


def _rated(session: Session, ticket: Ticket, asked: dict[str, Any], *, words: bool, seen: ColumnElement[bool] | None) -> list[Likely]:
    """The likeliest first."""
    said = _print(ticket) if words else None
    ways = (words and len(said.triples) > 0, asked["lng"] is not None, asked["place"] is not None)
    if ticket.never_public or not any(ways):
        return []
    keys = {"keys": search_keys(said, *_drawers(ticket))} if ways[0] else {}
    query = _query(*ways) if seen is None else _query(*ways).where(seen)
    rows = session.execute(query, asked | keys).all()
    return _in_order(session, ticket, rows, said or _print(ticket)) if rows else []


def _in_order(session: Session, ticket: Ticket, rows: Sequence[Row], said: Print) -> list[Likely]:
    code = catalogue.code_of(session, ticket.category_version_id) if ticket.category_version_id is not None else None
    words = alike_each(said, ["" if row.description == WORDLESS else row.description for row in rows])
    point = point_of(ticket.point)
    rated = [one for row, alike in zip(rows, words, strict=True) if (one := _rate(ticket, code, point, alike, row))]
    return sorted(rated, key=lambda one: (-one.score, one.ticket_id))


@cache
def _query(words: bool, near: bool, same_place: bool) -> Select:
    """One statement, but each way by itself in it: as one condition, the planner would read every open ticket of the street.

    Made once for each process: every report asks it.
    """
    there = func.ST_SetSRID(func.ST_MakePoint(bindparam("lng", type_=Float), bindparam("lat", type_=Float)), SRID)
    ways = [
        *([_by_words()] if words else []), *([_nearest_in_time(within(Ticket.point, there, bindparam("metres", type_=Integer)))] if near else []),
        *([_nearest_in_time(Ticket.place_id == bindparam("place"))] if same_place else [])]
    found = union(*ways).cte("found")
    query = select(*_COLUMNS).join(found, found.c.id == Ticket.id).outerjoin(CategoryVersion, CategoryVersion.id == Ticket.category_version_id)
    return query.where(_open_then())


def _open_then() -> ColumnElement[bool]:
    return and_(
        Ticket.id != bindparam("ticket"), Ticket.street_code == bindparam("street"), Ticket.status.in_(OPEN), ~Ticket.never_public,
        Ticket.reported_at.between(bindparam("since"), bindparam("until")))


def _by_words() -> Select:
    """Those with most keys in common. Asked in the database, so that any worker finds what another has read.

    Key by key through the index: asked for all at once, the planner reads the whole table.
    """
    key = func.unnest(bindparam("keys", type_=ARRAY(Integer)), type_=Integer).column_valued("key")
    found = TicketLikeness.ticket_id
    query = select(found.label("id")).where(TicketLikeness.keys.contains(array([key], type_=Integer)), found != bindparam("ticket")).group_by(found)
    return query.order_by(func.count().desc(), found.desc()).limit(READ)


def _nearest_in_time(where: ColumnElement[bool]) -> Select:
    """By an expression: ordered by the bare column, the planner would walk the street's tickets by time and measure each."""
    between = func.abs(func.extract("epoch", Ticket.reported_at - bindparam("at", type_=Ticket.reported_at.type)))
    return select(Ticket.id).where(_open_then(), where).order_by(between, Ticket.id.desc()).limit(READ)


def _rate(ticket: Ticket, code: str | None, point: Wgs84 | None, words: float, row: Row) -> Likely | None:
    """None where neither the words nor the category at one spot speak for it."""
    same_category = code is not None and row.code == code
    if words < WORDS and not same_category:
        return None
    there = point_of(row.point)
    metres = round(distance_m(point, there)) if point and there else None
    same_place = ticket.place_id is not None and row.place_id == ticket.place_id
    at_spot = same_place or (metres is not None and metres <= SPOT_M)
    if words < WORDS and not at_spot:
        return None
    score = words + SAME_CATEGORY * same_category + SAME_SPOT * at_spot
    return Likely(
        row.id, row.number, row.status, round(words, 3), round(score, 3), same_category, same_place, metres,
        row.reported_at, abs(row.reported_at - ticket.reported_at))
