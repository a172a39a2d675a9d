"""Lists of a whole street ask the database as often for sixty cells as for three."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from gridops.models import Cell, Grid, Person, Posting
from tests.api.counting import statements
from tests.small_street import COMMUNITY, STREET, _square


@pytest.fixture
def grow(sessions, street):
    """grow(3, 60): cells of these numbers, each with posts that nobody has confirmed."""

    def grow(first, last):
        with sessions() as session, session.begin():
            grid = session.scalars(select(Grid.id).where(Grid.street_code == STREET)).one()
            for number in range(first, last):
                code = f"{COMMUNITY}{number:03d}"
                session.add(Cell(grid_id=grid, community_code=COMMUNITY, code=code, name=code, boundary=_square(121.40, 121.41)))
                session.add(person := Person(code=f"P{number}", name=f"P{number}"))
                session.flush()
                roles = ("grid_leader", "volunteer")
                session.add_all(Posting(person_id=person.id, role=role, area_code=code, duties=[], starts_on=date(2025, 1, 1)) for role in roles)

    return grow


@pytest.mark.parametrize("path", [
    f"/areas/{STREET}/duty", f"/areas/{STREET}/vacancies", f"/areas/{STREET}/roster", f"/areas/{STREET}/shifts", f"/areas/{STREET}/phone-book",
])
def test_statements_do_not_grow_with_cells(app, client, grow, log_in, path):
    office, counts = log_in("grid_office"), []
    for first, last in ((3, 6), (6, 60)):
        grow(first, last)
        client.get(f"/api/v1{path}", headers=office)  # the atlas of the new cells is read once
        with statements(app.extensions["gridops"].bind) as sent:
            assert client.get(f"/api/v1{path}", headers=office).status_code == 200
        counts.append(len(sent))
    assert counts[1] <= counts[0] + 2, counts
