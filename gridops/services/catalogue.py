"""The categories as they are now, quick to ask for: intake and filing need a few facts of one category each time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.models import CategoryVersion, FilingCondition
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


def version(session: Session, version_id: int) -> CategoryVersion:
    return remembered.in_batch(session, ("category_version", version_id), lambda: session.get_one(CategoryVersion, version_id))


def code_of(session: Session, version_id: int) -> str:
    """No version ever changes its code."""
    query = select(CategoryVersion.code).where(CategoryVersion.id == version_id)
    return remembered.version(session, ("category_code", version_id), lambda: session.scalars(query).one())


class Named(NamedTuple):
    """As lists say it."""

    code: str
    name: str
    name_en: str | None


def names_of(session: Session, version_ids: Collection[int]) -> dict[int, Named]:
    """Of versions of categories: no version ever changes."""
    return remembered.versions(session, "category_named", version_ids, lambda missing: _read_names(session, missing))


def _read_names(session: Session, version_ids: Collection[int]) -> dict[int, Named]:
    query = select(CategoryVersion.id, CategoryVersion.code, CategoryVersion.name, CategoryVersion.name_en)
    return {row[0]: Named(*row[1:]) for row in session.execute(query.where(CategoryVersion.id.in_(version_ids)))}


def newest_version(session: Session, code: str) -> CategoryVersion | None:
    """The current one; None for a code that no current category has."""
    return remembered.in_batch(session, ("newest_category", code), lambda: _newest_version(session, code))


def conditions(session: Session, version_id: int) -> Sequence[FilingCondition]:
    """Of a version of a category, in their order: the first is its usual one."""
    return remembered.in_batch(session, ("conditions", version_id), lambda: _conditions(session, version_id))


def _newest_version(session: Session, code: str) -> CategoryVersion | None:
    return session.scalar(select(CategoryVersion).where(CategoryVersion.code == code, CategoryVersion.valid_to.is_(None)))


def _conditions(session: Session, version_id: int) -> Sequence[FilingCondition]:
    query = select(FilingCondition).where(FilingCondition.category_version_id == version_id).order_by(FilingCondition.condition_no)
    return session.scalars(query).all()


def _find(session: Session, code: str) -> CategoryFacts | None:
    row = session.execute(select(*_COLUMNS).where(CategoryVersion.code == code, CategoryVersion.valid_to.is_(None))).one_or_none()
    return CategoryFacts(*row) if row else None


remembered.watch(CategoryVersion)
