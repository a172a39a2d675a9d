"""The page of understanding waits for the end of a run by itself, and reads well on a phone."""

from __future__ import annotations

import pytest

from gridops import db
from gridops.models import LearnedModel
from gridops.services.learned import runs
from tests.browser.conftest import PHONE
from tests.browser.test_staff import enter, fits  # noqa: F401

pytestmark = pytest.mark.browser


def test_it_says_how_far_it_is_and_loads_itself_at_the_end(site, enter, now):  # noqa: F811
    page = enter("leader", viewport=PHONE)
    page.goto("/learning")
    page.get_by_role("button", name="现在学习").click()
    page.get_by_text("等待后台进程。").wait_for()
    assert page.get_by_role("button", name="现在学习").count() == 0
    with db.transaction(site.fresh.sessions) as session:
        begun = runs.begin(session, now=now)
    page.get_by_text("将重新开始").wait_for(timeout=10_000)
    with db.transaction(site.fresh.sessions) as session:
        session.add(LearnedModel(
            version=1, trained_at=now, samples=40, state="active", weights=b"", measures={
                "held_back": 8, "new": {"accuracy": 0.91, "macro_f1": 0.8, "categories": {"E0192": {"cases": 4, "right": 3, "seen": 4}}},
                "before": {"accuracy": 0.75, "macro_f1": 0.7, "categories": {}}}))
        session.flush()
        runs.end_with(session, begun, session.query(LearnedModel).one(), now=now)
    page.get_by_role("button", name="现在学习").wait_for(timeout=10_000)
    assert page.get_by_text("新版本已启用").is_visible() and page.get_by_text("91.0 %").is_visible()
    assert fits(page)
