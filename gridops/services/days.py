"""A day that somebody named, as an instant in the street's zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from gridops.domain.calendar import WorkCalendar

LAST_MINUTE = time(23, 59)


def instant_of(said: date | datetime, calendar: WorkCalendar, *, end: bool = False) -> datetime:
    """UTC. Of a date its beginning, or with ``end`` its last minute, so that the day itself is read; an instant stays what it is."""
    if isinstance(said, datetime):
        return said.astimezone(UTC)
    return datetime.combine(said, LAST_MINUTE if end else time.min, ZoneInfo(calendar.timezone)).astimezone(UTC)
