"""What was decided, with owner and date: a measure, a new ticket, or an order on one there is. What is undone opens the next meeting."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.domain.area_codes import COMMUNITY_DIGITS
from gridops.errors import Forbidden, Invalid, NotAllowed, NotFound
from gridops.models import Department, EmergencyReview, Measure, Meeting, Ticket
from gridops.services import areas, intake, outbox, scope, tickets
from gridops.services.meetings import calling
from gridops.vault import Vault

LEVEL = 2  # of the leader's order that a decision on a ticket under way becomes


def hold(
    session: Session, meeting_id: int, result: str, decided: list[dict[str, Any]], moved: list[dict[str, Any]], *, actor: Actor, now: datetime,
    vault: Vault,
) -> Meeting:
    """Records the result, once. ``moved``: {measure, due_by, text} of undone ones. Raises NotFound, Forbidden, NotAllowed, Invalid."""
    meeting = calling.locked(session, meeting_id, actor)
    calling.keep(actor, meeting)
    for one in moved:
        _move(session, meeting, one, now)
    for one in decided:
        decide(session, one, actor=actor, now=now, meeting=meeting, vault=vault)
    meeting.result, meeting.held_at, meeting.held_by = result, now, actor.account_id
    facts = {"meeting": meeting.id, "decided": len(decided), "moved": [one["measure"] for one in moved]}
    calling.note(session, meeting, "hold_meeting", facts, actor, now)
    outbox.publish(session, calling.HELD, now=now, ticket_id=meeting.ticket_id, payload={"meeting": meeting.id})
    session.flush()
    return meeting


def decide(
    session: Session, said: dict[str, Any], *, actor: Actor, now: datetime, meeting: Meeting | None = None, review_id: int | None = None,
    vault: Vault | None = None,
) -> Measure:
    """``said``: {kind, text, department or owner, due_by, ticket (number, of an assignment)}. Raises Invalid, and what the door raises."""
    if said["due_by"] <= now:
        raise Invalid(fields={"due_by": ["This must be in the future."]})
    department = _department(session, said.get("department"))
    if (department is None) == (not said.get("owner")):
        raise Invalid(fields={"owner": ["Name an organisation or a person."]})
    made = Measure(
        meeting_id=meeting.id if meeting else None, review_id=review_id, kind=said["kind"], text=said["text"],
        department_id=department.id if department else None, owner=said.get("owner") or None, decided_at=now, due_by=said["due_by"],
        original_due_by=said["due_by"])
    if said["kind"] == "assignment":
        made.ticket_id = _assign(session, said, department, actor, now)
    elif said["kind"] == "ticket":
        made.ticket_id = _file(session, said, meeting, actor, now, vault)
    session.add(made)
    session.flush()
    return made


def _department(session: Session, code: str | None) -> Department | None:
    if not code:
        return None
    found = session.scalar(select(Department).where(Department.code == code, Department.ended_at.is_(None)))
    if found is None:
        raise Invalid(fields={"department": ["There is no organisation with this code."]})
    return found


def _assign(session: Session, said: dict[str, Any], department: Department | None, actor: Actor, now: datetime) -> int:
    """A ticket that waits for dispatch is dispatched to the organisation; on one under way the leader orders it to act by the date."""
    if department is None or not said.get("ticket"):
        raise Invalid(fields={"ticket": ["Name the ticket and the organisation."]})
    ticket = scope.visible_ticket(session, said["ticket"], actor)
    if ticket.status == "filed":
        return tickets.perform(session, ticket.number, "dispatch", {"lead": department.code}, actor=actor, now=now).id
    body = {"text": said["text"], "level": LEVEL, "addressee": department.code, "due_by": said["due_by"].isoformat()}
    return tickets.perform(session, ticket.number, "supervise", body, actor=actor, now=now).id


def _file(session: Session, said: dict[str, Any], meeting: Meeting | None, actor: Actor, now: datetime, vault: Vault | None) -> int:
    """A new one, where the meeting was."""
    if meeting is None or vault is None:
        raise Invalid(fields={"kind": ["Only a meeting makes a ticket."]})
    level = areas.get_area(session, meeting.area_code).level
    where = {"cell": meeting.area_code} if level == "cell" else {"street": meeting.area_code[:9]}
    old = session.get(Ticket, meeting.ticket_id) if meeting.ticket_id else None
    submission = {"kind": old.kind if old else "complaint", "description": said["text"], "category": said.get("category"), **where}
    return intake.submit(session, submission, actor=actor, now=now, vault=vault, channel="desk").ticket.id


def _move(session: Session, meeting: Meeting, said: dict[str, Any], now: datetime) -> None:
    found = next((one for one in undone(session, meeting) if one.id == said["measure"]), None)
    if found is None:
        raise Invalid(fields={"moved": ["There is no such measure undone here."]})
    if said["due_by"] <= now:
        raise Invalid(fields={"due_by": ["This must be in the future."]})
    found.due_by, found.moved_in = said["due_by"], meeting.id


def undone(session: Session, meeting: Meeting) -> list[Measure]:
    """Of earlier meetings at the same place, on the same ticket, or in the same community: the next one opens with them."""
    same = [Meeting.area_code.startswith(meeting.area_code[:COMMUNITY_DIGITS], autoescape=True)]
    same += [Meeting.place_id == meeting.place_id] if meeting.place_id is not None else []
    same += [Meeting.ticket_id == meeting.ticket_id] if meeting.ticket_id is not None else []
    query = (
        select(Measure).join(Meeting, Meeting.id == Measure.meeting_id)
        .where(Measure.done_at.is_(None), Meeting.id < meeting.id, or_(*same)).order_by(Measure.due_by, Measure.id))
    return list(session.scalars(query))


def finish(session: Session, measure_id: int, text: str, *, actor: Actor, now: datetime) -> Measure:
    """By the organisation that owns it, or by who keeps meetings there. Raises NotFound, Forbidden, NotAllowed."""
    found = session.scalar(select(Measure).where(Measure.id == measure_id).with_for_update())
    if found is None or not _visible(session, found, actor):
        raise NotFound()
    if found.department_id not in actor.department_ids and not actor.roles_at(_area(session, found)).intersection(calling.KEEPERS):
        raise Forbidden()
    if found.done_at is not None:
        raise NotAllowed("This is done already.", code="measure_done")
    found.done_at, found.done_by, found.done_text = now, actor.account_id, text
    session.flush()
    return found


def _visible(session: Session, measure: Measure, actor: Actor) -> bool:
    return measure.department_id in actor.department_ids or scope.covers(actor, _area(session, measure))


def _area(session: Session, measure: Measure) -> str:
    if measure.meeting_id is not None:
        return session.get_one(Meeting, measure.meeting_id).area_code
    review = session.get_one(EmergencyReview, measure.review_id)
    return session.get_one(Ticket, review.ticket_id).area_code
