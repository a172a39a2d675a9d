"""Days that differ from their weekday: holidays, and the 调休 days worked for them.

The years a file speaks of are replaced by what it says, the other years stay. Anything different makes a new calendar version;
running tickets keep theirs. A street without a calendar of its own starts from the default one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.domain.calendar import DAY_KINDS, OFFICE_HOURS, CalendarError, WorkCalendar
from gridops.domain.calendar import CalendarDay as DomainDay
from gridops.domain.calendar import Period as DomainPeriod
from gridops.models import CalendarDay, CalendarVersion, Street
from gridops.services.imports.cells import Cells
from gridops.services.imports.table import ImportReport, Table, all_or_nothing

WEEKEND = [6, 7]  # ISO: Monday is 1
Days = dict[date, tuple[str, str | None]]


def import_calendar(
    session: Session, table: Table, *, now: datetime, street: str | None = None,
    periods: str | None = None, rest_weekdays: Sequence[int] | None = None,
) -> ImportReport:
    """Columns day, kind (holiday, workday), name. `periods` like "09:00-12:00,13:30-17:30"; left out, they stay as they are."""
    report = ImportReport(notes=list(table.notes))
    table = table.renamed({"name": "name_zh"}) if "name" not in table.columns else table
    if not report.needs(table, "day", "kind"):
        return report
    report.knows(table, "day", "kind", "name")
    if street is not None and session.get(Street, street) is None:
        report.fault(0, "street", "unknown_area", f"there is no street {street}")
    base = _current(session, street) or _current(session, None)
    spans = _periods(periods, report) if periods else base.periods if base else _office_hours()
    rest = list(rest_weekdays) if rest_weekdays is not None else base.rest_weekdays if base else WEEKEND
    with all_or_nothing(session, report):
        days = _days(table, report)
        if not report.errors:
            _store(session, report, street, days, spans, rest, now)
    return report


def _current(session: Session, street: str | None) -> CalendarVersion | None:
    query = select(CalendarVersion).where(CalendarVersion.valid_to.is_(None), CalendarVersion.street_code.is_not_distinct_from(street))
    return session.scalar(query)


def _office_hours() -> list[list[str]]:
    return [[f"{period.opens:%H:%M}", f"{period.closes:%H:%M}"] for period in OFFICE_HOURS]


def _periods(text: str, report: ImportReport) -> list[list[str]]:
    spans = [re.fullmatch(r"\s*([01]\d|2[0-3]):([0-5]\d)\s*[-–]\s*([01]\d|2[0-3]):([0-5]\d)\s*", part) for part in text.split(",")]
    if not all(spans):
        report.fault(0, "periods", "bad_calendar", f"periods are {text!r}, not like 09:00-12:00,13:30-17:30")
        return []
    return [[f"{span[1]}:{span[2]}", f"{span[3]}:{span[4]}"] for span in spans if span]


def _days(table: Table, report: ImportReport) -> Days:
    days: Days = {}
    for row in table:
        cells = Cells(row, report)
        day, kind = cells.day("day", required=True), cells.choice("kind", DAY_KINDS)
        if day in days:
            cells.fault("day", "duplicate_row", f"{day} stands in the file already")
        elif day and kind:
            days[day] = (kind, cells.text("name"))
    if not days and not report.errors:
        report.fault(0, "day", "empty_file", "the file has no days")
    return days


def _store(
    session: Session, report: ImportReport, street: str | None, days: Days, spans: list[list[str]], rest: list[int], now: datetime
) -> None:
    own, default = _current(session, street), _current(session, None)
    base = own or default
    before = {row.day: (row.kind, row.name) for row in base.days} if base else {}
    years = {day.year for day in days}
    after = {day: row for day, row in before.items() if day.year not in years} | days
    _check(after, spans, rest, report)
    if report.errors:
        return
    if own and after == before and own.periods == spans and own.rest_weekdays == rest:
        report.unchanged = len(days)
        return
    _count(report, before if own else {}, after)
    _new_version(session, own, street, after, spans, rest, now)


def _count(report: ImportReport, before: Days, after: Days) -> None:
    report.created = len(after.keys() - before.keys())
    report.changed = len(before.keys() - after.keys()) + sum(before[day] != after[day] for day in before.keys() & after.keys())
    report.unchanged = sum(before[day] == after[day] for day in before.keys() & after.keys())
    report.notes.append("a new calendar version is current from now on; running tickets keep theirs")


def _check(days: Days, spans: list[list[str]], rest: list[int], report: ImportReport) -> None:
    try:
        periods = tuple(DomainPeriod(*(datetime.strptime(clock, "%H:%M").time() for clock in span)) for span in spans)
        rows = [DomainDay(day, kind, name or "") for day, (kind, name) in days.items()]
        WorkCalendar.from_days("new", "UTC", rows, periods=periods, rest_weekdays=frozenset(number - 1 for number in rest))
    except CalendarError as error:
        report.fault(0, "periods", error.code, error.text())


def _new_version(
    session: Session, own: CalendarVersion | None, street: str | None, days: Days, spans: list[list[str]], rest: list[int], now: datetime
) -> None:
    newest = select(CalendarVersion.version).where(CalendarVersion.street_code.is_not_distinct_from(street))
    number = session.scalar(newest.order_by(CalendarVersion.version.desc()).limit(1)) or 0
    if own:
        own.valid_to = now
        session.flush()
    version = CalendarVersion(
        street_code=street, version=number + 1, periods=spans, rest_weekdays=rest,
        known_until=date(max(day.year for day in days), 12, 31), valid_from=now,
    )
    version.days = [CalendarDay(day=day, kind=kind, name=name) for day, (kind, name) in sorted(days.items())]
    session.add(version)
    session.flush()
