"""Repeats that the system joins by itself: near-same words about one door within days, and nothing that only a person may weigh.

Strict on purpose. What is left out here stands on the ticket's page as likely, and a clerk joins it with one look.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gridops.domain.actor import SYSTEM
from gridops.domain.same_place import may_be_one
from gridops.errors import NotAllowed
from gridops.models import CategoryVersion, Place, Report, Ticket, UpstreamOrder
from gridops.services import repeats, tickets
from gridops.services.repeats import Likely
from gridops.services.shapes import point_of, stored_point, within
from gridops.services.writing import settle

NEAR_SAME = 0.6  # likeness; on judged repeats every pair above it was one matter even without asking for the place (make eval)
SAYS_ENOUGH = 10  # letters: "the lift is broken" is said of many lifts
WITHIN, SPOT_M = timedelta(days=7), 30
WANTS_WORK = ("help", "complaint")
STILL_AT_WORK = ("reported", "verifying", "filed", "dispatched", "objected", "in_progress")  # what was handled may not have been solved
SUSPECTED = 0.1  # confidence of a category that accuses somebody
BUILDING_M = 50  # the building that a bare point stands for


def join(session: Session, ticket: Ticket, *, now: datetime) -> bool:
    """Merges a ticket that was just understood into an older one of the same matter; False leaves it as it is.

    The older one is only taken where its lock is free: who holds it may be merging the other way, and a clerk's act goes first.
    """
    if not _is_plain(ticket):
        return False
    alike = [found for found in repeats.told_here(session, ticket, metres=SPOT_M, apart=WITHIN) if _near_same(ticket, found)]
    if not alike or _is_guarded(session, ticket):  # asked last: of most reports nobody has told before
        return False
    settle(session)  # one of the same batch is read anew
    for found in alike:
        older = _locked(session, found)
        if older is not None and _may_take(session, older) and one_door(session, ticket, older):
            return _merged(session, ticket, older, found, now)
    return False


def _near_same(ticket: Ticket, found: Likely) -> bool:
    return (
        found.ticket_id < ticket.id and found.words >= NEAR_SAME and found.apart <= WITHIN and found.status in STILL_AT_WORK
        and (found.metres is None or found.metres <= SPOT_M))


def _locked(session: Session, found: Likely) -> Ticket | None:
    query = select(Ticket).where(Ticket.id == found.ticket_id).with_for_update(skip_locked=True)
    return session.scalar(query.execution_options(populate_existing=True))


def _is_plain(ticket: Ticket) -> bool:
    """No emergency, no danger told. It was understood: before that nobody knows whether it tells of one."""
    plain = ticket.kind in WANTS_WORK and not ticket.emergency and not ticket.never_public and says_enough(ticket.description)
    return plain and not _speaks_of_more(ticket.understood)


def _is_guarded(session: Session, ticket: Ticket) -> bool:
    """Somebody is accused or protected, or it is an order of the city that is secret."""
    return _accuses(session, ticket) or _guarded_report(session, ticket)


def _may_take(session: Session, older: Ticket) -> bool:
    return older.status in STILL_AT_WORK and _is_plain(older) and not _is_guarded(session, older)


def says_enough(text: str) -> bool:
    return sum(sign.isalnum() for sign in text) >= SAYS_ENOUGH


def _speaks_of_more(read: dict[str, Any] | None) -> bool:
    return bool(read is None or read["protect"] or read["urgency"]["raised"])


def _accuses(session: Session, ticket: Ticket) -> bool:
    """By its category, or by one that its words suggest."""
    suggested = [one["code"] for one in ticket.understood["categories"] if one["confidence"] >= SUSPECTED]
    own = CategoryVersion.id == ticket.category_version_id
    current = CategoryVersion.code.in_(suggested) & CategoryVersion.valid_to.is_(None)
    return session.scalar(select(CategoryVersion.id).where(CategoryVersion.accuses_person, own | current).limit(1)) is not None


def _guarded_report(session: Session, ticket: Ticket) -> bool:
    query = select(Report.id).outerjoin(UpstreamOrder, UpstreamOrder.report_id == Report.id)
    guarded = (Report.visibility == "protected") | UpstreamOrder.secret
    return session.scalar(query.where(Report.ticket_id == ticket.id, guarded).limit(1)) is not None


def one_door(session: Session, one: Ticket, other: Ticket) -> bool:
    """The same building or, without one, at most 30 m apart and at no two buildings; the texts name no two places; the categories no two kinds."""
    categories = {ticket.category_version_id for ticket in (one, other)} - {None}
    if len(categories) > 1 or one.place_id != other.place_id or not may_be_one(one.description, other.description):
        return False
    return _is_building(session, one.place_id) or _one_spot(session, one, other)


def _is_building(session: Session, place_id: int | None) -> bool:
    """A compound has many doors."""
    return place_id is not None and session.get_one(Place, place_id).kind == "building"


def _one_spot(session: Session, one: Ticket, other: Ticket) -> bool:
    point = point_of(one.point)
    near = point is not None and session.scalar(select(Ticket.id).where(Ticket.id == other.id, within(Ticket.point, point, SPOT_M)))
    return bool(near) and _building_at(session, one) == _building_at(session, other)


def _building_at(session: Session, ticket: Ticket) -> int | None:
    point = point_of(ticket.point)
    query = select(Place.id).where(Place.kind == "building", Place.ended_at.is_(None), within(Place.point, point, BUILDING_M))
    return session.scalar(query.order_by(func.ST_Distance(Place.point, stored_point(point)), Place.id).limit(1))


def _merged(session: Session, ticket: Ticket, older: Ticket, found: Likely, now: datetime) -> bool:
    """Every report keeps its code, its answer and the city's number. What it was based on is stored; a clerk takes it back with an unmerge."""
    basis = {
        "decided": "merge", "by": "near_same_words", "into": older.number, "words": found.words, "metres": found.metres,
        "same_place": found.same_place, "hours_apart": round(found.apart.total_seconds() / 3600, 1)}
    try:
        with session.begin_nested():
            tickets.perform(session, ticket, "merge", {"into": older.number}, actor=SYSTEM, now=now)
    except NotAllowed:
        return False  # a leader's order is open, or it was closed meanwhile
    ticket.automatic = basis
    return True
