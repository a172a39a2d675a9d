"""Which person goes and looks: before filing the verifier, after disposal the checker. Every open ticket knows both.

Chosen is who is on duty (else who comes next), whose role has the category's class among its duties (设岗定责, where the street has said
so), who is near, and whose turn it is: the fewest open tickets, then the longest without a new one. Never who handled the matter or is
of the organisation that did. Where there is nobody at all an alarm calls for a person.

New tickets are given together, once a second: reading who is on duty costs more than choosing, and a report must not wait for it to be
dispatched.

A choice is no step of the matter: it leaves no row in the trail, and a colleague may do the check all the same. What is done is recorded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from gridops.domain.area_codes import COMMUNITY_DIGITS, STREET_DIGITS
from gridops.domain.lifecycle import OPEN
from gridops.domain.posts import WALKERS
from gridops.models import Alarm, Posting, Ticket
from gridops.services import alarms, outbox
from gridops.services.duty import presence
from gridops.services.duty.choosing import Chooser
from gridops.services.duty.held import read

NOBODY = "no_worker"
LOOK_AHEAD = timedelta(days=15)  # further than the longest holiday
FEW = 3  # communities: more are chosen for with all of the street in mind
WAITING_FOR = {"verifying": "verifier_id", "handled": "checker_id"}  # status -> whose move it is
GIVEN = "ticket.worker_given"


def give_workers(session: Session, ticket: Ticket, now: datetime) -> bool:
    """Whoever is right stays; else the next one is chosen. True when somebody new was. The caller holds the ticket's row lock."""
    if ticket.status not in OPEN:
        alarms.settle(session, NOBODY, ticket.number, now=now)
        return False
    chooser = _chooser(session, ticket.area_code[:COMMUNITY_DIGITS], now)
    changed = _give(session, chooser, ticket, now)
    _mark_turns(session, chooser, now)
    return changed


def may_go(session: Session, ticket: Ticket, person_id: int, now: datetime) -> bool:
    """Is the person posted in the ticket's community or above, and not away from the next duty?"""
    chooser = _chooser(session, ticket.area_code[:COMMUNITY_DIGITS], now)
    return any(turn.person_id == person_id and not turn.missed for turn in chooser.candidates(ticket.area_code))


def somebody_is_wanted(session: Session) -> bool:
    return session.scalar(select(Ticket.id).where(Ticket.workers_wanted).limit(1)) is not None


def give_wanted(session: Session, now: datetime, *, limit: int) -> int:
    """New tickets get their two workers. How many were seen to; one that somebody is working on is left for the next time."""
    session.flush()
    wanted = select(Ticket).where(Ticket.workers_wanted).order_by(Ticket.id).limit(limit)
    found = session.scalars(wanted.with_for_update(skip_locked=True).execution_options(populate_existing=True)).all()
    for area, tickets in _together([ticket for ticket in found if ticket.status in OPEN]).items():
        chooser = _chooser(session, area, now)
        for ticket in tickets:
            _give(session, chooser, ticket, now)
        _mark_turns(session, chooser, now)
    for ticket in found:
        ticket.workers_wanted = False
    session.flush()
    return len(found)


def _together(tickets: Sequence[Ticket]) -> dict[str, list[Ticket]]:
    """By community, or by street where there are many: the people of a street are read once."""
    communities = {ticket.area_code[:COMMUNITY_DIGITS] for ticket in tickets}
    digits = COMMUNITY_DIGITS if len(communities) <= FEW else STREET_DIGITS
    groups: dict[str, list[Ticket]] = {}
    for ticket in tickets:
        groups.setdefault(ticket.area_code[:digits], []).append(ticket)
    return groups


def renew_missing(session: Session, now: datetime, *, limit: int, area: str = "") -> int:
    """Gives a worker to open tickets in ``area`` whose verifier or checker is missing, has left, is away, is the handler, or is no
    longer posted there. How many tickets got somebody; with ``limit`` reached there may be more.
    """
    renewed = 0
    for street in _streets(session, area):
        chooser = _chooser(session, street, now)
        for ticket in _wrong(session, chooser, street, limit):
            renewed += _give(session, chooser, ticket, now, told=True)
            if renewed >= limit:
                break
        _mark_turns(session, chooser, now)
    return renewed


