"""A sheet on which shifts are planned: one row for each post of an area that is held now, and nothing planned yet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from gridops.domain import terms
from gridops.models import Person, Place, Posting
from gridops.services.exports.records import Record
from gridops.services.imports.shift_words import HEADINGS, ROLE_WORDS
from gridops.services.people import access

COLUMNS = ("code", "name", "role", "area", "place", "where", "kind", "date", "opens", "closes", "until", "weekdays", "note")


def to_fill_in(session: Session, area: str, today: date, *, chinese: bool, called: Callable[[str], str]) -> tuple[list[str], list[Record]]:
    """``called``: an area's name by its code. What stays without shift is not read."""
    query = select(Posting, Person, Place).join(Person, Person.id == Posting.person_id).outerjoin(Place, Place.id == Posting.place_id)
    held = query.where(access.posted_in(area), Posting.starts_on <= today, or_(Posting.ends_on.is_(None), Posting.ends_on >= today))
    order = (Posting.area_code, Posting.role, Person.name, Person.code, Posting.id)
    wording = terms.present()
    written = wording.headings([HEADINGS[name][0] for name in COLUMNS]) if chinese else COLUMNS
    heading = dict(zip(COLUMNS, written, strict=True))
    rows = []
    for posting, person, place in session.execute(held.order_by(*order)):
        role = wording.said(ROLE_WORDS.get(posting.role, posting.role)) if chinese else posting.role
        where = place.name if place else called(posting.area_code)
        cells = {"code": person.code, "name": person.name, "role": role, "area": posting.area_code, "place": place and place.code, "where": where}
        rows.append(Record({heading[name]: cell for name, cell in cells.items()}))
    return [heading[name] for name in COLUMNS], rows
