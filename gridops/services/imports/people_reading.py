"""One row of a list of staff being read: who is meant, which post, where; what is wrong is named and reading goes on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.domain.contact import normalise_phone
from gridops.domain.posts import OF_PLACES, ROLES, holds
from gridops.errors import Invalid
from gridops.models import Person, Posting
from gridops.services import scope
from gridops.services.imports.cells import Cells
from gridops.services.imports.people_staff import StaffReport
from gridops.services.imports.people_where import Where
from gridops.services.people import access
from gridops.services.people.phones import PHONE
from gridops.vault import Vault

CODE = r"[0-9A-Za-z][0-9A-Za-z._-]{0,63}"
ONE_DAY = timedelta(days=1)
Post = tuple[str, str | None, int | None, date]


@dataclass
class Draft:
    row: int
    values: dict[str, Any]
    phone: str | None
    posts: dict[Post, dict[str, Any]]


class Reading:
    """``drafts``: what the file says of each person, by staff number."""

    def __init__(self, session: Session, report: StaffReport, vault: Vault, actor: Actor, now: datetime):
        self.session, self.report, self.vault, self.actor, self.now = session, report, vault, actor, now
        self.where = Where(session)
        self.people = {person.code: person for person in session.scalars(select(Person))}
        self.posts = {_key(post): post for post in session.scalars(select(Posting).order_by(Posting.starts_on))}
        self.drafts: dict[str, Draft] = {}
        self.served = self._served()

    def _served(self) -> dict[int, list[Posting]]:
        found: dict[int, list[Posting]] = {}
        for post in self.posts.values():
            found.setdefault(post.person_id, []).append(post)
        return found

    def read(self, cells: Cells) -> None:
        values: dict[str, Any] = {"name": cells.text("name", required=True)}
        values |= {"home_organisation": cells.text("home_organisation")} if cells.has("home_organisation") else {}
        phone = self._phone(cells)
        code = self._code(cells, values["name"], phone)
        post, attributes = self._post(cells, code)
        if code is None:
            return
        if code in self.people:
            self._check_person(cells, self.people[code], values, phone)
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
        known = [one for one in same if self._is_known(one, phone) and (phone is None or self.phone_of(one) in (None, phone))]
        if len(known) > 1:
            return cells.fault("code", "ambiguous_person", f"several people are called {name}: write the phone or the code")
        return known[0].code if known else f"P{self.vault.blind_index(f'{name} {phone}', purpose='person.code').hex()[:10]}"

    def _is_known(self, person: Person, phone: str | None) -> bool:
        """To the actor: by a post where he keeps the grid, or by the very phone. A number or name alone opens nobody of another street."""
        posts = self.served.get(person.id, [])
        return not posts or any(map(self._keeps, posts)) or (phone is not None and self.phone_of(person) == phone)

    def _keeps(self, post: Posting) -> bool:
        return scope.may_keep_grid(self.actor, post.area_code or self.where.communities.get(post.place_id, ""))

    def _check_person(self, cells: Cells, person: Person, values: dict[str, Any], phone: str | None) -> None:
        """As people.posts.check_keeps_person: somebody with posts in two streets is changed only by who keeps both."""
        changed = any(getattr(person, name) != value for name, value in values.items())
        changed = changed or cells.has("phone") and self.phone_of(person) != phone
        posts = self.served.get(person.id, [])
        present = [post for post in posts if post.ends_on is None or post.ends_on >= self.now.date() - ONE_DAY] or posts[-1:]
        if not self._is_known(person, phone) or changed and not all(map(self._keeps, present)):
            cells.fault("code", "out_of_scope", "the person serves where you do not keep the grid")

    def _phone(self, cells: Cells) -> str | None:
        text = cells.text("phone")
        try:
            return normalise_phone(text) if text else None
        except Invalid as error:
            return cells.fault("phone", error.code, error.text())

    def phone_of(self, person: Person) -> str | None:
        return self.vault.decrypt(person.phone_cipher, purpose=PHONE) if person.phone_cipher else None

    def _post(self, cells: Cells, code: str | None) -> tuple[Post, dict[str, Any]]:
        role = cells.choice("role", ROLES)
        area, place_id = self._spot(cells, role)
        starts_on, ends_on = self._day(cells, "starts_on") or self._began(code, role, area, place_id), self._day(cells, "ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            cells.fault("ends_on", "ends_before_start", "the post ends before it starts")
        attributes = {"duties": cells.items("duties")} if cells.has("duties") else {}
        attributes |= {"ends_on": ends_on} if cells.has("ends_on") else {}
        attributes |= {"part_time": cells.flag("part_time")} if cells.has("part_time") else {}
        attributes |= {"title": cells.text("title")} if cells.has("title") else {}
        return (role, area, place_id, starts_on), attributes

    def _day(self, cells: Cells, column: str) -> date | None:
        day = cells.day(column)
        if day is not None and day.year not in access.YEARS:
            return cells.fault(column, "not_a_date", f"{column} is {day.isoformat()!r}, not a date like 2026-03-04")
        return day

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


def _key(post: Posting) -> tuple:
    return post.person_id, post.role, post.area_code, post.place_id, post.starts_on
