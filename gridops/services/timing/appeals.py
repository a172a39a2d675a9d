"""An organisation appeals against a clock that it missed: after closing, once for each clock. Two people look at it, who gain nothing.

Both must agree; the first who does not ends it. The clock stays missed and shows as such: indicators leave the case out, nothing more.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, true
from sqlalchemy.orm import Session, aliased

from gridops.domain.actor import Actor
from gridops.errors import Conflict, Forbidden, NotAllowed, NotFound
from gridops.models import Account, Assignment, Clock, Department, OverdueAppeal, Ticket, Trail
from gridops.services import behalf, outbox, scope, trail
from gridops.services.same_person import accounts_of, own_departments
from gridops.services.shown import called, seen_text

CLOSED = ("closed", "archived")
KINDS = ("handle", "contact", "support", "sign", "rule")  # an organisation owes these
REASONS = ("force_majeure", "wrong_dispatch", "waited_for_others", "system_fault", "resident_wish", "other")
REVIEWERS = ("dispatcher", "grid_office", "leader")
CHOICES = ("dispatch", "uphold", "overrule", "recall")  # whoever did one of these decided on the dispatch
STATES = ("open", "decided", "all")


def may_be_appealed(session: Session, ticket: Ticket, actor: Actor) -> list[tuple[Clock, Department]]:
    """Missed clocks of the actor's organisations, and for who may stand in those of organisations without log-in."""
    if ticket.status not in CLOSED:
        return []
    stands_in = actor.roles_at(ticket.area_code).intersection(behalf.STAND_INS)
    whose = [Assignment.department_id.in_(actor.department_ids)] + ([~Department.has_login] if stands_in else [])
    query = (
        select(Clock, Department).join(Assignment, Assignment.id == Clock.assignment_id)
        .join(Department, Department.id == Assignment.department_id).outerjoin(OverdueAppeal, OverdueAppeal.clock_id == Clock.id)
        .where(Clock.ticket_id == ticket.id, *_missed(), or_(*whose), OverdueAppeal.id.is_(None)).order_by(Clock.id))
    return [(row.Clock, row.Department) for row in session.execute(query)]


def _missed() -> tuple[ColumnElement[bool], ...]:
    return Clock.status == "missed", Clock.kind.in_(KINDS), ~Clock.superseded


def appeal(session: Session, number: str, clock_id: int, given: dict[str, Any], *, actor: Actor, now: datetime) -> OverdueAppeal:
    """``given``: reason, text, and for who stands in: on_behalf_of, call_record.

    Raises NotFound (no such ticket or missed clock), Forbidden (another's clock), NotAllowed: not_closed; Conflict: appealed_already.
    """
    ticket = _locked(session, number, actor)
    acting = behalf.resolve(session, ticket, actor, given)
    clock, department_id = _clock(session, ticket, clock_id)
    own = {acting.on_behalf_of} if acting.on_behalf_of is not None else acting.department_ids
    if department_id not in own:
        raise Forbidden()
    if ticket.status not in CLOSED:
        raise NotAllowed("An appeal comes after closing.", code="not_closed", details={"status": ticket.status})
    if session.scalar(select(OverdueAppeal.id).where(OverdueAppeal.clock_id == clock.id)) is not None:
        raise Conflict("There was an appeal about this clock.", code="appealed_already")
    made = OverdueAppeal(
        ticket_id=ticket.id, street_code=ticket.street_code, clock_id=clock.id, department_id=department_id, reason=given["reason"],
        text=given["text"], call_record=acting.call_record, asked_at=now, asked_by=actor.account_id)
    session.add(made)
    session.flush()
    _record(session, ticket, made, clock, "appeal_overdue", "ticket.appealed", {"reason_code": made.reason}, acting, now)
    return made


def review(session: Session, appeal_id: int, *, approve: bool, text: str, actor: Actor, now: datetime) -> OverdueAppeal:
    """Raises NotFound, Forbidden (role; one's own case: may_not_review), Conflict: appeal_decided."""
    found = seen(session, appeal_id, actor=actor)
    ticket = session.scalars(select(Ticket).where(Ticket.id == found.ticket_id).with_for_update().execution_options(populate_existing=True)).one()
    session.refresh(found)
    if not actor.roles_at(ticket.area_code).intersection(REVIEWERS):
        raise Forbidden()
    if found.decision is not None:
        raise Conflict("This appeal has been decided.", code="appeal_decided")
    if not is_neutral(session, found, actor):
        raise Forbidden("Who appealed, dispatched or has looked at it already does not decide.", code="may_not_review")
    clock = session.get_one(Clock, found.clock_id)
    _say(found, approve, text, actor, now)
    if found.decision == "approved":
        clock.exempt = True
    action = "decide_appeal" if found.decision else "review_appeal"
    facts = {"decision": found.decision} if found.decision else {}
    _record(session, ticket, found, clock, action, "ticket.appeal_decided" if found.decision else None, facts, actor, now)
    return found


def _say(found: OverdueAppeal, approve: bool, text: str, actor: Actor, now: datetime) -> None:
    if found.first_reviewer is None:
        found.first_reviewer, found.first_at, found.first_text = actor.account_id, now, text
        decided = not approve
    else:
        found.second_reviewer, found.second_text = actor.account_id, text
        decided = True
    if decided:
        found.decision, found.decided_at = "approved" if approve else "refused", now


