"""Hot issues on a phone: readable without a map, and the one click."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from gridops import db
from gridops.domain.actor import SYSTEM
from gridops.services import tickets
from tests.browser.conftest import DESK, PHONE
from tests.browser.test_staff import enter, fits  # noqa: F401
from tests.small_street import RUBBISH


@pytest.fixture
def hot(site, now):
    """Six people about one heap of rubbish."""
    with db.transaction(site.fresh.sessions) as session:
        for person in range(6):
            number = site.street.submit(session, now, contact={"phone": f"1381234000{person}"}).ticket.number
            tickets.perform(session, number, "file", {"category": RUBBISH}, actor=SYSTEM, now=now)


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_it_is_read_and_made_public(enter, hot, viewport):  # noqa: F811
    page = enter("leader", viewport=viewport)
    page.goto("/board")
    page.get_by_role("link", name="热点与反复问题").click()
    page.wait_for_load_state("networkidle")
    assert fits(page)
    expect(page.locator(".map path.point")).to_have_count(1)
    page.get_by_role("button", name="列为公共议题").click()
    expect(page.get_by_role("status").first).to_contain_text("已列为公共议题")
    expect(page.get_by_role("button", name="列为公共议题")).to_have_count(0)


def test_without_script_it_says_the_same(enter, hot):  # noqa: F811
    page = enter("leader", java_script_enabled=False)
    page.goto("/hot-issues")
    expect(page.get_by_role("heading", name="暴露垃圾")).to_be_visible()
    expect(page.get_by_text("6 人")).to_be_visible()
