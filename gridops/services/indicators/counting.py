"""Counts of every indicator for an area and a period, as a whole and by organisation, community or cell; one statement for each source."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Row, func, select, text
from sqlalchemy.orm import Session

from gridops.domain.area_codes import CELL_DIGITS, COMMUNITY_DIGITS
from gridops.domain.kpi import Count, combined
from gridops.models import Department, Ticket
from gridops.services.indicators.sources import SOURCES, Asked, Source, approved_appeals, cases

# What belongs to one month was written about the same time and lies together, which the planner does not know of joined tables; and how much lies
# in a period differs so much that a plan made for any period is a bad one for this.
PLANNING = text("SELECT set_config('random_page_cost', '1.1', true), set_config('plan_cache_mode', 'force_custom_plan', true)")
Counts = dict[Any, dict[str, Count]]  # by key, then by indicator


def counted(session: Session, asked: Asked, by: str) -> Counts:
    """By department id, or community or cell code; None for what has none. Only what has a case has a row."""
    session.execute(PLANNING)
    asked = replace(asked, appeals=session.scalar(approved_appeals(asked.area)))
    found: Counts = defaultdict(lambda: defaultdict(Count))
    for source in sources_for(asked, by):
        # By whole codes, shortened here: to cut a text out of each of a hundred thousand rows takes longer than to add up a few hundred sums.
        column = source.department if by == "department" else Ticket.area_code
        for row in session.execute(cases(source, asked, lambda s, column=column: [column.label("key"), *totals(s)]).group_by(column)):
            for indicator, count in counts_in(source, row).items():
                found[key_of(row.key, by)][indicator] += count
    return {key: dict(counts) for key, counts in found.items()}


def sources_for(asked: Asked, by: str) -> Iterable[Source]:
    """An organisation is only told what is about organisations."""
    needs_department = by == "department" or asked.departments is not None
    return [source for source in SOURCES if source.department is not None or not needs_department]


def key_of(found: Any, by: str) -> Any:
    """The id of an organisation; of an area its community or cell, None where it is not known so deep."""
    if by == "department":
        return found
    digits = COMMUNITY_DIGITS if by == "community" else CELL_DIGITS
    return found[:digits] if len(found) >= digits else None


def totals(source: Source) -> list[ColumnElement[int]]:
    return [
        _total(part).label(f"{indicator}_{name}")
        for indicator, parts in source.parts.items() for name, part in zip(("numerator", "denominator"), parts, strict=True)]


def _total(part: ColumnElement[Any]) -> ColumnElement[int]:
    return func.count().filter(part) if isinstance(part.type, Boolean) else func.coalesce(func.sum(part), 0)


def counts_in(source: Source, row: Row) -> dict[str, Count]:
    every = {name: Count(int(getattr(row, f"{name}_numerator")), int(getattr(row, f"{name}_denominator"))) for name in source.parts}
    return {name: count for name, count in every.items() if count.denominator}


def whole(counts: Counts) -> dict[str, Count]:
    """All rows together."""
    names = {name for found in counts.values() for name in found}
    return {name: combined(found[name] for found in counts.values() if name in found) for name in names}


def names_of(session: Session, ids: Iterable[int | None]) -> dict[int, Department]:
    wanted = {key for key in ids if key is not None}
    return {department.id: department for department in session.scalars(select(Department).where(Department.id.in_(wanted)))}


def until(end: datetime, now: datetime) -> datetime:
    """What has not fallen due yet is nobody's merit and nobody's fault."""
    return min(end, now)
