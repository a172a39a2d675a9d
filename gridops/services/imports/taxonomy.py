"""Categories with their filing conditions and duty rules, in versions.

A category whose attributes or conditions differ gets a new version and its old one is closed; tickets keep the one they started
with. Its duty rule (the one without area and community kind) has versions of its own. Columns that gridops does not use are kept
in ``extra`` for the export. Categories that the file does not name stay, unless ``replace`` is given: then they are closed.

Time limits come from the conditions table. Without it a new category gets the one condition of its own row, and a known
category keeps its conditions; if the row states another limit than before, that is a fault, because it would be lost.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from gridops.domain.limits import Limit, LimitError
from gridops.models import Category, CategoryVersion, DepartmentType, DutyRule, FilingCondition
from gridops.services.imports.cells import Cells
from gridops.services.imports.roles import COLUMNS as RULE, read_roles
from gridops.services.imports.table import ImportReport, Row, Table, all_or_nothing

TEXTS = {"class_code": "class_code", "class_zh": "class_name", "class_en": "class_name_en", "name_zh": "name", "name_en": "name_en"}
CHOICES = {
    "kind": ("event", "component"), "scope": ("street", "compound", "both"), "urgency": ("routine", "urgent", "emergency"),
    "track": ("government", "property", "self_governance", "mediation", "service"),
    "check_mode": ("site", "photo", "call", "repeat", "none"),
}
FLAGS = {
    "emergency": "emergency", "never_public": "never_public", "accuses_person": "accuses_person",
    "protect_reporter_default": "protect_reporter", "self_handle_allowed": "self_handle_allowed", "hot_issue_watch": "hot_issue_watch",
}
NEEDED = ("code", *TEXTS, *CHOICES, *FLAGS, *RULE)
OWN_CONDITION = ("filing_condition", "closing_condition", "limit_value", "limit_unit")
IN_CHINESE = {"filing_condition_zh": "filing", "closing_condition_zh": "closing"}  # column: what it says in Chinese
CONDITION_COLUMNS = ("code", "condition_no", *OWN_CONDITION)
STANDARD = "standard_code"  # of a local category: the one of the standard that it belongs to
CODE = r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}"


@dataclass
class Draft:
    """A category as the file has it."""

    row: Row
    code: str
    values: dict[str, Any]
    rule: dict[str, Any]
    conditions: list[dict[str, Any]] = field(default_factory=list)


def import_taxonomy(
    session: Session, table: Table, *, now: datetime, conditions: Table | None = None, replace: bool = False
) -> ImportReport:
    """Counts are of categories: changed when its version or its duty rule is new, or (``replace``) when it was closed."""
    report = ImportReport(notes=list(table.notes))
    whole = report.needs(table, *NEEDED)
    if conditions is not None:
        whole = report.needs(conditions, *CONDITION_COLUMNS) and whole
    if not whole:
        return report
    with all_or_nothing(session, report):
        Importer(session, report, now).run(table, conditions, replace)
    return report


class Importer:
    def __init__(self, session: Session, report: ImportReport, now: datetime):
        self.session, self.report, self.now = session, report, now
        self.types = set(session.scalars(select(DepartmentType.code)))
        self.codes = set(session.scalars(select(Category.code)))
        current = select(CategoryVersion).where(CategoryVersion.valid_to.is_(None)).options(selectinload(CategoryVersion.conditions))
        self.versions = {version.code: version for version in session.scalars(current)}
        rules = select(DutyRule).where(DutyRule.valid_to.is_(None), DutyRule.area_prefix.is_(None), DutyRule.community_kind.is_(None))
        self.rules = {rule.category_code: rule for rule in session.scalars(rules)}

    def run(self, table: Table, conditions: Table | None, replace: bool) -> None:
        drafts = self._drafts(table)
        if conditions is not None:
            self._add_conditions(drafts, conditions)
        else:
            self._own_conditions(drafts)
        if not self.report.errors:
            self._store(drafts, replace)

    def _drafts(self, table: Table) -> dict[str, Draft]:
        drafts: dict[str, Draft] = {}
        for row in table:
            cells = Cells(row, self.report)
            draft = self._draft(cells)
            if draft.code in drafts:
                cells.fault("code", "duplicate_row", f"{draft.code} stands in row {drafts[draft.code].row.number} already")
            drafts.setdefault(draft.code, draft)
        return drafts

    def _draft(self, cells: Cells) -> Draft:
        code = cells.matching("code", CODE, "letters, digits, - and _") or ""
        values: dict[str, Any] = {field: cells.text(name, required=True) for name, field in TEXTS.items()}
        values |= {name: cells.choice(name, allowed) for name, allowed in CHOICES.items()}
        values |= {field: cells.flag(name) for name, field in FLAGS.items()}
        values["legal_basis"] = cells.text("legal_basis", longest=1000)
        used = {*NEEDED, "legal_basis"}
        values["extra"] = {name: value for name, value in cells.row.cells.items() if name not in used and (value or name != STANDARD)}
        self._check_standard(cells, code)
        return Draft(cells.row, code, values, read_roles(cells, self.types, values["track"]))

    def _check_standard(self, cells: Cells, code: str) -> None:
        standard = cells.text(STANDARD)
        if standard is not None and (standard not in self.codes or standard == code):
            cells.fault(STANDARD, "unknown_category", f"there is no category {standard}")

    def _add_conditions(self, drafts: dict[str, Draft], conditions: Table) -> None:
        for row in conditions:
            cells = Cells(row, self.report)
            code = cells.text("code", required=True)
            condition = _condition(cells, cells.whole("condition_no"))
            condition |= _chinese(cells, condition, self._stored(code, condition["condition_no"]))
            if code and code not in drafts:
                cells.fault("code", "unknown_category", f"the taxonomy file has no category {code}")
            elif code and condition["condition_no"] in [known["condition_no"] for known in drafts[code].conditions]:
                cells.fault("condition_no", "duplicate_row", f"{code} has a condition {condition['condition_no']} already")
            elif code:
                drafts[code].conditions.append(condition)
        for draft in drafts.values():
            if not draft.conditions:
                self.report.fault(draft.row, "code", "no_condition", f"{draft.code} has no filing condition")

    def _stored(self, code: str | None, number: int | None) -> FilingCondition | None:
        known = self.versions.get(code)
        return next((condition for condition in known.conditions if condition.condition_no == number), None) if known else None

    def _own_conditions(self, drafts: dict[str, Draft]) -> None:
        for draft in drafts.values():
            known = self.versions.get(draft.code)
            if known is None:
                cells = Cells(draft.row, self.report)
                condition = _condition(cells, 1)
                draft.conditions = [condition | _chinese(cells, condition, None)]
                continue
            draft.conditions = [_stored_condition(condition) for condition in known.conditions]
            if any(draft.row.cells.get(name, "") != known.extra.get(name, "") for name in OWN_CONDITION):
                self.report.fault(draft.row, "limit_value", "conditions_needed", "limit or condition changed: give the conditions file too")

    def _store(self, drafts: dict[str, Draft], replace: bool) -> None:
        self.session.add_all(Category(code=code) for code in drafts.keys() - self.codes)
        gone = self.versions.keys() - drafts.keys() if replace else set()
        fresh = {code for code, draft in drafts.items() if self._differs(draft)}
        ruled = {code for code, draft in drafts.items() if self._rule_differs(draft)}
        self._close(fresh | gone, ruled | gone)
        for code, draft in drafts.items():
            if code in fresh:
                self._add_version(draft)
            if code in ruled:
                self._add_rule(draft)
            self.report.count("created" if code not in self.versions else "changed" if code in fresh | ruled else "unchanged")
        self.report.changed += len(gone)
        self.session.flush()

    def _close(self, versions: set[str], rules: set[str]) -> None:
        """Before the new rows: at most one version may be current."""
        for code in versions & self.versions.keys():
            self.versions[code].valid_to = self.now
        for code in rules & self.rules.keys():
            self.rules[code].valid_to = self.now
        self.session.flush()

    def _differs(self, draft: Draft) -> bool:
        known = self.versions.get(draft.code)
        if known is None:
            return True
        stored = [_stored_condition(condition) for condition in known.conditions]
        by_number = sorted(draft.conditions, key=lambda condition: condition["condition_no"])
        return stored != by_number or any(getattr(known, name) != value for name, value in draft.values.items())

    def _rule_differs(self, draft: Draft) -> bool:
        known = self.rules.get(draft.code)
        return known is None or any(getattr(known, name) != value for name, value in draft.rule.items())

    def _add_version(self, draft: Draft) -> None:
        number = 1 + (self._newest(CategoryVersion, CategoryVersion.code, draft.code) if draft.code in self.codes else 0)
        known = self.versions.get(draft.code)
        questions = known.questions if known else []
        rows = [FilingCondition(**condition) for condition in draft.conditions]
        version = CategoryVersion(code=draft.code, version=number, valid_from=self.now, questions=questions, **draft.values)
        version.conditions = rows
        self.session.add(version)

    def _add_rule(self, draft: Draft) -> None:
        number = 1 + (self._newest(DutyRule, DutyRule.category_code, draft.code) if draft.code in self.codes else 0)
        self.session.add(DutyRule(category_code=draft.code, version=number, valid_from=self.now, **draft.rule))

    def _newest(self, model: Any, column: Any, code: str) -> int:
        """Closed versions count too: a category that comes back goes on counting."""
        return self.session.scalar(select(model.version).where(column == code).order_by(model.version.desc()).limit(1)) or 0


def _condition(cells: Cells, number: int | None) -> dict[str, Any]:
    if number is None:
        cells.fault("condition_no", "missing_value", "condition_no is empty")
    filing = cells.text("filing_condition", required=True, longest=1000)
    closing = cells.text("closing_condition", longest=1000)
    value, unit = _limit(cells)
    extra = {name: text for name, text in cells.row.cells.items() if name == "limit_confidence" and text}
    return {"condition_no": number, "filing": filing, "closing": closing, "limit_value": value, "limit_unit": unit, "extra": extra}


def _chinese(cells: Cells, condition: dict[str, Any], known: FilingCondition | None) -> dict[str, str | None]:
    """A file without a column keeps the Chinese of every text that it does not change: another text would no longer be what it says."""
    texts: dict[str, str | None] = {}
    for column, name in IN_CHINESE.items():
        kept = getattr(known, f"{name}_zh") if known and getattr(known, name) == condition[name] else None
        texts[f"{name}_zh"] = cells.text(column, longest=1000) if cells.has(column) else kept
    return texts


def _limit(cells: Cells) -> tuple[Decimal | None, str | None]:
    value, unit = cells.text("limit_value", required=True), cells.text("limit_unit", required=True)
    if value is None or unit is None:
        return None, None
    try:
        limit = Limit(value, unit)
        if not 0 < limit.value < 100_000 or limit.value != round(limit.value, 2):
            raise LimitError("a limit is positive and has two decimals at most")
    except LimitError as error:
        cells.fault("limit_value", "bad_limit", error.text())
        return None, None
    return limit.value, limit.unit


def _stored_condition(condition: FilingCondition) -> dict[str, Any]:
    names = ("condition_no", "filing", "filing_zh", "closing", "closing_zh", "limit_value", "limit_unit", "extra")
    return {name: getattr(condition, name) for name in names}
