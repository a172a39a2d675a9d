"""A lead's objection and the ruling on it. Nobody rules who gains from the ruling; two bounces are enough."""

from __future__ import annotations

from sqlalchemy import select

from gridops.domain.lifecycle import MOST_BOUNCES
from gridops.errors import Forbidden, Invalid
from gridops.models import Department, Objection, Trail
from gridops.services.actions import evidence, neutral
from gridops.services.actions.dispatching import mark_signed
from gridops.services.actions.requests import lapse
from gridops.services.actions.rounds import end_round
from gridops.services.actions.support import watch_refusals
from gridops.services.work import Work


def object_(work: Work, kind: str = "object") -> str:
    lead = work.assignment("lead")
    lead.status = "objected"
    work.session.add(Objection(
        ticket_id=work.ticket.id, assignment_id=lead.id, kind=kind, reason_code=work.body["reason_code"],
        text=work.body["text"], suggested_id=_suggested(work), objected_at=work.now))
    work.text = work.body["text"]
    work.facts |= {"reason_code": work.body["reason_code"], "suggest": work.body.get("suggest")}
    work.ticket.waiting_reason = "objection"
    work.start("rule", assignment=work.assignment("coordinate"))
    return "objected"


def request_transfer(work: Work) -> str:
    """Signed, gone to look, and found that it is another's: with what was seen."""
    evidence.need(work, work.body["photos"])
    evidence.attach(work, work.body["photos"], "transfer", public=False)
    lapse(work)
    return object_(work, "transfer")


def _suggested(work: Work) -> int | None:
    code = work.body.get("suggest")
    if code is None:
        return None
    department = work.session.scalar(select(Department).where(Department.code == code, Department.ended_at.is_(None)))
    if department is None:
        raise Invalid(fields={"suggest": ["There is no organisation with this code."]})
    return department.id


def may_object(work: Work) -> None:
    """Inside the sign window, once per round."""
    if any(clock.due_by and work.now > clock.due_by for clock in work.clocks.of(["sign"])):
        raise work.refuse("window_over", "The time for an objection is over.")
    may_leave(work)


def may_leave(work: Work) -> None:
    """Objection and transfer together once per round; after two bounces the dispatch stands."""
    lead = work.assignment("lead")
    if work.ticket.bounce_count >= MOST_BOUNCES:
        raise work.refuse("no_more_objections", "This ticket has bounced twice: the dispatch stands.")
    if lead is not None and work.session.scalar(select(Objection.id).where(Objection.assignment_id == lead.id).limit(1)):
        raise work.refuse("objected_before", "Only one objection per round.")


def may_rule(work: Work) -> None:
    """The coordinator rules; the dispatcher where the coordinator objected, gains, cannot log in, is the centre itself, or is late."""
    objection = work.open_objection
    neutral.refuse_interested(work, {work.ticket.lead_id, objection.suggested_id if objection else None} - {None})
    if not work.ticket.emergency:  # at night one person may be alone, and gas does not wait
        neutral.refuse_who_asked(work, _entered_by(work))
    if "coordinate" not in work.capacities and not _dispatcher_rules(work, objection):
        raise Forbidden("The coordinator rules on this.", code="coordinator_rules")


def _entered_by(work: Work) -> int | None:
    objections = Trail.ticket_id == work.ticket.id, Trail.action.in_(("object", "request_transfer"))
    return work.session.scalar(select(Trail.account_id).where(*objections).order_by(Trail.seq.desc()).limit(1))


def _dispatcher_rules(work: Work, objection: Objection | None) -> bool:
    assigned = work.assignment("coordinate")
    if assigned is None:
        return True
    coordinator = work.session.get(Department, assigned.department_id)
    silent = any(clock.due_by and work.now > clock.due_by for clock in work.clocks.of(["rule"]))
    gains = objection is not None and objection.suggested_id == coordinator.id
    return coordinator.type_code == "GRID_CENTER" or not coordinator.has_login or gains or silent


def uphold(work: Work) -> str:
    _rule(work, "upheld")
    work.ticket.bounce_count += 1
    work.facts["bounce_count"] = work.ticket.bounce_count
    end_round(work, "upheld")
    work.start("dispatch")
    work.ticket.waiting_reason = "objection_upheld"
    return "filed"


def overrule(work: Work) -> str:
    """The original due stays, less only the time by which the ruling was late."""
    ruling = max((c for c in work.clocks.rows if c.kind == "rule"), key=lambda clock: clock.id, default=None)
    if ruling is not None:
        work.clocks.excuse_late_ruling(("handle", "contact", "support"), ruling, work.now)
    kind = work.open_objection.kind
    _rule(work, "overruled")
    if kind == "object":
        mark_signed(work, "ruling")
    work.assignment("lead").status = "signed"
    work.ticket.waiting_reason = None
    watch_refusals(work)
    return "in_progress"


def _rule(work: Work, ruling: str) -> None:
    objection = work.open_objection
    objection.ruling, objection.ruling_text = ruling, work.body["text"]
    objection.ruled_by, objection.ruled_at = work.actor.account_id, work.now
    work.text = work.body["text"]
    work.session.flush()


EFFECTS = {"object": object_, "request_transfer": request_transfer, "uphold": uphold, "overrule": overrule}
GUARDS = {"object": may_object, "request_transfer": may_leave, "uphold": may_rule, "overrule": may_rule}
