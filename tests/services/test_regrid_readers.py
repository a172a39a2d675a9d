"""Every place of a community is in exactly one cell before, during and after an activation, whoever asks and whenever."""

from __future__ import annotations

import threading

import numpy as np
import pytest
import shapely
from sqlalchemy import select

from gridops.db import transaction
from gridops.domain.actor import SYSTEM
from gridops.models import Cell, Grid
from gridops.services import areas, grids
from gridops.services.grid_drafts import drafting, editing
from gridops.services.shapes import shape_of
from tests import small_street
from tests.small_street import COMMUNITY, STREET


@pytest.fixture
def draft(fresh, now):
    """A draft that differs from the active version everywhere; its id."""
    with transaction(fresh.sessions) as session:
        small_street.build(session, fresh.config, now)
        grid = drafting.begin(session, STREET, actor=SYSTEM, now=now)
        for number, body in enumerate((
            {"operation": "recut", "community": COMMUNITY, "count": 7},
            {"operation": "draw", "community": COMMUNITY, "polygon": [[121.406, 31.203], [121.414, 31.2022], [121.4133, 31.207], [121.407, 31.2081]]},
        )):
            editing.edit(session, grid.id, body | {"expected_revision": number}, actor=SYSTEM, now=now)
        return grid.id


def places(session) -> np.ndarray:
    """Seeded points all over the community, and every vertex and middle of an edge of both versions."""
    random = np.random.default_rng(7)
    inside = random.uniform((121.40, 31.20), (121.42, 31.21), (3000, 2))
    shapes = [shape_of(boundary) for boundary in session.scalars(select(Cell.boundary))]
    corners = shapely.get_coordinates(shapes)
    return np.concatenate([inside, corners, (corners[1:] + corners[:-1]) / 2])


def owners(session) -> set[int]:
    """The versions whose cells hold the places: one cell each, none without."""
    xy = places(session)
    xy = xy[shapely.dwithin(shapely.box(121.40, 31.20, 121.42, 31.21), shapely.points(xy), 1e-10)]
    found = areas.locate_many(session, xy)
    assert all(location is not None and location.cell is not None for location in found)
    ids = {location.cell.id for location in found}
    return set(session.scalars(select(Cell.grid_id).where(Cell.id.in_(ids))))


def test_before_during_and_after(fresh, draft, now):
    with fresh.sessions() as writer, fresh.sessions() as reader:
        (old,) = owners(reader)
        assert old != draft
        reader.rollback()
        grids.activate(writer, writer.get_one(Grid, draft), now=now)
        assert owners(writer) == {draft}, "who activates sees it already"
        assert owners(reader) == {old}, "nobody else does before it is committed"
        reader.rollback()
        writer.commit()
        assert owners(reader) == {draft}


def test_readers_in_other_threads_never_see_half_of_it(fresh, draft, now):
    seen, stop = [], threading.Event()

    def read() -> None:
        while not stop.is_set():
            with fresh.sessions() as session:
                session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
                seen.append(owners(session))

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    with transaction(fresh.sessions) as session:
        grids.activate(session, session.get_one(Grid, draft), now=now)
    while {draft} not in seen and any(thread.is_alive() for thread in threads):
        stop.wait(0.05)
    stop.set()
    for thread in threads:
        thread.join()
    assert {draft} in seen and all(len(versions) == 1 for versions in seen)
