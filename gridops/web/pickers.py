"""Choosing one of many by typing: a datalist offers "name (code)", and what comes back is read as generously as is safe."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.domain.area_codes import COMMUNITY_DIGITS
from gridops.errors import Invalid
from gridops.models import CategoryVersion, Department, FilingCondition, Place
from gridops.services import areas, place_search

MOST_NAMED = 6
MOST_PLACES = 12
_CODED = re.compile(r".*[(\uff08]([^()\uff08\uff09]+)[)\uff09]\s*")


class Option(NamedTuple):
    code: str
    name: str

    @property
    def shown(self) -> str:
        return f"{self.name} ({self.code})"


def code_of(typed: str, options: Sequence[Option], field: str) -> str | None:
    """The code meant: "name (code)", a code, a name, or a part that fits one option only. Raises Invalid naming those that fit."""
    typed = typed.strip()
    if not typed:
        return None
    coded = _CODED.fullmatch(typed)
    wanted = {typed, coded[1].strip()} if coded else {typed}
    exact = [o for o in options if o.code in wanted] or [o for o in options if o.name == typed]
    found = exact or [o for o in options if typed.casefold() in o.name.casefold()]
    if len(found) == 1:
        return found[0].code
    raise Invalid(fields={field: [_several(found) if found else _("Nothing on the list fits “%(typed)s”.", typed=typed)]})


def _several(found: Sequence[Option]) -> str:
    names = _(", ").join(o.shown for o in found[:MOST_NAMED])
    return _("Several fit: %(names)s. Please choose one.", names=names)


def categories(session: Session, locale: str) -> list[Option]:
    query = select(CategoryVersion.code, CategoryVersion.name, CategoryVersion.name_en).where(CategoryVersion.valid_to.is_(None))
    return [Option(row.code, row.name_en if locale == "en" else row.name) for row in session.execute(query.order_by(CategoryVersion.code))]


def category_shown(session: Session, code: str | None, locale: str) -> str:
    return next((o.shown for o in categories(session, locale) if o.code == code), "") if code else ""


def conditions(session: Session, category_code: str | None) -> list[FilingCondition]:
    """Of the category's current version."""
    query = select(FilingCondition).join(CategoryVersion, CategoryVersion.id == FilingCondition.category_version_id)
    query = query.where(CategoryVersion.code == category_code, CategoryVersion.valid_to.is_(None))
    return list(session.scalars(query.order_by(FilingCondition.condition_no))) if category_code else []


def departments(session: Session, locale: str) -> list[Option]:
    query = select(Department.code, Department.name, Department.name_en).where(Department.ended_at.is_(None)).order_by(Department.code)
    return [Option(row.code, row.name_en or row.name if locale == "en" else row.name) for row in session.execute(query)]


def cells(session: Session, street_code: str, locale: str) -> list[Option]:
    """Names of cells are only unique together with their community's."""
    over = communities(session, locale)
    found = areas.descendants(session, street_code, "cell")
    return [Option(cell.code, f"{over.get(cell.code[:COMMUNITY_DIGITS], '')} {cell.called(locale)}".strip()) for cell in found]


def communities(session: Session, locale: str) -> dict[str, str]:
    return {area.code: area.called(locale) for area in areas.descendants(session, "", "community")}


def streets_of(session: Session, actor: Actor) -> list[areas.Area]:
    """Streets that hold any area of the actor's grants."""
    prefixes = actor.areas()
    return [s for s in areas.all_streets(session) if any(s.code.startswith(p) or p.startswith(s.code) for p in prefixes)]


def departments_of(session: Session, type_code: str, locale: str) -> list[Option]:
    query = select(Department.code, Department.name, Department.name_en).where(Department.type_code == type_code, Department.ended_at.is_(None))
    return [Option(row.code, row.name_en or row.name if locale == "en" else row.name) for row in session.execute(query.order_by(Department.code))]


def place_options(session: Session, typed: str, actor: Actor) -> list[Option]:
    """Places of the actor's streets, the likeliest first; also for a choice that comes back as "name (code)"."""
    streets = [street.code for street in streets_of(session, actor)]
    named = place_with_code(session, typed, streets)
    if named is not None:
        return [named]
    hits = place_search.search(session, typed, prefixes=streets, limit=MOST_PLACES)
    return [Option(hit.code, f"{hit.called} {hit.address}" if hit.address else hit.called) for hit in hits]


def place_with_code(session: Session, typed: str, streets: list[str]) -> Option | None:
    """The place whose code was typed, alone or behind its name."""
    coded = _CODED.fullmatch(typed.strip())
    codes = {typed.strip(), coded[1].strip()} if coded else {typed.strip()}
    query = select(Place.code, Place.name).where(Place.code.in_(codes), place_search.within(streets))
    row = session.execute(query.limit(1)).first()
    return Option(*row) if row else None
