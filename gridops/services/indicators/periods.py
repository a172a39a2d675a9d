"""Days, weeks and months of a street as instants: they begin at its own midnight."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from gridops.errors import Invalid
from gridops.services import areas
from gridops.services.calendars import DEFAULT_ZONE

LONGEST = timedelta(days=366)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """Whole days, the last one included."""

    first: date
    last: date
    zone: str

    @property
    def start(self) -> datetime:
        return midnight(self.first, self.zone)

    @property
    def end(self) -> datetime:
        return midnight(self.last + ONE_DAY, self.zone)


def midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(UTC)


def zone_of(session: Session, code: str) -> str:
    """Raises NotFound."""
    return areas.location_of(session, code).street.timezone or DEFAULT_ZONE


def street_of(session: Session, code: str) -> str:
    """Raises NotFound."""
    return areas.location_of(session, code).street.code


def today(zone: str, now: datetime) -> date:
    return now.astimezone(ZoneInfo(zone)).date()


def between(first: date | None, last: date | None, zone: str, now: datetime) -> Period:
    """Without days: the present month. Raises Invalid ``to``."""
    this_day = today(zone, now)
    first = first or (last or this_day).replace(day=1)
    last = last or max(first, this_day)
    if not first <= last <= first + LONGEST:
        raise Invalid(fields={"to": ["Not before the first day, and not more than a year after it."]})
    return Period(first, last, zone)


def month(day: date, zone: str) -> Period:
    first = day.replace(day=1)
    return Period(first, (first + timedelta(days=31)).replace(day=1) - ONE_DAY, zone)


def week(day: date, zone: str) -> Period:
    monday = day - timedelta(days=day.weekday())
    return Period(monday, monday + timedelta(days=6), zone)
