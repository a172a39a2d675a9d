"""Working time of one street: which days are worked, and counting along the worked periods.

A calendar is a value. Editing one makes a new version; a ticket keeps the version it was given, so a due
instant can always be worked out again. Rules:

* periods are local wall-clock times of the street's zone; results are absolute UTC instants, so a change to or
  from summer time moves the instant, never the wall-clock hour;
* a due instant that falls exactly at the end of a period stays there (Friday 17:30, not Monday 09:00), and a
  start outside all periods counts from the next one;
* 调休 (a weekend worked to make a holiday longer) beats the weekly rest days;
* outside the years whose holidays are published, only weekly rest days count and `assumed` says so.
"""
import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise, takewhile
from typing import NamedTuple
from zoneinfo import ZoneInfo

from gridops.errors import Invalid

Span = tuple[datetime, datetime]

NOTHING = timedelta(0)
ONE_DAY = timedelta(days=1)
SATURDAY, SUNDAY = 5, 6
DAY_KINDS = ("holiday", "workday")


class CalendarError(Invalid):
    """A calendar, or a day of one, that cannot be right."""

    code = "bad_calendar"


def as_utc(instant: datetime) -> datetime:
    """The same instant in UTC. CalendarError for one without a zone: its meaning would be a guess."""
    if instant.utcoffset() is None:
        raise CalendarError(f"instant without a time zone: {instant.isoformat()}")
    return instant.astimezone(UTC)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Worked from `opens` to `closes`, local wall clock; `closes` 00:00 is the end of the day."""

    opens: time
    closes: time

    def __post_init__(self) -> None:
        if self.length <= NOTHING:
            raise CalendarError(f"period closes before it opens: {self.opens}–{self.closes}")

    @property
    def length(self) -> timedelta:
        return (_since_midnight(self.closes) or ONE_DAY) - _since_midnight(self.opens)


def _since_midnight(clock: time) -> timedelta:
    return datetime.combine(date.min, clock) - datetime.min


# Seven working hours. Cities differ: the periods are columns of the calendar, this is only the default.
OFFICE_HOURS = (Period(time(9), time(12)), Period(time(13, 30), time(17, 30)))


class CalendarDay(NamedTuple):
    """A day that differs from its weekday: `kind` is "holiday" or "workday" (调休)."""

    day: date
    kind: str
    name_zh: str


def parse_days(lines: Iterable[str]) -> list[CalendarDay]:
    """Reads CSV `day,kind,name_zh` (ISO dates). CalendarError names the line that is wrong."""
    rows = csv.DictReader(lines)
    if not {"day", "kind"} <= set(rows.fieldnames or ()):
        raise CalendarError("line 1: the columns day and kind are needed")
    return [_parse_day(row, rows.line_num) for row in rows]


def _parse_day(row: dict[str, str], line: int) -> CalendarDay:
    try:
        day = date.fromisoformat(row["day"] or "")
    except ValueError:
        raise CalendarError(f"line {line}: not a date: {row['day']!r}") from None
    if row["kind"] not in DAY_KINDS:
        raise CalendarError(f"line {line}: kind is holiday or workday, not {row['kind']!r}")
    return CalendarDay(day, row["kind"], row.get("name_zh") or "")


@dataclass(frozen=True)
class WorkCalendar:
    """One version of a street's working time. Keep the instance: it remembers the days it has worked out.

    `rest_weekdays` count Monday as 0. Days before `known_from` or after `known_until` (years) are assumed.
    """

    version: str
    timezone: str
    known_from: int
    known_until: int
    periods: tuple[Period, ...] = OFFICE_HOURS
    rest_weekdays: frozenset[int] = frozenset({SATURDAY, SUNDAY})
    holidays: frozenset[date] = frozenset()
    adjusted_workdays: frozenset[date] = frozenset()
    _zone: ZoneInfo = field(init=False, repr=False, compare=False)
    _spans_by_day: dict[date, tuple[Span, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_zone", _zone(self.timezone))
        _check_periods(self.periods)
        _check_rest(self.rest_weekdays)
        if both := self.holidays & self.adjusted_workdays:
            raise CalendarError(f"both holiday and workday: {min(both)}")

    @classmethod
    def from_days(cls, version: str, timezone: str, days: Iterable[CalendarDay], **fields: object) -> "WorkCalendar":
        """Builds a version from its rows; the years known are those of the rows unless `fields` say otherwise."""
        days = list(days)
        years = {row.day.year for row in days}
        if not years and not {"known_from", "known_until"} <= fields.keys():
            raise CalendarError("no days: say known_from and known_until")
        known = {"known_from": min(years), "known_until": max(years)} if years else {}
        sets = {"holidays": _days_of(days, "holiday"), "adjusted_workdays": _days_of(days, "workday")}
        return cls(version, timezone, **{**known, **sets, **fields})

    @property
    def standard_day(self) -> timedelta:
        return sum((period.length for period in self.periods), NOTHING)

    def is_workday(self, day: date) -> bool:
        if day in self.adjusted_workdays:
            return True
        return day not in self.holidays and day.weekday() not in self.rest_weekdays

    def assumed(self, day: date) -> bool:
        """True where no holidays are published yet, so that a page can warn that the date may move."""
        return not self.known_from <= day.year <= self.known_until

    def local_day(self, instant: datetime) -> date:
        return as_utc(instant).astimezone(self._zone).date()

    def add_working(self, start: datetime, amount: timedelta) -> datetime:
        """The UTC instant at which `amount` of working time after `start` is used up; before it if negative."""
        start = as_utc(start)
        if amount == NOTHING:
            return start
        if amount < NOTHING:
            (_, closes), left = _use_up(self._spans_before(start), -amount)
            return closes - left
        (opens, _), left = _use_up(self._spans_after(start), amount)
        return opens + left

    def working_between(self, start: datetime, end: datetime) -> timedelta:
        """Working time from `start` to `end`; negative when `end` comes first."""
        start, end = as_utc(start), as_utc(end)
        if end < start:
            return -self.working_between(end, start)
        spans = takewhile(lambda span: span[0] < end, self._spans_after(start))
        return sum((min(closes, end) - opens for opens, closes in spans), NOTHING)

    def _spans_after(self, start: datetime) -> Iterator[Span]:
        day = self.local_day(start)
        while True:
            for opens, closes in self._spans(day):
                if closes > start:
                    yield max(opens, start), closes
            day += ONE_DAY

    def _spans_before(self, end: datetime) -> Iterator[Span]:
        day = self.local_day(end)
        while True:
            for opens, closes in reversed(self._spans(day)):
                if opens < end:
                    yield opens, min(closes, end)
            day -= ONE_DAY

    def _spans(self, day: date) -> tuple[Span, ...]:
        spans = self._spans_by_day.get(day)
        if spans is None:
            spans = self._spans_by_day[day] = self._lay_out(day)
        return spans

    def _lay_out(self, day: date) -> tuple[Span, ...]:
        if not self.is_workday(day):
            return ()
        spans: list[Span] = []
        for period in self.periods:
            opens, closes = self._instant(day, period.opens), self._closing(day, period)
            # A wall-clock hour that summer time skips reads as later than it is: never let spans overlap.
            opens = max(opens, spans[-1][1]) if spans else opens
            if opens < closes:
                spans.append((opens, closes))
        return tuple(spans)

    def _closing(self, day: date, period: Period) -> datetime:
        return self._instant(day if period.closes != time.min else day + ONE_DAY, period.closes)

    def _instant(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, self._zone).astimezone(UTC)


def _use_up(spans: Iterator[Span], amount: timedelta) -> tuple[Span, timedelta]:
    """The span in which `amount` runs out, and how much of it is left there. `spans` has no end."""
    for opens, closes in spans:
        if amount <= closes - opens:
            break
        amount -= closes - opens
    return (opens, closes), amount


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise CalendarError(f"no such IANA time zone: {name!r}") from None


def _check_periods(periods: tuple[Period, ...]) -> None:
    if not periods:
        raise CalendarError("a standard day needs at least one period")
    for before, after in pairwise(periods):
        if before.closes == time.min or before.closes > after.opens:
            raise CalendarError(f"periods overlap or are out of order at {after.opens}")


def _check_rest(rest_weekdays: frozenset[int]) -> None:
    # With no weekday worked, counting forward would never end.
    if not rest_weekdays < frozenset(range(7)):
        raise CalendarError("rest days are weekdays 0 (Monday) to 6, and not all seven")


def _days_of(days: list[CalendarDay], kind: str) -> frozenset[date]:
    return frozenset(row.day for row in days if row.kind == kind)
