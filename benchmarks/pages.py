"""What pages weigh and how long they take: the resident's report page on a slow phone, the leader's page over a large street."""

from __future__ import annotations

import re
import time
from statistics import median

import requests
from playwright.sync_api import Page, sync_playwright
from sqlalchemy import create_engine

from benchmarks import city
from benchmarks.load import percentile
from benchmarks.own_servers import Bench, gunicorn, street
from gridops.context import wall_clock
from gridops.db import transaction
from gridops.domain.actor import SYSTEM, Grant
from gridops.services import accounts, tickets
from tests.small_street import RUBBISH, STREET

OPEN, CELLS, TIMES, PASSWORD = 50_000, city.COMMUNITIES * city.CELLS, 12, "a long enough password"
# 1.6 Mbit/s down, 0.75 up, 150 ms there and back, a processor four times slower: a phone of some years ago on a bad day.
SLOW = {"offline": False, "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 750_000 / 8, "latency": 150}
SLOWER = 4
FIRST_CONTENT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"


def run() -> list[tuple[str, str]]:
    with street() as (bench, built):
        _fill(bench, built)
        with gunicorn("wsgi:app", bench, GRIDOPS_RATE_LIMITS="0") as port:
            return _resident(f"http://127.0.0.1:{port}") + _leader(f"http://127.0.0.1:{port}")


def _fill(bench: Bench, built) -> None:
    context = bench.context()
    with transaction(context.sessions) as session:
        number = built.submit(session, wall_clock()).ticket.number
        tickets.perform(session, number, "file", {"category": RUBBISH}, actor=SYSTEM, now=wall_clock())
        model = tickets.perform(session, number, "dispatch", {}, actor=SYSTEM, now=wall_clock()).id
        accounts.create_account(session, "leader", PASSWORD, name="leader", grants=[Grant("leader", STREET)], actor=SYSTEM, now=wall_clock())
    context.bind.dispose()
    owner = create_engine(bench.config.owner_database_url)
    with owner.begin() as connection:
        city.lay_areas(connection, STREET)
        city.copy_tickets(connection, STREET, model, prefix="NEW", count=OPEN, still_open=True)
    with owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        city.settle(connection)
    owner.dispose()


def _resident(url: str) -> list[tuple[str, str]]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        found = [_opened(browser.new_page(viewport={"width": 390, "height": 844}), f"{url}/report") for _ in range(TIMES // 2)]
        browser.close()
    weights, waits = zip(*found, strict=True)
    return [
        ("the resident's report page with styles and scripts, as sent (goal ≤ 100 kB)", f"{max(weights) / 1000:.0f} kB"),
        ("its first content at 1.6 Mbit/s, 150 ms, a processor 4 × slower, nothing cached, median (goal < 2 s)",
         f"{median(waits) / 1000:.2f} s  (worst {max(waits) / 1000:.2f} s)")]


def _opened(page: Page, address: str) -> tuple[int, float]:
    """Bytes on the wire and milliseconds to the first content."""
    wire = page.context.new_cdp_session(page)
    sizes: list[int] = []
    wire.on("Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])))
    wire.send("Network.enable")
    wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
    wire.send("Network.emulateNetworkConditions", SLOW)
    wire.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(address, wait_until="networkidle")
    found = sum(sizes), page.evaluate(FIRST_CONTENT)
    page.close()
    return found


def _leader(url: str) -> list[tuple[str, str]]:
    with requests.Session() as http:
        http.post(f"{url}/login", data={"username": "leader", "password": PASSWORD}, timeout=30)
        waits = [_timed(http, f"{url}/board") for _ in range(TIMES)][2:]
    return [(f"the leader's page, {CELLS} cells and {OPEN:,} open tickets, server time with the way there, median (goal < 1 s)",
             f"{median(waits):.2f} s  (p95 {percentile(waits, 0.95):.2f} s)")]


def _timed(http: requests.Session, address: str) -> float:
    start = time.perf_counter()
    answer = http.get(address, timeout=60)
    waited = time.perf_counter() - start
    if answer.status_code != 200 or not re.search(r"50,?001|50001", answer.text):
        raise SystemExit(f"{answer.status_code}: the page does not show every ticket")
    return waited
