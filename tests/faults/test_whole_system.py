"""Servers and processes that go away while residents report over HTTP: nothing is lost, nothing is done twice."""

from __future__ import annotations

import requests
import pytest

from tests.faults.conftest import Books, Residents
from tests.running import wait_until

pytestmark = pytest.mark.faults
BACK_WITHIN = 90.0


def test_two_hundred_reports_while_redis_is_stopped_and_its_file_deleted(town, redis):
    residents, books = Residents(town.system, "队列没有了"), Books(town, "队列没有了")
    statuses = residents.send(20)
    redis.program.stop(redis.process)
    statuses += residents.send(160)
    ready = requests.get(f"{town.system.url}/readyz", timeout=10)
    assert ready.status_code == 200, "a missing queue degrades, it does not refuse reports"
    redis.lose_file()
    redis.start()
    statuses += residents.send(20)
    assert statuses == [201] * 200
    print(f"all done {books.wait_done(within=60):.1f} s after the last report")
    books.assert_each_dispatched_once(200)


def test_whatever_is_killed_is_back_at_work_and_nothing_is_lost_or_doubled(town):
    """Under load, each in its turn; a report of the probe's own tells when the whole chain works again."""
    residents, books = Residents(town.system, "一边报一边停"), Books(town, "一边报一边停")
    residents.start(people=3, pause=0.1)
    try:
        took = {name: _killed(town, name) for name in ("worker", "web", "beat", "postgres")}
    finally:
        count = residents.stop()
    print(f"back at work after: {took}; {count} reports, {len(residents.refused)} tries refused or unanswered")
    assert max(took.values()) < BACK_WITHIN
    assert count > 30 and residents.refused, "a load that notices nothing of the kills proves nothing"
    print(f"all done {books.wait_done(within=BACK_WITHIN):.1f} s after the last report")
    books.assert_each_dispatched_once(count)


def _killed(town, name: str) -> float:
    before = town.system.kill(name)
    took = town.system.wait_replaced(name, before, within=BACK_WITHIN)
    took += wait_until(town.system.is_ready, within=BACK_WITHIN, why=town.system.log)
    probe = Residents(town.system, "探针")
    assert probe.send(1, people=1) == [201]
    return round(took + wait_until(lambda: _probe_dispatched(town), within=BACK_WITHIN, why=town.system.log), 1)


def _probe_dispatched(town) -> bool:
    items = town["dispatcher"].get("tickets", q="探针", limit=10)["items"]
    return bool(items) and all(item["status"] == "dispatched" for item in items)
