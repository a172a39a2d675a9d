"""What the extension and the suspension of a ticket have in common: one request at a time, a level that decides, and its end."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from gridops.errors import Forbidden
from gridops.models import Assignment, Clock, TimeRequest
from gridops.services import clock_moves
from gridops.services.actions.neutral import refuse_interested, refuse_who_asked
from gridops.services.work import Work

DISPATCHER, LEADER = 1, 2  # levels


def undecided(work: Work) -> TimeRequest | None:
    return work.session.scalar(select(TimeRequest).where(TimeRequest.ticket_id == work.ticket.id, TimeRequest.decision.is_(None)))


def approved(work: Work, kind: str) -> list[TimeRequest]:
    """What the present lead was granted on this ticket, in whichever round."""
    query = (
        select(TimeRequest).join(Assignment, Assignment.id == TimeRequest.assignment_id)
        .where(TimeRequest.ticket_id == work.ticket.id, TimeRequest.kind == kind, TimeRequest.decision == "approved")
        .where(Assignment.department_id == work.ticket.lead_id).order_by(TimeRequest.id))
    return list(work.session.scalars(query))


def handle_clock(work: Work) -> Clock | None:
    return next(iter(work.clocks.of(["handle"])), None)


def refuse_second(work: Work) -> None:
    if undecided(work) is not None:
        raise work.refuse("request_pending", "A request is still undecided.")


def ask(work: Work, kind: str, level: int, **fields) -> None:
    """Writes the request and starts the clock of who decides."""
    work.session.add(TimeRequest(
        ticket_id=work.ticket.id, assignment_id=work.assignment("lead").id, kind=kind, level=level, reason=work.body["reason"],
        requested_at=work.now, requested_by=work.actor.account_id, **fields))
    work.facts |= {"level": level}
    work.text = work.body["reason"]
    work.ticket.waiting_reason = f"{kind}_asked"
    work.start("decide")
    work.session.flush()


def may_decide(kind: str) -> Callable[[Work], None]:
    def guard(work: Work) -> None:
        request = undecided(work)
        if request is None or request.kind != kind:
            raise work.refuse("nothing_asked", "Nothing has been asked for.")
        if request.level == LEADER and "leader" not in work.capacities:
            raise Forbidden("A leader decides on this.", code="leader_decides")
        refuse_interested(work, [work.ticket.lead_id])
        refuse_who_asked(work, request.requested_by)

    return guard


def decide(work: Work, decision: str) -> TimeRequest:
    """Writes the decision; what it does to clocks is the caller's matter."""
    request = undecided(work)
    request.decision, request.decision_text = decision, work.body.get("text")
    request.decided_at, request.decided_by = work.now, work.actor.account_id
    work.facts |= {"level": request.level, "requested_at": request.requested_at.isoformat()}
    work.ticket.waiting_reason = None
    _let_red_go(work)
    work.session.flush()
    return request


def lapse(work: Work) -> None:
    """The round ends or the result is in: nobody decides any more, and a suspension is over."""
    request = undecided(work)
    if request is not None:
        request.decision, request.decided_at = "lapsed", work.now
        work.facts["request_lapsed"] = request.kind
        work.ticket.waiting_reason = None if work.ticket.waiting_reason == f"{request.kind}_asked" else work.ticket.waiting_reason
        _let_red_go(work)
    end_suspension(work)


def end_suspension(work: Work) -> None:
    """The request remembers how long it really was."""
    ticket = work.ticket
    if ticket.suspended_until is not None:
        running = select(TimeRequest).where(
            TimeRequest.ticket_id == ticket.id, TimeRequest.kind == "suspension", TimeRequest.decision == "approved", TimeRequest.resumed_at.is_(None))
        for request in work.session.scalars(running):
            request.resumed_at = work.now
        ticket.suspended_until = ticket.next_step = None


def _let_red_go(work: Work) -> None:
    for row in work.clocks.of(["handle"]):
        clock_moves.hold_red(work.clocks, row, False)
