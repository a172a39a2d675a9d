"""Shifts and regular hours: one row each, of a post that is known by person, role, and where.

``kind`` day, night or holiday is one shift on ``date``; workdays, rest_days or every_day are regular hours from ``date`` to ``until``.
Times are the street's own; ``closes`` not after ``opens`` is the next morning's. A shift is known again by post and beginning, regular
hours by post, days, hours and first day; what the file does not name stays.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.domain import duty
from gridops.domain.posts import ROLES, holds
from gridops.models import Person, Place, Posting, Shift, ShiftPattern
from gridops.services import outbox
from gridops.services.duty.held import calendar_of
from gridops.services.imports.cells import Cells
from gridops.services.imports.table import ImportReport, Table, all_or_nothing, put

COLUMNS = ("code", "role", "area", "place", "kind", "date", "until", "weekdays", "opens", "closes", "note")
NEEDED = ("code", "role", "kind", "date", "opens", "closes")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::00)?")


@dataclass(frozen=True)
class Post:
    posting: Posting
    area_code: str  # of a post at a place the community


def import_shifts(session: Session, table: Table, *, now: datetime) -> ImportReport:
    """Counts are of rows. Whose hours have changed is published, so that tickets get who is on duty."""
    report = ImportReport(notes=list(table.notes))
    if not report.needs(table, *NEEDED):
        return report
    report.knows(table, *COLUMNS)
    with all_or_nothing(session, report):
        ShiftImport(session, report).run(table, now)
    return report


class ShiftImport:
    def __init__(self, session: Session, report: ImportReport):
        self.session, self.report = session, report
        self.posts: dict[tuple, list[Post]] = {}
        for row in session.execute(_POSTS):
            key = (row.person, row.Posting.role, row.Posting.area_code, row.place)
            self.posts.setdefault(key, []).append(Post(row.Posting, row.Posting.area_code or row.community_code))
        self.shifts = {(row.posting_id, row.starts_at): row for row in session.scalars(select(Shift))}
        self.patterns = {_known(row.posting_id, row): row for row in session.scalars(select(ShiftPattern))}
        self.changed: set[str] = set()

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
        self.report.count(outcome)

    def _post(self, cells: Cells, day: date | None) -> Post | None:
        """The one held on that day; its first day does not stand in the file."""
        key = (cells.text("code", required=True), cells.choice("role", ROLES), cells.text("area"), cells.text("place"))
        found = [p for p in self.posts.get(key, ()) if day is None or holds(p.posting.starts_on, p.posting.ends_on, day)]
        if not found and not cells.faulty:
            cells.fault("code", "unknown_post", f"{key[0]} has no such post on {day}")
        return found[0] if found else None

    def _put_shift(self, cells: Cells, post: Post, day: date, opens: time, closes: time, values: dict[str, Any]) -> str:
        calendar = calendar_of(self.session, post.area_code)
        last = day if closes > opens else day + timedelta(days=1)
        starts_at, ends_at = duty.moment(calendar, day, opens), duty.moment(calendar, last, closes)
        known = self.shifts.get((post.posting.id, starts_at))
        if any(row is not known and row.starts_at < ends_at and row.ends_at > starts_at for row in self._of(post)):
            cells.fault("opens", "shift_overlaps", "the post has another shift at this time")
            return "unchanged"
        if known:
            return "changed" if put(known, {"ends_at": ends_at} | values) else "unchanged"
        row = Shift(posting_id=post.posting.id, starts_at=starts_at, ends_at=ends_at, **values)
        self.shifts[(post.posting.id, starts_at)] = row
        self.session.add(row)
        return "created"

    def _of(self, post: Post) -> list[Shift]:
        return [row for (posting_id, _), row in self.shifts.items() if posting_id == post.posting.id]

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
    select(Posting, Person.code.label("person"), Place.code.label("place"), Place.community_code).join(Person, Person.id == Posting.person_id)
    .outerjoin(Place, Place.id == Posting.place_id).order_by(Posting.starts_on.desc(), Posting.id))


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
