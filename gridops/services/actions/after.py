"""After closing: the residents' own word, reopening, archiving, and comments at any time."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from gridops.domain.clock_policy import promise_limit
from gridops.domain.limits import due
from gridops.errors import Conflict, Forbidden, Invalid, NotAllowed
from gridops.models import Rating, Report
from gridops.services import alarms
from gridops.services.actions.closing import note_rating
from gridops.services.work import Work

REOPEN_WITHIN = timedelta(days=7)


def rate(work: Work) -> str:
    report = next(r for r in work.reports if r.id == work.actor.report_id)
    _rate(work, report, taken_by=None)
    return "="


def may_rate(work: Work) -> None:
    """Once for each closing, in the reporter's own words; what a clerk took down by phone is no word of his."""
    own = Rating.report_id == work.actor.report_id, Rating.closing_no == work.ticket.closing_no, Rating.taken_by.is_(None)
    if work.session.scalar(select(Rating.id).where(*own)) is not None:
        raise _already_rated()


def record_callback(work: Work) -> str:
    """By phone, marked as such."""
    _rate(work, _report_to_call(work), taken_by=work.actor.account_id)
    return "="


def may_call_back(work: Work) -> None:
    """Whoever stood in for an organisation by phone may ask how it went: the work was not theirs. Nobody is asked twice about one closing."""
    ticket, actor = work.ticket, work.actor
    by_unit = ticket.lead_id is not None and ticket.lead_id in actor.department_ids
    if by_unit or (ticket.lead_id is None and ticket.handled_by is not None and ticket.handled_by == actor.account_id):
        raise Forbidden("Somebody else asks whether it is solved.", code="own_result")
    unrated = _unrated(work)
    if not unrated:
        raise _already_rated()
    if all(report.visibility == "anonymous" for report in unrated):
        raise _nobody_to_call(work)


def _nobody_to_call(work: Work) -> NotAllowed:
    return work.refuse("nobody_to_call", "This reporter wants to stay unknown, or has taken the report back.")


def _report_to_call(work: Work) -> Report:
    place = work.body.get("report")
    if place is not None:
        if place > len(work.reports):
            raise Invalid(fields={"report": ["The ticket has no such report."]})
        if work.reports[place - 1].visibility == "anonymous" or work.reports[place - 1].withdrawn_at is not None:
            raise _nobody_to_call(work)
        return work.reports[place - 1]
    return next(report for report in _unrated(work) if report.visibility != "anonymous")


def _unrated(work: Work) -> list[Report]:
    rated = set(work.session.scalars(select(Rating.report_id).where(
        Rating.report_id.in_([report.id for report in work.reports]), Rating.closing_no == work.ticket.closing_no)))
    return [report for report in work.reports if report.id not in rated and report.withdrawn_at is None]


def _rate(work: Work, report: Report, *, taken_by: int | None) -> None:
    """One per closing; what a clerk took down by phone gives way to the reporter's own word."""
    known = work.session.scalar(select(Rating).where(Rating.report_id == report.id, Rating.closing_no == work.ticket.closing_no))
    if known is not None and (known.taken_by is None or taken_by is not None):
        raise _already_rated()
    body, rating = work.body, known or Rating(report_id=report.id, closing_no=work.ticket.closing_no)
    rating.solved, rating.satisfaction, rating.called = body["solved"], body.get("satisfaction"), body.get("called")
    rating.text, rating.rated_at, rating.taken_by = body.get("text"), work.now, taken_by
    note_rating(work, rating, report)
    work.session.add(rating)
    work.facts |= {"solved": body["solved"], "satisfaction": body.get("satisfaction"), "called": body.get("called"), "by_phone": taken_by is not None}
    if not body["solved"]:
        _not_solved(work)


def _already_rated() -> Conflict:
    return Conflict("This closing has been rated already.", code="already_rated")


def _not_solved(work: Work) -> None:
    """"Not solved" reopens where that is allowed; otherwise the leader decides, and is told."""
    try:
        may_reopen(work)
    except (NotAllowed, Forbidden):
        alarms.raise_alarm(
            work.session, "not_solved", subject=work.ticket.number, area_code=work.ticket.area_code, ticket_id=work.ticket.id,
            facts={"closing_no": work.ticket.closing_no}, now=work.now)
        return
    work.follow_ups.append(("reopen", {"text": work.body.get("text") or "未解决 / not solved"}))


def may_reopen(work: Work) -> None:
    """Once per matter within seven days of closing; a second time the leader."""
    if work.ticket.reopen_count and "leader" not in work.capacities:
        raise work.refuse("reopened_before", "This matter has been reopened once: the leader decides.")
    if work.ticket.closed_at is not None and work.now > work.ticket.closed_at + REOPEN_WITHIN:
        raise work.refuse("too_late", "Seven days have passed since closing.")


def reopen(work: Work) -> str:
    """A new full limit; the same lead is told. Without a lead the dispatcher finds one. Either way the resident is told a new date."""
    ticket = work.ticket
    ticket.reopen_count += "order" not in work.body  # the city's "to be handled again" is counted as its own act
    ticket.closed_at = None
    work.text = work.body["text"]
    work.facts["reopen_count"] = ticket.reopen_count
    alarms.settle(work.session, "not_solved", subject=ticket.number, now=work.now, settled_by=work.actor.account_id)
    lead = work.assignment("lead")
    ticket.promise_note = "reopened"
    if lead is None:
        ticket.waiting_reason = "reopened"
        ticket.promised_by = due(work.now, promise_limit(work.clocks.policy, ticket.kind), work.clocks.calendar)
        return _to_dispatcher(work)
    lead.status = "signed"
    ticket.promised_by = work.start("handle", assignment=lead).due_by
    return "in_progress"


def _to_dispatcher(work: Work) -> str:
    """Answered at once or handled by the grid worker before: a category is asked for where there is none."""
    work.start("dispatch")
    return "filed"


def archive(work: Work) -> str:
    return "archived"


def comment(work: Work) -> str:
    work.text, work.public = work.body["text"], work.body["public"]
    return "="


EFFECTS = {"rate": rate, "record_callback": record_callback, "reopen": reopen, "archive": archive, "comment": comment}
GUARDS = {"rate": may_rate, "record_callback": may_call_back, "reopen": may_reopen}
