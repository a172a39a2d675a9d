"""A grid is activated while fifty reports a second come in, through real processes: none is lost, doubled, or left in a retired cell."""

from __future__ import annotations

import threading
import time
from collections import Counter

import pytest
import requests
from sqlalchemy import func, select

from gridops.domain.actor import Grant
from gridops.models import Cell, Grid, Report, Ticket, Trail
from gridops.services import trail
from tests.faults.conftest import Books, Residents
from tests.small_street import COMMUNITY, IN_WEST, STREET, WEST

pytestmark = pytest.mark.faults
SECONDS_BEFORE, SECONDS_AFTER = 3.0, 3.0
AROUND = [[121.404, 31.204], [121.406, 31.204], [121.406, 31.206], [121.404, 31.206]]  # of the place where all reports are from
FRESH_WITHIN_S = 1.0


class Watcher:
    """Asks without end where the place is, and notes each answer with its instant."""

    def __init__(self, url: str) -> None:
        self.url, self.seen, self._stop = url, [], threading.Event()
        self._threads = [threading.Thread(target=self._watch) for _ in range(4)]
        for thread in self._threads:
            thread.start()

    def _watch(self) -> None:
        with requests.Session() as http:
            while not self._stop.is_set():
                asked = time.monotonic()
                answer = http.get(f"{self.url}/api/v1/locate", params=IN_WEST, timeout=20)
                cell = answer.json().get("cell") if answer.status_code == 200 else {"code": str(answer.status_code)}
                self.seen.append((asked, cell and cell["code"]))
                time.sleep(0.05)

    def stop(self) -> list[tuple[float, str | None]]:
        self._stop.set()
        for thread in self._threads:
            thread.join()
        return sorted(self.seen)


def draft(office, polygon: list[list[float]] = AROUND) -> tuple[int, str]:
    """A draft in which a new cell is drawn around the place; its id and the code of that cell."""
    made = office.http.post(f"{office.url}/api/v1/streets/{STREET}/grids", json={}, timeout=20).json()
    body = {"expected_revision": 0, "operation": "draw", "community": COMMUNITY, "polygon": polygon}
    edited = office.http.post(f"{office.url}/api/v1/grids/{made['id']}/edits", json=body, timeout=20)
    assert edited.status_code == 200, edited.text
    return made["id"], max(feature["properties"]["code"] for feature in edited.json()["changed"])


def activate(office, grid: int) -> tuple[requests.Response, float]:
    answer = office.http.post(f"{office.url}/api/v1/grids/{grid}/activation", json={"expected_revision": 1}, timeout=60)
    return answer, time.monotonic()


def test_activation_under_fifty_reports_a_second(town):
    office = town.system.log_in("run-office", Grant("grid_office", STREET))
    grid, code = draft(office)
    residents, books = Residents(town.system, "启用期间"), Books(town, "启用期间")
    watcher, started = Watcher(town.system.url), time.monotonic()
    residents.start(people=50, pause=0.4)
    time.sleep(SECONDS_BEFORE)
    answer, done = activate(office, grid)
    time.sleep(SECONDS_AFTER)
    count, seen = residents.stop(), watcher.stop()
    rate = count / (time.monotonic() - started)
    assert answer.status_code == 200, answer.text
    late = [at - done for at, cell in seen if at > done and cell != code]
    print(f"{count} reports, {rate:.0f}/s; the last answer from the old grid {max(late, default=0.0):.2f} s after the activation")
    assert {cell for _, cell in seen} <= {WEST, code}, "a place is in exactly one cell all the time"
    assert max(late, default=0.0) < FRESH_WITHIN_S
    books.wait_done(within=120)
    _assert_whole(town, books, count, code)


def _assert_whole(town, books: Books, count: int, code: str) -> None:
    with town.system.sessions() as session:
        assert session.scalar(select(func.count()).select_from(Report).where(Report.description == books.words)) == count
        found = session.execute(
            select(Cell.code, Grid.status, Ticket.area_code, func.count()).select_from(Ticket).join(Cell, Cell.id == Ticket.cell_id)
            .join(Grid, Grid.id == Cell.grid_id).where(Ticket.description == books.words).group_by(Cell.code, Grid.status, Ticket.area_code)).all()
        assert found == [(code, "active", code, count)]
        rows = session.execute(select(Trail.ticket_id, Trail.action).where(Trail.ticket_id.in_(books._tickets()))).all()
        of_each = Counter(Counter((row.ticket_id, row.action) for row in rows).values())
        assert set(of_each) == {1}, "nothing is done twice"
        moved = sum(row.action == "regrid" for row in rows)
        assert 0 < moved < count, "the load must come before and after"
        print(f"{moved} of {count} tickets moved")
        assert [fault for ticket in session.scalars(select(Ticket)) for fault in trail.verify(session, ticket)] == []


def at_once(offices, path_of, body_of) -> list[requests.Response]:
    """One POST of each, let go together; the answers by status."""
    gate, answers = threading.Barrier(len(offices)), [None] * len(offices)

    def post(number: int) -> None:
        gate.wait()
        answers[number] = offices[number].http.post(f"{offices[number].url}/api/v1/{path_of(number)}", json=body_of(number), timeout=60)

    threads = [threading.Thread(target=post, args=(number,)) for number in range(len(offices))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(answers, key=lambda answer: answer.status_code)


@pytest.fixture(scope="module")
def offices(town):
    return [town.system.log_in(f"run-editor-{number}", Grant("grid_office", STREET)) for number in range(2)]


def begun(office) -> dict:
    return office.http.post(f"{office.url}/api/v1/streets/{STREET}/grids", json={}, timeout=20).json()


def test_two_editors_of_one_draft(offices):
    made = begun(offices[0])
    winner, loser = at_once(
        offices, lambda _: f"grids/{made['id']}/edits",
        lambda number: {"expected_revision": 0, "operation": "rename", "cell": WEST, "name": f"网格{number}"})
    assert (winner.status_code, loser.status_code) == (200, 409), loser.text
    error = loser.json()["error"]
    assert (error["code"], error["details"]["revision"], error["details"]["last_edit"]["operation"]) == ("conflict", 1, "rename")


def test_two_drafts_of_one_street_activated_at_once(offices):
    for _ in range(5):
        drafts = [begun(office)["id"] for office in offices]
        winner, loser = at_once(offices, lambda number: f"grids/{drafts[number]}/activation", lambda _: {"expected_revision": 0})
        assert (winner.status_code, loser.status_code) == (200, 409), (winner.text, loser.text)
        assert loser.json()["error"]["code"] == "draft_outdated"
