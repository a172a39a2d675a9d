"""Calling named organisations to a place and time: by whistle of a community's or grid's leader, or to an on-site meeting.

Organisations answer; a refusal goes to the leader. Whoever stands there records who came and when, and at the end the result.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.errors import Forbidden, Invalid, NotAllowed, NotFound
from gridops.models import Department, Meeting, MeetingParty, Place, Ticket
from gridops.services import areas, outbox, scope, trail

CALLERS = {"whistle": ("grid_leader", "cadre", "leader"), "on_site": ("grid_leader", "cadre", "leader", "dispatcher")}
KEEPERS = ("grid_leader", "cadre", "leader", "dispatcher", "clerk", "grid_office")  # who writes down what happened there
MOST_CALLED = 30
BLOWN, CALLED, ANSWERED, REFUSED, HELD = "whistle.blown", "meeting.called", "whistle.answered", "meeting.refused", "meeting.decided"


def call(session: Session, wanted: dict[str, Any], *, actor: Actor, now: datetime) -> Meeting:
    """``wanted``: kind, subject, spot, meets_at, departments (codes) and one of ticket (number), place (code), area (code).

    Raises NotFound (ticket), Forbidden, Invalid.
    """
    where = _where(session, wanted, actor)
    if not actor.roles_at(where["area_code"]).intersection(CALLERS[wanted["kind"]]):
        raise Forbidden()
    if wanted["meets_at"] <= now:
        raise Invalid(fields={"meets_at": ["This must be in the future."]})
    called = _departments(session, wanted["departments"])
    made = Meeting(
        kind=wanted["kind"], subject=wanted["subject"], spot=wanted["spot"], meets_at=wanted["meets_at"], called_at=now,
        called_by=actor.account_id, **where)
    session.add(made)
    session.flush()
    session.add_all(MeetingParty(meeting_id=made.id, department_id=one.id) for one in called)
    session.flush()
    facts = {"meeting": made.id, "kind": made.kind, "departments": [one.code for one in called], "meets_at": made.meets_at.isoformat()}
    note(session, made, "call_meeting", facts, actor, now)
    outbox.publish(
        session, BLOWN if made.kind == "whistle" else CALLED, now=now, ticket_id=made.ticket_id, payload={"meeting": made.id}, queue="urgent")
    return made


def _where(session: Session, wanted: dict[str, Any], actor: Actor) -> dict[str, Any]:
    if wanted.get("ticket"):
        ticket = scope.visible_ticket(session, wanted["ticket"], actor)
        return {"area_code": ticket.area_code, "ticket_id": ticket.id, "place_id": ticket.place_id}
    if wanted.get("place"):
        place = session.scalar(select(Place).where(Place.code == wanted["place"]))
        if place is None or not scope.covers(actor, place.community_code):
            raise Invalid(fields={"place": ["There is no place with this code."]})
        return {"area_code": place.community_code, "place_id": place.id}
    if not wanted.get("area") or areas.find_area(session, wanted["area"]) is None:
        raise Invalid(fields={"area": ["Name a ticket, a place or an area."]})
    return {"area_code": wanted["area"]}


def _departments(session: Session, codes: Collection[str]) -> list[Department]:
    found = session.scalars(
        select(Department).where(Department.code.in_(codes), Department.ended_at.is_(None)).order_by(Department.code)).all()
    if not codes or len(found) != len(set(codes)) or len(found) > MOST_CALLED:
        raise Invalid(fields={"departments": ["Name organisations by their codes."]})
    return list(found)


def note(session: Session, meeting: Meeting, action: str, facts: dict[str, Any], actor: Actor, now: datetime) -> None:
    """In the trail of the ticket that it is about, if it is about one."""
    if meeting.ticket_id is None:
        return
    ticket = session.scalars(select(Ticket).where(Ticket.id == meeting.ticket_id).with_for_update().execution_options(populate_existing=True)).one()
    role = min(actor.roles_at(ticket.area_code), default=None)
    trail.append(session, ticket, action=action, status_from=ticket.status, actor=actor, facts=facts, now=now, role=role)
    session.flush()


def answer(
    session: Session, meeting_id: int, department: str, said: str, reason: str | None, *, actor: Actor, now: datetime,
) -> MeetingParty:
    """By the organisation, or by who keeps the meeting where it answered by phone. Raises NotFound, Forbidden, Invalid, NotAllowed."""
    meeting = locked(session, meeting_id, actor)
    party, called = party_of(session, meeting, department)
    if called.id not in actor.department_ids and not may_keep(actor, meeting):
        raise Forbidden()
    if said == "refused" and not reason:
        raise Invalid(fields={"reason": ["Say why."]})
    if party.arrived_at is not None:
        raise NotAllowed("It has arrived already.", code="meeting_arrived")
    party.answer, party.reason, party.answered_at = said, reason, now
    note(session, meeting, "answer_meeting", {"meeting": meeting.id, "department": called.code, "answer": said}, actor, now)
    topic = REFUSED if said == "refused" else ANSWERED
    outbox.publish(session, topic, now=now, ticket_id=meeting.ticket_id, payload={"meeting": meeting.id, "department": called.code}, queue="urgent")
    session.flush()
    return party


def arrive(
    session: Session, meeting_id: int, department: str, who: str, at: datetime | None, *, actor: Actor, now: datetime,
) -> MeetingParty:
    """Raises NotFound, Forbidden, Invalid, NotAllowed."""
    meeting = locked(session, meeting_id, actor)
    keep(actor, meeting)
    party, called = party_of(session, meeting, department)
    if at is not None and (at > now or at < meeting.called_at):
        raise Invalid(fields={"arrived_at": ["Between the call and now."]})
    party.arrived_at, party.arrived = at or now, who
    facts = {"meeting": meeting.id, "department": called.code, "late": party.arrived_at > meeting.meets_at}
    note(session, meeting, "arrive", facts, actor, now)
    session.flush()
    return party


def party_of(session: Session, meeting: Meeting, code: str) -> tuple[MeetingParty, Department]:
    query = select(MeetingParty, Department).join(Department, Department.id == MeetingParty.department_id)
    row = session.execute(query.where(MeetingParty.meeting_id == meeting.id, Department.code == code)).one_or_none()
    if row is None:
        raise Invalid(fields={"department": ["This organisation was not called."]})
    return row.MeetingParty, row.Department


def locked(session: Session, meeting_id: int, actor: Actor) -> Meeting:
    """While its result is not recorded. Raises NotFound, NotAllowed."""
    meeting = session.scalar(select(Meeting).where(Meeting.id == meeting_id, visible(actor)).with_for_update())
    if meeting is None:
        raise NotFound()
    if meeting.held_at is not None:
        raise NotAllowed("Its result is recorded already.", code="meeting_held")
    return meeting


def get(session: Session, meeting_id: int, actor: Actor) -> Meeting:
    """Raises NotFound."""
    meeting = session.scalar(select(Meeting).where(Meeting.id == meeting_id, visible(actor)))
    if meeting is None:
        raise NotFound()
    return meeting


def visible(actor: Actor) -> ColumnElement[bool]:
    """Those of the actor's areas, and those that his organisation was called to."""
    if actor.kind != "staff":
        return false()
    ways = [Meeting.area_code.startswith(area, autoescape=True) for area in sorted(set(actor.areas(*KEEPERS, "grid_worker")))]
    if actor.department_ids:
        mine = select(MeetingParty.id).where(MeetingParty.meeting_id == Meeting.id, MeetingParty.department_id.in_(actor.department_ids))
        ways.append(mine.exists())
    return or_(false(), *ways)


def may_keep(actor: Actor, meeting: Meeting) -> bool:
    return bool(actor.roles_at(meeting.area_code).intersection(KEEPERS))


def keep(actor: Actor, meeting: Meeting) -> None:
    if not may_keep(actor, meeting):
        raise Forbidden()
