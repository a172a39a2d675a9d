"""All categories by class, those that are switched off too; and one with its conditions, roles and versions."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from gridops.errors import NotFound
from gridops.models import Account, Category, CategoryVersion, DepartmentType, DutyRule
from gridops.services.imports.taxonomy import STANDARD

FLAGS = ("emergency", "accuses_person", "never_public", "protect_reporter", "self_handle_allowed", "hot_issue_watch")


def newest(session: Session) -> list[CategoryVersion]:
    """One version of each category, in code order; ``valid_to`` tells which are switched off. With conditions: two statements."""
    latest = select(func.max(CategoryVersion.id)).group_by(CategoryVersion.code)
    query = select(CategoryVersion).where(CategoryVersion.id.in_(latest)).options(selectinload(CategoryVersion.conditions))
    return list(session.scalars(query.order_by(CategoryVersion.kind.desc(), CategoryVersion.class_code, CategoryVersion.code)))


def classes(rows: list[CategoryVersion]) -> list[tuple[CategoryVersion, list[CategoryVersion]]]:
    """(first of the class, all of it); events and components number their classes each from 01."""
    grouped = (list(group) for _, group in groupby(rows, key=lambda row: (row.kind, row.class_code)))
    return [(group[0], group) for group in grouped]


def fits(row: CategoryVersion, q: str, flag: str) -> bool:
    """``flag``: one of FLAGS, or off, local, changed (by an administrator here)."""
    words = f"{row.code} {row.name} {row.name_en} {row.class_name} {row.class_name_en}".casefold()
    marks = {"off": row.valid_to is not None, "local": STANDARD in row.extra, "changed": row.made_by is not None}
    return q.casefold() in words and (not flag or bool(marks[flag] if flag in marks else getattr(row, flag)))


def latest(session: Session, code: str, *, lock: bool = False) -> CategoryVersion:
    """Raises NotFound. ``lock``: on the category, for whoever changes it."""
    if lock:
        session.execute(select(Category.code).where(Category.code == code).with_for_update())
    query = select(CategoryVersion).where(CategoryVersion.code == code).options(selectinload(CategoryVersion.conditions))
    found = session.scalar(query.order_by(CategoryVersion.version.desc()).limit(1))
    if found is None:
        raise NotFound()
    return found


def in_full(session: Session, code: str, *, locale: str) -> dict[str, Any]:
    """Raises NotFound."""
    found = latest(session, code)
    return {
        "version": found, "roles": _roles(session, code, locale), "versions": _versions(session, code),
        "local": [row for row in newest(session) if row.extra.get(STANDARD) == code]}


def _roles(session: Session, code: str, locale: str) -> list[dict[str, Any]]:
    rules = session.scalars(select(DutyRule).where(DutyRule.category_code == code, DutyRule.valid_to.is_(None)).order_by(DutyRule.area_prefix.nulls_first()))
    names = {one.code: one.name_en if locale.startswith("en") else one.name for one in session.scalars(select(DepartmentType))}
    return [{
        "area": rule.area_prefix, "community_kind": rule.community_kind, "lead": names[rule.lead_type], "coordinate": names[rule.coordinate_type],
        "supports": [names.get(item["type"], item["type"]) for item in rule.supports]} for rule in rules]


def _versions(session: Session, code: str) -> list[tuple[CategoryVersion, str | None, str | None]]:
    """(version, who made it, who switched it off), the newest first."""
    names = select(Account.name).where(Account.id == CategoryVersion.made_by).scalar_subquery()
    enders = select(Account.name).where(Account.id == CategoryVersion.ended_by).scalar_subquery()
    rows = session.execute(select(CategoryVersion, names, enders).where(CategoryVersion.code == code).order_by(CategoryVersion.version.desc()))
    return [tuple(row) for row in rows]
