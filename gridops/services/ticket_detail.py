"""One ticket in full, for its staff: reports with masked contacts, the round, clocks, evidence, and exactly what the viewer may do."""

from __future__ import annotations

from datetime import datetime
from math import floor
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.domain import clocks as rules
from gridops.domain.actor import Actor
from gridops.domain.limits import Limit
from gridops.errors import NotFound
from gridops.models import (
    Account, Assignment, Clock, Contact, Department, Evidence, FilingCondition, Person, Photo, Place, Rating, Report, Round, Ticket,
    UpstreamOrder,
)
from gridops.services import calendars, contacts, listing, merging, routing, ticket_matter, ticket_rounds, tickets
from gridops.services.photos import films
from gridops.services.shapes import point_of
from gridops.services.shown import called, seen_text
from gridops.vault import Vault

OWN_CLOCK = {"lead": "handle", "coordinate": "rule", "support": "support"}  # the clock that is an assignment's due


def detail(session: Session, ticket: Ticket, actor: Actor, *, now: datetime, vault: Vault, locale: str) -> dict[str, Any]:
    """As API.md gives it (JSON but for datetimes and UUIDs). The caller has checked that the ticket is in the actor's scope."""
    clocks = list(session.scalars(select(Clock).where(Clock.ticket_id == ticket.id).order_by(Clock.id)))
    return listing.item(listing.row_of(session, ticket.id), now, locale) | {
        "version": ticket.version, "description": seen_text(ticket.description, ticket, actor), "area": ticket.area_code,
        "location": _location(ticket), "place": _place(session, ticket), "condition": _condition(session, ticket, locale),
        "reports": _reports(session, ticket, actor, vault), "round": _round(session, ticket, clocks, locale),
        "clocks": [_clock(session, ticket, row, now) for row in clocks], "outcome": ticket.outcome, "result_text": ticket.result_text,
        "verifier": _person(session, ticket.verifier_id), "checker": _person(session, ticket.checker_id),
        "evidence": _evidence(session, ticket), "automatic": ticket.automatic, "self_handled": ticket.self_handled,
        "suspended_until": ticket.suspended_until, "next_step": ticket.next_step,
        "rounds": ticket_rounds.rounds(session, ticket, actor, locale), "requests": ticket_rounds.requests(session, ticket, actor, locale),
        "supervisions": ticket_rounds.supervisions(session, ticket, actor, locale), **ticket_matter.of(session, ticket),
        "counts": {"bounce": ticket.bounce_count, "rework": ticket.rework_count, "reopen": ticket.reopen_count},
        "allowed_actions": tickets.allowed_actions(session, ticket, actor, now=now),
    }


def nth_report(session: Session, ticket: Ticket, no: int) -> Report:
    """By its place behind the ticket, from 1, as ``detail`` counts. Raises NotFound."""
    reports = merging.reports_of_family(session, ticket)
    if not 1 <= no <= len(reports):
        raise NotFound()
    return reports[no - 1]


def _person(session: Session, person_id: int | None) -> dict[str, str] | None:
    return {"name": session.get_one(Person, person_id).name} if person_id is not None else None


def _location(ticket: Ticket) -> dict[str, Any] | None:
    point = point_of(ticket.point)
    return {"lng": point.lng, "lat": point.lat, "crs": "wgs84"} if point else None


def _place(session: Session, ticket: Ticket) -> dict[str, Any] | None:
    if ticket.place_id is None:
        return None
    row = session.execute(select(Place.code, Place.name, Place.kind, Place.address).where(Place.id == ticket.place_id)).one()
    return row._asdict()


def _condition(session: Session, ticket: Ticket, locale: str) -> dict[str, Any] | None:
    found = session.get(FilingCondition, ticket.condition_id) if ticket.condition_id else None
    if found is None:
        return None
    limit = {"value": float(found.limit_value), "unit": found.limit_unit}
    return {
        "condition_no": found.condition_no, "filing": found.filed_when(locale), "closing": found.closed_when(locale), "limit": limit,
    }


def _reports(session: Session, ticket: Ticket, actor: Actor, vault: Vault) -> list[dict[str, Any]]:
    query = (
        select(Report, Contact, UpstreamOrder, Account.name, Rating, Ticket.number)
        .join(Ticket, Ticket.id == Report.ticket_id)
        .outerjoin(Contact, Contact.id == Report.contact_id).outerjoin(UpstreamOrder, UpstreamOrder.report_id == Report.id)
        .outerjoin(Account, Account.id == Report.entered_by)
        .outerjoin(Rating, (Rating.report_id == Report.id) & (Rating.closing_no == ticket.closing_no))
        .where(merging.shown_with(ticket.id)).order_by(Report.ticket_id != ticket.id, Report.id))
    rows = session.execute(query)
    return [
        _report(no, report, upstream, entered_by) | {
            "ticket": number if number != ticket.number else None,
            "description": seen_text(report.description, ticket, actor), "answers": _answers(report, ticket, actor), "address": _address(report, ticket, actor),
            "contact_masked": contacts.masked_for(vault, report, ticket, contact, actor), "rating": _rating(rating, ticket, actor)}
        for no, (report, contact, upstream, entered_by, rating, number) in enumerate(rows, start=1)
    ]


