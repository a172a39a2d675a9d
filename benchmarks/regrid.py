"""Activation of a grid with 10,000 open tickets of which every one moves to another cell: the whole transaction, to its commit.

And what the first question after an activation costs a process, which reads all areas anew: of this street, and of a city of 50,000 cells.
"""

from __future__ import annotations

import time

from shapely import box
from sqlalchemy import create_engine, func, insert, select, text
from sqlalchemy.orm import Session

from benchmarks.own_servers import street
from gridops.context import wall_clock
from gridops.db import reading, transaction
from gridops.models import Cell, Community, Grid, Street, Ticket, Trail
from gridops.services import areas, grids
from gridops.services.shapes import stored_area
from tests.small_street import COMMUNITY, STREET

OPEN = 10_000
STREETS, COMMUNITIES, CELLS = 50, 5, 200  # of the city; communities of a street, cells of a community
ROWS, STEP, SIDE = 10, 0.02, 0.0004  # cells of a community's column; degrees between communities, and of a cell
TRIES = 5


def run() -> list[tuple[str, str]]:
    with street() as (bench, built):
        context, owner = bench.context(), create_engine(bench.config.owner_database_url)
        _fill(context, owner, built)
        took = _activated(context)
        with reading(context.sessions) as session:
            moved = session.scalar(select(func.count()).select_from(Trail).where(Trail.action == "regrid"))
            assert moved == OPEN, moved
            began = time.perf_counter()
            areas.all_streets(session)
            fresh = time.perf_counter() - began
        city = _fresh_in_a_city(context)
        owner.dispose()
        context.bind.dispose()
    return [
        (f"activation of a grid, {OPEN:,} open tickets moved with a trail row each", f"{took:.2f} s"),
        ("reading the areas anew in a process after it", f"{fresh * 1000:.0f} ms"),
        (f"the same among {STREETS * COMMUNITIES * CELLS:,} cells, median of {TRIES} (goal < 1 s)",
         f"{sorted(city)[TRIES // 2]:.2f} s ({min(city):.2f}–{max(city):.2f})"),
    ]


def _fill(context, owner, built) -> None:
    with transaction(context.sessions) as session:
        ticket = built.submit(session, wall_clock()).ticket
    names = [column.name for column in Ticket.__table__.columns if column.name != "id"]
    values = ["'copy-' || n" if name == "number" else f"t.{name}" for name in names]
    copies = f"INSERT INTO ticket ({', '.join(names)}) SELECT {', '.join(values)} FROM ticket t, generate_series(2, :open) AS n WHERE t.id = :id"
    with owner.begin() as connection:
        connection.execute(text(copies), {"open": OPEN, "id": ticket.id})
        connection.execute(text("ANALYZE ticket"))


def _activated(context) -> float:
    with transaction(context.sessions) as session:
        shapes = {"003": box(121.40, 31.20, 121.41, 31.21), "004": box(121.41, 31.20, 121.42, 31.21)}
        plans = [grids.CellPlan(COMMUNITY + serial, COMMUNITY, serial, stored_area(shape)) for serial, shape in shapes.items()]
        draft = grids.add_grid(session, STREET, plans, now=wall_clock(), active=False)
    began = time.perf_counter()
    with transaction(context.sessions) as session:
        grids.activate(session, session.merge(draft), now=wall_clock())
    return time.perf_counter() - began


def _fresh_in_a_city(context) -> list[float]:
    """Seconds of the first question after an activation, for each of some activations."""
    with transaction(context.sessions) as session:
        _build_city(session)
    took = []
    for _ in range(TRIES):
        with transaction(context.sessions) as session:
            grids.add_grid(session, STREET, [grids.plan_of(cell) for cell in grids.active_cells(session, STREET).values()], now=wall_clock())
        with reading(context.sessions) as session:
            began = time.perf_counter()
            assert areas.find_area(session, COMMUNITY + "003") is not None
            took.append(time.perf_counter() - began)
            assert len(areas.descendants(session, "9", "cell")) == STREETS * COMMUNITIES * CELLS
    return took


def _build_city(session: Session) -> None:
    """Squares of eight corners, as a drawn cell has some, side by side; beside the small street, not on it."""
    streets = [f"900100{number:03d}" for number in range(1, STREETS + 1)]
    communities = [f"{street}{number:03d}" for street in streets for number in range(1, COMMUNITIES + 1)]
    session.execute(insert(Street), [{"code": code, "name": code, "phone": "021-60000000"} for code in streets])
    session.execute(insert(Community), [{"code": code, "street_code": code[:9], "name": code} for code in communities])
    versions = [{"street_code": code, "version": 1, "status": "active", "created_at": wall_clock()} for code in streets]
    ids = session.scalars(insert(Grid).returning(Grid.id, sort_by_parameter_order=True), versions).all()
    of_street = dict(zip(streets, ids, strict=True))
    session.execute(insert(Cell), [
        _cell(of_street[community[:9]], community, column, number)
        for column, community in enumerate(communities) for number in range(CELLS)])


def _cell(grid: int, community: str, column: int, number: int) -> dict[str, object]:
    west, south = 100 + column * STEP + number // ROWS * SIDE, 30 + number % ROWS * SIDE
    square = box(west, south, west + SIDE, south + SIDE).segmentize(SIDE / 2)
    return {"grid_id": grid, "community_code": community, "code": f"{community}{number + 1:03d}", "name": str(number), "boundary": stored_area(square)}
