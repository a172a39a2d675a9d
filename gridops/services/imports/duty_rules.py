"""Duty rules that differ from the taxonomy's in an area, for a kind of community, or both.

The taxonomy brings the rule that holds everywhere; a row here comes before it where it applies (gridops.domain.routing). A changed
row is a new version and the old one is closed: rounds keep the rule they used. Rules that the file does not name stay; ``ended``
1 closes one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from gridops.models import CategoryVersion, Cell, Community, DepartmentType, DutyRule, Street
from gridops.services.duty_catalogue import versions
from gridops.services.imports.areas import KINDS
from gridops.services.imports.cells import Cells
from gridops.services.imports.roles import COLUMNS as ROLES, read_roles
from gridops.services.imports.table import ImportReport, Table, all_or_nothing

COLUMNS = ("category", "area", "community_kind", *ROLES, "ended")
Key = tuple[str, str | None, str | None]  # category, area prefix, kind of community


@dataclass
class Draft:
    values: dict[str, Any]
    ended: bool


def import_duty_rules(session: Session, table: Table, *, now: datetime) -> ImportReport:
    """Columns category, area (a code prefix) or community_kind, lead_dept, coordinate_dept; support_depts as in the taxonomy."""
    report = ImportReport(notes=list(table.notes))
    if not report.needs(table, "category", "lead_dept", "coordinate_dept"):
        return report
    report.knows(table, *COLUMNS)
    with all_or_nothing(session, report):
        DutyRuleImport(session, report, now).run(table)
    return report


class DutyRuleImport:
    def __init__(self, session: Session, report: ImportReport, now: datetime):
        self.session, self.report, self.now = session, report, now
        self.types = set(session.scalars(select(DepartmentType.code)))
        current = select(CategoryVersion.code, CategoryVersion.track).where(CategoryVersion.valid_to.is_(None))
        self.tracks = dict(session.execute(current).all())
        codes = [code for model in (Street, Community, Cell) for code in session.scalars(select(model.code))]
        self.prefixes = {code[:length] for code in codes for length in range(2, len(code) + 1)}
        own = or_(DutyRule.area_prefix.is_not(None), DutyRule.community_kind.is_not(None))
        rules = session.scalars(select(DutyRule).where(DutyRule.valid_to.is_(None), own))
        self.rules = {(rule.category_code, rule.area_prefix, rule.community_kind): rule for rule in rules}

    def run(self, table: Table) -> None:
        drafts: dict[Key, Draft] = {}
        for row in table:
            cells = Cells(row, self.report)
            key, draft = self._key(cells), self._draft(cells)
            if key in drafts:
                cells.fault("category", "duplicate_row", "the same rule stands in the file already")
            drafts[key] = draft
        if not self.report.errors:
            for key, draft in drafts.items():
                self.report.count(self._put(key, draft))
            self.session.flush()
            versions.keep_up_all(self.session, now=self.now)

    def _key(self, cells: Cells) -> Key:
        category, area = cells.text("category", required=True), cells.text("area")
        kind = cells.choice("community_kind", KINDS, required=False)
        if category and category not in self.tracks:
            cells.fault("category", "unknown_category", f"there is no category {category}")
        if area and area not in self.prefixes:
            cells.fault("area", "unknown_area", f"no area has a code that begins with {area}")
        if area is None and kind is None:
            cells.fault("area", "missing_value", "area and community_kind are empty: the rule that holds everywhere comes with the taxonomy")
        return category or "", area, kind

    def _draft(self, cells: Cells) -> Draft:
        track = self.tracks.get(cells.row.cells.get("category", ""))
        return Draft(read_roles(cells, self.types, track), cells.flag("ended"))

    def _put(self, key: Key, draft: Draft) -> str:
        known = self.rules.get(key)
        same = known is not None and all(getattr(known, name) == value for name, value in draft.values.items())
        if draft.ended if known is None else same and not draft.ended:
            return "unchanged"
        if known is not None:
            known.valid_to = self.now
            self.session.flush()  # at most one may be current
        if not draft.ended:
            self._add(key, draft)
        return "created" if known is None else "changed"

    def _add(self, key: Key, draft: Draft) -> None:
        category, area, kind = key
        newest = self.session.scalar(select(func.max(DutyRule.version)).where(DutyRule.category_code == category)) or 0
        self.session.add(DutyRule(
            category_code=category, area_prefix=area, community_kind=kind, version=newest + 1, valid_from=self.now, **draft.values))
        self.session.flush()