def _report(no: int, report: Report, upstream: UpstreamOrder | None, entered_by: str | None) -> dict[str, Any]:
    return {
        "no": no, "channel": report.channel, "kind": report.kind, "visibility": report.visibility, "reported_at": report.reported_at,
        "occurred_at": report.occurred_at, "entered_by": entered_by,
        "external_number": upstream.external_number if upstream else None,
        "external_due_by": upstream.external_due_by if upstream else None, "withdrawn_at": report.withdrawn_at,
    }


def _answers(report: Report, ticket: Ticket, actor: Actor) -> dict[str, Any]:
    return {key: _answer(value, ticket, actor) for key, value in report.answers.items()}


def _answer(value: Any, ticket: Ticket, actor: Actor) -> Any:
    """A phone number hides in a list or among the numbers as well as in a text."""
    if isinstance(value, list):
        return [_answer(item, ticket, actor) for item in value]
    if isinstance(value, bool) or value is None:
        return value
    seen = seen_text(str(value), ticket, actor)
    return value if seen == str(value) else seen


def _address(report: Report, ticket: Ticket, actor: Actor) -> str | None:
    return seen_text(report.address, ticket, actor) if report.address else None


def _rating(rating: Rating | None, ticket: Ticket, actor: Actor) -> dict[str, Any] | None:
    if rating is None:
        return None
    text = seen_text(rating.text, ticket, actor) if rating.text else None
    return {
        "solved": rating.solved, "satisfaction": rating.satisfaction, "called": rating.called, "text": text,
        "rated_at": rating.rated_at, "by_phone": rating.taken_by is not None,
    }


def _round(session: Session, ticket: Ticket, clocks: list[Clock], locale: str) -> dict[str, Any] | None:
    if ticket.round_id is None:
        return None
    current = session.get(Round, ticket.round_id)
    rows = session.execute(
        select(Assignment, Department).join(Department, Department.id == Assignment.department_id)
        .where(Assignment.round_id == current.id).order_by(Assignment.id))
    found = list(rows)
    parties = [assignment for assignment, _ in found]
    assignments = [
        _assignment(assignment, department, clocks, locale) | ticket_rounds.to_do(ticket.status, assignment, parties) for assignment, department in found]
    return {"no": current.no, "dispatched_at": current.dispatched_at, "assignments": assignments, "basis": current.basis,
            "explanation": routing.sentence_of(current.basis, locale)}


def _assignment(assignment: Assignment, department: Department, clocks: list[Clock], locale: str) -> dict[str, Any]:
    own = [c for c in clocks if c.assignment_id == assignment.id and c.kind == OWN_CLOCK[assignment.role]]
    return {
        "role": assignment.role, "department": called(department, locale), "status": assignment.status, "duty": assignment.duty,
        "due_by": own[-1].due_by if own else assignment.original_due_by, "signed_at": assignment.signed_at,
        "signed_by": assignment.signed_by, "has_login": department.has_login, "phone": department.phone, "duty_phone": department.duty_phone,
    }


def _clock(session: Session, ticket: Ticket, row: Clock, now: datetime) -> dict[str, Any]:
    """``remaining_s`` counts the clock's own time: working time for work units, negative when late, None where it no longer matters."""
    state = rules.ClockState(
        row.kind, row.status, row.started_at, row.due_by, row.yellow_at, Limit(row.limit_value, row.limit_unit), row.remaining, row.revision)
    calendar = calendars.calendar_for(session, row.calendar_version_id, street_code=ticket.street_code)
    left = None if row.status == "cancelled" else rules.remaining(state, now, calendar)
    return {
        "kind": row.kind, "status": row.status, "light": rules.light(state, now, red_waits=row.red_waits), "red_waits": row.red_waits, "due_by": row.due_by,
        "remaining_s": floor(left.total_seconds()) if left is not None else None, "started_at": row.started_at, "stopped_at": row.stopped_at,
    }


def _evidence(session: Session, ticket: Ticket) -> list[dict[str, Any]]:
    """With what the reporters of merged tickets sent."""
    ids = merging.family_ids(ticket.id)
    query = select(Evidence, films()).join(Photo, Photo.id == Evidence.photo_id).where(Evidence.ticket_id.in_(select(ids.c.id)))
    return [
        {"photo": row.photo_id, "film": film, "stage": row.stage, "public": row.public, "at": row.at,
         "seq": row.trail_seq if row.ticket_id == ticket.id else None}
        for row, film in session.execute(query.order_by(Evidence.id))]
