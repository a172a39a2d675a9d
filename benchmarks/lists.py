"""Backlog by cell, the staff list and the map of a street, at 1,000,000 tickets of which 50,000 are open."""

from __future__ import annotations

import gzip
import time
from statistics import median

import requests
from sqlalchemy import create_engine

from benchmarks import city
from benchmarks.load import percentile
from benchmarks.own_servers import Bench, gunicorn, street
from gridops.context import Context, wall_clock
from gridops.db import reading, transaction
from gridops.domain.actor import SYSTEM, Actor, Grant
from gridops.services import accounts, tickets
from gridops.services.backlog import backlog
from tests.small_street import RUBBISH, STREET, SmallStreet

ALL, OPEN, ON_MAP, TIMES, ROUNDS = 1_000_000, 50_000, 4_000, 60, 5
SECOND, PASSWORD = "310199002", "a long enough password"
COMMUNITY = STREET + "105"


def run() -> list[tuple[str, str]]:
    with street() as (bench, built):
        context = bench.context()
        _fill(context, bench, built)
        rows = _backlogs(context)
        with gunicorn("benchmarks.bare_lists:create_app()", bench) as plain, gunicorn("wsgi:app", bench, GRIDOPS_RATE_LIMITS="0") as ours:
            token = _token(context, ours)
            rows += _list(plain, ours, token) + _map(plain, ours, token)
        context.bind.dispose()
    return rows


def _fill(context: Context, bench: Bench, built: SmallStreet) -> None:
    with transaction(context.sessions) as session:
        ticket = built.submit(session, wall_clock()).ticket
        tickets.perform(session, ticket.number, "file", {"category": RUBBISH}, actor=SYSTEM, now=wall_clock())
        model = tickets.perform(session, ticket.number, "dispatch", {}, actor=SYSTEM, now=wall_clock()).id
    owner = create_engine(bench.config.owner_database_url)
    with owner.begin() as connection:
        for code in (STREET, SECOND):
            city.lay_areas(connection, code)
        city.copy_tickets(connection, STREET, model, prefix="OLD", count=ALL - OPEN, still_open=False)
        city.copy_tickets(connection, STREET, model, prefix="NEW", count=OPEN - ON_MAP, still_open=True)
        city.copy_tickets(connection, SECOND, model, prefix="MAP", count=ON_MAP, still_open=True)
    with owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        city.settle(connection)
    owner.dispose()


def _backlogs(context: Context) -> list[tuple[str, str]]:
    leader = Actor("staff", "leader", account_id=1, grants=(Grant("leader", "3101"),))
    rows = []
    for code, what in ((STREET, f"{OPEN - ON_MAP:,} of them open in one street"), (SECOND, f"{ON_MAP:,} open in the street")):
        waits = []
        for _ in range(TIMES):
            with reading(context.sessions) as session:
                start = time.perf_counter()
                backlog(session, code, "cell", actor=leader, now=wall_clock())
                waits.append(time.perf_counter() - start)
        rows.append((f"backlog by cell at {ALL:,} tickets, {what}, p95 (goal < 30 ms)",
                     f"{percentile(waits, 0.95) * 1000:.0f} ms  (median {median(waits) * 1000:.0f} ms)"))
    return rows


def _token(context: Context, port: int) -> dict[str, str]:
    with transaction(context.sessions) as session:
        accounts.create_account(
            session, "bench", PASSWORD, name="bench", grants=[Grant("leader", STREET), Grant("leader", SECOND)], actor=SYSTEM, now=wall_clock())
    answer = requests.post(f"http://127.0.0.1:{port}/api/v1/session", json={"username": "bench", "password": PASSWORD}, timeout=30)
    return {"Authorization": f"Bearer {answer.json()['token']}"}


def _list(plain: int, ours: int, token: dict[str, str]) -> list[tuple[str, str]]:
    ratios, ms = _against(
        f"http://127.0.0.1:{plain}/list?area={COMMUNITY}", f"http://127.0.0.1:{ours}/api/v1/tickets?area={COMMUNITY}&limit=50", token)
    return [(f"staff list, 50 of {ALL // city.COMMUNITIES:,} in a community, ÷ bare joined query (goal ≥ 0.4)", f"{ratios}  ({ms})")]


def _map(plain: int, ours: int, token: dict[str, str]) -> list[tuple[str, str]]:
    url = f"http://127.0.0.1:{ours}/api/v1/areas/{SECOND}/open-tickets"
    ratios, ms = _against(f"http://127.0.0.1:{plain}/map?area={SECOND}", url, token)
    size = len(gzip.compress(requests.get(url, headers=token, timeout=30).content, 5))
    return [
        (f"map of a street with {ON_MAP:,} open tickets, gzipped (goal < 150 kB)", f"{size / 1000:.0f} kB"),
        ("the same ÷ bare query of its rows (goal ≥ 0.3)", f"{ratios}  ({ms})"),
    ]


def _against(bare: str, ours: str, token: dict[str, str]) -> tuple[str, str]:
    """Requests per second of the one ÷ of the other, one after the other on a kept connection, in rounds by turns."""
    with requests.Session() as plain, requests.Session() as real:
        real.headers.update(token)
        _waits(plain, bare, 5), _waits(real, ours, 5)
        pairs = [(_waits(plain, bare, 30), _waits(real, ours, 30)) for _ in range(ROUNDS)]
    found = sorted(one / other for one, other in pairs)
    words = f"{median(one for one, _ in pairs) * 1000:.1f} ms bare, {median(other for _, other in pairs) * 1000:.1f} ms"
    return f"{median(found):.2f} ({found[0]:.2f}–{found[-1]:.2f})", words


def _waits(http: requests.Session, url: str, count: int) -> float:
    start = time.perf_counter()
    for _ in range(count):
        answer = http.get(url, timeout=30)
        assert answer.status_code == 200, answer.text[:300]
    return (time.perf_counter() - start) / count

