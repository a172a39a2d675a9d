"""What is planned in an area, with the ids by which it is changed: shifts, regular hours, absences."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from gridops.domain.posts import ROLES
from gridops.models import Absence, Person, Shift, ShiftPattern
from gridops.services.duty.held import Held, calendar_of, read

Json = dict[str, Any]


def planned(session: Session, area_code: str, since: datetime, until: datetime) -> dict[str, list[Json]]:
    """Of posts in the area and below: all that touches ``since`` to ``until``."""
    posts = read(session, area_code, since, until, ROLES)
    below = {held.posting_id: held for held in posts.held if held.area_code.startswith(area_code)}
    return {
        "shifts": _shifts(session, below, since, until), "patterns": _patterns(session, below, area_code, since, until),
        "absences": _absences(session, {held.person_id for held in below.values()}, since, until)}


def _post(held: Held) -> Json:
    return {"posting": held.posting_id, "person": held.person, "role": held.role, "area": held.area_code}


def _shifts(session: Session, below: dict[int, Held], since: datetime, until: datetime) -> list[Json]:
    query = select(Shift).where(Shift.posting_id.in_(below), Shift.ends_at > since, Shift.starts_at < until)
    return [
        _post(below[row.posting_id]) | {
            "id": row.id, "starts_at": row.starts_at, "ends_at": row.ends_at, "kind": row.kind, "note": row.note}
        for row in session.scalars(query.order_by(Shift.starts_at, Shift.id))
    ]


def _patterns(session: Session, below: dict[int, Held], area_code: str, since: datetime, until: datetime) -> list[Json]:
    calendar = calendar_of(session, area_code)
    first, last = calendar.local_day(since), calendar.local_day(until)
    rows = session.scalars(select(ShiftPattern).where(ShiftPattern.posting_id.in_(below), ShiftPattern.starts_on <= last).order_by(ShiftPattern.id))
    return [
        _post(below[row.posting_id]) | {
            "id": row.id, "days": row.days, "weekdays": row.weekdays, "opens": row.opens, "closes": row.closes, "starts_on": row.starts_on,
            "ends_on": row.ends_on}
        for row in rows if row.ends_on is None or row.ends_on >= first
    ]


def _absences(session: Session, people: set[int], since: datetime, until: datetime) -> list[Json]:
    stand_in = aliased(Person)
    rows = session.execute(
        select(Absence, Person, stand_in).join(Person, Person.id == Absence.person_id).outerjoin(stand_in, stand_in.id == Absence.stand_in_id)
        .where(Absence.person_id.in_(people), Absence.ends_at > since, Absence.starts_at < until).order_by(Absence.starts_at, Absence.id))
    return [
        {"id": row.id, "person": person.name, "person_code": person.code, "starts_at": row.starts_at, "ends_at": row.ends_at,
         "stand_in": other.name if other else None, "stand_in_code": other.code if other else None, "note": row.note}
        for row, person, other in rows
    ]
