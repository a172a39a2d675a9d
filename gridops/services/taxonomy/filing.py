"""The categories as one table, a row for each filing condition, and such a table read back: what a file does not name stays as it is.

It only adds and changes. Switching off is an act of its own, because open tickets must be looked at first.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from gridops.domain import terms
from gridops.domain.actor import Actor
from gridops.models import CategoryVersion, FilingCondition
from gridops.services import field_terms, installation, security_events
from gridops.services.exports.records import Record, collect_taxonomy
from gridops.services.imports import taxonomy
from gridops.services.imports.table import ImportReport, Row, Table
from gridops.services.taxonomy import changing, view

# Ours in this table -> in the conditions table of the command line.
OF_CONDITION = {
    "condition_no": "condition_no", "filed_when": "filing_condition", "filed_when_zh": "filing_condition_zh", "closed_when": "closing_condition",
    "closed_when_zh": "closing_condition_zh", "limit": "limit_value", "unit": "limit_unit"}
OF_CATEGORY = (*taxonomy.NEEDED, "legal_basis", taxonomy.STANDARD)
COLUMNS = (*OF_CATEGORY, *OF_CONDITION)
IN_CHINESE = {
    "code": "编码", "class_code": "大类编码", "class_zh": "大类名称", "class_en": "大类英文名", "name_zh": "小类名称", "name_en": "小类英文名",
    "kind": "事件或部件", "scope": "适用范围", "urgency": "紧急程度", "track": "办理途径", "check_mode": "核查方式", "emergency": "紧急",
    "never_public": "不公开", "accuses_person": "涉及指控个人", "protect_reporter_default": "保护反映人", "self_handle_allowed": "可自行处置",
    "hot_issue_watch": "热点关注", "lead_dept": "主负责类型", "coordinate_dept": "主统筹类型", "support_depts": "主配合类型", "legal_basis": "依据",
    taxonomy.STANDARD: "所属标准小类", "condition_no": "立案条件序号", "filed_when": "立案条件英文", "filed_when_zh": "立案条件", "closed_when": "结案条件英文",
    "closed_when_zh": "结案条件", "limit": "时限", "unit": "时限单位"}
MOST_ROWS = 3000


@dataclass
class TaxonomyReport(ImportReport):
    """``comes`` and ``changes``: (code, name) of new categories and of those that get a new version."""

    comes: list[tuple[str, str]] = field(default_factory=list)
    changes: list[tuple[str, str]] = field(default_factory=list)


def collect(session: Session, *, chinese: bool) -> tuple[list[str], list[Record]]:
    """Those that can be chosen now."""
    _, categories = collect_taxonomy(session)
    conditions = _conditions(session)
    written = terms.present().headings([IN_CHINESE[name] for name in COLUMNS]) if chinese else COLUMNS
    named = dict(zip(COLUMNS, written, strict=True))
    rows = [_record(one, condition, named) for one in categories for condition in conditions[one.cells["code"]]]
    return list(named.values()), rows


def _conditions(session: Session) -> dict[str, list[FilingCondition]]:
    current = select(CategoryVersion).where(CategoryVersion.valid_to.is_(None)).options(selectinload(CategoryVersion.conditions))
    return {version.code: version.conditions for version in session.scalars(current)}


def _record(category: Record, condition: FilingCondition, named: dict[str, str]) -> Record:
    cells: dict[str, Any] = {name: category.cells.get(name) for name in OF_CATEGORY} | {
        "condition_no": condition.condition_no, "filed_when": condition.filing, "filed_when_zh": condition.filing_zh, "closed_when": condition.closing,
        "closed_when_zh": condition.closing_zh, "limit": f"{condition.limit_value.normalize():f}", "unit": condition.limit_unit}
    return Record({named[name]: value for name, value in cells.items()})


def bring_in(session: Session, table: Table, *, actor: Actor, now: datetime) -> TaxonomyReport:
    """Raises Forbidden. Bad rows are in the report, and then nothing is written."""
    installation.check_administers(session, actor)
    table = table.from_chinese(IN_CHINESE, field_terms.known(session))
    if len(table.rows) > MOST_ROWS:
        report = TaxonomyReport()
        report.fault(0, "", "too_many_rows", f"the file has {len(table.rows)} rows, {MOST_ROWS} at most at once")
        return report
    session.execute(select(func.pg_advisory_xact_lock(changing.LOCK)))
    before = {row.code: row for row in view.newest(session)}
    categories, conditions = _split(table, before)
    report = TaxonomyReport(**vars(taxonomy.import_taxonomy(session, categories, now=now, conditions=conditions)))
    if not report.errors:
        _tell(session, report, before, actor, now)
    return report


def _split(table: Table, before: dict[str, CategoryVersion]) -> tuple[Table, Table | None]:
    """The two tables that the importer reads. What this table has no column for is kept as it is stored."""
    first: dict[str, Row] = {}
    for row in table.rows:
        first.setdefault(row.cells.get("code", ""), row)
    mine = [name for name in table.columns if name not in OF_CONDITION]
    rows = [Row(row.number, _kept(code, before) | {name: row.cells.get(name, "") for name in mine}) for code, row in first.items()]
    kept = list(dict.fromkeys(name for row in rows for name in row.cells))
    categories = Table([*mine, *(name for name in kept if name not in mine)], rows, table.notes)
    if "condition_no" not in table.columns:
        return categories, None
    theirs = {ours: name for ours, name in OF_CONDITION.items() if ours in table.columns}
    found = [Row(row.number, _condition(row, theirs, before)) for row in table.rows]
    return categories, Table(["code", *theirs.values(), "limit_confidence"], found)


def _kept(code: str, before: dict[str, CategoryVersion]) -> dict[str, str]:
    known = before.get(code)
    return {name: value for name, value in known.extra.items()} if known else {}


def _condition(row: Row, theirs: dict[str, str], before: dict[str, CategoryVersion]) -> dict[str, str]:
    code, number = row.cells.get("code", ""), row.cells.get("condition_no", "")
    stored = next((one for one in before[code].conditions if str(one.condition_no) == number), None) if code in before else None
    cells = {"code": code} | {name: row.cells.get(ours, "") for ours, name in theirs.items()}
    return cells | {"limit_confidence": (stored.extra.get("limit_confidence") or "") if stored else ""}


def _tell(session: Session, report: TaxonomyReport, before: dict[str, CategoryVersion], actor: Actor, now: datetime) -> None:
    session.flush()
    for row in view.newest(session):
        if row.code not in before:
            report.comes.append((row.code, row.name))
        elif row.id != before[row.code].id:
            report.changes.append((row.code, row.name))
        else:
            continue
        row.made_by = actor.account_id
    if report.created or report.changed:
        security_events.record(
            session, "taxonomy_imported", now=now, account_id=actor.account_id, created=report.created, changed=report.changed)
