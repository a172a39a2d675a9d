"""A grid is activated while tickets are checked, closed and reopened: each step is done once, and where a ticket stands can be explained."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest
import requests
from sqlalchemy import select

from gridops.domain.actor import Grant
from gridops.domain.lifecycle import OPEN
from gridops.models import Cell, Grid, Ticket, Trail
from gridops.services import trail
from tests.faults.conftest import Books
from tests.faults.test_regrid_race import activate, draft
from tests.journeys.conftest import Town
from tests.small_street import EAST, IN_EAST, STREET

pytestmark = pytest.mark.faults
TICKETS, CLOSERS = 36, 4
AROUND = [[121.414, 31.204], [121.416, 31.204], [121.416, 31.206], [121.414, 31.206]]


@dataclass
class Closers:
    """Clerks who pass check after check; of every third ticket the resident says at once that it is not solved."""

    town: Town
    receipts: list[dict]
    refused: list[str] = field(default_factory=list)
    third: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        shares = [range(number, len(self.receipts), CLOSERS) for number in range(CLOSERS)]
        self._threads = [threading.Thread(target=self._close, args=(share,)) for share in shares]
        for thread in self._threads:
            thread.start()

    def join(self) -> None:
        for thread in self._threads:
            thread.join()

    def _close(self, share: range) -> None:
        for number in share:
            self._note(self.town["clerk"].attempt("pass_check", self.receipts[number]["number"], text="看过照片"))
            if number % 3 == 1:
                self.say_not_solved(number)
            if number > len(self.receipts) // 3:
                self.third.set()

    def say_not_solved(self, number: int) -> None:
        self._note(self.town.resident("rating", self.receipts[number]["code"], solved=False, satisfaction=1))

    def _note(self, answer: requests.Response) -> None:
        if answer.status_code != 200:
            self.refused.append(answer.text)


def handled(town, words: str) -> list[dict]:
    """Receipts of tickets whose result waits for its check."""
    def make(_) -> dict:
        receipt = town.report(location=IN_EAST, description=words)
        town["dispatcher"].wait_for(receipt["number"], "dispatched", within=60)
        town["SANITATION"].do("sign", receipt["number"])
        town.without_support(receipt["number"])
        town["SANITATION"].do("submit_result", receipt["number"], outcome="solved", text="已清运", photos=[town["SANITATION"].photo()])
        return receipt

    with ThreadPoolExecutor(CLOSERS) as pool:
        return list(pool.map(make, range(TICKETS)))


def test_activation_while_tickets_are_closed_and_reopened(town):
    office = town.system.log_in("run-closing-office", Grant("grid_office", STREET))
    grid, code = draft(office, AROUND)
    books = Books(town, "边办结边启用")
    closers = Closers(town, handled(town, books.words))
    closers.start()
    assert closers.third.wait(60)
    answer, _ = activate(office, grid)
    closers.join()
    assert answer.status_code == 200, answer.text
    for number in range(2, TICKETS, 3):
        closers.say_not_solved(number)
    assert closers.refused == [], "who may act before may act after"
    books.wait_done(within=120)
    _assert_explained(town, books, code)


def _assert_explained(town, books: Books, code: str) -> None:
    with town.system.sessions() as session:
        rows = session.execute(
            select(Ticket, Cell.code, Grid.status).join(Cell, Cell.id == Ticket.cell_id).join(Grid, Grid.id == Cell.grid_id)
            .where(Ticket.description == books.words).order_by(Ticket.id)).all()
        assert len(rows) == TICKETS, "none is lost, none doubled"
        ends = Counter(_end(session, ticket, cell, status, code) for ticket, cell, status in rows)
    print(f"of {TICKETS}: {dict(ends)}")
    assert sum(number for (status, _), number in ends.items() if status == "closed") == TICKETS // 3
    assert {when for _, when in ends} == {"before", "after"}, "the checks must come before and after"


def _end(session, ticket: Ticket, cell: str, grid: str, code: str) -> tuple[str, str]:
    """Its status, and whether it was checked before or after the new grid."""
    assert trail.verify(session, ticket) == []
    assert ticket.area_code == cell
    actions = session.scalars(select(Trail.action).where(Trail.ticket_id == ticket.id).order_by(Trail.seq)).all()
    assert set(Counter(actions).values()) == {1}, actions
    moved = "regrid" in actions
    after = moved and actions.index("regrid") < actions.index("pass_check")
    if ticket.status in OPEN:
        assert (ticket.status, cell, grid, moved) == ("in_progress", code, "active", True), actions
    else:
        assert (ticket.status, cell, grid) == ("closed", code if after else EAST, "active" if after else "retired"), actions
        assert moved == after, "what is closed keeps what it had"
    return ticket.status, "after" if after else "before"
