"""A grid is activated while tickets are merged: each merge is done once, and taken out again a ticket stands in the new cell."""

from __future__ import annotations

import threading
from collections import Counter

import pytest
from sqlalchemy import select

from gridops.domain.actor import Grant
from gridops.models import Cell, Grid, Ticket, Trail
from gridops.services import trail
from tests.faults.conftest import Books
from tests.faults.test_regrid_race import activate, draft
from tests.small_street import IN_EAST, STREET

pytestmark = pytest.mark.faults
PAIRS, CLERKS = 24, 4
AROUND = [[121.414, 31.204], [121.416, 31.204], [121.416, 31.206], [121.414, 31.206]]


def test_activation_while_tickets_are_merged(town):
    office = town.system.log_in("run-merging-office", Grant("grid_office", STREET))
    grid, code = draft(office, AROUND)
    books = Books(town, "边合并边启用")
    numbers = [town.send({"kind": "complaint", "description": books.words, "location": IN_EAST})["number"] for _ in range(2 * PAIRS)]
    books.wait_done(within=60)
    pairs, refused, third = list(zip(numbers[::2], numbers[1::2], strict=True)), [], threading.Event()

    def merge(share: list[tuple[str, str]]) -> None:
        for place, (number, into) in enumerate(share):
            answer = town["clerk"].attempt("merge", number, into=into)
            if answer.status_code != 200:
                refused.append(answer.text)
            if place >= len(share) // 3:
                third.set()

    threads = [threading.Thread(target=merge, args=(pairs[number::CLERKS],)) for number in range(CLERKS)]
    for thread in threads:
        thread.start()
    assert third.wait(60)
    answer, _ = activate(office, grid)
    for thread in threads:
        thread.join()
    assert (answer.status_code, refused) == (200, []), answer.text
    books.wait_done(within=60)
    _assert_whole(town, books, code, {"merged": PAIRS, "reported": PAIRS})
    for number, _into in pairs:
        town["clerk"].do("unmerge", number)
    books.wait_done(within=60)
    _assert_whole(town, books, code, {"reported": 2 * PAIRS})


def _assert_whole(town, books: Books, code: str, statuses: dict[str, int]) -> None:
    """Every step once, every chain whole, what is open in the new cell."""
    with town.system.sessions() as session:
        rows = session.execute(
            select(Ticket, Cell.code, Grid.status).join(Cell, Cell.id == Ticket.cell_id).join(Grid, Grid.id == Cell.grid_id)
            .where(Ticket.description == books.words)).all()
        assert Counter(ticket.status for ticket, _, _ in rows) == statuses
        for ticket, cell, grid in rows:
            assert trail.verify(session, ticket) == []
            actions = Counter(session.scalars(select(Trail.action).where(Trail.ticket_id == ticket.id)))
            assert set(actions.values()) == {1}, actions
            if ticket.status == "reported":
                assert (cell, ticket.area_code, grid, actions["regrid"]) == (code, code, "active", 1), actions
