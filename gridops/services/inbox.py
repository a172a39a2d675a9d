"""Who hears of what: messages for organisations of a ticket's round and for roles over its area. Never for reporters, never about them.

A message carries the ticket's number and the codes of the step, no words of anybody: what to read is on the ticket, behind its scope.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, update
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.models import Account, Assignment, Clock, Department, Escalation, InboxMessage, Outbox, Place, Posting, Round, Street, Ticket
from gridops.services import inbox_meant, parties, told

PARTIES = ("lead", "coordinate", "support")  # organisations of the round
OF_STREET = ("clerk", "dispatcher", "leader")
OF_CELL = ("grid_worker", "grid_leader")  # of the deepest area known

# topic -> who is told. "Each step" means each step that asks somebody for something or ends what they are waiting for.
RECEIVERS: dict[str, tuple[str, ...]] = {
    "report.submitted": ("clerk",),
    "report.supplemented": ("clerk", "lead"),
    "ticket.filed": ("dispatcher",),
    "ticket.dispatched": ("lead", "coordinate", "support"),
    "ticket.signed": ("coordinate",),
    "ticket.objected": ("coordinate", "dispatcher"),
    "ticket.upheld": ("lead", "dispatcher"),
    "ticket.overruled": ("lead",),
    "ticket.recalled": ("lead", "coordinate", "support"),
    "ticket.contacted": ("coordinate",),
    "ticket.extension_requested": ("decider", "coordinate"),
    "ticket.extension_approved": ("lead", "coordinate"),
    "ticket.extension_refused": ("lead", "coordinate"),
    "ticket.suspension_requested": ("decider", "coordinate"),
    "ticket.suspended": ("lead", "coordinate", "support"),
    "ticket.suspension_refused": ("lead", "coordinate"),
    "ticket.resumed": ("lead", "coordinate", "support"),
    "ticket.support_answered": ("lead", "coordinate"),
    "ticket.support_refused": ("lead", "coordinate"),
    "ticket.support_waived": ("lead", "support"),
    "ticket.support_returned": ("lead", "support"),
    "ticket.supervised": ("addressee",),
    "ticket.supervision_answered": ("leader",),
    "ticket.supervision_accepted": ("addressee",),
    "ticket.supervision_returned": ("addressee",),
    "ticket.handled": ("grid_worker", "clerk", "coordinate"),
    "ticket.returned": ("lead", "coordinate"),
    "ticket.closed": ("lead", "coordinate", "support"),
    "ticket.rated": ("lead", "clerk"),
    "ticket.reopened": ("lead", "coordinate", "dispatcher"),
    "ticket.archived": (),
    "ticket.rejected": ("lead", "grid_worker"),
    "ticket.referred": ("lead", "grid_worker"),
    "ticket.reinstated": ("clerk",),
    "ticket.commented": ("lead", "coordinate", "clerk"),
    "ticket.worker_given": ("grid_worker",),
    "ticket.given": ("colleague",),
    "upstream.acted": ("clerk", "dispatcher", "lead"),
    "upstream.received": (),
    "ticket.verification_sent": ("building_steward", "grid_worker"),
    "ticket.verified": ("clerk",),
    "ticket.verification_cancelled": ("grid_worker", "clerk"),
    "ticket.joined": ("lead", "coordinate"),
    "ticket.merged": (),
    "ticket.unmerged": ("clerk", "dispatcher"),
    "ticket.withdrawn": ("lead", "coordinate", "support", "clerk"),
    "ticket.void_requested": ("clerk", "dispatcher"),
    "ticket.voided": ("lead", "coordinate", "support", "grid_worker", "clerk"),
    "ticket.void_refused": ("clerk",),
    "ticket.observed": (),
    "ticket.appealed": ("dispatcher", "leader"),
    "ticket.appeal_decided": ("appellant",),
}

# Whose work a clock measures: "handler" of the escalation policy.
HANDLERS = {
    "accept": ("clerk",), "verify": ("grid_worker",), "dispatch": ("dispatcher",), "sign": ("lead",), "contact": ("lead",),
    "handle": ("lead",), "support": ("support",), "rule": ("coordinate", "dispatcher"), "check": ("grid_worker", "clerk"),
    "promise": ("lead", "clerk"), "decide": ("decider",), "supervise": ("addressee",),
}
ADDRESSEES = {
    "head": ("lead",), "coordinate": ("coordinate",), "dispatcher": ("dispatcher",), "leader": ("leader",), "monthly_meeting": ("leader",),
    "next_on_duty": ("lead", "clerk"),
}
TOLD = ("action", "seq", "clock", "level", "step")  # of the payload: codes only


def tell(session: Session, row: Outbox, now: datetime) -> None:
    """Writes the messages of one outbox row; telling it again writes none."""
    receivers = _receivers(row)
    ticket = session.get(Ticket, row.ticket_id) if receivers and row.ticket_id is not None else None
    if ticket is None:
        return
    facts = {"number": ticket.number, "status": ticket.status} | {key: row.payload[key] for key in TOLD if key in row.payload} | _bound(session, row)
    told.write(session, row, _targets(session, ticket, row, receivers), facts, now)


def _bound(session: Session, row: Outbox) -> dict[str, str]:
    """The organisation that a clock which calls binds: several of one ticket may call in the same minute."""
    if "escalation" not in row.payload:
        return {}
    query = (
        select(Department.code).join(Assignment, Assignment.department_id == Department.id).join(Clock, Clock.assignment_id == Assignment.id)
        .join(Escalation, Escalation.clock_id == Clock.id).where(Escalation.id == row.payload["escalation"]))
    code = session.scalar(query)
    return {"department": code} if code else {}


def inbox_for(
    session: Session, actor: Actor, *, unread_only: bool = False, limit: int = 50, before: int | None = None,
) -> Sequence[InboxMessage]:
    """What the actor may read, newest first; ``before`` is the last id of the page before."""
    query = select(InboxMessage).where(mine(actor))
    if unread_only:
        query = query.where(InboxMessage.read_at.is_(None))
    if before is not None:
        query = query.where(InboxMessage.id < before)
    return session.scalars(query.order_by(InboxMessage.id.desc()).limit(limit)).all()


def unread_count(session: Session, actor: Actor, *, at_most: int = 100) -> int:
    """Counts no further than ``at_most``: a badge, not a statistic."""
    some: Select = select(InboxMessage.id).where(mine(actor), InboxMessage.read_at.is_(None)).limit(at_most)
    return session.scalar(select(func.count()).select_from(some.subquery())) or 0


def newest(session: Session, actor: Actor) -> int:
    """Id of the actor's newest message, 0 where there is none: a page that waits asks whether it has grown."""
    return session.scalar(select(InboxMessage.id).where(mine(actor)).order_by(InboxMessage.id.desc()).limit(1)) or 0


