"""From a category and a spot to organisations in three roles, each with its reason.

Exactly one lead and one coordinator, no organisation twice. The operations centre coordinates silently where the rule's
coordinator is not there or leads itself. A missing support never blocks; a missing lead or coordinator is for a person.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.coords import Wgs84
from gridops.domain.routing import OPERATIONS_CENTRE, Found, Missing, choose_rule, may_lead
from gridops.models import CategoryVersion, Department, DepartmentType, DutyRule
from gridops.services.decisions import Decision, Problem, Support, reason, sentence, sentence_of
from gridops.services.jurisdictions import Responsible, Spot, spot_of
from gridops.services.manual_routing import decide_manual
from gridops.services.remembered import in_batch

__all__ = ["Decision", "Problem", "decide", "decide_by", "decide_manual", "sentence", "sentence_of"]


def decide(
    session: Session, *, category_version: CategoryVersion | None, area_code: str, cell_id: int | None, place_id: int | None,
    now: datetime, point: Wgs84 | None = None,
) -> Decision:
    """Total: what cannot be decided is in ``problems``. ``point`` helps to find the compound of a ticket without a place."""
    spot = spot_of(session, area_code, cell_id, place_id, point)
    code = category_version.code if category_version else None
    return decide_by(session, _current_rules(session, code) if code else (), category_version=category_version, spot=spot, now=now)


def decide_by(
    session: Session, rules: Iterable[DutyRule], *, category_version: CategoryVersion | None, spot: Spot, now: datetime,
) -> Decision:
    """By the ``rules`` of the category that are given: those in force, or of a draft."""
    code = category_version.code if category_version else None
    rule = choose_rule(rules, spot.area_code, spot.community_kind)
    types = {OPERATIONS_CENTRE, *(_types(rule) if rule else ())}
    responsible = Responsible(session, spot, types, now)
    if rule is None:
        problem = Problem("no_rule" if code else "no_category", "lead")
        return Decision(category_code=code, problems=[problem], centre=responsible.find(OPERATIONS_CENTRE))
    return _Round(session, category_version, rule, responsible).decision()


def _current_rules(session: Session, category_code: str) -> list[DutyRule]:
    return in_batch(session, ("duty_rules", category_code), lambda: _read_rules(session, category_code))


def _read_rules(session: Session, category_code: str) -> list[DutyRule]:
    return list(session.scalars(select(DutyRule).where(DutyRule.category_code == category_code, DutyRule.valid_to.is_(None))))


def _types(rule: DutyRule) -> list[str]:
    return [rule.lead_type, rule.coordinate_type, *(support["type"] for support in rule.supports)]


class _Round:
    """Fills the three roles of one decision, in order: an organisation that has a role gets no second one."""

    def __init__(self, session: Session, category: CategoryVersion, rule: DutyRule, responsible: Responsible):
        self.session, self.category, self.rule, self.responsible = session, category, rule, responsible
        self.reasons: list[dict[str, Any]] = []
        self.problems: list[Problem] = []
        self.taken: set[int] = set()

    def decision(self) -> Decision:
        lead = self._lead()
        coordinate = self._coordinate()
        supports, informed = self._supports()
        return Decision(
            lead, coordinate, supports, informed, self.rule, self.category.code, self.reasons, self.problems,
            self.responsible.find(OPERATIONS_CENTRE))

    def _lead(self) -> Department | None:
        type_code = self.rule.lead_type
        if not may_lead(type_code, self.category.track):
            self.problems.append(Problem("committee_may_not_lead", "lead", type_code))
            return None
        return self._fill("lead", type_code)

    def _coordinate(self) -> Department | None:
        wanted = self.rule.coordinate_type
        found = self.responsible.choose(wanted)
        if self._is_free(found):
            return self._take("coordinate", found)
        if isinstance(found, Missing) and found.kind == "tie":
            self._miss("coordinate", wanted, found)
        centre = self.responsible.choose(OPERATIONS_CENTRE)
        if self._is_free(centre):
            return self._take("coordinate", centre, by="silent")
        self._miss("coordinate", wanted if isinstance(centre, Found) else OPERATIONS_CENTRE, centre)
        return None

    def _supports(self) -> tuple[list[Support], list[Department]]:
        """Without a named sub-duty an organisation is only informed."""
        supports: list[Support] = []
        informed: list[Department] = []
        for row in self.rule.supports:
            found = self.responsible.choose(row["type"])
            if isinstance(found, Missing):
                self.problems.append(Problem("support_missing", "support", row["type"], self._codes(found)))
            elif self._is_free(found):
                duty = row.get("duty") or self._usual_duty(row["type"])
                party = self._take("support" if duty else "informed", found, duty=duty)
                supports.append((party, duty)) if duty else informed.append(party)
        return supports, informed

    def _usual_duty(self, type_code: str) -> str | None:
        return in_batch(self.session, ("department_type", type_code), lambda: self.session.get_one(DepartmentType, type_code)).support_duty

    def _fill(self, role: str, type_code: str) -> Department | None:
        found = self.responsible.choose(type_code)
        if isinstance(found, Found):
            return self._take(role, found)
        self._miss(role, type_code, found)
        return None

    def _is_free(self, found: Found | Missing) -> bool:
        return isinstance(found, Found) and found.claim.department_id not in self.taken

    def _take(self, role: str, found: Found, *, by: str | None = None, duty: str | None = None) -> Department:
        department = self.responsible.departments[found.claim.department_id]
        self.taken.add(department.id)
        where, of = self.responsible.spot.named(found.claim)
        self.reasons.append(reason(role, department, by=by or where, of=of, rule=self.rule, duty=duty))
        return department

    def _miss(self, role: str, type_code: str, found: Found | Missing) -> None:
        """`found` may be an organisation that has another role already: then this role is without one."""
        kind = found.kind if isinstance(found, Missing) else "no_department"
        self.problems.append(Problem(kind, role, type_code, self._codes(found)))

    def _codes(self, found: Found | Missing) -> tuple[str, ...]:
        return tuple(self.responsible.codes(found.department_ids)) if isinstance(found, Missing) else ()
