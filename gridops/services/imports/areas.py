"""Streets, communities and cells.

Cells live in grid versions. A community's cells in the file are all its cells: when their codes or shapes are those of the active
grid, only names and households are updated in place; otherwise the street gets a new version, active at once, in which the
communities that the file does not speak of keep their cells. Rows without a shape never make a version.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import available_timezones

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from gridops.models import Community, Street
from gridops.posters import colours
from gridops.services import field_terms
from gridops.services.imports import stand_ins
from gridops.services.imports.cells import Cells
from gridops.services.imports.grid_cells import CellImport, Draft
from gridops.services.imports.provisional_codes import with_codes
from gridops.services.imports.table import ImportReport, Table, all_or_nothing, put
from gridops.services.shapes import same_shape, stored_area

DIGITS = {"street": r"\d{9}", "community": r"\d{12}", "cell": r"\d{15}"}
WORDS = {"街道": "street", "镇": "street", "社区": "community", "居委会": "community", "网格": "cell"}
KINDS = ("commercial", "public_sold", "converted_village", "mixed", "old_town", "relocation")
COLUMNS = ("code", "level", "name", "name_en", "kind", "households", "population", "timezone", "phone", "colour", "takes_unlocated", "crs")


class AreaChange(NamedTuple):
    """A street or community that is new or changed."""

    outcome: str  # created, changed
    level: str
    code: str
    name: str
    drawn: bool  # its boundary is new or another


@dataclass
class AreaReport(ImportReport):
    changes: list[AreaChange] = field(default_factory=list)


def import_areas(
    session: Session, table: Table, *, now: datetime, crs: str | None = None,
    assign_codes: str | None = None, stand_in_community: bool = False, may_change: Callable[[str, str], bool] | None = None,
) -> AreaReport:
    """Columns code, level (street, community, cell), name; GeoJSON brings the shapes.

    `assign_codes`: six digits; streets without a code get provisional ones, the same ones again for the same names.
    `stand_in_community`: a street without communities gets one with its own name and boundary, a large one several (stand_ins).
    `may_change`: (level, code) of streets and communities that would be new or changed; without it all.
    """
    report = AreaReport(notes=list(table.notes))
    if assign_codes:
        table = with_codes(session, table, assign_codes, report)
    if not report.needs(table, "code", "level", "name"):
        return report
    report.knows(table, *COLUMNS)
    with all_or_nothing(session, report):
        drafts = _drafts(table, report, crs, field_terms.known(session).either_way(WORDS))
        if stand_in_community:
            stand_ins.add(session, drafts, report)
        _check_parents(session, drafts, report)
        if not report.errors:
            _store(session, drafts, report, now, may_change)
    return report


def _drafts(table: Table, report: ImportReport, crs: str | None, levels: dict[str, str]) -> dict[str, Draft]:
    drafts: dict[str, Draft] = {}
    for row in table:
        cells = Cells(row, report, crs=crs)
        draft = _draft(cells, levels)
        if draft is None:
            continue
        if draft.code in drafts:
            cells.fault("code", "duplicate_row", f"{draft.code} stands in row {drafts[draft.code].row.number} already")
        drafts.setdefault(draft.code, draft)
    return drafts


def _draft(cells: Cells, levels: dict[str, str]) -> Draft | None:
    cells.row.cells["level"] = levels.get(cells.row.cells.get("level", ""), cells.row.cells.get("level", ""))
    level = cells.choice("level", DIGITS)
    code = cells.matching("code", DIGITS.get(level or "", r"\d+"), "9 digits for a street, 12 for a community, 15 for a cell")
    values = _values(cells, level)
    shape = cells.area()
    if level == "street" and values.get("timezone", "UTC") not in available_timezones():
        cells.fault("timezone", "bad_timezone", f"{values['timezone']!r} is no IANA time zone")
    if cells.faulty or level is None or code is None:
        return None
    return Draft(cells.row, code, level, values, stored_area(shape) if shape is not None else None)


def _values(cells: Cells, level: str | None) -> dict[str, Any]:
    """Only columns that the file has: what it does not speak of stays as it is."""
    values: dict[str, Any] = {"name": cells.text("name", required=True)}
    if cells.has("name_en"):
        values["name_en"] = cells.text("name_en")
    if level != "street":
        values |= {name: cells.whole(name) for name in ("households", "population")[: 2 if level == "community" else 1] if cells.has(name)}
    if level == "community" and cells.has("kind"):
        values["kind"] = cells.choice("kind", KINDS, required=False)
    if level == "street":
        values |= {"phone": cells.text("phone")} if cells.has("phone") else {}
        values |= {"colour": _colour(cells)} if cells.has("colour") else {}
        values |= {"timezone": zone} if (zone := cells.text("timezone")) else {}
        values |= {"takes_unlocated": cells.flag("takes_unlocated")} if cells.row.cells.get("takes_unlocated") else {}
    return values


def _colour(cells: Cells) -> str | None:
    text = cells.text("colour")
    colour = colours.parse(text) if text else None
    if text and colour is None:
        cells.fault("colour", "bad_colour", f"{text!r} is no colour: write it as #0b5a4e")
    return colour


def _check_parents(session: Session, drafts: dict[str, Draft], report: ImportReport) -> None:
    known = {"street": set(session.scalars(select(Street.code))), "community": set(session.scalars(select(Community.code)))}
    for draft in drafts.values():
        if draft.level in known:
            known[draft.level].add(draft.code)
    above = {"community": "street", "cell": "community"}
    for draft in drafts.values():
        if draft.level in above and draft.parent not in known[above[draft.level]]:
            report.fault(draft.row, "code", "unknown_parent", f"{draft.code} begins with {draft.parent}: there is no such {above[draft.level]}")


def _store(
    session: Session, drafts: dict[str, Draft], report: AreaReport, now: datetime, may_change: Callable[[str, str], bool] | None,
) -> None:
    for level, model in (("street", Street), ("community", Community)):
        stored = {area.code: area for area in session.scalars(select(model))}
        for draft in [draft for draft in drafts.values() if draft.level == level]:
            outcome = _put(session, model, stored.get(draft.code), draft, report)
            if outcome != "unchanged" and may_change is not None and not may_change(level, draft.code):
                report.fault(draft.row, "code", "out_of_scope", f"you may not change {draft.code}")
        session.flush()
    _one_street_takes_unlocated(session, drafts, report)
    of_street: dict[str, dict[str, dict[str, Draft]]] = defaultdict(lambda: defaultdict(dict))
    for draft in [draft for draft in drafts.values() if draft.level == "cell"]:
        of_street[draft.parent[:-3]][draft.parent][draft.code] = draft
    for street, by_community in of_street.items():
        CellImport(session, report, street, by_community).store(now)


def _put(session: Session, model: type, stored: Any, draft: Draft, report: AreaReport) -> str:
    drawn = draft.boundary is not None and (stored is None or not same_shape(stored.boundary, draft.boundary))
    values = draft.values | ({"boundary": draft.boundary} if drawn else {})
    if stored is None:
        parent = {"street_code": draft.parent} if model is Community else {}
        session.add(model(code=draft.code, **values, **parent))
        outcome = "created"
    else:
        outcome = "changed" if put(stored, values) else "unchanged"
    report.count(outcome)
    if outcome != "unchanged":
        report.changes.append(AreaChange(outcome, draft.level, draft.code, draft.values["name"], drawn))
    return outcome


def _one_street_takes_unlocated(session: Session, drafts: dict[str, Draft], report: ImportReport) -> None:
    takers = [draft for draft in drafts.values() if draft.values.get("takes_unlocated")]
    if len(takers) > 1:
        report.fault(takers[1].row, "takes_unlocated", "duplicate_row", "only one street takes reports without a place")
    elif takers:
        session.execute(update(Street).where(Street.code != takers[0].code, Street.takes_unlocated).values(takes_unlocated=False))
