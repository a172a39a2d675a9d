"""Activation of a grid with 10,000 open tickets of which every one moves to another cell: the whole transaction, to its commit."""

from __future__ import annotations

import time

from shapely import box
from sqlalchemy import create_engine, func, select, text

from benchmarks.own_servers import street
from gridops.context import wall_clock
from gridops.db import reading, transaction
from gridops.models import Ticket, Trail
from gridops.services import areas, grids
from gridops.services.shapes import stored_area
from tests.small_street import COMMUNITY, STREET

OPEN = 10_000


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
        owner.dispose()
        context.bind.dispose()
    return [
        (f"activation of a grid, {OPEN:,} open tickets moved with a trail row each", f"{took:.2f} s"),
        ("reading the areas anew in a process after it", f"{fresh * 1000:.0f} ms"),
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
