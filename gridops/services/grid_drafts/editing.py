"""One edit of a draft at a time, under the draft's row lock; and undo, back to how it was begun."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from geo.errors import GeoError
from gridops.domain.actor import Actor
from gridops.errors import Invalid, NotAllowed
from gridops.models import Grid
from gridops.services.grid_drafts import drafting, features
from gridops.services.grid_drafts.bodies import COMMON
from gridops.services.grid_drafts.operations import OPERATIONS
from gridops.services.grid_drafts.steps import Step, take_back


def edit(session: Session, grid_id: int, body: dict[str, Any], *, actor: Actor, now: datetime) -> dict[str, Any]:
    """``body`` as bodies.GridEditSchema gives it. {revision, changed: [features], removed: [codes], can_undo}.

    Raises as ``drafting.locked``, and Invalid with the code of what cannot be (operations).
    """
    grid = drafting.locked(session, grid_id, expected_revision=body["expected_revision"], actor=actor)
    step = Step(session, grid)
    try:
        OPERATIONS[body["operation"]](session, grid, body, step)
    except GeoError as error:
        raise Invalid(code=error.code, details={"at": list(error.place)} if error.place else None) from error
    if step.touched:
        said = {name: value for name, value in body.items() if name not in (*COMMON, "lines", "line", "polygon", "cells")}
        step.record(body["operation"], actor=actor, now=now, said=said)
    return answer(session, grid, step.touched, step.removed)


def undo(session: Session, grid_id: int, *, expected_revision: int, actor: Actor, now: datetime) -> dict[str, Any]:
    """The last step is taken back. Raises as ``drafting.locked``, and NotAllowed: nothing_to_undo."""
    grid = drafting.locked(session, grid_id, expected_revision=expected_revision, actor=actor)
    edit, gone = take_back(session, grid, actor=actor, now=now)
    if edit is None:
        raise NotAllowed("Nothing is left to undo.", code="nothing_to_undo", details={"revision": grid.revision})
    return answer(session, grid, [kept["code"] for kept in edit.before], gone)


def answer(session: Session, grid: Grid, touched: list[str], removed: list[str]) -> dict[str, Any]:
    return {
        "revision": grid.revision, "changed": features.cells(session, grid, touched), "removed": sorted(removed),
        "can_undo": bool(drafting.last_edits(session, grid, limit=1)),
    }
