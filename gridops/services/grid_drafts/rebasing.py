"""A draft that was begun from a version no longer active takes over what the active one changed in communities it left alone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.models import Cell
from gridops.services import grids
from gridops.services.grid_drafts import drafting, editing
from gridops.services.grid_drafts.steps import Step
from gridops.services.shapes import same_shape

Cells = dict[str, Cell]


def rebase(session: Session, grid_id: int, *, expected_revision: int, actor: Actor, now: datetime) -> dict[str, Any]:
    """As ``editing.edit`` answers, and ``conflicts``: communities that both have changed, in which the draft's cells stand.

    Raises as ``drafting.locked``.
    """
    grid = drafting.locked(session, grid_id, expected_revision=expected_revision, actor=actor)
    active = grids.active_grid(session, grid.street_code)
    step, conflicts = Step(session, grid), []
    if active is not None and active.id != grid.based_on:
        base = _by_community(session, grid.based_on)
        ours, theirs = _by_community(session, grid.id), _by_community(session, active.id)
        for community in sorted({*base, *ours, *theirs}):
            was, own, new = (which.get(community, {}) for which in (base, ours, theirs))
            if _alike(was, own):
                _take_over(session, step, own, new)
            elif not _alike(was, new):
                conflicts.append(community)
        step.record("rebase", actor=actor, now=now, based_on=grid.based_on)
        grid.based_on = active.id
        session.flush()
    return editing.answer(session, grid, step.touched, step.removed) | {"conflicts": conflicts}


def _by_community(session: Session, grid_id: int | None) -> dict[str, Cells]:
    found: dict[str, Cells] = {}
    for cell in session.scalars(select(Cell).where(Cell.grid_id == grid_id)):
        found.setdefault(cell.community_code, {})[cell.code] = cell
    return found


def _alike(one: Cells, other: Cells) -> bool:
    return one.keys() == other.keys() and all(_same(one[code], other[code]) for code in one)


def _same(one: Cell, other: Cell) -> bool:
    facts = ("name", "name_en", "households")
    return same_shape(one.boundary, other.boundary) and all(getattr(one, name) == getattr(other, name) for name in facts)


def _take_over(session: Session, step: Step, own: Cells, new: Cells) -> None:
    if _alike(own, new):
        return
    for cell in own.values():
        step.remove(cell)
    session.flush()
    for cell in new.values():
        step.add(**vars(grids.plan_of(cell)))
    step.removed[:] = [code for code in step.removed if code not in new]
