"""Communities that stand in for those of a street until they are known: one, or as many as let none need more cells than three digits."""

from __future__ import annotations

from math import ceil

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.cells import cut
from geo.errors import GeoError
from geo.shapes import Area, area_m2
from gridops.models import Community
from gridops.services.grids import MOST_CELLS
from gridops.services.imports.grid_cells import Draft
from gridops.services.imports.table import ImportReport
from gridops.services.shapes import shape_of, stored_area

FIRST = 900  # their last digits, from here on
CELL_M2 = 0.1e6  # the smallest cells that a street without communities is likely to be cut into
ROOM = 9  # cells that are left free in each: equal in area, yet the rounding of each may go up


def needed(street: Area, cell_m2: float = CELL_M2) -> int:
    return ceil(max(1, round(area_m2(street) / cell_m2)) / (MOST_CELLS - ROOM))


def add(session: Session, drafts: dict[str, Draft], report: ImportReport) -> None:
    """For each street among the drafts without communities of its own. Once there are some they stay as many, for cells may be drawn in them."""
    stored = list(session.scalars(select(Community.code)))
    peopled = {draft.parent for draft in drafts.values() if draft.level == "community"} | {code[:9] for code in stored if not _stands_in(code)}
    for street in [draft for draft in drafts.values() if draft.level == "street" and draft.code not in peopled]:
        made = _of_street(street, sum(code.startswith(street.code) for code in stored), report)
        drafts.update({draft.code: draft for draft in made})


def _stands_in(code: str) -> bool:
    return int(code[9:12]) >= FIRST


def _of_street(street: Draft, known: int, report: ImportReport) -> list[Draft]:
    names = {name: value for name, value in street.values.items() if name in ("name", "name_en")}
    shape = shape_of(street.boundary)
    count = known or (needed(shape) if shape is not None else 1)
    if count == 1:
        return [Draft(street.row, f"{street.code}{FIRST}", "community", names, street.boundary)]
    try:
        grounds = [stored_area(part) for part in cut(shape, count=count)] if shape is not None else [None] * count
    except GeoError as error:
        report.fault(street.row, "geometry", error.code, error.message)
        return []
    return [
        Draft(street.row, f"{street.code}{FIRST + i}", "community", _numbered(names, i + 1), ground) for i, ground in enumerate(grounds)]


def _numbered(names: dict[str, str | None], number: int) -> dict[str, str | None]:
    written = {"name": f"{names['name']}第{number}片"}
    return written | ({"name_en": f"{names['name_en']}, part {number}"} if names.get("name_en") else {})
