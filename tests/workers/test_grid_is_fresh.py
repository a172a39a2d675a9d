"""Every worker process answers from a new grid as soon as it is active, although it holds the cells in memory."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from sqlalchemy import text

from gridops.context import wall_clock
from gridops.db import reading, transaction
from gridops.models import Grid
from gridops.services import grids
from tests import small_street
from tests.services.regridding import NEW_MIDDLE, NORTH, regrid
from tests.small_street import IN_WEST, WEST

WORKERS, EVERY_S = 2, 0.02
WITHIN_S = 10.0  # two cores may be shared with much else; what it takes is printed


@dataclass(frozen=True)
class Answer:
    worker: int
    asked: float
    cell: str


def answers(fresh) -> list[Answer]:
    with reading(fresh.sessions) as session:
        rows = session.scalars(text("SELECT words FROM effect ORDER BY id")).all()
    return [Answer(int(pid), float(asked), cell) for pid, asked, cell in map(str.split, rows)]


def have_answered(fresh, pids: set[int], cell: str) -> bool:
    return {answer.worker for answer in answers(fresh) if answer.cell == cell} == pids


@contextmanager
def asked_without_end(background) -> Iterator[None]:
    stop = threading.Event()

    def ask() -> None:
        while not stop.wait(EVERY_S):
            background.publish("test.located", lng=IN_WEST["lng"], lat=IN_WEST["lat"])

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def wait_until(condition, why) -> None:
    give_up = time.monotonic() + WITHIN_S
    while not condition():
        assert time.monotonic() < give_up, why()
        time.sleep(0.02)


@pytest.fixture
def draft(fresh, now) -> int:
    with transaction(fresh.sessions) as session:
        small_street.build(session, fresh.config, now)
        return regrid(session, NEW_MIDDLE, now, active=False).id


def test_every_worker_answers_from_the_new_grid(background, fresh, draft):
    background.start("beat")
    pids = {background.start("worker").pid for _ in range(WORKERS)}
    with asked_without_end(background):
        wait_until(lambda: have_answered(fresh, pids, WEST), background.log.read_text)
        with transaction(fresh.sessions) as session:
            grids.activate(session, session.get_one(Grid, draft), now=wall_clock())
        active = time.time()
        wait_until(lambda: have_answered(fresh, pids, NORTH), background.log.read_text)
    background.wait_done()
    found = answers(fresh)
    assert {answer.cell for answer in found} == {WEST, NORTH}
    first = {pid: min(answer.asked for answer in found if (answer.worker, answer.cell) == (pid, NORTH)) - active for pid in pids}
    late = [answer.asked - active for answer in found if answer.cell == WEST and answer.asked > active]
    print(f"first answer of each worker from the new grid {', '.join(f'{seconds:.2f}' for seconds in first.values())} s after the activation was "
          f"committed; last from the old one {max(late, default=0.0):.2f} s after it; {len(found)} answers")
    order = {pid: [answer.cell for answer in found if answer.worker == pid] for pid in pids}
    assert all(cells == sorted(cells) for cells in order.values()), "no worker goes back to the old grid"
