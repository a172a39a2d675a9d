"""A leader's order on a ticket (督办): to whom, by when, the answer, and whether the leader takes it. Several may run at once."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from gridops.domain.limits import Limit, due
from gridops.errors import Forbidden, Invalid
from gridops.models import Assignment, Department, Supervision
from gridops.services import clock_moves
from gridops.services.actions import neutral
from gridops.services.days import instant_of
from gridops.services.work import Work

ROLES = ("lead", "coordinate", "dispatcher", "clerk")
FURTHEST = timedelta(days=3653)  # what is further off is a slip of the keyboard
AGAIN = Limit(1, "work_day")  # for an answer that was sent back without a new due


def supervise(work: Work) -> str:
    """``addressee``: code of an organisation of the round, or a role of the ticket."""
    role, assignment = _addressee(work, work.body["addressee"])
    due_by = _due(work, work.body["due_by"])
    clock = clock_moves.start_until(work.clocks, "supervise", work.now, due_by, assignment=assignment)
    work.session.flush()
    order = Supervision(
        ticket_id=work.ticket.id, level=work.body["level"], role=role, department_id=assignment.department_id if assignment else None,
        status="ordered", text=work.body["text"], due_by=due_by, ordered_at=work.now, ordered_by=work.actor.account_id, clock_id=clock.id,
        returned=0)
    work.session.add(order)
    work.session.flush()
    work.facts |= {"addressee": work.body["addressee"]}
    return _note(work, order)


def _addressee(work: Work, said: str) -> tuple[str | None, Assignment | None]:
    found = work.assignment(said) if said in ("lead", "coordinate") else _of_round(work, said)
    if found is not None:
        return None, found
    if said in ("dispatcher", "clerk"):
        return said, None
    raise Invalid(fields={"addressee": ["Name an organisation of the present round, or dispatcher or clerk."]})


def _of_round(work: Work, code: str) -> Assignment | None:
    department_id = work.session.scalar(select(Department.id).where(Department.code == code))
    return next((row for row in work.assignments if row.department_id == department_id), None)


def _due(work: Work, said) -> datetime:
    due_by = instant_of(said, work.clocks.calendar, end=True)
    if due_by <= work.now:
        raise Invalid(fields={"due_by": ["This must be in the future."]})
    if due_by > work.now + FURTHEST:
        raise Invalid(fields={"due_by": ["Ten years at most."]})
    return due_by


def answer_supervision(work: Work) -> str:
    order = _chosen(work, _to_answer(work))
    order.status, order.answer = "answered", work.body["text"]
    order.answered_at, order.answered_by = work.now, work.actor.account_id
    _stop(work, order)
    return _note(work, order)


def accept_supervision(work: Work) -> str:
    order = _to_settle(work)
    order.status, order.accepted_at = "accepted", work.now
    return _note(work, order)


def return_supervision(work: Work) -> str:
    order = _to_settle(work)
    said = work.body.get("due_by")
    due_by = _due(work, said) if said else due(work.now, AGAIN, work.clocks.calendar)
    assignment = next((row for row in work.assignments if row.department_id == order.department_id), None)
    clock = clock_moves.start_until(work.clocks, "supervise", work.now, due_by, assignment=assignment)
    work.session.flush()
    order.status, order.clock_id, order.due_by, order.returned = "ordered", clock.id, due_by, order.returned + 1
    return _note(work, order)


def _to_settle(work: Work) -> Supervision:
    """The one that is named, else the oldest that the actor may take."""
    answered = _with(work, "answered")
    order = _chosen(work, answered if "supervision" in work.body else _others(work, answered))
    _refuse_own(work, order)
    return order


def _refuse_own(work: Work, order: Supervision) -> None:
    """Nobody takes his own answer, or that of his own organisation."""
    neutral.refuse_interested(work, {order.department_id} - {None})
    neutral.refuse_who_asked(work, order.answered_by)


def _others(work: Work, answered: list[Supervision]) -> list[Supervision]:
    """Those that are not the actor's own; Forbidden where all of them are."""
    found, refusal = [], None
    for order in answered:
        try:
            _refuse_own(work, order)
        except Forbidden as error:
            refusal = error
        else:
            found.append(order)
    if refusal is not None and not found:
        raise refusal
    return found


def _note(work: Work, order: Supervision) -> str:
    work.facts |= {"supervision": order.id, "level": order.level, "due_by": order.due_by.isoformat()}
    work.text = work.body.get("text")
    return "="


def _with(work: Work, status: str) -> list[Supervision]:
    query = select(Supervision).where(Supervision.ticket_id == work.ticket.id, Supervision.status == status).order_by(Supervision.id)
    return list(work.session.scalars(query))


def _to_answer(work: Work) -> list[Supervision]:
    return [order for order in _with(work, "ordered") if _answers(work, order)]


def _answers(work: Work, order: Supervision) -> bool:
    """The addressee; the dispatcher for an organisation that is no longer in the round."""
    parties = {row.department_id for row in work.assignments}
    if order.role is not None or order.department_id not in parties:
        return (order.role or "dispatcher") in work.capacities
    actor = work.actor
    return order.department_id in ({actor.on_behalf_of} if actor.on_behalf_of is not None else actor.department_ids)


def _chosen(work: Work, found: list[Supervision]) -> Supervision:
    """By ``supervision`` (its id), else the oldest."""
    wanted = work.body.get("supervision")
    chosen = next((order for order in found if wanted in (None, order.id)), None)
    if chosen is None:
        raise Invalid(fields={"supervision": ["There is no such order."]})
    return chosen


def _stop(work: Work, order: Supervision) -> None:
    for row in work.clocks.of(["supervise"]):
        if row.id == order.clock_id:
            clock_moves.stop(work.clocks, row, work.now)


def may_answer(work: Work) -> None:
    if not _to_answer(work):
        raise work.refuse("nothing_ordered", "No order of a leader waits for you here.")


def may_settle(work: Work) -> None:
    answered = _with(work, "answered")
    if not answered:
        raise work.refuse("nothing_answered", "No answer to an order waits here.")
    _others(work, answered)


EFFECTS = {
    "supervise": supervise, "answer_supervision": answer_supervision, "accept_supervision": accept_supervision,
    "return_supervision": return_supervision,
}
GUARDS = {"answer_supervision": may_answer, "accept_supervision": may_settle, "return_supervision": may_settle}
