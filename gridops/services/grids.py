"""Versions of a street's cells. A cell keeps its lineage through versions as long as its code stays; a code never comes back for another cell."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from geoalchemy2 import WKBElement
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gridops.domain.actor import SYSTEM, Actor
from gridops.errors import NotFound
from gridops.models import Cell, Grid, Street
from gridops.services import outbox
from gridops.services.regrid import places, posts, tickets
from gridops.services.regrid.takeover import Takeover, active_grid



MOST_CELLS = 999  # a cell's code is its community's and three digits


@dataclass(frozen=True)
class CellPlan:
    code: str
    community_code: str
    name: str
    boundary: WKBElement
    name_en: str | None = None
    households: int | None = None
    lineage: uuid.UUID = field(default_factory=uuid.uuid4)
    descends_from: list[str] = field(default_factory=list)


def plan_of(cell: Cell, **changes: Any) -> CellPlan:
    """The same cell for the next version, its lineage with it."""
    names = ("code", "community_code", "name", "boundary", "name_en", "households", "lineage", "descends_from")
    return CellPlan(**({name: getattr(cell, name) for name in names} | changes))


def active_cells(session: Session, street_code: str) -> dict[str, Cell]:
    query = select(Cell).join(Grid, Grid.id == Cell.grid_id).where(Grid.status == "active", Grid.street_code == street_code)
    return {cell.code: cell for cell in session.scalars(query.order_by(Cell.code))}


def used_codes(session: Session, street_code: str) -> set[str]:
    """Of all versions, drafts and retired ones too."""
    query = select(Cell.code).join(Grid, Grid.id == Cell.grid_id).where(Grid.street_code == street_code)
    return set(session.scalars(query))


def free_codes(session: Session, community_code: str) -> list[str]:
    """What the community has never used, in order, after the highest number that it has."""
    query = select(func.max(Cell.code)).where(Cell.community_code == community_code)
    highest = session.scalar(query)
    first = int(highest[-3:]) + 1 if highest else 1
    return [f"{community_code}{serial:03}" for serial in range(first, MOST_CELLS + 1)]


def name_of(code: str) -> dict[str, str | None]:
    """What a new cell is called until somebody names it."""
    return {"name": f"第{int(code[-3:]):02}网格", "name_en": f"Cell {int(code[-3:]):02}"}


def hold_street(session: Session, street_code: str) -> None:
    """One at a time makes a version of a street, or activates one. Reports come in all the same: no key is locked."""
    session.execute(select(Street.code).where(Street.code == street_code).with_for_update(key_share=True))


def draft(session: Session, street_code: str, version: int) -> Grid:
    """Raises NotFound."""
    found = session.scalar(select(Grid).where(Grid.street_code == street_code, Grid.version == version, Grid.status == "draft"))
    if found is None:
        raise NotFound("There is no draft %(version)s of %(street)s.", version=version, street=street_code)
    return found


def add_grid(session: Session, street_code: str, plans: Iterable[CellPlan], *, now: datetime, active: bool = True) -> Grid:
    """The street's next version with exactly these cells: a draft, or active at once, and then the present one retires."""
    hold_street(session, street_code)
    newest = session.scalar(select(func.max(Grid.version)).where(Grid.street_code == street_code)) or 0
    present = active_grid(session, street_code)
    grid = Grid(street_code=street_code, version=newest + 1, status="draft", based_on=present.id if present else None, created_at=now)
    session.add(grid)
    session.flush()
    session.add_all(Cell(grid_id=grid.id, **vars(plan)) for plan in plans)
    session.flush()
    if active:
        activate(session, grid, now=now)
    return grid


def activate(session: Session, grid: Grid, *, actor: Actor = SYSTEM, now: datetime) -> None:
    """The one door: in this transaction the street's present version retires, this one is active, and all that follows it has moved.

    What is wrong with the cells is not asked here: see grid_drafts.activation.
    """
    session.flush()
    hold_street(session, grid.street_code)
    of_street = select(Grid).where(Grid.street_code == grid.street_code).order_by(Grid.id)
    versions = session.scalars(of_street.with_for_update().execution_options(populate_existing=True)).all()
    before = list(active_cells(session, grid.street_code).values())
    for present in (version for version in versions if version.status == "active"):
        present.status, present.retired_at = "retired", now
    session.flush()
    grid.status, grid.activated_at, grid.activated_by, grid.planned_for = "active", now, actor.account_id, None
    session.flush()
    _follow(session, grid, before, actor, now)
    outbox.publish(session, "grid.activated", now=now, payload={"street": grid.street_code, "grid": grid.id})
    session.flush()


def _follow(session: Session, grid: Grid, before: list[Cell], actor: Actor, now: datetime) -> None:
    takeover = Takeover(session, grid)
    places.rehome(session, takeover, before)
    posts.move(session, grid.street_code, takeover.heirs(before), actor=actor, now=now)
    tickets.follow(session, grid.street_code, actor=actor, now=now, takeover=takeover)
