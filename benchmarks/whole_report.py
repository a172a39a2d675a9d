"""One report understood as a worker and its clerk ask for it, among 100,000 tickets and 3,000 places of the running system; and what its processes hold then.

Timed in this process with the functions that the worker calls, one report after the other, while nothing else is done.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from statistics import median

from sqlalchemy import create_engine, func, insert, select
from sqlalchemy.orm import Session

from benchmarks import likely, places
from benchmarks.load import percentile
from benchmarks.machine import Usage
from gridops.context import wall_clock
from gridops.db import transaction
from gridops.domain.actor import SYSTEM, Grant
from gridops.models import Outbox, Place, Ticket
from gridops.services import joining, place_search, repeats, understanding
from gridops.services.places_said import places_said
from tests import small_street
from tests.running import Person, Running, running, wait_until
from tests.small_street import COMMUNITY, IN_WEST, STREET

TICKETS, COMPOUNDS, BUILDINGS, REPORTS = 100_000, 250, 2_750, 300
STEPS = ("category, scope, urgency, protection, places named", "what the system may join", "what the clerk is shown as likely", "the places that are meant")


def run() -> list[tuple[str, str]]:
    with running(GRIDOPS_RATE_LIMITS="0") as system:
        fresh = _web(system)
        names = _fill(system)
        _send(system, _told(names))
        before = Usage.now(system.process.pid)
        waits = _understood(system)
        after = Usage.now(system.process.pid)
        worker, web = _worker(system), _web(system)
    whole = [sum(steps) for steps in waits]
    return [
        (f"one whole report understood among {TICKETS:,} tickets and {COMPOUNDS + BUILDINGS:,} places, p50 / p95 (goal p95 < 30 ms)", _both(whole)),
        *((f"  {step}", _both([steps[place] for steps in waits])) for place, step in enumerate(STEPS)),
        ("  processor time of it, mean, database included", f"{(after.family + after.own - before.family - before.own) * 1000 / REPORTS:.1f} ms"),
        ("  processors that were busy with something else", f"{after.others(before):.1f} of {os.cpu_count()}"),
        (f"memory of the worker after {REPORTS} reports, now / highest (goal < 400 MB)", worker),
        ("memory of a web process when it has started / after these reports and as many texts of which it was asked what they say", f"{fresh} / {web}"),
    ]


def _fill(system: Running) -> list[str]:
    """What compounds are called."""
    chance = random.Random(5)
    with transaction(system.sessions) as session:
        built = small_street.build(session, system.config, wall_clock())
        compounds = [places.compound(number, chance, [COMMUNITY]) for number in range(COMPOUNDS)]
        ids = session.scalars(insert(Place).returning(Place.id, sort_by_parameter_order=True), compounds).all()
        session.execute(insert(Place), list(places.buildings(compounds, ids, BUILDINGS, chance)))
        place_search.index_places(session)
    owner = create_engine(system.config.owner_database_url)
    likely.fill(owner, likely.dispatched(system.sessions, built), 0, TICKETS)
    owner.dispose()
    return [row["name"] for row in compounds]


def _told(names: list[str]) -> Iterator[str]:
    chance = random.Random(6)
    for words in likely.told_words(chance):
        yield f"{chance.choice(names)}{chance.randint(1, 11)}号楼{words}"


def _send(system: Running, told: Iterator[str]) -> None:
    """Over HTTP, each with the text once more for what it says; then until the worker has read them all."""
    clerk, chance = system.log_in("clerk", Grant("clerk", STREET)), random.Random(7)
    for words in islice(told, REPORTS):
        where = {"lng": IN_WEST["lng"] + chance.random() / 200, "lat": IN_WEST["lat"], "crs": "wgs84"}
        _post(clerk, "reports", 201, {"kind": "complaint", "description": words, "location": where})
        _post(clerk, "understand", 200, {"text": words, "location": where})
    wait_until(lambda: not _unread(system), within=120, why=system.log)


def _post(clerk: Person, path: str, status: int, body: dict) -> None:
    answer = clerk.http.post(f"{clerk.url}/api/v1/{path}", json=body, timeout=30)
    if answer.status_code != status:
        raise SystemExit(f"{path}: {answer.status_code} {answer.text}")


def _unread(system: Running) -> int:
    """Not what follows from them: who is called for a danger is called again and again."""
    with system.sessions() as session:
        return session.scalar(select(func.count()).select_from(Outbox).where(Outbox.topic == "report.submitted", Outbox.done_at.is_(None)))


def _understood(system: Running) -> list[list[float]]:
    """Milliseconds of each step, for each report."""
    with system.sessions() as session:
        newest = session.scalars(select(Ticket).order_by(Ticket.id.desc()).limit(REPORTS)).all()
        _steps(session, newest[0])  # what is known from the first day is read once
        found = [_steps(session, ticket) for ticket in newest]
        session.rollback()
    return found


def _steps(session: Session, ticket: Ticket) -> list[float]:
    steps = (
        lambda: understanding.understand(session, ticket),
        lambda: repeats.told_here(session, ticket, metres=joining.SPOT_M, apart=joining.WITHIN),
        lambda: repeats.likely(session, ticket, actor=SYSTEM),
        lambda: places_said(session, ticket.description, street=STREET),
    )
    return [_milliseconds(step) for step in steps]


def _milliseconds(step: Callable[[], object]) -> float:
    start = time.perf_counter()
    step()
    return (time.perf_counter() - start) * 1000


def _both(waits: list[float]) -> str:
    return f"{median(waits):.1f} ms / {percentile(waits, 0.95):.1f} ms"


def _worker(system: Running) -> str:
    return " / ".join(f"{max(_kilobytes(pid, name) for pid in system.pids('worker')) / 1000:.0f} MB" for name in ("VmRSS", "VmHWM"))


def _web(system: Running) -> str:
    """The largest of those that answer."""
    answering = [child for master in system.pids("web") for child in Path(f"/proc/{master}/task/{master}/children").read_text().split()]
    return f"{max(_kilobytes(pid, 'VmRSS') for pid in answering) / 1000:.0f} MB"


def _kilobytes(pid: int | str, name: str) -> int:
    return next(int(line.split()[1]) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith(f"{name}:"))
