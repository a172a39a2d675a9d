"""The supports' own work (主配合): answer, refuse to the coordinator, who does without them or insists. Silence escalates."""

from __future__ import annotations

from sqlalchemy import select

from gridops.errors import Forbidden, Invalid
from gridops.models import Assignment, Clock, Department
from gridops.services import clock_moves
from gridops.services.actions import evidence
from gridops.services.work import Work

OPEN = ("assigned", "returned", "refused")  # returned: refused before, and the coordinator insists
TO_DO = ("assigned", "returned")


def answer_support(work: Work) -> str:
    support = _own(work, TO_DO)
    evidence.attach(work, work.body["photos"], "support", public=False)
    for row in _clock(work, support):
        clock_moves.stop(work.clocks, row, work.now)
    return _settle(work, support, "answered")


def refuse_support(work: Work) -> str:
    """Its clock stands still while the coordinator decides."""
    support = _own(work, ("assigned",))
    clock_moves.pause(work.clocks, _clock(work, support), work.now)
    _settle(work, support, "refused")
    watch_refusals(work)
    return "="


def waive_support(work: Work) -> str:
    support = _named(work, OPEN)
    for row in _clock(work, support):
        clock_moves.cancel(work.clocks, row, work.now)
    return _settle_refusal(work, support, "waived")


def return_support(work: Work) -> str:
    """The coordinator insists: the support goes on with what it had left and may not refuse again."""
    support = _named(work, ("refused",))
    clock_moves.resume(work.clocks, _clock(work, support), work.now)
    return _settle_refusal(work, support, "returned")


def _settle(work: Work, support: Assignment, status: str) -> str:
    support.status = status
    work.facts["support"] = _codes(work, [support])[0]
    work.text = work.body["text"]
    work.session.flush()
    return "="


def _settle_refusal(work: Work, support: Assignment, status: str) -> str:
    _settle(work, support, status)
    if not _with(work, ("refused",)):
        work.clocks.stop(["rule"], work.now)
    return "="


def watch_refusals(work: Work) -> None:
    """One clock of the coordinator's runs while a refusal waits for its word."""
    if _with(work, ("refused",)) and not work.clocks.of(["rule"]):
        work.start("rule", assignment=work.assignment("coordinate"))


def may_answer(work: Work) -> None:
    if not _mine(work, TO_DO):
        raise work.refuse("support_settled", "This support is settled.")


def may_refuse(work: Work) -> None:
    if not _mine(work, ("assigned",)):
        raise work.refuse("support_settled", "This support is settled.")


def may_waive(work: Work) -> None:
    if not _with(work, OPEN):
        raise work.refuse("support_settled", "This support is settled.")
    _coordinates(work)


def may_return(work: Work) -> None:
    if not _with(work, ("refused",)):
        raise work.refuse("support_settled", "This support is settled.")
    _coordinates(work)


def _coordinates(work: Work) -> None:
    """The dispatcher steps in only where somebody was silent for too long."""
    late = any(row.due_by and work.now > row.due_by for row in work.clocks.of(["support", "rule"]))
    if "coordinate" not in work.capacities and not late:
        raise Forbidden("The coordinator decides on this.", code="coordinator_rules")


def refuse_while_open(work: Work) -> None:
    """A result needs each support's answer, or the coordinator's word that it is done without."""
    waiting = _with(work, OPEN)
    if waiting:
        raise work.refuse("support_open", "Support is still open: %(names)s.", names="、".join(_names(work, waiting)))


def _with(work: Work, statuses: tuple[str, ...]) -> list[Assignment]:
    return [row for row in work.assignments if row.role == "support" and row.status in statuses]


def _mine(work: Work, statuses: tuple[str, ...]) -> list[Assignment]:
    actor = work.actor
    own = {actor.on_behalf_of} if actor.on_behalf_of is not None else actor.department_ids
    return [row for row in _with(work, statuses) if row.department_id in own]


def _own(work: Work, statuses: tuple[str, ...]) -> Assignment:
    return _mine(work, statuses)[0]


def _named(work: Work, statuses: tuple[str, ...]) -> Assignment:
    """By ``department``, or the only one that can be meant: refusals come first."""
    found = _with(work, statuses)
    code = work.body.get("department")
    chosen = [row for row, its in zip(found, _codes(work, found), strict=True) if its == code] if code else _with(work, ("refused",)) or found
    if len(chosen) != 1:
        raise Invalid(fields={"department": ["Say which support."]})
    return chosen[0]


def _clock(work: Work, support: Assignment) -> list[Clock]:
    return [row for row in work.clocks.of(["support"]) if row.assignment_id == support.id]


def _codes(work: Work, rows: list[Assignment]) -> list[str]:
    return [work.session.get_one(Department, row.department_id).code for row in rows]


def _names(work: Work, rows: list[Assignment]) -> list[str]:
    query = select(Department.name).where(Department.id.in_([row.department_id for row in rows])).order_by(Department.id)
    return list(work.session.scalars(query))


EFFECTS = {
    "answer_support": answer_support, "refuse_support": refuse_support, "waive_support": waive_support, "return_support": return_support,
}
GUARDS = {
    "answer_support": may_answer, "refuse_support": may_refuse, "waive_support": may_waive, "return_support": may_return,
    "submit_result": refuse_while_open,
}
