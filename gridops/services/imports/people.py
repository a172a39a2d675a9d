"""People and their posts: one row per post, so a person with two posts has two rows with the same code.

A post is known again by person, role, where, and first day; without a first day the present post of that role there is meant, else one
that begins today. Posts that the file does not name stay, unless it is said to be the whole staff of an area. Phone numbers are encrypted.
Without staff numbers a person is known by name and phone. Log-ins are not made here: a password never comes from a file, and a file of
people is not a decision about rights; those that came from a post follow it (services/people/rights).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from gridops.domain.actor import SYSTEM, Actor
from gridops.models import Person, Posting
from gridops.services import areas, field_terms
from gridops.services.imports.cells import Cells
from gridops.services.imports.people_reading import Draft, Post, Reading
from gridops.services.imports.people_staff import Named, StaffReport, end_unnamed
from gridops.services.imports.people_words import in_our_words
from gridops.services.imports.table import Table, all_or_nothing, put
from gridops.services.people import access, hours, rights
from gridops.services.people.phones import PHONE
from gridops.vault import Vault

POST = ("role", "part_time", "title", "area", "place", "duties", "starts_on", "ends_on")
COLUMNS = ("code", "name", "phone", "home_organisation", *POST)


def import_people(
    session: Session, table: Table, *, now: datetime, vault: Vault, actor: Actor = SYSTEM, complete: str | None = None, dry_run: bool = False,
) -> StaffReport:
    """Columns name, role, area or place; code, phone, part_time, title, starts_on, ends_on, home_organisation; duties separated by ";".
    Chinese headings, names of posts and of areas are understood. Counts are of posts.

    ``complete``: the file is the whole staff of this area. ``dry_run`` says what would happen and leaves everything as it was.
    Raises NotFound, Forbidden (``complete`` where the actor keeps no grid).
    """
    table = in_our_words(table, field_terms.known(session))
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


class PeopleImport(Reading):
    def __init__(self, session: Session, report: StaffReport, vault: Vault, actor: Actor, now: datetime):
        super().__init__(session, report, vault, actor, now)
        self.named: set[int] = set()
        self.created: list[Posting] = []
        self.changed: dict[str, set[date]] = {}
        self.speaks_of_phone = False

    def run(self, table: Table, complete: str | None) -> None:
        self.speaks_of_phone = "phone" in table.columns
        for row in table:
            self.read(Cells(row, self.report))
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
            self.changed.setdefault(area, {access.today_in(self.session, area, self.now)})

    def _put(self, code: str, draft: Draft) -> None:
        person = self.people.get(code)
        if person is None:
            person = self.people[code] = Person(code=code, **draft.values)
            self.session.add(person)
            self.session.flush()
            self._put_phone(person, draft)
            self.report.comes.append(Named(code, person.name))
            changed = False
        else:
            changed = self._put_phone(person, draft) | put(person, draft.values)
        for post, attributes in draft.posts.items():
            outcome = self._put_post(person, post, attributes)
            self.report.count("changed" if outcome == "unchanged" and changed else outcome)
            changed = False

    def _put_phone(self, person: Person, draft: Draft) -> bool:
        if not self.speaks_of_phone or self.phone_of(person) == draft.phone:
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
        if post.ends_on:
            hours.cut(self.session, post)
        days = {post.starts_on, post.ends_on + timedelta(days=1)} if post.ends_on else {post.starts_on}
        self.changed.setdefault(access.area_of(self.session, post), set()).update(days)
