"""Check-ins and claims, in the columns that their imports read; without phones. Who confirmed a check-in stays here: no file says that."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.models import CheckIn, DutyClaim, Person
from gridops.services.exports.records import Record
from gridops.services.imports import check_ins, claims


def collect_check_ins(session: Session) -> tuple[list[str], list[Record]]:
    columns = [name for name in check_ins.COLUMNS if name != "phone"]
    query = select(CheckIn, Person).join(Person, Person.id == CheckIn.person_id).order_by(CheckIn.community_code, Person.code)
    rows = (
        (one.community_code, person.code, person.name, person.home_organisation, _day(one.checked_in_on), _day(one.thanked_on))
        for one, person in session.execute(query))
    return columns, [Record(dict(zip(columns, row, strict=True))) for row in rows]


def collect_claims(session: Session) -> tuple[list[str], list[Record]]:
    """The ended ones too."""
    query = select(DutyClaim, Person.code).join(Person, Person.id == DutyClaim.person_id)
    rows = (
        (one.area_code, code, one.class_code, one.text, _day(one.claimed_on), _day(one.done_on), _day(one.released_on))
        for one, code in session.execute(query.order_by(DutyClaim.area_code, Person.code, DutyClaim.claimed_on, DutyClaim.text)))
    return list(claims.COLUMNS), [Record(dict(zip(claims.COLUMNS, row, strict=True))) for row in rows]


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
