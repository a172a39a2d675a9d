"""What a dispatcher chooses instead of the duty rules: checked by the same rules, and what is left out follows from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.domain.routing import may_lead
from gridops.errors import Invalid
from gridops.models import CategoryVersion, Department, DepartmentType
from gridops.services.decisions import Decision, Problem, Support, reason


def decide_manual(
    session: Session, base: Decision, *, category_version: CategoryVersion | None, lead_code: str | None = None,
    coordinate_code: str | None = None, supports: Sequence[Mapping[str, str | None]] | None = None,
) -> Decision:
    """``supports``: [{department: code, duty}]; None keeps those of the rules, [] wants none.

    Raises Invalid naming the field: unknown_department, twice_in_round, committee_may_not_lead, duty_missing, coordinator_missing.
    """
    lead = _named(session, "lead", lead_code) or base.lead
    if lead_code and category_version is not None and not may_lead(lead.type_code, category_version.track):
        raise _invalid("committee_may_not_lead", "lead", "A committee may not lead a matter of this kind.")
    coordinate = _coordinate(session, base, lead, coordinate_code)
    if lead is not None and coordinate is None:
        raise _invalid("coordinator_missing", "coordinate", "Name an organisation that coordinates.")
    chosen = _supports(session, base, [lead, coordinate], supports)
    return replace(
        base, lead=lead, coordinate=coordinate, supports=chosen, informed=_others(base.informed, lead, coordinate, chosen),
        reasons=_reasons(base, lead, coordinate, chosen, silent=coordinate_code is None),
        problems=_left(base, lead, coordinate, supports is not None))


def _named(session: Session, field: str, code: str | None) -> Department | None:
    if code is None:
        return None
    found = session.scalar(select(Department).where(Department.code == code, Department.ended_at.is_(None)))
    if found is None:
        raise _invalid("unknown_department", field, f"There is no organisation {code}.")
    return found


def _coordinate(session: Session, base: Decision, lead: Department | None, code: str | None) -> Department | None:
    named = _named(session, "coordinate", code)
    if named is not None:
        return _once(named, [lead], "coordinate")
    # Left out: as the rules say, else the operations centre.
    return next((party for party in (base.coordinate, base.centre) if party is not None and not _in(party, [lead])), None)


def _supports(
    session: Session, base: Decision, parties: list[Department | None], given: Sequence[Mapping[str, str | None]] | None,
) -> list[Support]:
    if given is None:
        return [(department, duty) for department, duty in base.supports if not _in(department, parties)]
    chosen: list[Support] = []
    for number, row in enumerate(given):
        field = f"support.{number}.department"
        department = _once(_named(session, field, row["department"]), [*parties, *(party for party, _ in chosen)], field)
        chosen.append((department, _duty(session, department, row.get("duty"), f"support.{number}.duty")))
    return chosen


def _once(department: Department, parties: Sequence[Department | None], field: str) -> Department:
    if _in(department, parties):
        raise _invalid("twice_in_round", field, f"{department.code} already has a role in this round.")
    return department


def _in(department: Department, parties: Sequence[Department | None]) -> bool:
    return any(party is not None and party.id == department.id for party in parties)


def _duty(session: Session, department: Department, duty: str | None, field: str) -> str:
    duty = (duty or "").strip() or session.get(DepartmentType, department.type_code).support_duty
    if not duty:
        raise _invalid("duty_missing", field, "Say what the organisation is to do.")
    return duty


def _others(informed: list[Department], lead: Department | None, coordinate: Department | None, chosen: list[Support]) -> list[Department]:
    return [party for party in informed if not _in(party, [lead, coordinate, *(d for d, _ in chosen)])]


def _reasons(
    base: Decision, lead: Department | None, coordinate: Department | None, chosen: list[Support], *, silent: bool,
) -> list[dict[str, Any]]:
    roles = [("lead", lead, None), ("coordinate", coordinate, None), *(("support", party, duty) for party, duty in chosen)]
    kept = [_reason(base, role, party, duty, silent) for role, party, duty in roles if party is not None]
    named = {row["department"] for row in kept}
    return kept + [row for row in base.reasons if row["role"] == "informed" and row["department"] not in named]


def _reason(base: Decision, role: str, party: Department, duty: str | None, silent: bool) -> dict[str, Any]:
    """The rules' own reason where they chose the same organisation for the same part."""
    for row in base.reasons:
        if (row["role"], row["department"], row.get("duty")) == (role, party.code, duty):
            return row
    by = "silent" if silent and role == "coordinate" else "person"
    return reason(role, party, by=by, of=None, rule=None, duty=duty)


def _left(base: Decision, lead: Department | None, coordinate: Department | None, supports_given: bool) -> list[Problem]:
    filled = {"lead": lead is not None, "coordinate": coordinate is not None, "support": supports_given}
    return [problem for problem in base.problems if not filled[problem.role]]


def _invalid(code: str, field: str, why: str) -> Invalid:
    return Invalid(why, code=code, fields={field: [why]})
