"""Open tickets go to the active cell of their place; closed ones keep what they had.

Each by its point; a building's by its building; what was placed by somebody's word, and has no better, by the cell that took most of
its cell's ground. A ticket whose cell's code stays only follows it to the new version; one that comes to another area gets a row in its
trail (action ``regrid``). Statuses and clocks do not move.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import shapely
from sqlalchemy import Row, Select, insert, or_, select, text
from sqlalchemy.orm import Session

from geo.locate import SNAP_DEG
from gridops.domain.actor import SYSTEM, Actor
from gridops.domain.area_codes import COMMUNITY_DIGITS
from gridops.domain.lifecycle import OPEN
from gridops.models import Cell, Grid, Place, Ticket, Trail
from gridops.services import remembered, trail
from gridops.services.regrid.takeover import Takeover, active_grid
from gridops.services.shapes import shape_of
from gridops.services.writing import settle

_MOVE = text(
    "UPDATE ticket SET cell_id = moved.cell, area_code = moved.area, version = moved.version, trail_seq = moved.seq, trail_head = moved.head "
    "FROM unnest(CAST(:ids AS bigint[]), CAST(:cells AS bigint[]), CAST(:areas AS text[]), CAST(:versions AS integer[]), "
    "CAST(:seqs AS integer[]), CAST(:heads AS bytea[])) AS moved (id, cell, area, version, seq, head) WHERE ticket.id = moved.id"
)
_MOVE_ALARMS = text(
    "UPDATE alarm SET area_code = ticket.area_code FROM ticket "
    "WHERE ticket.id = alarm.ticket_id AND alarm.settled_at IS NULL AND ticket.id = ANY(CAST(:ids AS bigint[]))"
)


@dataclass(frozen=True)
class Move:
    """Where a ticket goes. ``cell`` None: no deeper than the community."""

    row: Row
    cell: Cell | None
    area: str

    @property
    def is_elsewhere(self) -> bool:
        return self.area != self.row.area_code


def follow(
    session: Session, street_code: str, *, now: datetime, actor: Actor = SYSTEM, only: Collection[int] | None = None,
    takeover: Takeover | None = None,
) -> int:
    """Moves every open ticket (of ``only`` these ids) that stands in no active cell. How many came to another area."""
    session.flush()
    if takeover is None:
        active = active_grid(session, street_code)
        if active is None or not _any_stale(session, active, only):
            return 0
        takeover = Takeover(session, active)
    rows = session.execute(stale(takeover.grid, only).order_by(Ticket.id).with_for_update(of=Ticket)).all()
    moves = [move for move in moves_of(session, rows, takeover) if move.is_elsewhere or _cell_id(move) != move.row.cell_id]
    _write(session, moves, takeover.grid, actor, now)
    return sum(move.is_elsewhere for move in moves)


def catch_up(session: Session, ticket: Ticket, *, now: datetime) -> None:
    """The same for one, where its cell has retired meanwhile. The caller holds the ticket's row lock."""
    if ticket.cell_id is not None and not _stands(session, ticket.cell_id):
        settle(session)
        follow(session, ticket.street_code, now=now, only=[ticket.id])


def _stands(session: Session, cell_id: int) -> bool:
    """Once for a batch: whoever activates another grid after that finds its tickets locked, and waits."""
    return remembered.in_batch(session, ("grid_status", cell_id), lambda: _grid_status(session, cell_id)) == "active"


def _grid_status(session: Session, cell_id: int) -> str | None:
    return session.scalar(select(Grid.status).join(Cell, Cell.grid_id == Grid.id).where(Cell.id == cell_id))


def _any_stale(session: Session, grid: Grid, only: Collection[int] | None) -> bool:
    return session.execute(stale(grid, only).limit(1)).first() is not None


def stale(grid: Grid, only: Collection[int] | None = None) -> Select:
    """Open tickets of the street whose cell is of another version, or that have a point and no cell."""
    columns = (Ticket.id, Ticket.number, Ticket.version, Ticket.status, Ticket.area_code, Ticket.cell_id, Ticket.place_id, Ticket.point,
               Ticket.trail_seq, Ticket.trail_head)
    elsewhere = select(Cell.id).where(Cell.id == Ticket.cell_id, Cell.grid_id != grid.id).exists()
    query = select(*columns).where(
        Ticket.street_code == grid.street_code, Ticket.status.in_(OPEN),
        or_(elsewhere, Ticket.cell_id.is_(None) & Ticket.point.is_not(None)))
    return query if only is None else query.where(Ticket.id.in_(only))


