"""What an issue is called: its place or cell, and its category. Nobody's words, so that the name may be shown to everybody."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.domain.redaction import redact
from gridops.models import CategoryVersion, Place
from gridops.services import areas
from gridops.services.hot_issues.issue import Issue
from gridops.services.story_words import said

NO_CATEGORY = ("未分类事项", "A matter without category yet")
Called = Callable[[Issue], dict[str, Any]]


def naming(session: Session, issues: Iterable[Issue], locale: str) -> Called:
    """named(issue) -> {name, category, area, place}; a surge is a whole cell's, so no one place names it, and what is guarded names none either."""
    issues = list(issues)
    categories = _categories(session, {issue.category for issue in issues}, locale)
    places = _places(session, {issue.place_id for issue in issues})
    path = areas.path_names(session, locale)

    def named(issue: Issue) -> dict[str, Any]:
        place = None if issue.kind == "surge" or issue.guarded else places.get(issue.place_id)
        category = categories.get(issue.category)
        where = " ".join((path(issue.area), *([place["name"]] if place else [])))
        what = category["name"] if category else said(NO_CATEGORY, locale)
        return {"name": f"{where} · {what}", "category": category, "area": {"code": issue.area, "name": path(issue.area)}, "place": place}

    return named


def _categories(session: Session, codes: set[str | None], locale: str) -> dict[str | None, dict[str, str]]:
    rows = session.scalars(select(CategoryVersion).where(CategoryVersion.code.in_(codes - {None}), CategoryVersion.valid_to.is_(None)))
    return {row.code: {"code": row.code, "name": row.name_en if locale.startswith("en") and row.name_en else row.name} for row in rows}


def _places(session: Session, ids: set[int | None]) -> dict[int | None, dict[str, str]]:
    """A place may have been named with a door: what is shown as an issue's name goes without."""
    rows = session.execute(select(Place.id, Place.code, Place.name).where(Place.id.in_(ids - {None})))
    return {row.id: {"code": row.code, "name": redact(row.name, door_numbers=True, names=True)} for row in rows}
