"""People and their posts: one row per post, so a person with two posts has two rows with the same code.

A post is known again by person, role, where, and first day; without a first day the present post of that role there is meant, else one
that begins today. Posts that the file does not name stay, unless it is said to be the whole staff of an area. Phone numbers are encrypted.
Without staff numbers a person is known by name and phone. Log-ins are not made here: a password never comes from a file, and a file of
people is not a decision about rights; those that came from a post follow it (services/people/rights).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.domain.actor import SYSTEM, Actor
from gridops.domain.contact import normalise_phone
from gridops.domain.posts import OF_PLACES, ROLES, holds
from gridops.errors import Invalid
from gridops.models import Person, Posting
from gridops.services import areas, scope
from gridops.services.imports.cells import Cells
from gridops.services.imports.people_staff import StaffReport, end_unnamed
from gridops.services.imports.people_where import Where
from gridops.services.imports.people_words import in_our_words
from gridops.services.imports.table import Table, all_or_nothing, put
from gridops.services.people import access, rights
from gridops.services.people.phones import PHONE
from gridops.vault import Vault

POST = ("role", "part_time", "title", "area", "place", "duties", "starts_on", "ends_on")
COLUMNS = ("code", "name", "phone", "home_organisation", *POST)
CODE = r"[0-9A-Za-z][0-9A-Za-z._-]{0,63}"
Post = tuple[str, str | None, int | None, date]


@dataclass
class Draft:
    row: int
    values: dict[str, Any]
    phone: str | None
    posts: dict[Post, dict[str, Any]]


def import_people(
    session: Session, table: Table, *, now: datetime, vault: Vault, actor: Actor = SYSTEM, complete: str | None = None, dry_run: bool = False,
) -> StaffReport:
    """Columns name, role, area or place; code, phone, part_time, title, starts_on, ends_on, home_organisation; duties separated by ";".
    Chinese headings, names of posts and of areas are understood. Counts are of posts.

    ``complete``: the file is the whole staff of this area. ``dry_run`` says what would happen and leaves everything as it was.
    Raises NotFound, Forbidden (``complete`` where the actor keeps no grid).
    """
    table = in_our_words(table)
    report = StaffReport(notes=list(table.notes))
    if complete:
        access.check_keeps(actor, areas.get_area(session, complete).code)
    if not report.needs(table, "name", "role"):
        return report
    report.knows(table, *COLUMNS)
    savepoint = session.begin_nested()
    with all_or_nothing(session, report):
        PeopleImport(session, report, vault, actor, now).run(table, complete)
    savepoint.rollback() if dry_run else savepoint.commit()
    return report


class PeopleImport:
    def __init__(self, session: Session, report: StaffReport, vault: Vault, actor: Actor, now: datetime):
        self.session, self.report, self.vault, self.actor, self.now = session, report, vault, actor, now
        self.where = Where(session)
        self.people = {person.code: person for person in session.scalars(select(Person))}
        self.posts = {_key(post): post for post in session.scalars(select(Posting).order_by(Posting.starts_on))}
        self.drafts: dict[str, Draft] = {}
        self.named: set[int] = set()
        self.created: list[Posting] = []
        self.changed: dict[str, set[date]] = {}
        self.speaks_of_phone = False

    def run(self, table: Table, complete: str | None) -> None:
        self.speaks_of_phone = "phone" in table.columns
        for row in table:
            self._read(Cells(row, self.report))
        if self.report.errors:
            return
        for code, draft in self.drafts.items():
            self._put(code, draft)
        self.session.flush()
        if complete:
            self._end_unnamed(complete)
        if self.changed:
            rights.follow(self.session, {self.people[code].id for code in self.drafts}, actor=self.actor, now=self.now)
            days = set().union(*self.changed.values())
            access.publish_changes(self.session, self.changed, days=days, now=self.now)

    def _end_unnamed(self, complete: str) -> None:
        named = self.named | {post.id for post in self.created}
        for area in end_unnamed(self.session, self.report, complete, named, self.created, actor=self.actor, now=self.now):
            self.changed.setdefault(area, set())

    def _read(self, cells: Cells) -> None:
        values: dict[str, Any] = {"name": cells.text("name", required=True)}
        values |= {"home_organisation": cells.text("home_organisation")} if cells.has("home_organisation") else {}
        phone = self._phone(cells)
        code = self._code(cells, values["name"], phone)
        post, attributes = self._post(cells, code)
        if code is None:
            return
        draft = self.drafts.setdefault(code, Draft(cells.row.number, values, phone, {}))
        if (draft.values, draft.phone) != (values, phone):
            cells.fault("code", "contradiction", f"row {draft.row} says something else of the person {code}")
        if post in draft.posts:
            cells.fault("role", "duplicate_row", "the same post stands in the file already")
        draft.posts[post] = attributes

    def _code(self, cells: Cells, name: str | None, phone: str | None) -> str | None:
        """Given, or that of the one person with this name and phone, or one made of both: the same file gives the same again."""
        if cells.text("code"):
            return cells.matching("code", CODE, "letters, digits, dot, - and _")
        if name is None:
            return None
        same = [person for person in self.people.values() if person.name == name]
        known = [one for one in same if phone is None or self._phone_of(one) in (None, phone)]
        if len(known) > 1:
            return cells.fault("code", "ambiguous_person", f"several people are called {name}: write the phone or the code")
        return known[0].code if known else f"P{self.vault.blind_index(f'{name} {phone}', purpose='person.code').hex()[:10]}"

    def _phone(self, cells: Cells) -> str | None:
        text = cells.text("phone")
        try:
            return normalise_phone(text) if text else None
        except Invalid as error:
            return cells.fault("phone", error.code, error.text())

    def _phone_of(self, person: Person) -> str | None:
        return self.vault.decrypt(person.phone_cipher, purpose=PHONE) if person.phone_cipher else None

    def _post(self, cells: Cells, code: str | None) -> tuple[Post, dict[str, Any]]:
        role = cells.choice("role", ROLES)
        area, place_id = self._spot(cells, role)
        starts_on, ends_on = cells.day("starts_on") or self._began(code, role, area, place_id), cells.day("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            cells.fault("ends_on", "ends_before_start", "the post ends before it starts")
        attributes = {"duties": cells.items("duties")} if cells.has("duties") else {}
        attributes |= {"ends_on": ends_on} if cells.has("ends_on") else {}
        attributes |= {"part_time": cells.flag("part_time")} if cells.has("part_time") else {}
        attributes |= {"title": cells.text("title")} if cells.has("title") else {}
        return (role, area, place_id, starts_on), attributes

    def _spot(self, cells: Cells, role: str | None) -> tuple[str | None, int | None]:
        """A steward's area only says where his building is to be found."""
        area, place = cells.text("area"), cells.text("place")
        if place is None and area is None or place and area and role not in OF_PLACES:
            cells.fault("area", "missing_value", "a post needs an area or a place, and not both")
        code = self.where.area(cells, area) if area else None
        place_id = self.where.place(cells, place, code) if place else None
        self._check_keeps(cells, code, place)
        return (None, place_id) if place else (code, None)

    def _check_keeps(self, cells: Cells, area: str | None, place: str | None) -> None:
        spot = self.where.codes.get(place or "")
        within = spot.community if spot else area
        if within and not scope.may_keep_grid(self.actor, within):
            cells.fault("area", "out_of_scope", "you do not keep the grid there")

    def _began(self, code: str | None, role: str | None, area: str | None, place_id: int | None) -> date:
        today = access.today_in(self.session, area or "", self.now)
        person = self.people.get(code or "")
        present = [
            key[-1] for key, post in self.posts.items()
            if person and key[:-1] == (person.id, role, area, place_id) and holds(post.starts_on, post.ends_on, today)]
        return present[-1] if present else today

    def _put(self, code: str, draft: Draft) -> None:
        person = self.people.get(code)
        if person is None:
            person = self.people[code] = Person(code=code, **draft.values)
            self.session.add(person)
            self.session.flush()
            self._put_phone(person, draft)
            self.report.comes.append(f"{person.name} {code}")
            changed = False
        else:
            changed = self._put_phone(person, draft) | put(person, draft.values)
        for post, attributes in draft.posts.items():
            outcome = self._put_post(person, post, attributes)
            self.report.count("changed" if outcome == "unchanged" and changed else outcome)
            changed = False

    def _put_phone(self, person: Person, draft: Draft) -> bool:
        if not self.speaks_of_phone or self._phone_of(person) == draft.phone:
            return False
        person.phone_cipher = self.vault.encrypt(draft.phone, purpose=PHONE) if draft.phone else None
        return True

    def _put_post(self, person: Person, post: Post, attributes: dict[str, Any]) -> str:
        role, area, place_id, starts_on = post
        known = self.posts.get((person.id, *post))
        if known:
            self.named.add(known.id)
            outcome = "changed" if put(known, attributes) else "unchanged"
        else:
            known = Posting(person_id=person.id, role=role, area_code=area, place_id=place_id, starts_on=starts_on, **attributes)
            self.session.add(known)
            self.session.flush()
            self.created.append(known)
            outcome = "created"
        if outcome != "unchanged":
            self._note(person, known)
        return outcome

    def _note(self, person: Person, post: Posting) -> None:
        """Where and on which days something is different now; who had left is here again while a post lasts."""
        if person.left_on and (post.ends_on is None or post.ends_on >= person.left_on):
            person.left_on = None
        self.changed.setdefault(access.area_of(self.session, post), set()).update({post.starts_on, post.ends_on} - {None})


def _key(post: Posting) -> tuple:
    return post.person_id, post.role, post.area_code, post.place_id, post.starts_on