def mark_read(session: Session, actor: Actor, ids: Iterable[int] | None = None, *, now: datetime) -> int:
    """The given messages, or all; those of others stay untouched. One colleague who has read it has read it for the unit."""
    unread = update(InboxMessage).where(mine(actor), InboxMessage.read_at.is_(None)).values(read_at=now)
    if ids is not None:
        unread = unread.where(InboxMessage.id.in_(list(ids)))
    done = session.scalars(unread.returning(InboxMessage.id), execution_options={"synchronize_session": False})
    return len(done.all())


def mine(actor: Actor) -> ColumnElement[bool]:
    """A condition on InboxMessage. A grant over an area hears what is meant for its role there and in everything below."""
    if actor.kind != "staff":
        return false()
    ways = [
        and_(InboxMessage.role == grant.role, InboxMessage.area_code.startswith(grant.area, autoescape=True))
        for grant in actor.grants if grant.role != "department"
    ]
    if actor.department_ids:
        ways.append(InboxMessage.department_id.in_(actor.department_ids))
    if actor.account_id is not None:
        ways.append(InboxMessage.account_id == actor.account_id)
    return or_(false(), *ways)


def _receivers(row: Outbox) -> tuple[str, ...]:
    if row.topic != "clock.escalated":
        return RECEIVERS.get(row.topic, ())
    told: list[str] = []
    for addressee in row.payload.get("to", ()):
        its_own = addressee == "handler" or (addressee == "head" and row.payload.get("clock") == "support")
        told += HANDLERS.get(row.payload.get("clock"), ()) if its_own else ADDRESSEES.get(addressee, ())
    return tuple(dict.fromkeys(told))


def _targets(session: Session, ticket: Ticket, row: Outbox, asked: tuple[str, ...]) -> Iterable[dict[str, Any]]:
    receivers, named = inbox_meant.meant(session, row, asked)
    roles = [receiver for receiver in receivers if receiver in PARTIES]
    for department_id in sorted({*named, *_departments(session, ticket, roles)}):
        yield {"department_id": department_id, "area_code": ticket.area_code}
    for receiver in receivers:
        if receiver in OF_STREET:
            yield {"role": receiver, "area_code": ticket.street_code}
        elif receiver in OF_CELL:
            yield from _walkers(session, ticket, receiver)
        elif receiver == "building_steward":
            yield from _stewards(session, ticket, row.created_at)
        elif receiver == "colleague":
            yield {"account_id": row.payload["account"], "area_code": ticket.area_code}


def _walkers(session: Session, ticket: Ticket, receiver: str) -> Iterable[dict[str, Any]]:
    """The person who goes and looks, by each log-in of his; else everybody with the role there."""
    chosen = ticket.verifier_id if ticket.status in ("reported", "verifying") else ticket.checker_id
    accounts = select(Account.id).where(Account.person_id == chosen, Account.disabled_at.is_(None)).order_by(Account.id)
    found = session.scalars(accounts).all() if chosen is not None and receiver == "grid_worker" else []
    for account_id in found:
        yield {"account_id": account_id, "area_code": ticket.area_code}
    if not found:
        yield {"role": receiver, "area_code": ticket.area_code}


def _stewards(session: Session, ticket: Ticket, at: datetime) -> Iterable[dict[str, Any]]:
    """楼管人、房管人 of the building and of what stands around it: by each log-in, before anybody comes."""
    day = at.astimezone(ZoneInfo(session.get_one(Street, ticket.street_code).timezone)).date()
    around = select(Place.parent_id).where(Place.id == ticket.place_id).scalar_subquery()
    held = select(Account.id).join(Posting, Posting.person_id == Account.person_id).where(
        Account.disabled_at.is_(None), Posting.role.in_(("building_steward", "room_steward")),
        Posting.starts_on <= day, Posting.ends_on.is_(None) | (Posting.ends_on >= day),
        (Posting.place_id == ticket.place_id) | (Posting.place_id == around))
    for account_id in session.scalars(held.distinct().order_by(Account.id)) if ticket.place_id is not None else ():
        yield {"account_id": account_id, "area_code": ticket.area_code}


def _departments(session: Session, ticket: Ticket, roles: list[str]) -> Sequence[int]:
    """Of the current round, or of the last one where it has ended (recalled, upheld): they must hear that it is over."""
    if not roles:
        return ()
    round_id = ticket.round_id or _last_round(session, ticket)
    found = parties.of_round(session, round_id) if round_id is not None else ()
    return sorted({party.department_id for party in found if party.role in roles})


def _last_round(session: Session, ticket: Ticket) -> int | None:
    return session.scalar(select(Round.id).where(Round.ticket_id == ticket.id).order_by(Round.no.desc()).limit(1))
