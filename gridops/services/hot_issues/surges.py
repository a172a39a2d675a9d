"""Surges: one cell and category with far more people in the last seven days than its own weeks before would lead one to expect."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from gridops.domain.hot import surges
from gridops.services.hot_issues import issue
from gridops.services.hot_issues.issue import Issue
from gridops.services.hot_issues.voices import Matter

WEEKS, LEAST_WEEKS = 8, 4  # known before; with less, nobody can say what is usual
WEEK = timedelta(days=7)
Key = tuple[object, str]


def surging(matters: Iterable[Matter], lineages: dict[int, uuid.UUID], today: date, weeks: int) -> list[Issue]:
    """``matters`` of the last ``weeks`` + 1 weeks; ``lineages`` of cells by id: a redrawn cell goes on. The farthest from the usual first."""
    if weeks < LEAST_WEEKS:
        return []
    by_cell: dict[Key, list[Matter]] = defaultdict(list)
    for matter in matters:
        if matter.category is not None and matter.cell_id is not None:
            by_cell[lineages.get(matter.cell_id, matter.area), matter.category].append(matter)
    found = [each for group in by_cell.values() if (each := _surge(group, today, weeks)) is not None]
    return sorted(found, key=lambda each: (-each.people / (each.usual + 0.5), each.key))


def _surge(group: list[Matter], today: date, weeks: int) -> Issue | None:
    heard = [len(_voices(group, today - week * WEEK)) for week in range(weeks + 1)]
    if not surges(heard[0], heard[1:]):
        return None
    fresh = [matter for matter in group if any(today - WEEK < each.day <= today for each in matter.said)]
    return issue.of("surge", [_this_week(matter, today) for matter in fresh], usual=round(sum(heard[1:]) / weeks, 1))


def _voices(group: list[Matter], last: date) -> set:
    """Different people in the seven days up to ``last``: one caller's many calls are no surge."""
    return {each.voice for matter in group for each in matter.said if last - WEEK < each.day <= last}


def _this_week(matter: Matter, today: date) -> Matter:
    return replace(matter, said=[each for each in matter.said if today - WEEK < each.day <= today])
