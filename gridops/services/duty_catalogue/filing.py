"""A version as a table, and a table as what a draft says: the same columns both ways, those of the import of duty rules without ``ended``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.errors import Invalid
from gridops.models import CategoryVersion, DepartmentType, DutyCatalogue
from gridops.services.duty_catalogue import editing, versions
from gridops.services.duty_catalogue.rules import AnyRule, Key, Parties
from gridops.services.exports.records import Record
from gridops.services.imports.areas import KINDS
from gridops.services.imports.cells import Cells
from gridops.services.imports.roles import COLUMNS as ROLES, read_roles
from gridops.services.imports.table import ImportReport, Table, all_or_nothing

COLUMNS = ("category", "area", "community_kind", *ROLES)


def records(rules: Iterable[AnyRule]) -> list[Record]:
    return [Record(dict(zip(COLUMNS, _cells(rule), strict=True))) for rule in rules]


def _cells(rule: AnyRule) -> tuple[str | None, ...]:
    supports = (f"{item['type']}:{item['duty']}" if item["duty"] else item["type"] for item in rule.supports)
    return rule.category_code, rule.area_prefix, rule.community_kind, rule.lead_type, rule.coordinate_type, ";".join(supports)


def bring_in(
    session: Session, catalogue_id: int, table: Table, *, expected_revision: int | None, actor: Actor,
) -> tuple[DutyCatalogue, ImportReport]:
    """The whole draft from a file: what the file does not name is no longer in it. With errors nothing is changed.

    Raises as versions.draft_for_change.
    """
    draft = versions.draft_for_change(session, catalogue_id, expected_revision=expected_revision, actor=actor)
    report = ImportReport(notes=list(table.notes))
    if report.needs(table, "category", "lead_dept", "coordinate_dept"):
        report.knows(table, *COLUMNS, "ended")
        with all_or_nothing(session, report):
            _replace(session, draft, _read(session, draft, table, report), report, actor)
    return draft, report


def _replace(session: Session, draft: DutyCatalogue, rules: dict[Key, Parties], report: ImportReport, actor: Actor) -> None:
    before = {Key(r.category_code, r.area_prefix, r.community_kind): r for r in versions.rules_of(session, draft)}
    if report.errors:
        return
    for key, parties in rules.items():
        known = before.get(key)
        same = known is not None and all(getattr(known, name) == value for name, value in parties.items())
        report.count("unchanged" if same else "created" if known is None else "changed")
    editing.replace_rules(session, draft.id, rules.items(), expected_revision=None, actor=actor)


def _read(session: Session, draft: DutyCatalogue, table: Table, report: ImportReport) -> dict[Key, Parties]:
    types = set(session.scalars(select(DepartmentType.code)))
    current = select(CategoryVersion.code, CategoryVersion.track).where(CategoryVersion.valid_to.is_(None))
    tracks: Mapping[str, str] = dict(session.execute(current).all())
    rules: dict[Key, Parties] = {}
    for row in table:
        cells = Cells(row, report)
        if not cells.flag("ended"):
            key = _key(session, draft, cells, tracks)
            if key in rules:
                cells.fault("category", "duplicate_row", "the same rule stands in the file already")
            rules[key] = read_roles(cells, types, tracks.get(key.category))
    return rules


def _key(session: Session, draft: DutyCatalogue, cells: Cells, tracks: Mapping[str, Any]) -> Key:
    category, area = cells.text("category", required=True) or "", cells.text("area")
    key = Key(category, area, cells.choice("community_kind", KINDS, required=False))
    if category and category not in tracks:
        cells.fault("category", "unknown_category", f"there is no category {category}")
    if not editing.in_realm(session, draft, area):
        cells.fault("area", "unknown_area", "this area is none, or not of this catalogue's realm")
    return key


def refused(report: ImportReport) -> Invalid:
    """What a caller raises who wanted to write."""
    errors = [{"row": fault.row, "column": fault.column, "code": fault.code, "message": fault.message} for fault in report.errors]
    return Invalid("The file has errors: nothing was imported.", code="file_refused", details={"errors": errors})
