"""One step on a draft: every cell that it changes is remembered as it was, and undoing puts it back to the bit."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import shapely
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.models import Cell, Grid, GridEdit
from gridops.services.shapes import shape_of, stored_area

KEPT = ("code", "community_code", "name", "name_en", "households")


class Step:
    """``before`` by code: cells changed or removed, as they were; ``added``: codes that were not there."""

    def __init__(self, session: Session, grid: Grid) -> None:
        self.session, self.grid = session, grid
        self.before: dict[str, dict[str, Any]] = {}
        self.added: list[str] = []
        self.removed: list[str] = []

    @property
    def touched(self) -> list[str]:
        return sorted({*self.before, *self.added})

    def change(self, cell: Cell, **values: Any) -> None:
        self._remember(cell)
        for name, value in values.items():
            setattr(cell, name, value)

    def remove(self, cell: Cell) -> None:
        self._remember(cell)
        self.removed.append(cell.code)
        self.session.delete(cell)

    def add(self, **values: Any) -> Cell:
        cell = Cell(grid_id=self.grid.id, **{"lineage": uuid.uuid4()} | values)
        self.added.append(cell.code)
        self.session.add(cell)
        return cell

    def record(self, operation: str, *, actor: Actor, now: datetime, **facts: Any) -> None:
        """One step more: the draft's revision moves on."""
        self.session.flush()
        last = self.session.scalar(_last(self.grid))
        self.session.add(GridEdit(
            grid_id=self.grid.id, seq=last.seq + 1 if last else 1, at=now, account_id=actor.account_id, operation=operation,
            facts=facts | {"cells": self.touched}, before=list(self.before.values()), added=self.added))
        self.grid.undone_at, self.grid.undone_by, self.grid.undone_cells = None, None, []
        self.grid.revision += 1
        self.session.flush()

    def _remember(self, cell: Cell) -> None:
        if cell.code not in self.added:
            self.before.setdefault(cell.code, _as_it_is(cell))


def _as_it_is(cell: Cell) -> dict[str, Any]:
    shape = shape_of(cell.boundary)
    return {name: getattr(cell, name) for name in KEPT} | {
        "lineage": str(cell.lineage), "descends_from": cell.descends_from, "boundary": shapely.to_wkb(shape, hex=True) if shape else None,
    }


def _last(grid: Grid):
    return select(GridEdit).where(GridEdit.grid_id == grid.id).order_by(GridEdit.seq.desc()).limit(1)


def take_back(session: Session, grid: Grid, *, actor: Actor, now: datetime) -> tuple[GridEdit | None, list[str]]:
    """Undoes the last step. The step, or None where there is none, and the codes that are gone now. The grid keeps who did it and when."""
    edit = session.scalar(_last(grid))
    if edit is None:
        return None, []
    codes = [*edit.added, *(kept["code"] for kept in edit.before)]
    session.execute(delete(Cell).where(Cell.grid_id == grid.id, Cell.code.in_(codes)))
    session.flush()
    session.add_all(_restored(grid, kept) for kept in edit.before)
    if "based_on" in edit.facts:
        grid.based_on = edit.facts["based_on"]
    session.delete(edit)
    grid.undone_at, grid.undone_by, grid.undone_cells = now, actor.account_id, edit.facts["cells"]
    grid.revision += 1
    session.flush()
    return edit, [code for code in edit.added if code not in {kept["code"] for kept in edit.before}]


def _restored(grid: Grid, kept: dict[str, Any]) -> Cell:
    shape = stored_area(shapely.from_wkb(kept["boundary"])) if kept["boundary"] else None
    values = {name: kept[name] for name in (*KEPT, "descends_from")}
    return Cell(grid_id=grid.id, lineage=uuid.UUID(kept["lineage"]), boundary=shape, **values)
