"""Work calendars and clock policies, by id (a ticket keeps the version it was given) and as they are now.

Both are remembered as gridops.services.remembered says.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.domain.calendar import CalendarDay as Day
from gridops.domain.calendar import WorkCalendar
from gridops.domain.calendar_check import period
from gridops.errors import NotFound, Unavailable
from gridops.models import CalendarVersion, ClockPolicy, Street
from gridops.services import remembered

DEFAULT_ZONE = "Asia/Shanghai"  # of a default calendar that is not read for a street

Row = TypeVar("Row")


class NoCalendar(Unavailable):
    code = "no_calendar"
    message = "No work calendar or clock policy has been set up."


def calendar_for(session: Session, calendar_version_id: int, *, street_code: str | None = None) -> WorkCalendar:
    """The same instance each time, for it remembers the days it has worked out.

    A street's own version is read in that street's zone; the default version in the zone of ``street_code``, or Shanghai's.
    """
    owner = remembered.version(session, ("owner", calendar_version_id), lambda: _read_owner(session, calendar_version_id))
    zone = _zone_of(session, owner or street_code)
    key = ("calendar", calendar_version_id, zone)
    return remembered.version(session, key, lambda: _read_calendar(session, calendar_version_id, zone))


def calendar_in_force(session: Session, street_code: str | None) -> WorkCalendar:
    """The street's present one in its own zone. NoCalendar before the first set-up."""
    return calendar_for(session, current_calendar_id(session, street_code), street_code=street_code)


def current_calendar_id(session: Session, street_code: str | None) -> int:
    """The street's own current version, else the default of all. NoCalendar before the first set-up."""
    return remembered.current(session, ("calendar", street_code), lambda: _find_calendar(session, street_code))


def policy_for(session: Session, policy_id: int) -> dict[str, Any]:
    """The rules as gridops.domain.clock_policy reads them; shared, so never changed by the caller."""
    return remembered.version(session, ("policy", policy_id), lambda: _read_policy(session, policy_id))


def current_policy_id(session: Session) -> int:
    return remembered.current(session, ("policy",), lambda: _find_policy(session))


def _find_calendar(session: Session, street_code: str | None) -> int:
    found = session.scalar(
        select(CalendarVersion.id)
        .where(CalendarVersion.valid_to.is_(None))
        .where((CalendarVersion.street_code == street_code) | CalendarVersion.street_code.is_(None))
        .order_by(CalendarVersion.street_code.nulls_last())
        .limit(1)
    )
    return _set_up(found)


def _find_policy(session: Session) -> int:
    query = select(ClockPolicy.id).where(ClockPolicy.valid_to.is_(None)).order_by(ClockPolicy.version.desc()).limit(1)
    return _set_up(session.scalar(query))


def _set_up(found: int | None) -> int:
    if found is None:
        raise NoCalendar()
    return found


def _zone_of(session: Session, street_code: str | None) -> str:
    if street_code is None:
        return DEFAULT_ZONE
    query = select(Street.timezone).where(Street.code == street_code)
    return remembered.current(session, ("zone", street_code), lambda: session.scalar(query)) or DEFAULT_ZONE


def _read_owner(session: Session, version_id: int) -> str | None:
    return _row(session, CalendarVersion, version_id).street_code


def _read_calendar(session: Session, version_id: int, zone: str) -> WorkCalendar:
    row = _row(session, CalendarVersion, version_id)
    return WorkCalendar.from_days(
        f"{row.street_code or 'default'}/{row.version}",
        zone,
        [Day(day.day, day.kind, day.name or "") for day in row.days],
        periods=tuple(period(pair) for pair in row.periods),
        rest_weekdays=frozenset(iso - 1 for iso in row.rest_weekdays),
        **_years(row),
    )


def _row(session: Session, table: type[Row], row_id: int) -> Row:
    found = session.get(table, row_id)
    if found is None:
        raise NotFound("No such version: %(table)s %(id)s", table=table.__tablename__, id=row_id)
    return found


def _years(row: CalendarVersion) -> dict[str, int]:
    """Whole years only: a year published in part is still assumed."""
    until = (row.known_until + timedelta(days=1)).year - 1 if row.known_until < date.max else date.max.year
    return {"known_from": min((day.day.year for day in row.days), default=until), "known_until": until}


def _read_policy(session: Session, policy_id: int) -> dict[str, Any]:
    return _row(session, ClockPolicy, policy_id).rules


remembered.watch(CalendarVersion, ClockPolicy, Street)
