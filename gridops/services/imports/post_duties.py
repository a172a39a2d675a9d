"""设岗定责 as a table: one row per area, role and class. What a file says of a role in an area is all of it; others stay."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.domain.actor import SYSTEM, Actor
from gridops.domain.posts import ROLES
from gridops.models import PostDuty
from gridops.services import field_terms, scope
from gridops.services.imports.cells import Cells
from gridops.services.imports.people_where import Where
from gridops.services.imports.people_words import in_our_words
from gridops.services.imports.table import ImportReport, Table, all_or_nothing
from gridops.services.people import duties

COLUMNS = ("area", "role", "class", "text")
IN_CHINESE = {"class": "大类", "text": "事项"}
Wanted = dict[tuple[str, str], dict[str, str | None]]


def import_post_duties(session: Session, table: Table, *, now: datetime, actor: Actor = SYSTEM) -> ImportReport:
    """Columns area (code or name), role, class (E01), text; also in Chinese. Counts are of rows."""
    wording = field_terms.known(session)
    table = in_our_words(table, wording).from_chinese(IN_CHINESE, wording)
    report = ImportReport(notes=list(table.notes))
    if not report.needs(table, "area", "role", "class"):
        return report
    report.knows(table, *COLUMNS)
    with all_or_nothing(session, report):
        wanted = _read(session, table, report, actor)
        if not report.errors:
            _put(session, report, wanted, actor, now)
    return report


def _read(session: Session, table: Table, report: ImportReport, actor: Actor) -> Wanted:
    where, classes, wanted = Where(session), {one.code for one in duties.classes(session)}, {}
    for row in table:
        cells = Cells(row, report)
        name = cells.text("area", required=True)
        area, role, code = where.area(cells, name) if name else None, cells.choice("role", ROLES), cells.choice("class", classes)
        if area and not scope.may_keep_grid(actor, area):
            cells.fault("area", "out_of_scope", "you do not keep the grid there")
        said = wanted.setdefault((area, role), {})
        if code in said:
            cells.fault("class", "duplicate_row", "this class stands there twice")
        said[code] = cells.text("text", longest=400)
    return wanted


def _put(session: Session, report: ImportReport, wanted: Wanted, actor: Actor, now: datetime) -> None:
    for (area, role), said in wanted.items():
        rows = session.scalars(select(PostDuty).where(PostDuty.area_prefix == area, PostDuty.role == role))
        before = {row.class_code: row.text for row in rows}
        for code, text in said.items():
            report.count("created" if code not in before else "unchanged" if before[code] == text else "changed")
        if before != said:
            duties.put_duties(session, area, role, said.items(), actor=actor, now=now)
