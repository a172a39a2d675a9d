"""The lead's work: speaking to the reporter, and the result with outcome and evidence."""

from __future__ import annotations

from sqlalchemy import func, select

from gridops.models import ContactAttempt
from gridops.services.actions import evidence, requests
from gridops.services.work import Work

HONEST_TRIES = 3  # KPI response_rate: reached, or three honest tries


def contact(work: Work) -> str:
    work.session.add(ContactAttempt(
        ticket_id=work.ticket.id, department_id=work.ticket.lead_id, outcome=work.body["outcome"], text=work.body["text"],
        attempted_at=work.now, account_id=work.actor.account_id))
    work.session.flush()
    if work.body["outcome"] == "reached" or _tries(work) >= HONEST_TRIES:
        work.clocks.stop(["contact"], work.now)
    work.facts["outcome"] = work.body["outcome"]
    work.text = work.body["text"]
    return "="


def _tries(work: Work) -> int:
    query = select(func.count()).where(ContactAttempt.ticket_id == work.ticket.id, ContactAttempt.department_id == work.ticket.lead_id)
    return work.session.scalar(query)


def submit_result(work: Work) -> str:
    """What residents will read. "Explained" is an outcome of its own and never shown as solved."""
    evidence.need(work, work.body["photos"])
    evidence.attach(work, work.body["photos"], "after", public=True)
    ticket, lead = work.ticket, work.assignment("lead")
    ticket.outcome, ticket.result_text = work.body["outcome"], work.body["text"]
    ticket.handled_at, ticket.handled_by, ticket.self_handled = work.now, work.actor.account_id, False
    lead.status = "handled"
    requests.lapse(work)
    work.facts["outcome"] = ticket.outcome
    work.text, work.public = work.body["text"], True
    work.start("check")
    return "handled"


EFFECTS = {"contact": contact, "submit_result": submit_result}
GUARDS = {}
