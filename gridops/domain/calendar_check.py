"""What cannot be right in a calendar that somebody typed, in words for him. Stricter than what a file may say: here is a person to ask."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, time

from gridops.domain.calendar import CalendarDay, CalendarError, Period, WorkCalendar

MOST_DAYS = 400  # that differ from their weekday
Faults = dict[str, list[str]]
PERIODS, REST, DAYS = "periods", "rest_weekdays", "days"


def period(pair: Sequence[str]) -> Period:
    """["09:00", "12:00"]; a period to the end of the day is written 24:00 by people and 00:00 by time. CalendarError."""
    try:
        opens, closes = pair
        return Period(time.fromisoformat(opens), time.min if closes == "24:00" else time.fromisoformat(closes))
    except (ValueError, TypeError):
        raise CalendarError("A period is two clock times.") from None


def faults(
    periods: Sequence[Sequence[str]], rest_weekdays: Iterable[int], days: Sequence[CalendarDay], known_until: date,
) -> Faults:
    """By field; empty where nothing is wrong. ``rest_weekdays`` are ISO numbers, Monday = 1."""
    rest = frozenset(number - 1 for number in rest_weekdays)
    found = _periods(periods) | _rest(rest) | _days(days, known_until)
    if found:
        return found
    known = {"known_from": min((row.day.year for row in days), default=known_until.year), "known_until": known_until.year}
    calendar = WorkCalendar.from_days("typed", "UTC", days, periods=tuple(map(period, periods)), rest_weekdays=rest, **known)
    return _months(calendar)


def _periods(periods: Sequence[Sequence[str]]) -> Faults:
    try:
        WorkCalendar("typed", "UTC", 1, 1, periods=tuple(map(period, periods)))
    except CalendarError:
        return {PERIODS: ["Periods are two clock times each, in order, and do not overlap: at least one."]}
    return {}


def _rest(rest: frozenset[int]) -> Faults:
    return {} if rest < frozenset(range(7)) else {REST: ["Rest days are weekdays from 1 (Monday) to 7, and not all seven."]}


def _days(days: Sequence[CalendarDay], known_until: date) -> Faults:
    if len(days) > MOST_DAYS:
        return {DAYS: [f"At most {MOST_DAYS} days differ from their weekday."]}
    twice = [day for day, count in Counter(row.day for row in days).items() if count > 1]
    if twice:
        return {DAYS: [f"Said twice, as a holiday and as a day worked for one: {min(twice).isoformat()}"]}
    beyond = [row.day for row in days if row.day > known_until]
    return {DAYS: [f"After the end of what is known: {min(beyond).isoformat()}"]} if beyond else {}


def _months(calendar: WorkCalendar) -> Faults:
    """A month without a working day is a slip of the keyboard, and clocks would stand still."""
    for year in range(calendar.known_from, calendar.known_until + 1):
        for month in range(1, 13):
            if not any(calendar.is_workday(date(year, month, number)) for number in range(1, 29)):
                return {DAYS: [f"No day is worked in {year}-{month:02}."]}
    return {}
