"""The sheet that one shift leaves to the next: what is urgent, what was promised, what rings, who is there; kept as it was given.

It holds numbers, codes and names of staff, nothing that a resident said: what to read is on the ticket, behind its scope.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.domain.lifecycle import OPEN
from gridops.errors import Conflict, Forbidden, Invalid, NotFound
from gridops.models import Account, Alarm, CategoryVersion, HandOver, Person, Ticket
from gridops.services import areas, lights, scope
from gridops.services.duty import overview

ROLES = ("clerk", "dispatcher", "grid_office", "grid_leader", "grid_worker", "leader")
PROMISED_WITHIN = timedelta(hours=24)
MOST = 100  # rows of each list on one sheet
Json = dict[str, Any]


def sheet(session: Session, area_code: str, now: datetime) -> Json:
    """JSON, instants as ISO texts. Raises NotFound."""
    areas.get_area(session, area_code)
    soon = now + PROMISED_WITHIN
    return {
        "urgent": _tickets(session, area_code, now, or_(Ticket.emergency, lights.lit(["red"], now))),
        "promised": _tickets(session, area_code, now, Ticket.promised_by.between(now, soon)),
        "alarms": _alarms(session, area_code), "on_duty": _people(session, area_code, now),
    }


def give(session: Session, area_code: str, note: str, *, actor: Actor, now: datetime) -> HandOver:
    """Raises NotFound, Forbidden, Invalid (a note too long)."""
    _check(actor, area_code)
    if len(note) > 4000:
        raise Invalid(fields={"note": ["Longer than 4000 characters."]})
    row = HandOver(area_code=area_code, at=now, given_by=actor.account_id, note=note.strip(), sheet=sheet(session, area_code, now))
    session.add(row)
    session.flush()
    return row


def take(session: Session, hand_over_id: int, *, actor: Actor, now: datetime) -> HandOver:
    """Raises Conflict where somebody has taken it over, Forbidden for who gave it: two people stand by a hand-over."""
    row = session.scalar(select(HandOver).where(HandOver.id == hand_over_id).with_for_update())
    if row is None:
        raise NotFound()
    _check(actor, row.area_code)
    if row.taken_by is not None:
        raise Conflict("Somebody has taken this shift over already.", code="already_taken_over")
    if row.given_by == actor.account_id:
        raise Forbidden("Who gives a shift does not take it over.", code="own_hand_over")
    row.taken_by, row.taken_at = actor.account_id, now
    session.flush()
    return row


def visible(session: Session, hand_over_id: int, actor: Actor) -> HandOver:
    """Raises NotFound."""
    row = session.get(HandOver, hand_over_id)
    if row is None or not scope.covers(actor, row.area_code):
        raise NotFound()
    return row


def latest(session: Session, area_code: str, *, limit: int = 20) -> list[HandOver]:
    """Of the area and those below it, newest first."""
    query = select(HandOver).where(HandOver.area_code.startswith(area_code, autoescape=True))
    return list(session.scalars(query.order_by(HandOver.at.desc(), HandOver.id.desc()).limit(limit)))


def shown(session: Session, row: HandOver) -> Json:
    names = dict(session.execute(select(Account.id, Account.name).where(Account.id.in_([row.given_by, row.taken_by]))).all())
    return {
        "id": row.id, "area": row.area_code, "at": row.at, "given_by": names[row.given_by], "taken_by": names.get(row.taken_by),
        "taken_at": row.taken_at, "note": row.note, "sheet": row.sheet,
    }


def may_give(actor: Actor, area_code: str) -> bool:
    return bool(actor.roles_at(area_code).intersection(ROLES))


def _check(actor: Actor, area_code: str) -> None:
    if not scope.covers(actor, area_code):
        raise NotFound()
    if not may_give(actor, area_code):
        raise Forbidden()


def _tickets(session: Session, area_code: str, now: datetime, which: ColumnElement[bool]) -> list[Json]:
    rows = session.execute(
        select(Ticket, CategoryVersion, Person.name).outerjoin(CategoryVersion, CategoryVersion.id == Ticket.category_version_id)
        .outerjoin(Person, Person.id == Ticket.checker_id)
        .where(Ticket.status.in_(OPEN), Ticket.area_code.startswith(area_code, autoescape=True), which)
        .order_by(Ticket.due_by.nulls_last(), Ticket.id).limit(MOST))
    return [_ticket(session, ticket, category, checker, now) for ticket, category, checker in rows]


def _ticket(session: Session, ticket: Ticket, category: CategoryVersion | None, checker: str | None, now: datetime) -> Json:
    return {
        "number": ticket.number, "status": ticket.status, "emergency": ticket.emergency, "area": areas.path_name(session, ticket.area_code),
        "light": lights.light_of(ticket.status, ticket.yellow_by, ticket.due_by, now),
        "category": category.name if category else None, "category_en": category.name_en if category else None,
        "due_by": _iso(ticket.due_by), "promised_by": _iso(ticket.promised_by), "checker": checker,
    }


def _alarms(session: Session, area_code: str) -> list[Json]:
    query = (
        select(Alarm, Ticket.number).outerjoin(Ticket, Ticket.id == Alarm.ticket_id)
        .where(Alarm.settled_at.is_(None), Alarm.area_code.startswith(area_code, autoescape=True))
        .order_by(Alarm.raised_at, Alarm.id).limit(MOST))
    return [
        {"kind": alarm.kind, "area": areas.path_name(session, alarm.area_code), "number": number, "raised_at": _iso(alarm.raised_at)}
        for alarm, number in session.execute(query)
    ]


def _people(session: Session, area_code: str, now: datetime) -> list[Json]:
    found = overview.now_and_tonight(session, area_code, now)
    watch = {(one.person_id, one.since): one for cell in found.cells for one in (*cell.now, *cell.tonight)}
    ordered = sorted(watch.values(), key=lambda one: (one.area_code, one.since, one.person))
    return [
        {"person": one.person, "role": one.role, "stands_in_for": one.stands_in_for, "area": areas.path_name(session, one.area_code),
         "since": _iso(one.since), "until": _iso(one.until)} for one in ordered
    ]


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
