"""What is open, by community or cell, with a row for what has no place: the rows add up exactly to the open tickets of the area."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Label, Row, Select, case, func, select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.domain.area_codes import COMMUNITY_DIGITS
from gridops.domain.lifecycle import OPEN
from gridops.errors import NotFound
from gridops.models import Cell, Ticket
from gridops.services import areas, scope
from gridops.services.areas import Area
from gridops.services.lights import LIGHTS, light_column
from gridops.services.story_words import said

UNLOCATED = "unlocated"
BY = ("community", "cell")
NAMES = {UNLOCATED: ("未定位", "Unlocated")}


@dataclass
class Line:
    """One row of the backlog while it is being counted; cells of several grids may fall into one."""

    code: str
    name: str
    households: int | None = None
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(LIGHTS, 0))
    oldest: datetime | None = None

    def add(self, row: Row) -> None:
        self.counts[row.light] += row.tickets
        self.oldest = min(filter(None, (self.oldest, row.oldest)))

    def shown(self) -> dict[str, Any]:
        counts = {"open": sum(self.counts.values()), **self.counts}
        return {"code": self.code, "name": self.name, **counts, "oldest_reported_at": self.oldest, "households": self.households}


def backlog(session: Session, code: str, by: str, *, actor: Actor, now: datetime, locale: str = "zh") -> dict[str, Any]:
    """{area, totals, rows} as API.md. Every area below has its row, empty or not; ``unlocated`` is the last.

    Raises NotFound for an area that is none or not wholly in the actor's scope.
    """
    if not scope.covers(actor, code):
        raise NotFound()
    area = areas.get_area(session, code)
    by = "cell" if area.level == "cell" else by
    lines = _lines(session, area, by, locale)
    for row in _counted(session, code, by, now):
        _line_of(lines, row).add(row)
    unlocated = lines.pop(UNLOCATED)
    rows = [*sorted(lines.values(), key=lambda line: line.code), unlocated]
    return {"area": {"code": area.code, "name": area.called(locale)}, "totals": _totals(rows), "rows": [line.shown() for line in rows]}


def _totals(rows: Iterable[Line]) -> dict[str, int]:
    totals = {light: sum(line.counts[light] for line in rows) for light in LIGHTS}
    return {"open": sum(totals.values()), **totals}


def _lines(session: Session, area: Area, by: str, locale: str) -> dict[Any, Line]:
    """By community code, or by the cell's lineage: a ticket keeps its old cell when a new grid is drawn."""
    below = [area] if area.level == by else areas.descendants(session, area.code, by)
    lines = {_key(a, by): Line(a.code, a.called(locale), a.households) for a in below}
    return lines | {UNLOCATED: Line(UNLOCATED, said(NAMES[UNLOCATED], locale))}


def _key(area: Area, by: str) -> Any:
    return area.lineage if by == "cell" else area.code


def _line_of(lines: dict[Any, Line], row: Row) -> Line:
    """A cell that no longer exists in any form keeps a row of its own while something in it is open."""
    key = row.key or UNLOCATED
    if key not in lines:
        lines[key] = Line(row.code, row.name)
    return lines[key]


def _counted(session: Session, code: str, by: str, now: datetime) -> list[Row]:
    """Counted by the light at this instant; one statement, served by the index of open tickets. Key null: unlocated."""
    return list(session.execute(_by_cell(code, now) if by == "cell" else _by_community(code, now)))


def _by_cell(code: str, now: datetime) -> Select:
    """Tickets are counted before their cells are looked up: of each cell only the sums are joined."""
    each = _summed(Ticket.cell_id.label("cell_id"), code, now).subquery()
    columns = (Cell.lineage.label("key"), Cell.code.label("code"), Cell.name.label("name"), each.c.light, each.c.tickets, each.c.oldest)
    return select(*columns).select_from(each).outerjoin(Cell, Cell.id == each.c.cell_id)


def _by_community(code: str, now: datetime) -> Select:
    community = case((func.length(Ticket.area_code) >= COMMUNITY_DIGITS, func.left(Ticket.area_code, COMMUNITY_DIGITS)))
    each = _summed(community.label("key"), code, now).subquery()
    return select(each.c.key, each.c.key.label("code"), each.c.key.label("name"), each.c.light, each.c.tickets, each.c.oldest)


def _summed(key: Label, code: str, now: datetime) -> Select:
    """One row for each key and light: tickets, and the oldest of them."""
    open_here = Ticket.status.in_(OPEN) & Ticket.area_code.startswith(code, autoescape=True)
    each = select(key, light_column(now).label("light"), Ticket.reported_at).where(open_here).subquery()
    grouped = (each.c[key.name], each.c.light)
    return select(*grouped, func.count().label("tickets"), func.min(each.c.reported_at).label("oldest")).group_by(*grouped)
