"""Versions of a street's grid: which there are, who may see and change them, beginning and giving up a draft."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.errors import Conflict, Forbidden, Invalid, NotFound
from gridops.models import Account, Cell, Grid, GridEdit, Street
from gridops.services import cell_building, grids, scope

STARTS = ("active", "empty", "communities")
SHOWN_EDITS = 20


def versions(session: Session, street_code: str, *, actor: Actor) -> list[Grid]:
    """Newest first. Raises NotFound."""
    _known_street(session, street_code, actor)
    return list(session.scalars(select(Grid).where(Grid.street_code == street_code).order_by(Grid.version.desc())))


def begin(
    session: Session, street_code: str, *, start: str = "active", size: cell_building.Size | None = None, title: str | None = None,
    actor: Actor, now: datetime,
) -> Grid:
    """A draft of the active cells, of no cells, or of cells cut anew: each community as ``size`` says, or one cell each.

    Raises NotFound, Forbidden, Invalid (bad_start, and what cutting can say).
    """
    _known_street(session, street_code, actor)
    _check_keeper(actor, street_code)
    if start not in STARTS or (size is not None and start != "communities"):
        raise Invalid("A size is for cells cut anew: start from the communities.", code="bad_start")
    active = grids.active_grid(session, street_code)
    grid = grids.add_grid(session, street_code, _first_cells(session, street_code, start, size), now=now, active=False)
    grid.title, grid.created_by = title, actor.account_id
    if start == "active" and active:
        grid.reasons = [reason for reason in active.reasons if reason["kind"] != "activation"]
    session.flush()
    return grid


def _first_cells(session: Session, street_code: str, start: str, size: cell_building.Size | None) -> list[grids.CellPlan]:
    if start == "active":
        return [grids.plan_of(cell) for cell in grids.active_cells(session, street_code).values()]
    return [] if start == "empty" else cell_building.plan_street(session, street_code, size or cell_building.Size(count=1)).plans


def opened(session: Session, grid_id: int, *, actor: Actor) -> Grid:
    """To look at. Raises NotFound."""
    grid = session.get(Grid, grid_id)
    if grid is None or not scope.knows(actor, grid.street_code):
        raise NotFound()
    return grid


def locked(session: Session, grid_id: int, *, expected_revision: int | None, actor: Actor) -> Grid:
    """To change, under its row lock. ``expected_revision`` None asks for none.

    Raises NotFound, Forbidden, Conflict: not_a_draft, conflict (somebody else came first; details: revision, last_edit).
    """
    opened(session, grid_id, actor=actor)
    grid = session.scalars(select(Grid).where(Grid.id == grid_id).with_for_update().execution_options(populate_existing=True)).one()
    _check_keeper(actor, grid.street_code)
    if grid.status != "draft":
        raise Conflict("This version is no draft any more.", code="not_a_draft", details={"status": grid.status})
    if expected_revision is not None and expected_revision != grid.revision:
        raise Conflict(details={"revision": grid.revision, "last_edit": _came_last(session, grid)})
    return grid


def discard(session: Session, grid_id: int, *, actor: Actor) -> Grid:
    """Its codes stay used. Raises as ``locked``."""
    grid = locked(session, grid_id, expected_revision=None, actor=actor)
    grid.status, grid.planned_for = "discarded", None
    session.flush()
    return grid


def described(session: Session, grid: Grid) -> dict[str, Any]:
    """As the contract of GET /api/v1/grids/{id}."""
    street = session.get_one(Street, grid.street_code)
    edits = last_edits(session, grid)
    return summary(session, grid) | {
        "street": {"code": street.code, "name": street.name}, "based_on": grid.based_on, "reasons": grid.reasons,
        "can_undo": grid.status == "draft" and bool(edits), "last_edits": edits,
    }


def summary(session: Session, grid: Grid) -> dict[str, Any]:
    """One line of the list of versions."""
    names = ("id", "version", "status", "revision", "title", "created_at", "planned_for", "activated_at", "retired_at")
    cells = session.scalar(select(func.count()).where(Cell.grid_id == grid.id))
    return {name: getattr(grid, name) for name in names} | {"cells": cells}


def last_edits(session: Session, grid: Grid, limit: int = SHOWN_EDITS) -> list[dict[str, Any]]:
    """Newest first: {seq, at, by, operation, cells}."""
    query = select(GridEdit, Account.name).outerjoin(Account, Account.id == GridEdit.account_id).where(GridEdit.grid_id == grid.id)
    rows = session.execute(query.order_by(GridEdit.seq.desc()).limit(limit))
    return [
        {"seq": edit.seq, "at": edit.at, "by": name, "operation": edit.operation, "cells": edit.facts["cells"]}
        for edit, name in rows
    ]


def _came_last(session: Session, grid: Grid) -> dict[str, Any] | None:
    """As ``last_edits``, an undo too (operation "undo", with the cells that were put back), for the details of an error: JSON as they stand."""
    edit = next(iter(last_edits(session, grid, limit=1)), None)
    if grid.undone_at is not None:
        by = session.scalar(select(Account.name).where(Account.id == grid.undone_by))
        seq = edit["seq"] + 1 if edit else 1
        edit = {"seq": seq, "at": grid.undone_at, "by": by, "operation": "undo", "cells": grid.undone_cells}
    return edit and edit | {"at": edit["at"].isoformat()}


def _known_street(session: Session, street_code: str, actor: Actor) -> None:
    if session.get(Street, street_code) is None or not scope.knows(actor, street_code):
        raise NotFound()


def _check_keeper(actor: Actor, street_code: str) -> None:
    if not scope.may_keep_grid(actor, street_code):
        raise Forbidden()
