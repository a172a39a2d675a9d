"""A dry run: what the tickets of a period would have done under a draft, beside what they would do under the rules in force.

Nothing is written but the findings. Organisations, places and areas are those of today, so that only the rules make a difference. Workers
look through some tickets at a time; who asked sees how far they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.domain.routing import choose_rule
from gridops.errors import Invalid, NotFound
from gridops.models import CatalogueTrial, CategoryVersion, DutyCatalogue, DutyRule, Ticket
from gridops.services import calendars, outbox, routing
from gridops.services.decisions import Decision
from gridops.services.duty_catalogue import versions
from gridops.services.duty_catalogue.rules import AnyRule
from gridops.services.jurisdictions import spot_of
from gridops.services.shapes import point_of

ASKED = "duty_catalogue.trial_asked"
PART = 200  # tickets in one transaction
LONGEST = timedelta(days=366)
NAMED = 500  # differing tickets that are named
SAME = "same"


def ask(
    session: Session, catalogue_id: int, *, first_day: date, last_day: date, actor: Actor, now: datetime,
) -> CatalogueTrial:
    """Tickets dispatched from ``first_day`` to ``last_day``, both included, in the zone of the realm. Raises NotFound, Invalid."""
    catalogue = versions.seen(session, catalogue_id, actor=actor)
    if not versions.may_propose(session, actor, catalogue.street_code):
        raise NotFound()
    if not timedelta(0) <= last_day - first_day <= LONGEST:
        raise Invalid(fields={"last_day": ["At most a year, and not before the first day."]})
    trial = CatalogueTrial(
        catalogue_id=catalogue.id, revision=catalogue.revision, first_day=first_day, last_day=last_day, asked_at=now,
        asked_by=actor.account_id, done=0, findings=_nothing_yet())
    trial.total = session.scalar(select(func.count()).select_from(Ticket).where(*_within(session, catalogue, trial)))
    session.add(trial)
    session.flush()
    outbox.publish(session, ASKED, now=now, payload={"trial": trial.id}, queue="low")
    session.flush()
    return trial


def latest(session: Session, catalogue: DutyCatalogue) -> CatalogueTrial | None:
    return session.scalar(
        select(CatalogueTrial).where(CatalogueTrial.catalogue_id == catalogue.id).order_by(CatalogueTrial.id.desc()).limit(1))


def go_on(session: Session, trial_id: int, *, now: datetime) -> None:
    """The next part, by a worker; what is left is asked for again."""
    trial = session.scalars(select(CatalogueTrial).where(CatalogueTrial.id == trial_id).with_for_update()).one()
    if trial.finished_at is not None:
        return
    catalogue = session.get_one(DutyCatalogue, trial.catalogue_id)
    part = _part(session, catalogue, trial)
    look = _Look(session, catalogue, now)
    trial.findings = _added(trial.findings, [look.at(ticket) for ticket in part])
    trial.done += len(part)
    trial.reached = part[-1].id if part else trial.reached
    if len(part) < PART:
        trial.finished_at = now
    else:
        outbox.publish(session, ASKED, now=now, payload={"trial": trial.id}, queue="low")
    session.flush()


def _part(session: Session, catalogue: DutyCatalogue, trial: CatalogueTrial) -> Sequence[Ticket]:
    query = select(Ticket).where(*_within(session, catalogue, trial), Ticket.id > (trial.reached or 0))
    return session.scalars(query.order_by(Ticket.id).limit(PART)).all()


def _within(session: Session, catalogue: DutyCatalogue, trial: CatalogueTrial) -> tuple[ColumnElement[bool], ...]:
    """Whatever got a category in the period; what was merged or rejected was not dispatched."""
    street = catalogue.street_code
    zone = ZoneInfo(calendars.calendar_in_force(session, street).timezone)
    start = datetime.combine(trial.first_day, time.min, zone).astimezone(UTC)
    end = datetime.combine(trial.last_day + timedelta(days=1), time.min, zone).astimezone(UTC)
    own = [Ticket.street_code == street] if street else []
    return (*own, Ticket.dispatched_at >= start, Ticket.dispatched_at < end, Ticket.category_version_id.is_not(None))


class _Look:
    """One ticket after the other under both sets of rules."""

    def __init__(self, session: Session, catalogue: DutyCatalogue, now: datetime):
        self.session, self.now = session, now
        self.present = _by_category(session.scalars(select(DutyRule).where(DutyRule.valid_to.is_(None))))
        own = {rule.id for rule in versions.in_force(session, catalogue.street_code)}
        others = [rule for rules in self.present.values() for rule in rules if rule.id not in own]
        self.drafted = _by_category([*others, *versions.rules_of(session, catalogue)])

    def at(self, ticket: Ticket) -> dict[str, Any]:
        category = self.session.get_one(CategoryVersion, ticket.category_version_id)
        spot = spot_of(self.session, ticket.area_code, ticket.cell_id, ticket.place_id, point_of(ticket.point))
        before, after = (rules.get(category.code, ()) for rules in (self.present, self.drafted))
        old, new = (choose_rule(rules, spot.area_code, spot.community_kind) for rules in (before, after))
        found = {"number": ticket.number, "category": category.code, "outcome": SAME}
        if _alike(old, new):
            return found
        known = {"category_version": category, "spot": spot, "now": self.now}
        return found | _compared(routing.decide_by(self.session, before, **known), routing.decide_by(self.session, after, **known))


def _by_category(rules: Iterable[AnyRule]) -> dict[str, list[AnyRule]]:
    found: dict[str, list[AnyRule]] = {}
    for rule in rules:
        found.setdefault(rule.category_code, []).append(rule)
    return found


def _alike(old: AnyRule | None, new: AnyRule | None) -> bool:
    """The same parties make the same decision, whatever the rule is called."""
    if old is None or new is None:
        return old is new
    return (old.lead_type, old.coordinate_type, old.supports) == (new.lead_type, new.coordinate_type, new.supports)


def _compared(before: Decision, after: Decision) -> dict[str, Any]:
    """``outcome``: other_lead, other_coordinate, other_support, now_unroutable, now_routable, or same."""
    old, new = _parties(before), _parties(after)
    return {"outcome": _outcome(old, new), "before": old, "after": new}


def _parties(decision: Decision) -> dict[str, Any]:
    return {
        "lead": decision.lead.code if decision.lead else None, "coordinate": decision.coordinate.code if decision.coordinate else None,
        "support": sorted(department.code for department, _ in decision.supports), "problems": [problem.kind for problem in decision.problems]}


def _outcome(old: dict[str, Any], new: dict[str, Any]) -> str:
    went, goes = (None not in (parties["lead"], parties["coordinate"]) for parties in (old, new))
    if went != goes:
        return "now_routable" if goes else "now_unroutable"
    return next((f"other_{role}" for role in ("lead", "coordinate", "support") if old[role] != new[role]), SAME)


def _nothing_yet() -> dict[str, Any]:
    return {"counts": {}, "categories": {}, "tickets": []}


def _added(findings: dict[str, Any], looked: list[dict[str, Any]]) -> dict[str, Any]:
    """A new value: what hangs in a JSON column is not watched for changes."""
    counts, categories = dict(findings["counts"]), {code: dict(row) for code, row in findings["categories"].items()}
    for found in looked:
        counts[found["outcome"]] = counts.get(found["outcome"], 0) + 1
        row = categories.setdefault(found["category"], {})
        row[found["outcome"]] = row.get(found["outcome"], 0) + 1
    differing = [found for found in looked if found["outcome"] != SAME]
    return {"counts": counts, "categories": categories, "tickets": [*findings["tickets"], *differing][:NAMED]}
