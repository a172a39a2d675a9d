"""Kinds of departments, and what each does when it supports: the codes that duty rules name."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from gridops.models import DepartmentType
from gridops.services.imports.cells import Cells
from gridops.services.imports.table import ImportReport, Table, all_or_nothing, put

COLUMNS = {"name_zh": "name", "name_en": "name_en", "support_duty_zh": "support_duty", "support_duty_en": "support_duty_en"}
CODE = r"[A-Z][A-Z0-9_]{0,39}"


def import_department_types(session: Session, table: Table, *, now: datetime) -> ImportReport:
    """Columns dept_type, name_zh, name_en; support_duty_zh, support_duty_en where known. `now` is not needed: types have no versions."""
    report = ImportReport(notes=list(table.notes))
    if not report.needs(table, "dept_type", "name_zh", "name_en"):
        return report
    report.knows(table, "dept_type", *COLUMNS)
    with all_or_nothing(session, report):
        for row in table:
            _put(session, Cells(row, report))
    return report


def _put(session: Session, cells: Cells) -> None:
    code = cells.matching("dept_type", CODE, "capitals, digits and _")
    values = {field: cells.text(name, required=name.startswith("name")) for name, field in COLUMNS.items() if cells.has(name)}
    if cells.faulty:
        return
    known = session.get(DepartmentType, code)
    if known is None:
        session.add(DepartmentType(code=code, **values))
        session.flush()
    cells.report.count("created" if known is None else "changed" if put(known, values) else "unchanged")
