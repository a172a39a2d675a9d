"""Holes and conflicts of a version: what would leave a ticket without an organisation, and what was probably not meant.

``blocking``: no_rule, committee_may_not_lead, no_department, tie. ``notice``: partly_covered, same_type_twice, only_informed, never_applies.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from gridops.domain.routing import OPERATIONS_CENTRE, Claim, Missing, choose_department, choose_rule, may_lead
from gridops.models import CategoryVersion, Community, Department, DepartmentType, DutyCatalogue, DutyRule, Jurisdiction, Place
from gridops.services.duty_catalogue import versions
from gridops.services.duty_catalogue.rules import AnyRule

BLOCKING = frozenset({"no_rule", "committee_may_not_lead", "no_department", "tie"})


@dataclass(frozen=True)
class Problem:
    """``communities``: codes of those where it is so; empty: it lies in the rule itself."""

    kind: str
    category: str | None = None
    area: str | None = None
    community_kind: str | None = None
    type: str | None = None
    communities: tuple[str, ...] = ()

    @property
    def severity(self) -> str:
        return "blocking" if self.kind in BLOCKING else "notice"

    def to_json(self) -> dict[str, Any]:
        named = {name: getattr(self, name) for name in ("kind", "severity", "category", "area", "community_kind", "type")}
        return named | {"communities": list(self.communities)}


def problems(session: Session, catalogue: DutyCatalogue) -> list[Problem]:
    """As the version would stand beside the rules of the other realms: the worst first, by category."""
    return _Look(session, catalogue.street_code, versions.rules_of(session, catalogue)).found()


def new_problems(session: Session, draft: DutyCatalogue) -> list[Problem]:
    """The blocking ones that the rules in force do not have: only these need a reason."""
    known = set(_Look(session, draft.street_code, versions.in_force(session, draft.street_code)).found())
    return [problem for problem in problems(session, draft) if problem.severity == "blocking" and problem not in known]


class _Look:
    def __init__(self, session: Session, street: str | None, own: Sequence[AnyRule]):
        self.session, self.street, self.own = session, street, own
        current = select(CategoryVersion.code, CategoryVersion.track).where(CategoryVersion.valid_to.is_(None))
        self.tracks: dict[str, str] = dict(session.execute(current.order_by(CategoryVersion.code)).all())
        self.communities: Sequence[Community] = session.scalars(
            select(Community).where(Community.code.startswith(self.street or "", autoescape=True)).order_by(Community.code)).all()
        self.usual_duty = {kind.code: kind.support_duty for kind in session.scalars(select(DepartmentType))}
        self.rules = self._beside_others()

    def _beside_others(self) -> dict[str, list[AnyRule]]:
        """By category: this version's rules, and those in force of every other realm that touches its ground."""
        rules: dict[str, list[AnyRule]] = defaultdict(list)
        for rule in [*self.own, *self._others()]:
            rules[rule.category_code].append(rule)
        return rules

    def _others(self) -> Sequence[DutyRule]:
        mine = {rule.id for rule in versions.in_force(self.session, self.street)}
        query = select(DutyRule).where(DutyRule.valid_to.is_(None))
        if self.street is not None:
            query = query.where(or_(DutyRule.area_prefix.is_(None), DutyRule.area_prefix.startswith(self.street[:2], autoescape=True)))
        return [rule for rule in self.session.scalars(query) if rule.id not in mine]

    def found(self) -> list[Problem]:
        every = [*self._in_rules(), *self._holes(), *self._without_organisation()]
        return sorted(every, key=lambda p: (p.severity != "blocking", p.kind, p.category or "", p.area or "", p.type or ""))

    def _in_rules(self) -> Iterator[Problem]:
        for rule in self.own:
            named = {"category": rule.category_code, "area": rule.area_prefix, "community_kind": rule.community_kind}
            if rule.category_code in self.tracks and not may_lead(rule.lead_type, self.tracks[rule.category_code]):
                yield Problem("committee_may_not_lead", type=rule.lead_type, **named)
            if rule.lead_type == rule.coordinate_type:
                yield Problem("same_type_twice", type=rule.lead_type, **named)
            for support in rule.supports:
                if not support.get("duty") and not self.usual_duty.get(support["type"]):
                    yield Problem("only_informed", type=support["type"], **named)
            if not self._applies_somewhere(rule):
                yield Problem("never_applies", **named)

    def _applies_somewhere(self, rule: AnyRule) -> bool:
        if rule.category_code not in self.tracks:
            return False
        area = rule.area_prefix or ""
        touched = [c for c in self.communities if c.code.startswith(area) or area.startswith(c.code)]
        if rule.community_kind is not None:
            touched = [community for community in touched if community.kind == rule.community_kind]
        return bool(touched) or not self.communities

    def _holes(self) -> Iterator[Problem]:
        for code in self.tracks:
            without = tuple(
                community.code for community in self.communities
                if choose_rule(self.rules.get(code, ()), community.code, community.kind) is None)
            if without or (not self.communities and code not in self.rules):
                yield Problem("no_rule", category=code, communities=without)

    def _without_organisation(self) -> Iterator[Problem]:
        """Of every type that leads or coordinates somewhere here: one line for each way in which it is missing."""
        claims = self._claims()
        missing: dict[tuple[str, str], list[str]] = defaultdict(list)
        for community in self.communities:
            for kind in self._needed(community):
                state = _state(claims.get(kind, ()), community.code)
                if state is not None:
                    missing[state, kind].append(community.code)
        for (state, kind), codes in missing.items():
            yield Problem(state, type=kind, communities=tuple(codes))

    def _needed(self, community: Community) -> set[str]:
        """Who leads, and the operations centre: it coordinates where nobody else does."""
        chosen = (choose_rule(rules, community.code, community.kind) for code, rules in self.rules.items() if code in self.tracks)
        return {OPERATIONS_CENTRE, *(rule.lead_type for rule in chosen if rule is not None)}

    def _claims(self) -> dict[str, list[tuple[Claim, str]]]:
        """By type: each claim with the code of the area it lies in (of a place: its community)."""
        rows = self.session.execute(
            select(Department.type_code, Department.id, Jurisdiction.area_prefix, Jurisdiction.place_id, Place.community_code)
            .join(Jurisdiction, Jurisdiction.department_id == Department.id).outerjoin(Place, Place.id == Jurisdiction.place_id)
            .where(Department.ended_at.is_(None)))
        found: dict[str, list[tuple[Claim, str]]] = defaultdict(list)
        for type_code, department, prefix, place, community in rows:
            found[type_code].append((Claim(department, prefix, place), prefix or community or ""))
        return found


def _state(claims: Iterable[tuple[Claim, str]], community: str) -> str | None:
    """None: one organisation for the whole community. Claims on cells or places in it cover it partly."""
    claims = list(claims)
    found = choose_department([claim for claim, _ in claims], community, ())
    if not isinstance(found, Missing):
        return None
    if found.kind == "tie":
        return "tie"
    return "partly_covered" if any(where.startswith(community) for _, where in claims) else "no_department"
