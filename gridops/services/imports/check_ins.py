"""双报到 as a table: one row per party member and community. What comes from a file waits until somebody there confirms it: that is never read.

A person is known again by staff number, else by name and phone; one whom nobody knows is new, and posted there as a party member.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.domain.actor import SYSTEM, Actor
from gridops.domain.contact import normalise_phone
from gridops.errors import Invalid
from gridops.models import CheckIn, Person
from gridops.services import field_terms
from gridops.services.imports.cells import Cells
from gridops.services.imports.people_reading import CODE
from gridops.services.imports.people_where import Where
from gridops.services.imports.people_words import in_our_words
from gridops.services.imports.table import ImportReport, Table, all_or_nothing, put
from gridops.services.people import access, check_ins, phones
from gridops.vault import Vault

COLUMNS = ("area", "code", "name", "phone", "home_organisation", "checked_in_on", "thanked_on")
NEEDED = ("area", "name", "checked_in_on")
IN_CHINESE = {"checked_in_on": "报到日期", "thanked_on": "致谢日期"}


def import_check_ins(session: Session, table: Table, *, now: datetime, vault: Vault, actor: Actor = SYSTEM) -> ImportReport:
    """``area``: the community, by code or name. Chinese headings are understood. Counts are of check-ins."""
    wording = field_terms.known(session)
    table = in_our_words(table, wording).from_chinese(IN_CHINESE, wording)
    report = ImportReport(notes=list(table.notes))
    if not report.needs(table, *NEEDED):
        return report
    report.knows(table, *COLUMNS)
    with all_or_nothing(session, report):
        reading = CheckInImport(session, report, vault, actor)
        for row in table:
            reading.read(Cells(row, report))
        if reading.touched and not report.errors:
            access.publish_changes(session, reading.touched, now=now)
    return report


class CheckInImport:
    def __init__(self, session: Session, report: ImportReport, vault: Vault, actor: Actor):
        self.session, self.report, self.vault, self.actor = session, report, vault, actor
        self.where, self.touched, self.read_before = Where(session), set(), set()

    def read(self, cells: Cells) -> None:
        community, name = self._community(cells), cells.text("name", required=True)
        days = {name: day_of(cells, name) for name in ("checked_in_on", "thanked_on") if cells.has(name)}
        if days["checked_in_on"] is None:
            cells.text("checked_in_on", required=True)
        phone, faults = self._phone(cells), len(self.report.errors)
        code = cells.matching("code", CODE, "letters, digits, dot, - and _", required=False)
        if len(self.report.errors) > faults or not (community and name and days["checked_in_on"]):
            return
        person = self._person(cells, code, name, phone)
        if person is not None:
            self._put(cells, person, community, days)

    def _community(self, cells: Cells) -> str | None:
        text = cells.text("area", required=True)
        code = self.where.area(cells, text) if text else None
        if code and len(code) != access.COMMUNITY_DIGITS:
            return cells.fault("area", "not_a_community", f"{text} is no community")
        if code and not access.may_take_check_ins(self.actor, code):
            return cells.fault("area", "out_of_scope", "you do not keep the grid there")
        return code

    def _phone(self, cells: Cells) -> str | None:
        text = cells.text("phone")
        try:
            return normalise_phone(text) if text else None
        except Invalid as error:
            return cells.fault("phone", error.code, error.text())

    def _person(self, cells: Cells, code: str | None, name: str, phone: str | None) -> Person | None:
        """Without number and phone the same name gives the same number again, as in a list of staff."""
        found = None if code else check_ins.known(self.session, self.vault, name, phone)
        code = code or f"P{self.vault.blind_index(f'{name} {phone}', purpose='person.code').hex()[:10]}"
        found = found or self.session.scalar(select(Person).where(Person.code == code))
        if found is None:
            found = Person(code=code, name=name, phone_cipher=phones.sealed(self.vault, phone))
            self.session.add(found)
            self.session.flush()
        return found if found.name == name else cells.fault("name", "contradiction", f"the person {code} has another name")

    def _put(self, cells: Cells, person: Person, community: str, days: dict[str, date | None]) -> None:
        if (person.id, community) in self.read_before:
            cells.fault("name", "duplicate_row", "this person stands there twice")
            return
        self.read_before.add((person.id, community))
        changed = bool(cells.text("home_organisation")) and put(person, {"home_organisation": cells.text("home_organisation")})
        known = self.session.scalar(select(CheckIn).where(CheckIn.person_id == person.id, CheckIn.community_code == community))
        if known is not None:
            self.report.count("changed" if put(known, days) | changed else "unchanged")
            return
        self.session.add(CheckIn(person_id=person.id, community_code=community, **days))
        check_ins.post(self.session, person, community, days["checked_in_on"])
        self.session.flush()
        self.touched.add(community)
        self.report.count("created")


def day_of(cells: Cells, column: str) -> date | None:
    day = cells.day(column)
    if day is not None and day.year not in access.YEARS:
        return cells.fault(column, "not_a_date", f"{column} is {day.isoformat()!r}, not a date like 2026-03-04")
    return day
