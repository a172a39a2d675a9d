"""Shifts and regular hours, in the columns that their import reads; times are each street's own."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from gridops.models import Person, Place, Posting, Shift, ShiftPattern
from gridops.services.duty.held import calendar_of
from gridops.services.exports.records import Record
from gridops.services.imports.shifts import COLUMNS


def collect_shifts(session: Session) -> tuple[list[str], list[Record]]:
    """All, the past ones too: what was imported is what comes back."""
    patterns = session.execute(_of(ShiftPattern).order_by(Person.code, ShiftPattern.starts_on, ShiftPattern.id)).all()
    shifts = session.execute(_of(Shift).order_by(Person.code, Shift.starts_at, Shift.id)).all()
    return list(COLUMNS), [*(_pattern(*row) for row in patterns), *(_shift(session, *row) for row in shifts)]


def _of(table: type[Shift] | type[ShiftPattern]) -> Select:
    return (
        select(table, Posting, Person.code, Place).join(Posting, Posting.id == table.posting_id).join(Person, Person.id == Posting.person_id)
        .outerjoin(Place, Place.id == Posting.place_id))


def _post(posting: Posting, person: str, place: Place | None) -> dict[str, str | None]:
    return {"code": person, "role": posting.role, "area": posting.area_code, "place": place.code if place else None}


def _pattern(row: ShiftPattern, posting: Posting, person: str, place: Place | None) -> Record:
    return Record(_post(posting, person, place) | {
        "kind": row.days, "date": row.starts_on.isoformat(), "until": row.ends_on and row.ends_on.isoformat(),
        "weekdays": ";".join(map(str, row.weekdays)), "opens": f"{row.opens:%H:%M}", "closes": f"{row.closes:%H:%M}", "note": None})


def _shift(session: Session, row: Shift, posting: Posting, person: str, place: Place | None) -> Record:
    zone = ZoneInfo(calendar_of(session, posting.area_code or place.community_code).timezone)
    starts_at, ends_at = row.starts_at.astimezone(zone), row.ends_at.astimezone(zone)
    return Record(_post(posting, person, place) | {
        "kind": row.kind, "date": starts_at.date().isoformat(), "opens": f"{starts_at:%H:%M}", "closes": f"{ends_at:%H:%M}", "note": row.note})
