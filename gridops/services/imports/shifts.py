"""Shifts and regular hours: one row each, of a post that is known by person, role, and where.

``kind`` day, night or holiday is one shift on ``date``; workdays, rest_days or every_day are regular hours from ``date`` to ``until``.
Times are the street's own; ``closes`` not after ``opens`` is the next morning's. A shift is known again by post and beginning, regular
hours by post, days, hours and first day; what the file does not name stays. The headings and words of a Chinese sheet are understood, and
a person's name and an area's in place of their codes, where they can only mean one post.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.domain import duty
from gridops.domain.posts import ROLES, holds
from gridops.models import Person, Place, Posting, Shift, ShiftPattern
from gridops.services import field_terms, outbox
from gridops.services.duty.held import calendar_of
from gridops.services.imports.cells import Cells
from gridops.services.imports.people_where import Where
from gridops.services.imports.shift_words import in_our_words
from gridops.services.imports.table import ImportReport, Table, all_or_nothing, put

COLUMNS = ("code", "role", "area", "place", "kind", "date", "until", "weekdays", "opens", "closes", "note")
NEEDED = ("code", "role", "kind", "date", "opens", "closes")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::00)?")


class Planned(NamedTuple):
    """What a row plans anew or changes, for whoever looks through it before it is taken."""

    outcome: str  # created, changed
    person: str
    role: str
    area: str
    kind: str
    date: str
    hours: str


@dataclass
class ShiftReport(ImportReport):
    planned: list[Planned] = field(default_factory=list)


@dataclass(frozen=True)
class Post:
    posting: Posting
    person: str
    name: str
    place: str | None
    area_code: str  # of a post at a place the community

    def fits(self, role: str | None, area: str | None, place: str | None, day: date | None) -> bool:
        """What is not said fits; ``day`` lies within the post's time."""
        posting = self.posting
        there = area in (None, posting.area_code) and place in (None, self.place)
        return there and posting.role == role and (day is None or holds(posting.starts_on, posting.ends_on, day))


def import_shifts(session: Session, table: Table, *, now: datetime, may_keep: Callable[[str], bool] | None = None) -> ShiftReport:
    """Counts are of rows. Whose hours have changed is published, so that tickets get who is on duty.

    ``may_keep``: in which areas; posts elsewhere are as if there were none. Without it everywhere.
    """
    table = in_our_words(table, field_terms.known(session))
    report = ShiftReport(notes=list(table.notes))
    if not report.needs(table, *(name for name in NEEDED if name != "code" or "name" not in table.columns)):
        return report
    report.knows(table, *COLUMNS, "name", "where")
    with all_or_nothing(session, report):
        ShiftImport(session, report, may_keep).run(table, now)
    return report


