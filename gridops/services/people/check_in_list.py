"""Check-ins and claims of an area, in the order in which they were entered."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.models import CheckIn, DutyClaim, Person
from gridops.services import areas
from gridops.services.people import access, view

MOST = 10_000  # rows of a sheet
STATES: dict[str, ColumnElement[bool]] = {
    "open": DutyClaim.done_on.is_(None) & DutyClaim.released_on.is_(None), "done": DutyClaim.done_on.is_not(None),
    "released": DutyClaim.released_on.is_not(None)}


def check_ins_at(
    session: Session, area: str, *, actor: Actor, confirmed: bool | None = None, after: int = 0, limit: int = MOST, locale: str = "zh",
) -> list[dict[str, Any]]:
    """Of the communities of the area; of a cell, its community's. Raises NotFound."""
    _check(session, actor, area)
    query = _with_people(CheckIn).where(CheckIn.community_code.startswith(area[: access.COMMUNITY_DIGITS], autoescape=True))
    if confirmed is not None:
        query = query.where(CheckIn.confirmed_at.is_not(None) if confirmed else CheckIn.confirmed_at.is_(None))
    rows, named = session.execute(query.where(CheckIn.id > after).order_by(CheckIn.id).limit(limit)), areas.path_names(session, locale)
    return [view.shown_check_in(session, one, named) | _person(person) for one, person in rows]


def claims_at(
    session: Session, area: str, *, actor: Actor, state: str | None = None, after: int = 0, limit: int = MOST, locale: str = "zh",
) -> list[dict[str, Any]]:
    """In the area and below. ``state``: one of STATES. Raises NotFound."""
    _check(session, actor, area)
    query = _with_people(DutyClaim).where(DutyClaim.area_code.startswith(area, autoescape=True))
    query = query.where(STATES[state]) if state else query
    rows, named = session.execute(query.where(DutyClaim.id > after).order_by(DutyClaim.id).limit(limit)), areas.path_names(session, locale)
    return [view.shown_claim(one, named) | _person(person) for one, person in rows]


def _check(session: Session, actor: Actor, area: str) -> None:
    access.check_reads(actor, area)
    areas.get_area(session, area)


def _with_people(table: type[CheckIn] | type[DutyClaim]) -> Select:
    return select(table, Person).join(Person, Person.id == table.person_id)


def _person(person: Person) -> dict[str, Any]:
    return {"person": {"code": person.code, "name": person.name}, "home_organisation": person.home_organisation}
