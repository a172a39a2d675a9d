"""A day that somebody named, as an instant in the street's zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from gridops.domain.calendar import WorkCalendar


def instant_of(said: date | datetime, calendar: WorkCalendar, *, end: bool = False) -> datetime:
    """UTC. Of a date its beginning, or with ``end`` the end of that day; an instant stays what it is."""
    if isinstance(said, datetime):
        return said.astimezone(UTC)
    day = said + timedelta(days=1) if end else said
    return datetime.combine(day, time.min, ZoneInfo(calendar.timezone)).astimezone(UTC)
