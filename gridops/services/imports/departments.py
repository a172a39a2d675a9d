"""Organisations that handle tickets, and where they are responsible. The jurisdictions of a row are all it has."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.models import Cell, Community, Department, DepartmentType, Jurisdiction, Place, Street
from gridops.services.imports.cells import Cells
from gridops.services.imports.table import ImportReport, Table, all_or_nothing, put

COLUMNS = ("code", "type", "name", "name_en", "phone", "duty_phone", "has_login", "areas", "places", "ended")
CODE = r"[0-9A-Za-z][0-9A-Za-z._-]{0,63}"
PHONE = r"[0-9+][0-9 ()+-]{2,29}"


def import_departments(session: Session, table: Table, *, now: datetime) -> ImportReport:
    """Columns code, type, name; areas and places (codes separated by ";") say where it is responsible; ended 1 closes it."""
    report = ImportReport(notes=list(table.notes))
    if not report.needs(table, "code", "type", "name"):
        return report
    report.knows(table, *COLUMNS)
    with all_or_nothing(session, report):
        DepartmentImport(session, report, now).run(table)
    return report


class DepartmentImport:
    def __init__(self, session: Session, report: ImportReport, now: datetime):
        self.session, self.report, self.now = session, report, now
        self.types = set(session.scalars(select(DepartmentType.code)))
        self.stored = {department.code: department for department in session.scalars(select(Department))}
        self.places = dict(session.execute(select(Place.code, Place.id)).all())
        self.areas = [code for model in (Street, Community, Cell) for code in session.scalars(select(model.code))]
        self.prefixes = {code[:length] for code in self.areas for length in range(2, len(code) + 1)}
        self.jurisdictions: dict[int, set[tuple[str | None, int | None]]] = {}
        for row in session.scalars(select(Jurisdiction)):
            self.jurisdictions.setdefault(row.department_id, set()).add((row.area_prefix, row.place_id))

    def run(self, table: Table) -> None:
        read: dict[str, tuple[dict[str, Any], Any]] = {}
        for row in table:
            cells = Cells(row, self.report)
            code = cells.matching("code", CODE, "letters, digits, dot, - and _")
            values, where = self._values(cells), self._where(cells)
            if code in read:
                cells.fault("code", "duplicate_row", f"{code} stands in the file already")
            elif code:
                read[code] = values, where
        if not self.report.errors:
            for code, (values, where) in read.items():
                self._put(code, values, where)
            self.session.flush()

    def _values(self, cells: Cells) -> dict[str, Any]:
        type_code = cells.text("type", required=True)
        if type_code and type_code not in self.types:
            cells.fault("type", "unknown_department_type", f"there is no department type {type_code}: `gridops export department-types` lists them")
        values: dict[str, Any] = {"type_code": type_code, "name": cells.text("name", required=True)}
        values |= {"name_en": cells.text("name_en")} if cells.has("name_en") else {}
        values |= {name: self._phone(cells, name) for name in ("phone", "duty_phone") if cells.has(name)}
        values |= {"has_login": cells.flag("has_login", True)} if cells.has("has_login") else {}
        return values | ({"ended": cells.flag("ended")} if cells.has("ended") else {})

    def _phone(self, cells: Cells, name: str) -> str | None:
        """An office's number, shown to everybody: service numbers such as 962450 too."""
        return cells.matching(name, PHONE, "digits, blanks, brackets, + and -", required=False)

    def _where(self, cells: Cells) -> set[tuple[str | None, int | None]] | None:
        """None where the file does not speak of it."""
        if not cells.has("areas") and not cells.has("places"):
            return None
        prefixes, codes = cells.items("areas"), cells.items("places")
        for prefix in (prefix for prefix in prefixes if prefix not in self.prefixes):
            cells.fault("areas", "unknown_area", f"no area has a code that begins with {prefix}")
        for code in (code for code in codes if code not in self.places):
            cells.fault("places", "unknown_place", f"there is no place {code}")
        return {(prefix, None) for prefix in prefixes} | {(None, self.places.get(code)) for code in codes}

    def _put(self, code: str, values: dict[str, Any], where: set | None) -> None:
        ended = values.pop("ended", None)
        stored = self.stored.get(code)
        if ended is not None:
            values["ended_at"] = (stored.ended_at if stored else None) or self.now if ended else None
        if stored is None:
            department = Department(code=code, **values)
            self.session.add(department)
            self.session.flush()
            self._put_jurisdictions(department.id, where)
            return self.report.count("created")
        changed = put(stored, values)
        moved = self._put_jurisdictions(stored.id, where)
        self.report.count("changed" if changed or moved else "unchanged")

    def _put_jurisdictions(self, department_id: int, where: set | None) -> bool:
        before = self.jurisdictions.get(department_id, set())
        if where is None or where == before:
            return False
        for area_prefix, place_id in where - before:
            self.session.add(Jurisdiction(department_id=department_id, area_prefix=area_prefix, place_id=place_id))
        of_department = select(Jurisdiction).where(Jurisdiction.department_id == department_id)
        for row in self.session.scalars(of_department) if before - where else ():
            if (row.area_prefix, row.place_id) in before - where:
                self.session.delete(row)
        return True
