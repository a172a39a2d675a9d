"""Sending a filed ticket to organisations in three roles, taking it back, and signing for it."""

from __future__ import annotations

from sqlalchemy import select

from gridops.domain.lifecycle import MOST_BOUNCES
from gridops.errors import NotAllowed
from gridops.models import Round
from gridops.services import alarms, routing
from gridops.services.actions.rounds import end_round, open_round
from gridops.services.clocks import last_handle_clock
from gridops.services.shapes import point_of
from gridops.services.work import Work


def dispatch(work: Work) -> str:
    """By the duty rules, or as the dispatcher says; what is left out follows from the rules."""
    decision, rule = work.decision, work.decision.rule
    opened = open_round(
        work, decision.lead, decision.coordinate, decision.supports,
        basis=decision.basis | {"by": work.actor.kind} | _history(work), rule_id=rule.id if rule else None)
    work.ticket.waiting_reason = None
    alarms.settle_for_ticket(work.session, work.ticket.id, now=work.now, settled_by=work.actor.account_id)
    work.facts |= _round_facts(opened.no, decision)
    work.text = work.body.get("note")
    _start_clocks(work, first=opened.no == 1)
    return "dispatched"


def decide_first(work: Work) -> None:
    """Refused before a clock has moved: of an attempt nothing is left to undo."""
    decision = work.decision = decide(work)
    if decision.lead is None or decision.coordinate is None:
        raise NotAllowed(
            "No organisation could be found: name one.", code="no_organisation",
            details={"problems": [problem.to_json() for problem in decision.problems]})


def _history(work: Work) -> dict:
    """Why the round before ended, and whether this one can still be objected to."""
    said = {}
    if work.ticket.dispatched_at is not None:
        last = work.session.scalars(select(Round).where(Round.ticket_id == work.ticket.id).order_by(Round.no.desc()).limit(1)).one()
        said = {"no": last.no + 1, "after": last.end_reason}
    return said | ({"forced": True} if work.ticket.bounce_count >= MOST_BOUNCES else {})


def decide(work: Work) -> routing.Decision:
    ticket, body = work.ticket, work.body
    decision = routing.decide(
        work.session, category_version=work.category, area_code=ticket.area_code, cell_id=ticket.cell_id, place_id=ticket.place_id,
        point=point_of(ticket.point), now=work.now)
    if any(name in body for name in ("lead", "coordinate", "support")):
        decision = routing.decide_manual(
            work.session, decision, category_version=work.category, lead_code=body.get("lead"),
            coordinate_code=body.get("coordinate"), supports=body.get("support"))
    return decision


def _round_facts(no: int, decision: routing.Decision) -> dict:
    return {
        "round": no, "lead": decision.lead.code, "coordinate": decision.coordinate.code,
        "support": [department.code for department, _ in decision.supports],
        "rule": decision.rule.id if decision.rule else None, "rule_version": decision.rule.version if decision.rule else None,
    }


def _start_clocks(work: Work, *, first: bool) -> None:
    """All clocks of the round start at dispatch, not at sign-in. An organisation that comes back gets what it had left."""
    lead = work.assignment("lead")
    work.start("sign", assignment=lead)
    earlier = None if first else last_handle_clock(work.session, work.ticket, lead.department_id)
    handle = work.clocks.start_again(earlier, work.now, assignment=lead) if earlier else work.start("handle", assignment=lead)
    lead.original_due_by = handle.original_due_by
    for support in work.assignments:
        if support.role == "support":
            support.original_due_by = work.start("support", assignment=support).due_by
    if any(report.visibility != "anonymous" and report.contact_id for report in work.reports):
        work.start("contact", assignment=lead)


def sign(work: Work) -> str:
    """The lead takes it, or the window ends: overdue counts as signed (逾期视为签收)."""
    actor = work.actor
    by = {"system": "deemed", "link": "link"}.get(actor.kind) or ("call" if actor.on_behalf_of else "person")
    mark_signed(work, by)
    work.facts["signed_by"] = by
    return "in_progress"


def mark_signed(work: Work, by: str) -> None:
    lead = work.assignment("lead")
    lead.status, lead.signed_at, lead.signed_by = "signed", work.now, by
    work.ticket.signed_at = work.now


def recall(work: Work) -> str:
    """A wrong dispatch taken back; not a bounce, the organisation had no part in it."""
    end_round(work, "recalled")
    work.text = work.body["text"]
    work.ticket.waiting_reason = "recalled"
    work.start("dispatch")
    return "filed"


def may_dispatch(work: Work) -> None:
    if work.ticket.category_version_id is None:
        raise work.refuse("no_category", "Choose a category first.")


EFFECTS = {"dispatch": dispatch, "sign": sign, "recall": recall}
GUARDS = {"dispatch": may_dispatch}
FIRST = {"dispatch": decide_first}
