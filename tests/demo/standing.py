"""What a demonstration must show, whenever it is loaded."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gridops.models import Rating, Report, Ticket, Trail
from gridops.services.lights import light_column

STATUSES = {
    "reported", "filed", "dispatched", "objected", "in_progress", "suspended", "handled", "closed", "archived", "rejected", "referred",
}
WAITING = {
    ("reported", "answer_wanted"), ("reported", "no_category"), ("reported", "accuses_person"), ("reported", "reinstated"),
    ("filed", "objection_upheld"), ("filed", "recalled"), ("filed", "reopened"), ("filed", "no_organisation"), ("objected", "objection"),
}


ROUND_SIDE = {
    "request_extension", "approve_extension", "refuse_extension", "request_suspension", "approve_suspension", "resume", "request_transfer",
    "answer_support", "refuse_support", "waive_support", "supervise", "answer_supervision", "accept_supervision",
}


def missing(session: Session, now: datetime) -> set:
    """Whatever of all this nobody can find in the demonstration."""
    wanted = {("status", status) for status in STATUSES} | {("waiting", *pair) for pair in WAITING}
    wanted |= ROUND_SIDE
    wanted |= {("light", light) for light in ("green", "yellow", "red")}
    wanted |= {"rated", "unrated", "reopened", "reworked", "self_handled", "on_behalf", "deemed", "emergency open", "answered", "bounced"}
    return wanted - _found(session, now)


def _found(session: Session, now: datetime) -> set:
    found = {("status", status) for status in session.scalars(select(Ticket.status))}
    found |= {("waiting", *row) for row in session.execute(select(Ticket.status, Ticket.waiting_reason))}
    in_progress = select(light_column(now)).where(Ticket.status == "in_progress")
    found |= {("light", light) for light in session.scalars(in_progress)}
    found |= {name for name, condition in _conditions().items() if session.scalar(select(func.count()).where(condition).select_from(Ticket))}
    return found | _of_trail(session)


def _conditions() -> dict:
    rated = select(Rating.id).join(Report, Report.id == Rating.report_id).where(
        Report.ticket_id == Ticket.id, Rating.closing_no == Ticket.closing_no).exists()
    return {
        "rated": rated & (Ticket.status == "closed"), "unrated": ~rated & (Ticket.status == "closed"),
        "reopened": (Ticket.reopen_count > 0) & (Ticket.status == "in_progress"), "reworked": Ticket.rework_count > 0,
        "self_handled": Ticket.self_handled, "emergency open": Ticket.emergency & (Ticket.status == "in_progress"),
        "bounced": Ticket.bounce_count > 0,
    }


def _of_trail(session: Session) -> set[str]:
    actions = Counter(session.scalars(select(Trail.action)))
    deemed = session.scalar(select(func.count()).where(Trail.action == "sign", Trail.actor_kind == "system"))
    behalf = session.scalar(select(func.count()).where(Trail.on_behalf_of.is_not(None)))
    return {name for name, count in {"deemed": deemed, "on_behalf": behalf, "answered": actions["answer"]}.items() if count} | set(actions)
