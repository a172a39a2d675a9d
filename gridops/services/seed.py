"""What a new installation starts with: department types, taxonomy, filing conditions and duty rules, China's calendar, clock limits.

Only what is missing altogether is filled in. Whatever a city has imported or changed is never touched again, not by a newer
gridops either: an operator who wants the newer defaults imports them like any other file.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from gridops.domain.clock_policy import DEFAULT_POLICY
from gridops.models import CalendarVersion, Category, ClockPolicy, DepartmentType, PlaceTerm, UpstreamProfile
from gridops.services.imports.calendar import import_calendar
from gridops.services.imports.department_types import import_department_types
from gridops.services.imports.readers import read_csv
from gridops.services.imports.table import ImportReport, Table
from gridops.services.imports.taxonomy import import_taxonomy
from gridops.services.place_terms import index_places
from gridops.services.upstream import profiles

PACKAGE = Path(__file__).resolve().parents[1] / "package"
LOCK = 4_207_010  # two machines that start together must not both fill in


def ensure_defaults(session: Session, now: datetime) -> None:
    """Idempotent; quick when there is nothing to do."""
    session.execute(select(func.pg_advisory_xact_lock(LOCK)))
    if _lacks(session, DepartmentType):
        _sure(import_department_types(session, _department_types(), now=now))
    if _lacks(session, Category):
        taxonomy, conditions = _packaged("taxonomy.csv"), _packaged("filing_conditions.csv")
        _sure(import_taxonomy(session, taxonomy, now=now, conditions=conditions))
    if _lacks(session, CalendarVersion):
        _sure(import_calendar(session, _packaged("china_days.csv"), now=now))
    if _lacks(session, ClockPolicy):
        session.add(ClockPolicy(version=1, rules=dict(DEFAULT_POLICY), valid_from=now))
    if _lacks(session, UpstreamProfile):
        profiles.ensure_shipped(session, now)
    if _lacks(session, PlaceTerm):
        index_places(session)  # of an installation that is older than the index
    session.flush()


def _lacks(session: Session, model: type) -> bool:
    return not session.scalar(select(exists(select(model))))


def _packaged(name: str) -> Table:
    return read_csv((PACKAGE / name).read_bytes())


def _department_types() -> Table:
    """With the duty each type has when it supports, which stands in a file of its own."""
    types, duties = _packaged("department_types.csv"), _packaged("support_duties.csv")
    of_type = {row.cells["dept_type"]: row.cells for row in duties.rows}
    for row in types.rows:
        duty = of_type.get(row.cells["dept_type"], {})
        row.cells.update(support_duty_zh=duty.get("duty_zh", ""), support_duty_en=duty.get("duty_en", ""))
    return Table([*types.columns, "support_duty_zh", "support_duty_en"], types.rows)


def _sure(report: ImportReport) -> None:
    if report.errors:
        raise AssertionError(f"the package's own tables are faulty: {report.errors[0]}")
