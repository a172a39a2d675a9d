"""Looking at the result: by somebody who is neither the handler nor of the handler's unit."""

from __future__ import annotations

from sqlalchemy import select

from gridops.domain.clock_policy import least_after
from gridops.models import Clock
from gridops.services.actions import evidence
from gridops.services.actions.intake import close
from gridops.services.actions.rounds import end_round
from gridops.services.work import Work


def pass_check(work: Work) -> str:
    evidence.attach(work, work.body["photos"], "check", public=True)
    work.text = work.body["text"]
    close(work)
    return "closed"


def fail_check(work: Work) -> str:
    """Rework: the same organisation gets what it had left, at least four work hours. Self-handled matters go to dispatch."""
    evidence.attach(work, work.body["photos"], "check", public=False)
    work.ticket.rework_count += 1
    work.facts["rework_count"] = work.ticket.rework_count
    work.text = work.body["text"]
    lead = work.assignment("lead")
    if lead is None:
        end_round(work, "check_failed")
        work.ticket.self_handled = False
        work.start("dispatch")
        return "filed"
    lead.status = "signed"
    least = least_after(work.clocks.policy, "rework", emergency=work.ticket.emergency)
    again = work.clocks.start_again(_last_handle(work, lead.id), work.now, assignment=lead, at_least=least)
    again.reworks += 1
    return "in_progress"


def _last_handle(work: Work, assignment_id: int) -> Clock:
    query = select(Clock).where(Clock.assignment_id == assignment_id, Clock.kind == "handle").order_by(Clock.id.desc())
    return work.session.scalar(query.limit(1))


EFFECTS = {"pass_check": pass_check, "fail_check": fail_check}
GUARDS = {}
