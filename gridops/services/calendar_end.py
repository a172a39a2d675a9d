"""Holidays are published once a year. Where the coming weeks are not known yet, somebody must be told: dues would count days that are none."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from gridops.services import alarms, areas, calendars

AHEAD = timedelta(days=30)  # longer than the longest promise (15 work days), with time to type the days in
KIND = "calendar_ends"


def warn(session: Session, now: datetime) -> int:
    """Raises or settles one alarm for each street; how many streets' calendars end too soon."""
    return sum(_warn_one(session, street, now) for street in areas.all_streets(session))


def _warn_one(session: Session, street: areas.Area, now: datetime) -> bool:
    calendar = calendars.calendar_in_force(session, street.code)
    unknown = calendar.assumed(calendar.local_day(now + AHEAD))
    if unknown:
        alarms.raise_alarm(session, KIND, street.code, street.code, facts={"known_until": calendar.known_until}, now=now)
    else:
        alarms.settle(session, KIND, street.code, now=now)
    return unknown
