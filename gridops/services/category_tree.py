"""The current categories by class, as somebody sees them who is about to report."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from gridops.models import CategoryVersion

COLUMNS = (
    CategoryVersion.code, CategoryVersion.name, CategoryVersion.name_en, CategoryVersion.kind, CategoryVersion.track,
    CategoryVersion.emergency, CategoryVersion.protect_reporter, CategoryVersion.questions, CategoryVersion.class_code,
    CategoryVersion.class_name, CategoryVersion.class_name_en,
)


def tree(session: Session, *, locale: str) -> list[dict[str, Any]]:
    """[{code, kind, name, categories: [{code, name, kind, track, emergency, protect_reporter, questions}]}], events first, in code order.

    Events and components number their classes each from 01: a class is its kind and its code.
    """
    order = (CategoryVersion.kind.desc(), CategoryVersion.class_code, CategoryVersion.code)
    query = select(*COLUMNS).where(CategoryVersion.valid_to.is_(None)).order_by(*order)
    english = locale.startswith("en")
    return [_class(list(rows), english) for _, rows in groupby(session.execute(query), key=lambda row: (row.kind, row.class_code))]


def _class(rows: list[Row], english: bool) -> dict[str, Any]:
    first = rows[0]
    name = first.class_name_en if english else first.class_name
    return {"code": first.class_code, "kind": first.kind, "name": name, "categories": [_category(row, english) for row in rows]}


def _category(row: Row, english: bool) -> dict[str, Any]:
    return {
        "code": row.code, "name": row.name_en if english else row.name, "kind": row.kind, "track": row.track, "emergency": row.emergency,
        "protect_reporter": row.protect_reporter, "questions": row.questions,
    }
