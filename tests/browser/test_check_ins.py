"""Check-ins confirmed and an absence entered in a real browser, on a desk and on a phone."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from gridops import db
from gridops.models import Account
from gridops.services.imports.check_ins import import_check_ins
from tests.browser.conftest import DESK, PHONE
from tests.browser.test_roster import office  # noqa: F401
from tests.imports.own_files import table
from tests.services.staffing import Staff
from tests.small_street import COMMUNITY


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_a_check_in_from_a_file_is_confirmed(office, site, now, viewport):  # noqa: F811
    page = office(viewport=viewport)
    rows = f"area,name,phone,home_organisation,checked_in_on\n{COMMUNITY},赵春,13900001111,第一中学,2026-03-01"
    with db.transaction(site.fresh.sessions) as session:
        assert not import_check_ins(session, table(rows), now=now, vault=site.context.vault).errors
    page.goto("/people")
    page.get_by_role("link", name="双报到", exact=True).click()
    assert page.get_by_text("其中1人由文件导入，待确认。").is_visible()
    page.get_by_role("button", name="确认赵春的报到").click()
    assert page.get_by_text("已确认报到。").is_visible()
    assert page.get_by_role("row", name="赵春").get_by_text("网格办").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_who_goes_says_so_on_the_phone(office, site, now):  # noqa: F811
    page = office()
    with db.transaction(site.fresh.sessions) as session:
        session.scalar(select(Account).where(Account.username == "office")).person_id = Staff(session).post("Zhang").person_id
    page.goto("/duty/away")
    page.get_by_label("备注").fill("看病")
    page.get_by_role("button", name="登记", exact=True).click()
    assert page.get_by_text("离岗已登记。").is_visible() and page.get_by_text("看病").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
