"""The counts of each day, kept by a worker: as they were known when taken, and taken anew each night for the last weeks.

A case belongs to exactly one day, so the days of a month add up to the month as it was known when they were taken. What is decided
later (a result that comes late, a voided ticket) changes a day only while it is still taken anew.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Date, cast, delete, func, insert, select, text
from sqlalchemy.orm import Session

from gridops.domain.kpi import Count
from gridops.models import IndicatorSnapshot, Ticket
from gridops.services import areas
from gridops.services.indicators import periods
from gridops.services.indicators.counting import Counts, counts_in, key_of, totals, until
from gridops.services.indicators.periods import ONE_DAY, Period
from gridops.services.indicators.sources import OF, SOURCES, Asked, Source, cases

TAKEN_ANEW = timedelta(days=35)


def take_daily(session: Session, now: datetime) -> int:
    """For each street whose last days have not been taken since its midnight; how many rows were written."""
    written = 0
    for street in areas.all_streets(session):
        zone = periods.zone_of(session, street.code)
        this_day = periods.today(zone, now)
        if not _taken_since(session, street.code, periods.midnight(this_day, zone)):
            written += take(session, street.code, Period(this_day - TAKEN_ANEW, this_day - ONE_DAY, zone), now)
    return written


def take(session: Session, street: str, period: Period, now: datetime) -> int:
    """Writes the street's days anew, whatever they were before."""
    mine = IndicatorSnapshot.area_code.startswith(street, autoescape=True)
    session.execute(delete(IndicatorSnapshot).where(mine, IndicatorSnapshot.day.between(period.first, period.last)))
    rows = [row for source in SOURCES for row in _days(session, source, street, period, now)]
    if rows:
        session.execute(insert(IndicatorSnapshot), rows)
    return len(rows)


def _days(session: Session, source: Source, street: str, period: Period, now: datetime) -> list[dict[str, Any]]:
    # Grouped by the name of the column: with bound values, twice the same expression would count as two.
    day = cast(func.timezone(period.zone, source.base), Date).label("street_day")
    department = [] if source.department is None else [source.department]
    keys = [day, Ticket.area_code.label("area"), *(one.label("department") for one in department)]
    query = cases(source, Asked(street, period.start, until(period.end, now)), lambda s: [*keys, *totals(s)])
    return [
        {"day": row.street_day, "area_code": row.area, "department_id": getattr(row, "department", None), "indicator": name,
         "numerator": count.numerator, "denominator": count.denominator, "taken_at": now}
        for row in session.execute(query.group_by(text("street_day"), Ticket.area_code, *department))
        for name, count in counts_in(source, row).items()]


def _taken_since(session: Session, street: str, instant: datetime) -> bool:
    mine = IndicatorSnapshot.area_code.startswith(street, autoescape=True)
    return session.scalar(select(IndicatorSnapshot.id).where(mine, IndicatorSnapshot.taken_at >= instant).limit(1)) is not None


def from_days(session: Session, asked: Asked, by: str, period: Period) -> tuple[Counts, datetime | None]:
    """The kept days of the period summed up as ``counting.counted`` does, and when the oldest of them was taken (None: there are none)."""
    day = IndicatorSnapshot
    key = day.department_id if by == "department" else day.area_code
    query = select(
        key.label("key"), day.indicator, func.sum(day.numerator).label("numerator"), func.sum(day.denominator).label("denominator"),
        func.min(day.taken_at).label("taken_at"))
    query = query.where(day.area_code.startswith(asked.area, autoescape=True), day.day.between(period.first, period.last))
    if asked.departments is not None:
        query = query.where(day.department_id.in_(asked.departments))
    rows = session.execute(query.group_by(key, day.indicator)).all()
    found: Counts = defaultdict(lambda: defaultdict(Count))
    for row in rows:
        if by != "department" or OF[row.indicator].department is not None:
            found[key_of(row.key, by)][row.indicator] += Count(int(row.numerator), int(row.denominator))
    return dict(found), min((row.taken_at for row in rows), default=None)
