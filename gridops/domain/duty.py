"""When a post is on duty, in the street's own time: planned shifts, regular patterns, the working hours; and what "tonight" is.

Rules (issue 3: 无假日, nights and holidays):

* a planned shift always counts. One of the day or of a holiday takes the place of everything regular on the day it begins; a night
  comes on top, for who watches at night has worked by day;
* a pattern that speaks of workdays takes the place of the plain hours; one of rest days comes on top of them;
* plain hours, the working periods of the street's calendar, are those of full-time posts that walk; anybody else is on duty only
  when a pattern or a shift says so;
* a stretch belongs to the day it begins on: a night that begins on the last day of a post runs to its end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from gridops.domain.calendar import ONE_DAY, Span, WorkCalendar
from gridops.domain.posts import WALKERS, holds

DAYS = ("workdays", "rest_days", "every_day")
KINDS = ("day", "night", "holiday")
ADDED = ("night",)  # kinds that come on top of the day's regular duty
YEARS = range(2000, 2200)  # in which anything is planned: beyond, calendars and time zones have nothing to say
LONGEST_SHIFT = ONE_DAY  # so that yesterday's are all that can still run


@dataclass(frozen=True, slots=True)
class Pattern:
    """``weekdays`` are ISO numbers, none means all; ``closes`` not after ``opens`` is the next morning's."""

    days: str
    opens: time
    closes: time
    starts_on: date
    ends_on: date | None = None
    weekdays: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Planned:
    starts_at: datetime
    ends_at: datetime
    kind: str


@dataclass(frozen=True, slots=True)
class Post:
    """``ends_on``: the last day, of the post or of the person's work here."""

    role: str
    starts_on: date
    ends_on: date | None = None
    part_time: bool = False
    patterns: tuple[Pattern, ...] = ()
    shifts: tuple[Planned, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Stretch:
    """On duty from ``starts_at`` until ``ends_at``; ``basis``: shift, pattern, hours."""

    starts_at: datetime
    ends_at: datetime
    basis: str

    def covers(self, at: datetime) -> bool:
        return self.starts_at <= at < self.ends_at


def stretches(post: Post, calendar: WorkCalendar, start: datetime, end: datetime) -> Iterator[Stretch]:
    """All that touch ``start`` to ``end`` (UTC), by the day they begin; of two that overlap both come."""
    day, last = calendar.local_day(start) - ONE_DAY, calendar.local_day(end)
    while day <= last:
        yield from (s for s in of_day(post, calendar, day) if s.ends_at > start and s.starts_at <= end)
        day += ONE_DAY


def at(post: Post, calendar: WorkCalendar, instant: datetime, away: Iterable[Span] = ()) -> Stretch | None:
    """The stretch that runs at ``instant``, the longest of several, cut short by an absence; None off duty."""
    running = [s for s in left_of(stretches(post, calendar, instant, instant), list(away)) if s.covers(instant)]
    return max(running, key=lambda s: s.ends_at, default=None)


def has_hours(post: Post) -> bool:
    """False where nobody has said when the post is on duty, and no plain hours hold for it."""
    return bool(post.patterns or post.shifts) or _works_plain_hours(post)


def left_of(found: Iterable[Stretch], away: list[Span]) -> Iterator[Stretch]:
    """What absences leave of the stretches."""
    for stretch in found:
        pieces = [stretch]
        for span in away:
            pieces = [piece for whole in pieces for piece in _outside(whole, span)]
        yield from pieces


def inside(found: Iterable[Stretch], span: Span) -> Iterator[Stretch]:
    """The parts of the stretches that lie within ``span``."""
    for s in found:
        starts_at, ends_at = max(s.starts_at, span[0]), min(s.ends_at, span[1])
        if starts_at < ends_at:
            yield replace(s, starts_at=starts_at, ends_at=ends_at)


def night(calendar: WorkCalendar, instant: datetime) -> Span:
    """The night that runs now, or the coming one: from the end of the day's last period to the next morning's opening, rest days too."""
    opens, closes = calendar.periods[0].opens, calendar.periods[-1].closes
    day = calendar.local_day(instant)
    if instant < moment(calendar, day, opens):
        day -= ONE_DAY
    return _until(calendar, day, closes), moment(calendar, day + ONE_DAY, opens)


def uncovered(spans: Iterable[Span], whole: Span) -> timedelta:
    """How much of ``whole`` lies in none of the spans."""
    reached, missing = whole[0], timedelta(0)
    for starts_at, ends_at in sorted(spans):
        if starts_at > reached:
            missing += min(starts_at, whole[1]) - reached
        reached = min(max(reached, ends_at), whole[1])
    return missing + (whole[1] - reached)


def moment(calendar: WorkCalendar, day: date, clock: time) -> datetime:
    """A wall-clock time of the street as a UTC instant."""
    return datetime.combine(day, clock, ZoneInfo(calendar.timezone)).astimezone(UTC)


def of_day(post: Post, calendar: WorkCalendar, day: date) -> list[Stretch]:
    """What begins on the day, planned and regular."""
    if not holds(post.starts_on, post.ends_on, day):
        return []
    planned = [shift for shift in post.shifts if calendar.local_day(shift.starts_at) == day]
    found = [Stretch(shift.starts_at, shift.ends_at, "shift") for shift in planned]
    if all(shift.kind in ADDED for shift in planned):
        found += _regular(post, calendar, day)
    return sorted(found)


def _regular(post: Post, calendar: WorkCalendar, day: date) -> Iterator[Stretch]:
    patterns = [pattern for pattern in post.patterns if holds(pattern.starts_on, pattern.ends_on, day)]
    for pattern in patterns:
        if _speaks_of(pattern, calendar, day):
            ends_on = day if pattern.closes > pattern.opens else day + ONE_DAY
            yield Stretch(moment(calendar, day, pattern.opens), moment(calendar, ends_on, pattern.closes), "pattern")
    if _works_plain_hours(post) and calendar.is_workday(day) and all(pattern.days == "rest_days" for pattern in patterns):
        for period in calendar.periods:
            yield Stretch(moment(calendar, day, period.opens), _until(calendar, day, period.closes), "hours")


def _works_plain_hours(post: Post) -> bool:
    return post.role in WALKERS and not post.part_time


def _speaks_of(pattern: Pattern, calendar: WorkCalendar, day: date) -> bool:
    kinds = ("every_day", "workdays" if calendar.is_workday(day) else "rest_days")
    return pattern.days in kinds and (not pattern.weekdays or day.isoweekday() in pattern.weekdays)


def _until(calendar: WorkCalendar, day: date, closes: time) -> datetime:
    """Midnight as a closing time is the end of the day."""
    return moment(calendar, day if closes != time.min else day + ONE_DAY, closes)


def _outside(stretch: Stretch, span: Span) -> list[Stretch]:
    starts_at, ends_at = span
    if ends_at <= stretch.starts_at or starts_at >= stretch.ends_at:
        return [stretch]
    before, after = replace(stretch, ends_at=starts_at), replace(stretch, starts_at=ends_at)
    return [piece for piece in (before, after) if piece.starts_at < piece.ends_at]
