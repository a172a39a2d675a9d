"""The categories as they are now, quick to ask for: intake and filing need a few facts of one category each time."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.models import CategoryVersion
from gridops.services import remembered


class CategoryFacts(NamedTuple):
    """Of the version that is current."""

    id: int
    code: str
    name: str
    name_en: str
    emergency: bool
    never_public: bool
    protect_reporter: bool


_COLUMNS = tuple(getattr(CategoryVersion, name) for name in CategoryFacts._fields)


def current_category(session: Session, code: str) -> CategoryFacts | None:
    """None for a code that no current category has."""
    return remembered.current(session, ("category", code), lambda: _find(session, code))


def _find(session: Session, code: str) -> CategoryFacts | None:
    row = session.execute(select(*_COLUMNS).where(CategoryVersion.code == code, CategoryVersion.valid_to.is_(None))).one_or_none()
    return CategoryFacts(*row) if row else None


remembered.watch(CategoryVersion)
