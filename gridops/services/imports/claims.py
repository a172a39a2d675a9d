"""认领 as a table: one row per person, area, duty and day. A claim is known again by these; the days on which it was done or given back follow."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.domain.actor import SYSTEM, Actor
from gridops.models import DutyClaim, Person
from gridops.services import field_terms
from gridops.services.imports.cells import Cells
from gridops.services.imports.check_ins import day_of
from gridops.services.imports.people_where import Where
from gridops.services.imports.people_words import in_our_words
from gridops.services.imports.table import ImportReport, Table, all_or_nothing, put
from gridops.services.people import access, check_ins, duties

COLUMNS = ("area", "code", "class", "text", "claimed_on", "done_on", "released_on")
NEEDED = ("area", "code", "text", "claimed_on")
IN_CHINESE = {"class": "大类", "text": "事项", "claimed_on": "认领日期", "done_on": "完成日期", "released_on": "退回日期"}
Key = tuple[int, str | None, str, date]  # person, area, text, claimed_on


def import_claims(session: Session, table: Table, *, now: datetime, actor: Actor = SYSTEM) -> ImportReport:
    """``area`` by code or name, ``code``: the staff number. Chinese headings are understood. Counts are of claims."""
    wording = field_terms.known(session)
    table = in_our_words(table, wording).from_chinese(IN_CHINESE, wording)
    report = ImportReport(notes=list(table.notes))
    if not report.needs(table, *NEEDED):
        return report
    report.knows(table, *COLUMNS)
    with all_or_nothing(session, report):
        reading = ClaimImport(session, report, actor)
        for row in table:
            reading.read(Cells(row, report))
    return report


class ClaimImport:
    def __init__(self, session: Session, report: ImportReport, actor: Actor):
        self.session, self.report, self.actor, self.where = session, report, actor, Where(session)
        self.classes = {one.code for one in duties.classes(session)}
        self.known: dict[Key, DutyClaim] = {_key(claim): claim for claim in session.scalars(select(DutyClaim))}
        self.read_before: set[Key] = set()

    def read(self, cells: Cells) -> None:
        code, area, text = (cells.text(name, required=True, longest=400) for name in ("code", "area", "text"))
        claimed_on = day_of(cells, "claimed_on")
        if claimed_on is None:
            cells.text("claimed_on", required=True)
        values = {f"{name}_on": day_of(cells, f"{name}_on") for name in ("done", "released") if cells.has(f"{name}_on")}
        values |= {"class_code": cells.choice("class", self.classes, required=False)} if cells.has("class") else {}
        person = self.session.scalar(select(Person).where(Person.code == code)) if code else None
        if code and person is None:
            cells.fault("code", "unknown_person", f"there is no person {code}")
        if person and area and text and claimed_on:
            self._put(cells, (person.id, self._area(cells, person, area, text, claimed_on), text, claimed_on), values)

    def _area(self, cells: Cells, person: Person, area: str, text: str, claimed_on: date) -> str | None:
        """One that has ended keeps the cell it had, also where that is no longer drawn."""
        code = area if (person.id, area, text, claimed_on) in self.known else self.where.area(cells, area)
        if code and not access.may_take_check_ins(self.actor, code):
            return cells.fault("area", "out_of_scope", "you do not keep the grid there")
        return code

    def _put(self, cells: Cells, key: Key, values: dict[str, date | str | None]) -> None:
        if key in self.read_before:
            cells.fault("text", "duplicate_row", "this claim stands there twice")
        self.read_before.add(key)
        known = self.known.get(key)
        if known is not None:
            self.report.count("changed" if put(known, values) else "unchanged")
        elif not check_ins.may_claim(self.session, key[0], key[-1]):
            cells.fault("code", "may_not_claim", "only volunteers and party members claim duties")
        elif key[1] is not None:
            person_id, area, text, claimed_on = key
            self.session.add(DutyClaim(person_id=person_id, area_code=area, text=text, claimed_on=claimed_on, **values))
            self.report.count("created")


def _key(claim: DutyClaim) -> Key:
    return claim.person_id, claim.area_code, claim.text, claim.claimed_on