def is_neutral(session: Session, found: OverdueAppeal, actor: Actor) -> bool:
    """Neither of the organisation, nor who entered the appeal, nor who decided on the dispatch, nor the other reviewer, by whichever log-in."""
    own = accounts_of(session, actor)
    if not own or own & {found.asked_by, found.first_reviewer} or found.department_id in own_departments(session, actor):
        return False
    chose = select(Trail.id).where(Trail.ticket_id == found.ticket_id, Trail.action.in_(CHOICES), Trail.account_id.in_(own))
    return session.scalar(chose.limit(1)) is None


def seen(session: Session, appeal_id: int, *, actor: Actor) -> OverdueAppeal:
    """Raises NotFound."""
    query = select(OverdueAppeal).join(Ticket, Ticket.id == OverdueAppeal.ticket_id)
    found = session.scalar(query.where(OverdueAppeal.id == appeal_id, scope.visible_tickets(actor)))
    if found is None or not _concerns(found, actor, session.get_one(Ticket, found.ticket_id)):
        raise NotFound()
    return found


def _concerns(found: OverdueAppeal, actor: Actor, ticket: Ticket) -> bool:
    """An organisation reads its own appeals, not its neighbours'."""
    return bool(actor.roles_at(ticket.area_code)) or found.department_id in actor.department_ids


def listed(
    session: Session, actor: Actor, *, state: str = "open", number: str | None = None, limit: int = 100, locale: str = "zh",
) -> list[dict[str, Any]]:
    """Of tickets in scope, the oldest first: what waits for a reviewer, what is decided."""
    conditions = (_in_state(state), Ticket.number == number if number else true())
    return _shown_all(session, actor, conditions, limit, locale)


def one(session: Session, appeal_id: int, actor: Actor, *, locale: str = "zh") -> dict[str, Any]:
    """Raises NotFound."""
    found = _shown_all(session, actor, (OverdueAppeal.id == appeal_id,), 1, locale)
    if not found:
        raise NotFound()
    return found[0]


def _shown_all(session: Session, actor: Actor, conditions: tuple[ColumnElement[bool], ...], limit: int, locale: str) -> list[dict[str, Any]]:
    entered, first, second = aliased(Account), aliased(Account), aliased(Account)
    query = (
        select(OverdueAppeal, Ticket, Clock, Department, entered.name, first.name, second.name)
        .join(Ticket, Ticket.id == OverdueAppeal.ticket_id).join(Clock, Clock.id == OverdueAppeal.clock_id)
        .join(Department, Department.id == OverdueAppeal.department_id).outerjoin(entered, entered.id == OverdueAppeal.asked_by)
        .outerjoin(first, first.id == OverdueAppeal.first_reviewer).outerjoin(second, second.id == OverdueAppeal.second_reviewer)
        .where(scope.visible_tickets(actor), _mine(actor), *conditions)
        .order_by(OverdueAppeal.asked_at, OverdueAppeal.id).limit(limit))
    return [_shown(session, row, actor, locale) for row in session.execute(query)]


def _mine(actor: Actor) -> ColumnElement[bool]:
    areas = [Ticket.area_code.startswith(area, autoescape=True) for area in actor.areas()]
    return or_(OverdueAppeal.department_id.in_(actor.department_ids), *areas)


def _in_state(state: str) -> ColumnElement[bool]:
    return {"open": OverdueAppeal.decision.is_(None), "decided": OverdueAppeal.decision.is_not(None)}.get(state, true())


def _shown(session: Session, row: Any, actor: Actor, locale: str) -> dict[str, Any]:
    found, ticket, clock, department, entered, first, second = row
    reviews = [(first, found.first_at, found.first_text), (second, found.decided_at, found.second_text)]
    waits = found.decision is None and actor.roles_at(ticket.area_code).intersection(REVIEWERS)
    return {
        "id": found.id, "number": ticket.number, "area": ticket.area_code, "clock": clock.kind, "due_by": clock.due_by,
        "stopped_at": clock.stopped_at,
        "department": called(department, locale), "reason": found.reason, "text": seen_text(found.text, ticket, actor), "asked_at": found.asked_at,
        "asked_by": entered, "on_behalf": found.call_record is not None, "decision": found.decision, "decided_at": found.decided_at,
        "reviews": [{"by": by, "at": at, "text": seen_text(text, ticket, actor)} for by, at, text in reviews if text],
        "may_review": bool(waits) and is_neutral(session, found, actor)}


def _locked(session: Session, number: str, actor: Actor) -> Ticket:
    ticket = scope.visible_ticket(session, number, actor)
    return session.scalars(select(Ticket).where(Ticket.id == ticket.id).with_for_update().execution_options(populate_existing=True)).one()


def _clock(session: Session, ticket: Ticket, clock_id: int) -> tuple[Clock, int]:
    query = (
        select(Clock, Assignment.department_id).join(Assignment, Assignment.id == Clock.assignment_id)
        .where(Clock.id == clock_id, Clock.ticket_id == ticket.id, and_(*_missed())))
    found = session.execute(query).one_or_none()
    if found is None:
        raise NotFound()
    return found.Clock, found.department_id


def _record(
    session: Session, ticket: Ticket, found: OverdueAppeal, clock: Clock, action: str, topic: str | None, facts: dict[str, Any], actor: Actor,
    now: datetime,
) -> None:
    """The trail names the clock by what it is; the words stay in the appeal."""
    facts = facts | {
        "appeal": found.id, "clock": clock.kind, "department_id": found.department_id, "due_by": clock.due_by.isoformat() if clock.due_by else None}
    row = trail.append(session, ticket, action=action, status_from=ticket.status, actor=actor, facts=facts, now=now)
    if topic:
        outbox.publish(session, topic, now=now, ticket_id=ticket.id, payload={"action": action, "seq": row.seq})
    session.flush()
