"""A matter that cannot go on before a date (挂账): all clocks of the round stand still, the promise does not, and residents read why."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from gridops.domain.clock_policy import least_after
from gridops.domain.limits import Limit
from gridops.errors import Invalid
from gridops.models import Clock, TimeRequest
from gridops.services import clock_moves
from gridops.services.actions import promise, requests
from gridops.services.days import instant_of
from gridops.services.work import Work

LONGEST = timedelta(days=366)  # in all: a chain of suspensions is one long one
BY_DISPATCHER = timedelta(days=90)  # in all; beyond, a leader decides


def request_suspension(work: Work) -> str:
    """``until``: a date (its beginning in the street) or an instant."""
    until = instant_of(work.body["until"], work.clocks.calendar)
    if until <= work.now:
        raise Invalid(fields={"until": ["This must be in the future."]})
    total = _suspended_so_far(work) + (until - work.now)
    if total > LONGEST:
        raise Invalid(code="suspension_too_long", fields={"until": ["A matter rests for a year at most."]})
    level = requests.LEADER if total > BY_DISPATCHER else requests.DISPATCHER
    requests.ask(work, "suspension", level, until=until, next_step=work.body["next_step"])
    work.facts["until"] = until.isoformat()
    return "="


def _suspended_so_far(work: Work) -> timedelta:
    return sum((request.resumed_at - request.decided_at for request in requests.approved(work, "suspension") if request.resumed_at), timedelta())


def may_approve(work: Work) -> None:
    requests.may_decide("suspension")(work)
    if requests.undecided(work).until <= work.now:
        raise work.refuse("date_passed", "The date of the suspension has passed.")


def approve_suspension(work: Work) -> str:
    request = requests.decide(work, "approved")
    ticket = work.ticket
    due_by = _due_afterwards(work, request)
    clock_moves.pause(work.clocks, _of_round(work), work.now)
    clock_moves.start_until(work.clocks, "suspension", work.now, request.until)
    ticket.suspended_until, ticket.next_step = request.until, request.next_step
    work.facts["until"] = request.until.isoformat()
    work.text, work.public = f"{request.reason}\n{request.next_step}", True
    if due_by is not None:
        promise.put_off(work, due_by, "suspended")
    return "suspended"


def _due_afterwards(work: Work, request: TimeRequest):
    handle = requests.handle_clock(work)
    if handle is None:
        return None
    return clock_moves.due_after_pause(work.clocks, handle, work.now, request.until, at_least=_least(work))


def refuse_suspension(work: Work) -> str:
    requests.decide(work, "refused")
    work.text = work.body.get("text")
    return "="


def resume(work: Work) -> str:
    """With what was left, at least one work day for who was in time."""
    refused = {assignment.id for assignment in work.assignments if assignment.status == "refused"}  # these wait for the coordinator
    standing = [row for row in _of_round(work) if row.assignment_id not in refused]
    clock_moves.resume(work.clocks, standing, work.now, at_least=_least(work))
    requests.end_suspension(work)
    handle = requests.handle_clock(work)
    if handle is not None:
        promise.put_off(work, handle.due_by, "suspended")
    work.text = work.body.get("text")
    return "in_progress"


def _of_round(work: Work) -> Iterable[Clock]:
    mine = {assignment.id for assignment in work.assignments}
    return [row for row in work.clocks.rows if row.assignment_id in mine]


def _least(work: Work) -> Limit:
    return least_after(work.clocks.policy, "suspension", emergency=work.ticket.emergency)


EFFECTS = {
    "request_suspension": request_suspension, "approve_suspension": approve_suspension, "refuse_suspension": refuse_suspension, "resume": resume,
}
GUARDS = {
    "request_suspension": requests.refuse_second, "approve_suspension": may_approve, "refuse_suspension": requests.may_decide("suspension"),
}
