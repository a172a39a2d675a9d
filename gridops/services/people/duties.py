"""设岗定责: which role looks after which class of categories, by area. For each role the longest prefix that says anything wins whole."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.domain.posts import ROLES
from gridops.errors import Invalid
from gridops.models import CategoryVersion, PostDuty
from gridops.services import areas
from gridops.services.people import access

LETTERS = {"event": "E", "component": "C"}


@dataclass(frozen=True, slots=True)
class Class:
    """A class of the taxonomy: kind letter and number, E01."""

    code: str
    name: str
    name_en: str | None


@dataclass(frozen=True, slots=True)
class Said:
    """``area``: where it was laid down; ``own`` there itself, and not above."""

    text: str | None
    area: str
    own: bool


def classes(session: Session) -> list[Class]:
    query = select(CategoryVersion.kind, CategoryVersion.class_code, CategoryVersion.class_name, CategoryVersion.class_name_en)
    rows = session.execute(query.where(CategoryVersion.valid_to.is_(None)).distinct())
    found = {f"{LETTERS[row.kind]}{row.class_code}": row for row in rows}
    events_first = sorted(found, key=lambda code: (code[0] != "E", code))
    return [Class(code, found[code].class_name, found[code].class_name_en) for code in events_first]


def check_class(session: Session, code: str) -> None:
    """Raises Invalid ``unknown_class``."""
    if code not in {one.code for one in classes(session)}:
        message = "There is no such class of categories."
        raise Invalid(message, code="unknown_class", fields={"class_code": [message]})


def duties_at(session: Session, area_code: str) -> dict[tuple[str, str], Said]:
    """(role, class code) -> what holds in the area."""
    rows = session.scalars(select(PostDuty).where(PostDuty.area_prefix.in_(_prefixes(area_code)))).all()
    deepest: dict[str, int] = {}
    for row in rows:
        deepest[row.role] = max(deepest.get(row.role, 0), len(row.area_prefix))
    return {
        (row.role, row.class_code): Said(row.text, row.area_prefix, row.area_prefix == area_code)
        for row in rows if len(row.area_prefix) == deepest[row.role]}


def _prefixes(area_code: str) -> list[str]:
    return [area_code[:length] for length in range(1, len(area_code) + 1)]


def put_duties(
    session: Session, area_code: str, role: str, wanted: Iterable[tuple[str, str | None]], *, actor: Actor, now: datetime,
) -> None:
    """All that the role looks after in the area: [(class code, text), …]. None at all: what is said above it holds again.

    Raises NotFound, Forbidden, Invalid.
    """
    areas.get_area(session, area_code)
    access.check_keeps(actor, area_code)
    if role not in ROLES:
        raise Invalid("This role is unknown.", code="role_unknown", fields={"role": ["This role is unknown."]})
    texts = dict(wanted)
    for code in texts:
        check_class(session, code)
    _replace(session, area_code, role, texts)
    access.publish_changes(session, [area_code], now=now)


def _replace(session: Session, area_code: str, role: str, texts: dict[str, str | None]) -> None:
    for row in session.scalars(select(PostDuty).where(PostDuty.area_prefix == area_code, PostDuty.role == role)).all():
        if row.class_code in texts:
            row.text = texts.pop(row.class_code)
        else:
            session.delete(row)
    session.add_all(PostDuty(area_prefix=area_code, role=role, class_code=code, text=text) for code, text in texts.items())
    session.flush()
