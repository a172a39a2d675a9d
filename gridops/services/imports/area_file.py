"""A file of streets and communities as somebody sends it: what he may not change is refused row by row; cells have a way of their own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.domain.area_codes import STREET_DIGITS
from gridops.domain.counted import counted
from gridops.domain.permissions import GRID_KEEPERS
from gridops.domain.terms import Wording
from gridops.errors import Forbidden
from gridops.models import Street
from gridops.services import field_terms, scope, security_events
from gridops.services.imports.area_ground import remarks
from gridops.services.imports.areas import WORDS, AreaReport, import_areas
from gridops.services.imports.readers import read
from gridops.services.imports.table import Row, Table

BRINGERS = ("system_admin", *GRID_KEEPERS)
IN_CHINESE = {
    "code": "编码", "level": "层级", "name": "名称", "name_en": "英文名称", "kind": "社区类型", "households": "户数", "population": "人口",
    "phone": "电话", "colour": "颜色", "timezone": "时区", "crs": "坐标系",
}
LEVELS = {9: "street", 12: "community", 15: "cell"}


def import_area_file(
    session: Session, content: bytes, filename: str, *, actor: Actor, now: datetime, crs: str | None = None, stand_in_community: bool = False,
) -> AreaReport:
    """GeoJSON with shapes, or a table that changes names and numbers. Raises UnreadableFile, Forbidden; bad rows are in the report."""
    if not actor.areas(*BRINGERS):
        raise Forbidden()
    report = import_areas(
        session, _streets_and_communities(read(content, filename), field_terms.known(session)), now=now, crs=crs, stand_in_community=stand_in_community,
        may_change=rights(session, actor))
    if not report.errors:
        session.flush()
        report.notes += remarks(session, {change.code for change in report.changes})
        if report.changes:
            security_events.record(
                session, "areas_imported", now=now, account_id=actor.account_id, areas=[change.code for change in report.changes])
    return report


def rights(session: Session, actor: Actor) -> Callable[[str, str], bool]:
    """(level, code) -> may he bring it in? Administrators: what they administer, and streets that are not here yet.

    Who keeps a grid: its communities, for the grid is cut from them.
    """
    administered = actor.areas("system_admin")
    here = set(session.scalars(select(Street.code)))

    def may_change(level: str, code: str) -> bool:
        if level == "community" and scope.may_keep_grid(actor, code):
            return True
        return any(code.startswith(area) for area in administered) or bool(administered) and code[:STREET_DIGITS] not in here

    return may_change


def _streets_and_communities(table: Table, wording: Wording) -> Table:
    """In our columns, the level read from the code where it is not said. Which street takes what has no place is no matter of a file here."""
    table, levels = table.from_chinese(IN_CHINESE, wording), wording.either_way(WORDS)
    rows = [_levelled(row) for row in table.rows]
    kept = [row for row in rows if levels.get(row.cells["level"], row.cells["level"]) != "cell"]
    notes = [*table.notes]
    if len(kept) < len(rows):
        left = len(rows) - len(kept)
        notes.append(f"{counted(left, 'cell was', 'cells were')} left out: cells are drawn in a draft of the grid, or read into one")
    columns = [*table.columns, *["level"] * ("level" not in table.columns)]
    return Table([name for name in columns if name != "takes_unlocated"], kept, notes, table.progress)


def _levelled(row: Row) -> Row:
    cells = {name: cell for name, cell in row.cells.items() if name != "takes_unlocated"}
    level = cells.get("level") or LEVELS.get(len(cells.get("code", "")), "street")  # of another length: the code is what is wrong
    return Row(row.number, cells | {"level": level}, row.geometry)
