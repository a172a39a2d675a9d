"""What is wrong with a version's cells: found anew each time, each with where it is and whether somebody said why it may stand.

kind: gap, overlap, outside (a cell's ground beyond its community), orphan (a cell without ground in it), compound_split,
building_split: these forbid activation unless a reason is stated. sliver, multipart, address_in_none, address_in_two, empty_name,
duplicate_name: shown. ``subject`` names what it is about, the same each time: cell codes, a place's code, or where a gap is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.coverage import Patch, addresses, report, splits
from geo.shapes import Area
from gridops.domain.actor import Actor
from gridops.models import Cell, Community, Grid, Place
from gridops.services import cell_ground
from gridops.services.grid_drafts import drafting
from gridops.services.shapes import shape_of

BLOCKING = ("gap", "overlap", "outside", "orphan", "compound_split", "building_split")
KINDS = (*BLOCKING, "sliver", "multipart", "address_in_none", "address_in_two", "empty_name", "duplicate_name")
MOST_ADDRESSES = 200  # of one kind are named one by one


class Found(NamedTuple):
    kind: str
    subject: str
    cells: list[str]
    shape: BaseGeometry | None
    area_m2: float | None = None
    place: str | None = None


class Block(NamedTuple):
    """A community with its cells that are drawn, by code."""

    community: Community
    outline: Area | None
    cells: dict[str, Area]


def coverage(session: Session, grid: Grid) -> dict[str, Any]:
    """{complete, gap_m2, overlap_m2, problems}: as the contract of GET /api/v1/grids/{id}/coverage."""
    blocks = _blocks(session, grid)
    reports = [(block, report(_outline(block), list(block.cells.values()))) for block in blocks if block.cells or block.outline is not None]
    found = [problem for block, said in reports for problem in _of_ground(block, said)]
    found += [*_of_places(session, blocks), *_of_names(session, grid)]
    return {
        "complete": all(said.complete for _, said in reports),
        "gap_m2": round(sum(said.gap_m2 for _, said in reports), 2), "overlap_m2": round(sum(said.overlap_m2 for _, said in reports), 2),
        "problems": [_shown(problem, grid) for problem in sorted(found, key=lambda problem: (KINDS.index(problem.kind), problem.subject))],
    }


def standing(session: Session, grid: Grid) -> list[dict[str, Any]]:
    """The problems that forbid activation: blocking, and nobody has said why they may stand."""
    problems = coverage(session, grid)["problems"]
    return [problem for problem in problems if problem["severity"] == "blocking" and problem["accepted"] is None]


def state_reason(session: Session, grid_id: int, kind: str, subject: str, reason: str, *, actor: Actor, now: datetime) -> Grid:
    """Says why a problem may stand; a second word replaces the first. Raises as ``drafting.locked``."""
    grid = drafting.locked(session, grid_id, expected_revision=None, actor=actor)
    accept(grid, kind, subject, reason, actor=actor, now=now)
    session.flush()
    return grid


def accept(grid: Grid, kind: str, subject: str, reason: str, *, actor: Actor, now: datetime) -> None:
    kept = [known for known in grid.reasons if (known["kind"], known["subject"]) != (kind, subject)]
    grid.reasons = [*kept, {"kind": kind, "subject": subject, "reason": reason, "by": actor.name, "at": now.isoformat()}]


def _blocks(session: Session, grid: Grid) -> list[Block]:
    rows = session.scalars(select(Cell).where(Cell.grid_id == grid.id, Cell.boundary.is_not(None)).order_by(Cell.code))
    cells: dict[str, dict[str, Area]] = defaultdict(dict)
    for cell in rows:
        cells[cell.community_code][cell.code] = shape_of(cell.boundary)
    communities = session.scalars(select(Community).where(Community.street_code == grid.street_code).order_by(Community.code))
    return [Block(community, shape_of(community.boundary), cells[community.code]) for community in communities]


def _outline(block: Block) -> Area:
    return block.outline if block.outline is not None else shapely.union_all(list(block.cells.values()))


def _of_ground(block: Block, said: Any) -> Iterator[Found]:
    codes = list(block.cells)
    for kind, patches in (
        ("gap", said.gaps), ("overlap", said.overlaps), ("outside", said.outside), ("orphan", said.orphans), ("sliver", said.slivers),
        ("multipart", said.multipart),
    ):
        for patch in patches:
            touched = [codes[i] for i in patch.cells]
            yield Found(kind, _subject(block, patch, touched), touched, patch.shape, patch.area_m2)


def _subject(block: Block, patch: Patch, codes: list[str]) -> str:
    """A gap is called by where it is, to a metre."""
    if codes:
        return "+".join(codes)
    place = patch.shape.point_on_surface()
    return f"{block.community.code}@{place.x:.5f},{place.y:.5f}"


def _of_places(session: Session, blocks: list[Block]) -> Iterator[Found]:
    for block in (block for block in blocks if block.cells):
        yield from _split_places(session, block)
        yield from _addresses(session, block)


def _split_places(session: Session, block: Block) -> Iterator[Found]:
    rows = session.execute(
        select(Place.code, Place.kind, Place.boundary)
        .where(Place.community_code == block.community.code, Place.ended_at.is_(None), Place.boundary.is_not(None)).order_by(Place.code)).all()
    codes, shapes = list(block.cells), [shape_of(row.boundary) for row in rows]
    split = {id(patch.shape): patch for patch in splits(list(block.cells.values()), shapes)}
    for row, shape in zip(rows, shapes, strict=True):
        if patch := split.get(id(shape)):
            kind = "compound_split" if row.kind == "compound" else "building_split"
            yield Found(kind, row.code, [codes[i] for i in patch.cells], shape, patch.area_m2, row.code)


def _addresses(session: Session, block: Block) -> Iterator[Found]:
    """Buildings and yards that no cell holds, or the inside of two."""
    codes, (houses, xy) = list(block.cells), cell_ground.houses(session, block.community.code)
    found = addresses(list(block.cells.values()), xy)
    for i in found.in_none[:MOST_ADDRESSES]:
        yield Found("address_in_none", houses[i], [], shapely.Point(xy[i]), place=houses[i])
    for i, cells in found.in_two[:MOST_ADDRESSES]:
        yield Found("address_in_two", houses[i], [codes[j] for j in cells], shapely.Point(xy[i]), place=houses[i])


def _of_names(session: Session, grid: Grid) -> Iterator[Found]:
    rows = session.execute(select(Cell.code, Cell.community_code, Cell.name, Cell.boundary).where(Cell.grid_id == grid.id).order_by(Cell.code)).all()
    called: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for row in rows:
        called[row.community_code, row.name.strip()].append(row)
    for (_, name), same in called.items():
        if not name:
            yield from (Found("empty_name", row.code, [row.code], shape_of(row.boundary)) for row in same)
        elif len(same) > 1:
            yield Found("duplicate_name", "+".join(row.code for row in same), [row.code for row in same], shape_of(same[0].boundary))


def _shown(problem: Found, grid: Grid) -> dict[str, Any]:
    said = {(known["kind"], known["subject"]): known["reason"] for known in grid.reasons}
    shape = problem.shape if problem.shape is not None and not problem.shape.is_empty else None
    place = shape.point_on_surface() if shape is not None else None
    return {
        "id": f"{problem.kind}:{problem.subject}", "kind": problem.kind, "subject": problem.subject,
        "severity": "blocking" if problem.kind in BLOCKING else "notice", "cells": problem.cells, "place": problem.place,
        "area_m2": round(problem.area_m2, 2) if problem.area_m2 is not None else None,
        "at": [place.x, place.y] if place is not None else None, "bbox": list(shape.bounds) if shape is not None else None,
        "accepted": said.get((problem.kind, problem.subject)),
    }
