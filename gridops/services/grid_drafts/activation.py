"""The instant at which a draft counts: now, or planned for later and then done by a worker.

Forbidden while problems stand for which nobody has given a reason, and when another version has become active since the draft was
begun; an explicit reason lets both stand, and is kept with the version.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.domain.actor import SYSTEM, Actor
from gridops.domain.duty import YEARS
from gridops.errors import Invalid, NotAllowed
from gridops.models import Grid
from gridops.services import alarms, grids, outbox
from gridops.services.grid_drafts import coverage, drafting

PLANNED = "grid.planned"
FAILED = "grid_not_activated"
NAMED = 20  # problems in an error


def activate(
    session: Session, grid_id: int, *, expected_revision: int | None, reason: str | None = None, at: datetime | None = None, actor: Actor,
    now: datetime,
) -> Grid:
    """``at`` in the future plans it.

    Raises as ``drafting.locked``, Invalid (``at`` in no year that a calendar knows), NotAllowed: draft_outdated, grid_not_sound
    (details: problems).
    """
    if at is not None and at.year not in YEARS:
        raise Invalid(fields={"at": ["Not a valid datetime."]})
    grids.hold_street(session, drafting.opened(session, grid_id, actor=actor).street_code)  # before the draft: two of one street must not deadlock
    grid = drafting.locked(session, grid_id, expected_revision=expected_revision, actor=actor)
    problems = coverage.standing(session, grid)
    if reason is None:
        _refuse(session, grid, problems)
    else:
        _accept(grid, problems, reason, actor, now)
    if at is not None and at > now:
        grid.planned_for = at
        outbox.publish(session, PLANNED, now=now, available_at=at, payload={"grid": grid.id})
    else:
        grids.activate(session, grid, actor=actor, now=now)
    session.flush()
    return grid


def _accept(grid: Grid, problems: list[dict], reason: str, actor: Actor, now: datetime) -> None:
    for problem in problems:
        coverage.accept(grid, problem["kind"], problem["subject"], reason, actor=actor, now=now)
    coverage.accept(grid, "activation", str(grid.version), reason, actor=actor, now=now)


def _refuse(session: Session, grid: Grid, problems: list[dict]) -> None:
    if is_outdated(session, grid):
        raise NotAllowed(
            "Another version has become active since this draft was begun: rebase it, or say why it counts all the same.",
            code="draft_outdated", details={"revision": grid.revision})
    if problems:
        raise NotAllowed(
            "Problems forbid activation: mend them, or say why they may stand.", code="grid_not_sound",
            details={"revision": grid.revision, "problems": problems[:NAMED]})


def is_outdated(session: Session, grid: Grid) -> bool:
    active = grids.active_grid(session, grid.street_code)
    return active is not None and active.id != grid.based_on


def activate_planned(session: Session, grid_id: int, *, now: datetime) -> None:
    """What was planned for now. A draft that has been discarded, activated or planned anew meanwhile is left alone.

    One that may not be activated any more calls the grid office.
    """
    grids.hold_street(session, session.get_one(Grid, grid_id).street_code)
    grid = session.scalars(select(Grid).where(Grid.id == grid_id).with_for_update().execution_options(populate_existing=True)).one()
    if grid.status != "draft" or grid.planned_for is None or grid.planned_for > now:
        return
    stated = any(reason["kind"] == "activation" for reason in grid.reasons)
    problems = coverage.standing(session, grid)
    if problems or (is_outdated(session, grid) and not stated):
        grid.planned_for = None
        facts = {"version": grid.version, "problems": [problem["id"] for problem in problems[:NAMED]]}
        alarms.raise_alarm(session, FAILED, f"{grid.street_code}/{grid.version}", grid.street_code, facts=facts, now=now)
        session.flush()
    else:
        grids.activate(session, grid, actor=SYSTEM, now=now)