def _streets(session: Session, area: str) -> list[str]:
    query = select(Ticket.street_code).where(Ticket.status.in_(OPEN), Ticket.street_code.startswith(area[:9], autoescape=True))
    return list(session.scalars(query.distinct().order_by(Ticket.street_code)))


def _chooser(session: Session, area_code: str, now: datetime) -> Chooser:
    until = now + LOOK_AHEAD
    turns = list(presence.turns(read(session, area_code, now, until, WALKERS), now, until))
    return Chooser(session, area_code, turns, _ringing(session, area_code), now)


def _wrong(session: Session, chooser: Chooser, street: str, limit: int) -> Iterator[Ticket]:
    """Locked one by one; one that somebody is working on is left for the next time. Those without any remedy cost no write."""
    query = (
        select(Ticket.id, Ticket.area_code, Ticket.verifier_id, Ticket.checker_id, Ticket.handled_by, Ticket.lead_id)
        .where(Ticket.street_code == street, Ticket.status.in_(OPEN)).order_by(Ticket.id))
    wrong = [row.id for row in session.execute(query) if not chooser.is_right(row)]
    for start in range(0, len(wrong), limit):
        locked = select(Ticket).where(Ticket.id.in_(wrong[start : start + limit])).order_by(Ticket.id)
        yield from session.scalars(locked.with_for_update(skip_locked=True).execution_options(populate_existing=True)).all()


def _give(session: Session, chooser: Chooser, ticket: Ticket, now: datetime, *, told: bool = False) -> bool:
    verifier, checker = chooser.workers(ticket)
    waits = WAITING_FOR.get(ticket.status)
    before = getattr(ticket, waits) if waits else None
    found = verifier not in (None, ticket.verifier_id) or checker not in (None, ticket.checker_id)
    ticket.verifier_id, ticket.checker_id, ticket.workers_wanted = verifier, checker, False
    _ring(session, chooser, ticket, now)
    if told and waits and getattr(ticket, waits) not in (None, before):
        outbox.publish(session, GIVEN, now=now, ticket_id=ticket.id)
    return found


def _ring(session: Session, chooser: Chooser, ticket: Ticket, now: datetime) -> None:
    """One alarm for a community that has nobody at all, one for a ticket whose only people are its handlers; settled when mended."""
    area = ticket.area_code[:COMMUNITY_DIGITS]
    if not chooser.candidates(area):
        alarms.raise_alarm(session, NOBODY, area, area, now=now)
        return
    if area in chooser.ringing:
        alarms.settle(session, NOBODY, area, now=now)
        chooser.ringing.discard(area)
    if ticket.verifier_id is None or ticket.checker_id is None:
        facts = {"verify": ticket.verifier_id is None, "check": ticket.checker_id is None}
        alarms.raise_alarm(session, NOBODY, ticket.number, ticket.area_code, ticket.id, facts, now=now)
    elif ticket.number in chooser.ringing:
        alarms.settle(session, NOBODY, ticket.number, now=now)


def _ringing(session: Session, area_code: str) -> set[str]:
    query = select(Alarm.subject).where(
        Alarm.kind == NOBODY, Alarm.settled_at.is_(None), Alarm.area_code.startswith(area_code, autoescape=True))
    return set(session.scalars(query))


def _mark_turns(session: Session, chooser: Chooser, now: datetime) -> None:
    """A post that another worker is giving a ticket to at this moment is marked by that one: nobody waits for it."""
    session.flush()
    if chooser.given:
        free = select(Posting.id).where(Posting.id.in_(chooser.given)).with_for_update(skip_locked=True)
        marked = update(Posting).where(Posting.id.in_(free.scalar_subquery())).values(last_turn_at=now)
        session.execute(marked, execution_options={"synchronize_session": False})