def moves_of(session: Session, rows: Sequence[Row], takeover: Takeover) -> list[Move]:
    """For each ticket of ``stale`` where it belongs."""
    old = {cell.id: cell for cell in session.scalars(select(Cell).where(Cell.id.in_({row.cell_id for row in rows} - {None})))}
    places = select(Place.id, Place.cell_lineage).where(Place.id.in_({row.place_id for row in rows} - {None}))
    lineages = dict(session.execute(places).all())
    located = _located(rows, old, takeover)
    return [_move(row, old.get(row.cell_id), lineages.get(row.place_id), located[i], takeover) for i, row in enumerate(rows)]


def _located(rows: Sequence[Row], old: dict[int, Cell], takeover: Takeover) -> list[str | None]:
    """By point, where the ticket stood in the cell of its point: else a person chose the cell, and the point does not count."""
    points = np.array([shape_of(row.point) for row in rows], dtype=object)
    shapes = np.array([shape_of(old[row.cell_id].boundary) if row.cell_id in old else None for row in rows], dtype=object)
    free = np.array([row.cell_id is None for row in rows], dtype=bool)
    with_point = np.flatnonzero(~shapely.is_missing(points) & (free | shapely.dwithin(shapes, points, SNAP_DEG)))
    found: list[str | None] = [None] * len(rows)
    for i, code in zip(with_point, takeover.at(shapely.get_coordinates(points[with_point])), strict=True):
        found[i] = code
    return found


def _move(row: Row, old: Cell | None, lineage: Any, located: str | None, takeover: Takeover) -> Move:
    if old is not None and takeover.is_unchanged(old):
        cell = takeover.by_lineage[old.lineage]
    elif located is not None:
        cell = takeover.by_code.get(located)
        return Move(row, cell, cell.code if cell else located)
    elif lineage in takeover.by_lineage:
        cell = takeover.by_lineage[lineage]
    else:
        cell = takeover.heir(old) if old is not None else None
    return Move(row, cell, cell.code if cell else row.area_code[:COMMUNITY_DIGITS])


def _cell_id(move: Move) -> int | None:
    return move.cell.id if move.cell else None


def _write(session: Session, moves: Sequence[Move], grid: Grid, actor: Actor, now: datetime) -> None:
    if not moves:
        return
    trails = {move.row.id: _trail(move, grid, actor, now) for move in moves if move.is_elsewhere}
    if trails:
        names = [column.key for column in Trail.__table__.columns if column.key != "id"]
        session.execute(insert(Trail), [{name: getattr(row, name) for name in names} for row in trails.values()])
    session.execute(_MOVE, {
        "ids": [move.row.id for move in moves], "cells": [_cell_id(move) for move in moves], "areas": [move.area for move in moves],
        "versions": [move.row.version + move.is_elsewhere for move in moves],
        "seqs": [trails[move.row.id].seq if move.row.id in trails else move.row.trail_seq for move in moves],
        "heads": [trails[move.row.id].hash if move.row.id in trails else move.row.trail_head for move in moves],
    })
    session.execute(_MOVE_ALARMS, {"ids": list(trails)})
    _forget(session, {move.row.id for move in moves})


def _trail(move: Move, grid: Grid, actor: Actor, now: datetime) -> Trail:
    """The same chain as trail.append writes, without loading each ticket whole."""
    row = move.row
    head = Ticket(id=row.id, status=row.status, trail_seq=row.trail_seq, trail_head=row.trail_head)
    facts = {"from": row.area_code, "to": move.area, "grid": grid.version}
    return trail.next_row(head, action="regrid", status_from=row.status, actor=actor, facts=facts, now=now)


def _forget(session: Session, ids: set[int]) -> None:
    for row in [row for row in session.identity_map.values() if isinstance(row, Ticket) and row.id in ids]:
        session.expire(row, ["cell_id", "area_code", "version", "trail_seq", "trail_head"])
        remembered.forget(session, ("watches", row.id), ("earlier", row.id))  # read for its old area