class ShiftImport:
    def __init__(self, session: Session, report: ShiftReport, may_keep: Callable[[str], bool] | None):
        self.session, self.report = session, report
        self.posts: dict[str, list[Post]] = defaultdict(list)  # by the person's code, and by his name
        for row in session.execute(_POSTS):
            post = Post(row.Posting, row.person, row.name, row.place, row.Posting.area_code or row.community_code)
            if may_keep is None or may_keep(post.area_code):
                for known_as in {post.person, post.name}:
                    self.posts[known_as].append(post)
        self.shifts: dict[int, dict[datetime, Shift]] = defaultdict(dict)
        for shift in session.scalars(select(Shift)):
            self.shifts[shift.posting_id][shift.starts_at] = shift
        self.patterns = {_known(row.posting_id, row): row for row in session.scalars(select(ShiftPattern))}
        self.changed: set[str] = set()

    @cached_property
    def where(self) -> Where:
        return Where(self.session)

    def run(self, table: Table, now: datetime) -> None:
        for row in table:
            self._read(Cells(row, self.report))
        self.session.flush()
        for street in sorted({area[:9] for area in self.changed}):
            outbox.publish(self.session, "people.changed", now=now, payload={"area": street})

    def _read(self, cells: Cells) -> None:
        kind = cells.choice("kind", (*duty.KINDS, *duty.DAYS))
        day, until = cells.day("date", required=True), cells.day("until")
        opens, closes = _clock(cells, "opens"), _clock(cells, "closes")
        if day is not None and day.year not in duty.YEARS:
            cells.fault("date", "not_a_date", f"date is {day}, which is no day to plan for")
            return
        post = self._post(cells, day)
        note = {"note": cells.text("note")} if cells.has("note") else {}
        if cells.faulty or post is None:
            return
        if kind in duty.KINDS:
            outcome = self._put_shift(cells, post, day, opens, closes, {"kind": kind} | note)
        else:
            outcome = self._put_pattern(cells, post, kind, day, until, opens, closes)
        if outcome != "unchanged":
            self.changed.add(post.area_code)
            hours = f"{opens:%H:%M}–{closes:%H:%M}"
            self.report.planned.append(Planned(outcome, post.name, post.posting.role, post.area_code, kind, day.isoformat(), hours))
        self.report.count(outcome)

    def _post(self, cells: Cells, day: date | None) -> Post | None:
        """The one held on that day; its first day does not stand in the file."""
        who = cells.text("code") or cells.text("name") or cells.text("code", required=True)
        role, area, place = cells.choice("role", ROLES), self._area(cells), cells.text("place")
        found = [post for post in self.posts.get(who, ()) if post.fits(role, area, place, day)]
        if not found and not cells.faulty:
            cells.fault("code", "unknown_post", f"{who} has no such post on {day}")
        elif len({(post.person, post.posting.area_code, post.place) for post in found}) > 1:
            cells.fault("code", "ambiguous_post", f"{who} may be several posts: write the staff number and the area")
        return found[0] if found else None

    def _area(self, cells: Cells) -> str | None:
        text = cells.text("area")
        return text if text is None or text.isdigit() else self.where.area(cells, text)

    def _put_shift(self, cells: Cells, post: Post, day: date, opens: time, closes: time, values: dict[str, Any]) -> str:
        calendar = calendar_of(self.session, post.area_code)
        last = day if closes > opens else day + timedelta(days=1)
        starts_at, ends_at = duty.moment(calendar, day, opens), duty.moment(calendar, last, closes)
        own = self.shifts[post.posting.id]
        known = own.get(starts_at)
        if any(row is not known and row.starts_at < ends_at and row.ends_at > starts_at for row in own.values()):
            cells.fault("opens", "shift_overlaps", "the post has another shift at this time")
            return "unchanged"
        if known:
            return "changed" if put(known, {"ends_at": ends_at} | values) else "unchanged"
        row = Shift(posting_id=post.posting.id, starts_at=starts_at, ends_at=ends_at, **values)
        own[starts_at] = row
        self.session.add(row)
        return "created"

    def _put_pattern(self, cells: Cells, post: Post, days: str, day: date, until: date | None, opens: time, closes: time) -> str:
        weekdays = [int(item) if item in "1234567" else 0 for item in cells.items("weekdays")]
        if 0 in weekdays:
            cells.fault("weekdays", "bad_choice", "weekdays are 1 (Monday) to 7, separated by ;")
        if until and until < day:
            cells.fault("until", "ends_before_start", "it ends before it starts")
        row = ShiftPattern(
            posting_id=post.posting.id, days=days, weekdays=sorted(set(weekdays)), opens=opens, closes=closes, starts_on=day, ends_on=until)
        known = self.patterns.get(_known(post.posting.id, row))
        if known:
            return "changed" if put(known, {"ends_on": until}) else "unchanged"
        self.patterns[_known(post.posting.id, row)] = row
        self.session.add(row)
        return "created"


_POSTS = (
    select(Posting, Person.code.label("person"), Person.name, Place.code.label("place"), Place.community_code)
    .join(Person, Person.id == Posting.person_id).outerjoin(Place, Place.id == Posting.place_id).order_by(Posting.starts_on.desc(), Posting.id))


def _known(posting_id: int, row: ShiftPattern) -> tuple:
    return posting_id, row.days, tuple(row.weekdays), row.opens, row.closes, row.starts_on


def _clock(cells: Cells, column: str) -> time | None:
    """A sheet writes 9:00 or 09:00:00."""
    value = cells.text(column, required=True)
    found = _CLOCK.fullmatch(value or "")
    if value is not None and (found is None or int(found[1]) > 23 or int(found[2]) > 59):
        cells.fault(column, "not_a_time", f"{column} is {value!r}, not a time like 17:30")
        return None
    return time(int(found[1]), int(found[2])) if found else None
