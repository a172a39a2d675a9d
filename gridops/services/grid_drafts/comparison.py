"""What a version would move, beside the active one (a version that is no draft: beside the one it was drawn from)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.shapes import Area
from gridops.domain.actor import Actor
from gridops.errors import NotFound
from gridops.models import Cell, Grid, Person, Poster, Street, Ticket
from gridops.services import cell_ground, grids, scope
from gridops.services.grid_drafts import drafting
from gridops.services.grid_drafts.homes import Flows, flows
from gridops.services.regrid import places, posts, tickets
from gridops.services.regrid.takeover import Takeover
from gridops.services.shapes import same_shape, shape_of

NAMED = 500  # tickets, posts and posters are named one by one up to here; ``moved`` counts all


def compare(session: Session, grid_id: int, *, actor: Actor, now: datetime) -> dict[str, Any]:
    """{cells, moved, open_tickets, postings, posters}: as the contract of GET /api/v1/grids/{id}/comparison. Raises NotFound."""
    grid = drafting.opened(session, grid_id, actor=actor)
    if not scope.covers(actor, grid.street_code):
        raise NotFound()
    before, after = _cells(session, _base(session, grid)), _cells(session, grid)
    shares = flows(_shapes(before), _shapes(after), cell_ground.homes(session, grid.street_code))
    found = _moving(session, grid, list(before.values()), now) if grid.status == "draft" else {}
    named = {name: found.get(name, [])[:NAMED] for name in ("open_tickets", "postings", "posters")}
    moved = {name: len(found.get(name, ())) for name in ("open_tickets", "postings", "posters", "buildings")}
    return named | {
        "cells": _changes(before, after, shares), "moved": moved | {"households": _households(before, shares)},
    }


def _base(session: Session, grid: Grid) -> Grid | None:
    if grid.status == "draft":
        return grids.active_grid(session, grid.street_code)
    return session.get(Grid, grid.based_on) if grid.based_on else None


def _cells(session: Session, grid: Grid | None) -> dict[str, Cell]:
    query = select(Cell).where(Cell.grid_id == (grid.id if grid else None)).order_by(Cell.code)
    return {cell.code: cell for cell in session.scalars(query)}


def _shapes(cells: Mapping[str, Cell]) -> dict[str, Area]:
    return {code: shape_of(cell.boundary) for code, cell in cells.items() if cell.boundary is not None}


def _changes(before: Mapping[str, Cell], after: Mapping[str, Cell], shares: Flows) -> list[dict[str, Any]]:
    numbers = {code: cell.households for code, cell in before.items()}
    return [_change(code, before.get(code), after.get(code), numbers, shares) for code in sorted(before.keys() | after.keys())]


def _change(code: str, old: Cell | None, new: Cell | None, numbers: Mapping[str, int | None], shares: Flows) -> dict[str, Any]:
    sources = {source: share for (source, target), share in shares.items() if target == code and new is not None}
    given = [{"code": source, "households": _part(numbers[source], share)} for source, share in sorted(sources.items())]
    return {
        "code": code, "name": (new or old).name, "change": _kind(old, new), "households_before": old.households if old else None,
        "households_after": new.households if new else None, "from": given,
    }


def _part(number: int | None, share: float) -> int | None:
    return None if number is None else round(number * share)


def _kind(old: Cell | None, new: Cell | None) -> str:
    if old is None or new is None:
        return "new" if old is None else "ended"
    if not same_shape(old.boundary, new.boundary):
        return "reshaped"
    return "same" if (old.name, old.name_en) == (new.name, new.name_en) else "renamed"


def _households(before: Mapping[str, Cell], shares: Flows) -> int:
    """That would live in a cell of another code."""
    return round(sum((before[source].households or 0) * share for (source, target), share in shares.items() if source != target))


def _moving(session: Session, grid: Grid, before: list[Cell], now: datetime) -> dict[str, list[Any]]:
    takeover = Takeover(session, grid)
    goes_to = {cell.code: takeover.area_after(cell) for cell in takeover.ended(before)}
    rows = session.execute(tickets.stale(grid).order_by(Ticket.id)).all()
    moves = [move for move in tickets.moves_of(session, rows, takeover) if move.is_elsewhere]
    return {
        "open_tickets": [{"number": move.row.number, "from": move.row.area_code, "to": move.area} for move in moves],
        "postings": _postings(session, grid, takeover.heirs(before), now), "posters": _posters(session, before, goes_to),
        "buildings": list(places.changes(session, takeover, before)),
    }


def _postings(session: Session, grid: Grid, heirs: posts.Heirs, now: datetime) -> list[dict[str, str | None]]:
    """``to`` None: no cell takes over, and the post ends."""
    today = now.astimezone(ZoneInfo(session.get_one(Street, grid.street_code).timezone)).date()
    found = session.scalars(posts.standing(heirs, today)).all()
    names = dict(session.execute(select(Person.id, Person.name).where(Person.id.in_({post.person_id for post in found}))).all())
    return [{"person": names[post.person_id], "role": post.role, "from": post.area_code, "to": heirs[post.area_code]} for post in found]


def _posters(session: Session, before: list[Cell], goes_to: Mapping[str, str]) -> list[dict[str, str]]:
    ended = {cell.lineage: cell.code for cell in before if cell.code in goes_to}
    query = select(Poster.token, Poster.cell_lineage).where(Poster.cell_lineage.in_(ended)).order_by(Poster.id)
    return [{"token": row.token, "from": ended[row.cell_lineage], "to": goes_to[ended[row.cell_lineage]]} for row in session.execute(query)]
