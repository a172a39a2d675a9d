"""A lead's objection and the ruling on it. Nobody rules who gains from the ruling; two bounces are enough."""

from __future__ import annotations

from sqlalchemy import select

from gridops.errors import Forbidden, Invalid
from gridops.models import Department, Objection, Trail
from gridops.services.actions.dispatching import mark_signed
from gridops.services.actions.rounds import end_round
from gridops.services.work import Work

MOST_BOUNCES = 2


def object_(work: Work) -> str:
    lead = work.assignment("lead")
    lead.status = "objected"
    work.session.add(Objection(
        ticket_id=work.ticket.id, assignment_id=lead.id, kind="object", reason_code=work.body["reason_code"],
        text=work.body["text"], suggested_id=_suggested(work), objected_at=work.now))
    work.text = work.body["text"]
    work.facts |= {"reason_code": work.body["reason_code"], "suggest": work.body.get("suggest")}
    work.ticket.waiting_reason = "objection"
    work.start("rule", assignment=work.assignment("coordinate"))
    return "objected"


def _suggested(work: Work) -> int | None:
    code = work.body.get("suggest")
    if code is None:
        return None
    department = work.session.scalar(select(Department).where(Department.code == code, Department.ended_at.is_(None)))
    if department is None:
        raise Invalid(fields={"suggest": ["There is no organisation with this code."]})
    return department.id


def may_object(work: Work) -> None:
    """Inside the sign window, once per round; after two bounces the next word is the dispatcher's."""
    lead = work.assignment("lead")
    if any(clock.due_by and work.now > clock.due_by for clock in work.clocks.of(["sign"])):
        raise work.refuse("window_over", "The time for an objection is over.")
    if work.ticket.bounce_count >= MOST_BOUNCES:
        raise work.refuse("no_more_objections", "This ticket has bounced twice: the dispatch stands.")
    if lead is not None and work.session.scalar(select(Objection.id).where(Objection.assignment_id == lead.id).limit(1)):
        raise work.refuse("objected_before", "Only one objection per round.")


def may_rule(work: Work) -> None:
    """The coordinator rules; the dispatcher where the coordinator objected, gains, cannot log in, is the centre itself, or is late."""
    objection = work.open_objection
    own = (work.actor.department_ids | {work.actor.on_behalf_of}) - {None}
    if objection is not None and objection.suggested_id in own:
        raise Forbidden("Who would gain from the ruling does not give it.", code="interested_party")
    lead = work.assignment("lead")
    if lead is not None and lead.department_id in own:
        raise Forbidden("Who objected does not rule.", code="interested_party")
    if not work.ticket.emergency and _entered_it(work):  # at night one person may be alone, and gas does not wait
        raise Forbidden("Who objected does not rule.", code="interested_party")
    if "coordinate" not in work.capacities and not _dispatcher_rules(work, objection):
        raise Forbidden("The coordinator rules on this.", code="coordinator_rules")


def _entered_it(work: Work) -> bool:
    """Who objected on behalf of an organisation without log-in has heard one side only."""
    query = select(Trail.account_id).where(Trail.ticket_id == work.ticket.id, Trail.action == "object").order_by(Trail.seq.desc())
    entered_by = work.session.scalar(query.limit(1))
    return entered_by is not None and entered_by == work.actor.account_id


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
    _rule(work, "overruled")
    mark_signed(work, "ruling")
    work.ticket.waiting_reason = None
    return "in_progress"


def _rule(work: Work, ruling: str) -> None:
    objection = work.open_objection
    objection.ruling, objection.ruling_text = ruling, work.body["text"]
    objection.ruled_by, objection.ruled_at = work.actor.account_id, work.now
    work.text = work.body["text"]
    work.session.flush()


EFFECTS = {"object": object_, "uphold": uphold, "overrule": overrule}
GUARDS = {"object": may_object, "uphold": may_rule, "overrule": may_rule}
