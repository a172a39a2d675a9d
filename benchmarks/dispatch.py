"""From the answer 201 to ``dispatched`` while 50 reports a second come in, through the whole running system."""

from __future__ import annotations

import http.client
import os
import threading
import time
from dataclasses import dataclass, field
from statistics import median

from sqlalchemy import func, select

from benchmarks.load import percentile, post, report
from benchmarks.machine import Usage
from gridops.context import wall_clock
from gridops.db import transaction
from gridops.models import Outbox, Report, Ticket
from tests import small_street
from tests.running import Running, running, wait_until

PACE, SECONDS, THREADS, ROUNDS = 50, 15, 8, 3


@dataclass
class Arrivals:
    """When each report was answered, by its words; ``late`` is how far the sender fell behind its own pace."""

    answered: dict[str, float] = field(default_factory=dict)
    late: list[float] = field(default_factory=list)


def run() -> list[tuple[str, str]]:
    with running(GRIDOPS_RATE_LIMITS="0") as system:
        with transaction(system.sessions) as session:
            small_street.build(session, system.config, wall_clock())
        _send(system, "warm", 2)
        before = Usage.now(system.process.pid)
        rounds = [_round(system, number) for number in range(ROUNDS)]
        after = Usage.now(system.process.pid)
    waits, late = zip(*rounds, strict=True)
    p95 = [percentile(list(round_), 0.95) for round_ in waits]
    return [
        (f"201 to dispatched at {PACE} reports per s, p95 (goal < 2 s)", f"{median(p95):.2f} s  ({min(p95):.2f}–{max(p95):.2f} in {ROUNDS} rounds of {SECONDS} s)"),
        ("the same, median and worst", f"{median(w for r in waits for w in r):.2f} s, {max(w for r in waits for w in r):.2f} s"),
        ("processor time per report, from HTTP to dispatched, database included", f"{(after.family - before.family) / sum(map(len, waits)) * 1000:.0f} ms"),
        ("processors that were busy with something else", f"{after.others(before):.1f} of {os.cpu_count()}"),
        ("the sender behind its own pace, worst", f"{max(late):.2f} s"),
    ]


def _round(system: Running, number: int) -> tuple[list[float], float]:
    arrivals = _send(system, f"round{number}", SECONDS)
    with system.sessions() as session:
        rows = session.execute(
            select(Report.description, Ticket.dispatched_at).join(Ticket, Ticket.id == Report.ticket_id)
            .where(Report.description.in_(arrivals.answered))).all()
    if len(rows) != len(arrivals.answered) or any(at is None for _, at in rows):
        raise SystemExit("not every report was dispatched")
    return [at.timestamp() - arrivals.answered[words] for words, at in rows], max(arrivals.late)


def _send(system: Running, name: str, seconds: int) -> Arrivals:
    """Open loop: each report has its instant, whether or not the one before has been answered."""
    arrivals, start = Arrivals(), time.monotonic() + 0.2
    threads = [threading.Thread(target=_sender, args=(system.port, name, first, seconds, start, arrivals)) for first in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wait_until(lambda: _undone(system) == 0, within=120, why=system.log)
    return arrivals


def _sender(port: int, name: str, first: int, seconds: int, start: float, arrivals: Arrivals) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    for number in range(first, PACE * seconds, THREADS):
        due = start + number / PACE
        time.sleep(max(0.0, due - time.monotonic()))
        arrivals.late.append(time.monotonic() - due)
        body, headers = report(number, f"dispatch-{name}", small_street.IN_WEST, words=name)
        status, content = post(connection, "/api/v1/reports", body, headers)
        arrivals.answered[f"{name} {number}"] = time.time()
        if status != 201:
            raise SystemExit(f"{status}: {content!r}")
    connection.close()


def _undone(system: Running) -> int:
    with system.sessions() as session:
        return session.scalar(select(func.count()).where(Outbox.done_at.is_(None)))
