"""Matters that end without a result: the reporter takes the report back, or two people void the ticket."""

from __future__ import annotations

from gridops.domain.lifecycle import EVERY_CLOCK
from gridops.errors import Forbidden
from gridops.models import VoidRequest
from gridops.services.actions.rounds import end_round
from gridops.services.work import Work


def withdraw(work: Work) -> str:
    """The only report: the matter is over. Else that report alone, and an emergency stays one whoever takes back the word."""
    report = next(report for report in work.reports if report.id == work.actor.report_id)
    report.withdrawn_at = work.now
    work.facts["report"] = report.id
    work.text = work.body["reason"]
    if work.ticket.emergency or any(other.withdrawn_at is None for other in work.reports):
        return "="
    work.clocks.cancel(EVERY_CLOCK, work.now)
    return _over(work, "withdrawn")


def _over(work: Work, reason: str) -> str:
    work.ticket.ended_at, work.ticket.waiting_reason = work.now, None
    end_round(work, reason)
    return "voided"


def request_void(work: Work) -> str:
    work.session.add(VoidRequest(
        ticket_id=work.ticket.id, reason=work.body["reason"], asked_at=work.now, asked_by=work.actor.account_id))
    work.text = work.body["reason"]
    return "="


def may_request(work: Work) -> None:
    if work.void_request is not None:
        raise work.refuse("void_requested", "Somebody has asked for this already; a second person decides.")


def may_decide(work: Work) -> None:
    """Two people: never the same log-in, never the same person behind another one."""
    asked = work.void_request
    if asked is None:
        raise work.refuse("nothing_requested", "Nobody has asked to void this ticket.")
    if work.same_person(asked.asked_by):
        raise Forbidden("A second person decides on this.", code="second_person")


def approve_void(work: Work) -> str:
    """What is written here is what the residents read."""
    _decide(work, "approved")
    work.ticket.result_text = work.body.get("text")
    work.text, work.public = work.body.get("text"), True
    return _over(work, "voided")


def refuse_void(work: Work) -> str:
    _decide(work, "refused")
    work.text = work.body.get("text")
    return "="


def _decide(work: Work, decision: str) -> None:
    asked = work.void_request
    asked.decision, asked.decided_at, asked.decided_by = decision, work.now, work.actor.account_id


EFFECTS = {"withdraw": withdraw, "request_void": request_void, "approve_void": approve_void, "refuse_void": refuse_void}
GUARDS = {"request_void": may_request, "approve_void": may_decide, "refuse_void": may_decide}
