"""People and their posts: one row per post, so a person with two posts has two rows with the same code.

A post is known again by person, role, where, and first day; posts that the file does not name stay. Phone numbers are encrypted.
Log-ins are not made here: a password never comes from a file, and a file of people is not a decision about rights.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.domain.contact import normalise_phone
from gridops.domain.posts import ROLES
from gridops.errors import Invalid
from gridops.models import Person, Place, Posting
from gridops.services import areas
from gridops.services.imports.cells import Cells
from gridops.services.imports.table import ImportReport, Table, all_or_nothing, put
from gridops.vault import Vault

PHONE = "person.phone"  # purpose of the encryption
POST = ("role", "area", "place", "duties", "starts_on", "ends_on")
COLUMNS = ("code", "name", "phone", "home_organisation", *POST)
CODE = r"[0-9A-Za-z][0-9A-Za-z._-]{0,63}"
Post = tuple[str, str | None, int | None, date]


@dataclass
class Draft:
    row: int
    values: dict[str, Any]
    phone: str | None
    posts: dict[Post, dict[str, Any]]


def import_people(session: Session, table: Table, *, now: datetime, vault: Vault) -> ImportReport:
    """Columns code, name, role, area or place, starts_on; duties separated by ";". Counts are of rows.

    `now` is not needed: a post's dates are its versions.
    """
    report = ImportReport(notes=list(table.notes))
    if not report.needs(table, "code", "name", "role", "starts_on"):
        return report
    report.knows(table, *COLUMNS)
    with all_or_nothing(session, report):
        PeopleImport(session, report, vault).run(table)
    return report


class PeopleImport:
    def __init__(self, session: Session, report: ImportReport, vault: Vault):
        self.session, self.report, self.vault = session, report, vault
        self.places = dict(session.execute(select(Place.code, Place.id)).all())
        self.people = {person.code: person for person in session.scalars(select(Person))}
        self.posts = {(post.person_id, post.role, post.area_code, post.place_id, post.starts_on): post for post in session.scalars(select(Posting))}
        self.drafts: dict[str, Draft] = {}
        self.speaks_of_phone = False

    def run(self, table: Table) -> None:
        self.speaks_of_phone = "phone" in table.columns
        for row in table:
            self._read(Cells(row, self.report))
        if not self.report.errors:
            for code, draft in self.drafts.items():
                self._put(code, draft)
            self.session.flush()

    def _read(self, cells: Cells) -> None:
        code = cells.matching("code", CODE, "letters, digits, dot, - and _")
        values: dict[str, Any] = {"name": cells.text("name", required=True)}
        values |= {"home_organisation": cells.text("home_organisation")} if cells.has("home_organisation") else {}
        phone = self._phone(cells)
        post, attributes = self._post(cells)
        if code is None:
            return
        draft = self.drafts.setdefault(code, Draft(cells.row.number, values, phone, {}))
        if (draft.values, draft.phone) != (values, phone):
            cells.fault("code", "contradiction", f"row {draft.row} says something else of the person {code}")
        if post in draft.posts:
            cells.fault("role", "duplicate_row", "the same post stands in the file already")
        draft.posts[post] = attributes

    def _phone(self, cells: Cells) -> str | None:
        text = cells.text("phone")
        try:
            return normalise_phone(text) if text else None
        except Invalid as error:
            return cells.fault("phone", error.code, error.text())

    def _post(self, cells: Cells) -> tuple[Post, dict[str, Any]]:
        role = cells.choice("role", ROLES)
        area, place = cells.text("area"), cells.text("place")
        if (area is None) == (place is None):
            cells.fault("area", "missing_value", "a post needs an area or a place, and not both")
        if area and areas.find_area(self.session, area) is None:
            cells.fault("area", "unknown_area", f"there is no area {area}")
        if place and place not in self.places:
            cells.fault("place", "unknown_place", f"there is no place {place}")
        starts_on, ends_on = cells.day("starts_on", required=True), cells.day("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            cells.fault("ends_on", "ends_before_start", "the post ends before it starts")
        attributes = {"duties": cells.items("duties")} if cells.has("duties") else {}
        attributes |= {"ends_on": ends_on} if cells.has("ends_on") else {}
        return (role, area, self.places.get(place), starts_on), attributes

    def _put(self, code: str, draft: Draft) -> None:
        person = self.people.get(code)
        if person is None:
            person = self.people[code] = Person(code=code, **draft.values)
            self.session.add(person)
            self.session.flush()
            self._put_phone(person, draft)
            changed = False
        else:
            changed = self._put_phone(person, draft) | put(person, draft.values)
        for post, attributes in draft.posts.items():
            outcome = self._put_post(person.id, post, attributes)
            self.report.count("changed" if outcome == "unchanged" and changed else outcome)
            changed = False

    def _put_phone(self, person: Person, draft: Draft) -> bool:
        if not self.speaks_of_phone:
            return False
        known = self.vault.decrypt(person.phone_cipher, purpose=PHONE) if person.phone_cipher else None
        if known == draft.phone:
            return False
        person.phone_cipher = self.vault.encrypt(draft.phone, purpose=PHONE) if draft.phone else None
        return True

    def _put_post(self, person_id: int, post: Post, attributes: dict[str, Any]) -> str:
        role, area, place_id, starts_on = post
        known = self.posts.get((person_id, *post))
        if known:
            return "changed" if put(known, attributes) else "unchanged"
        self.session.add(Posting(person_id=person_id, role=role, area_code=area, place_id=place_id, starts_on=starts_on, **attributes))
        return "created"
