"""The roster in a real browser: a gap is found, filled, and a list is looked at before it is taken; on a phone nothing is cut off."""

from __future__ import annotations

import pytest

from gridops import db
from gridops.domain.actor import SYSTEM, Grant
from gridops.services import accounts
from gridops.services.imports.people import import_people
from tests.browser.conftest import DESK
from tests.imports.own_files import table
from tests.small_street import STREET

PASSWORD = "a long enough password"
LIST = "姓名,电话,岗位,网格\n王一,13812345678,专职网格员,西网格"


@pytest.fixture
def office(site, open_page, now):
    """The grid office's page, logged in."""
    with db.transaction(site.fresh.sessions) as session:
        accounts.create_account(
            session, "office", PASSWORD, name="网格办", grants=[Grant("grid_office", STREET)], actor=SYSTEM, now=now)
        assert not import_people(session, table(LIST), now=now, vault=site.context.vault).errors

    def open_as(**options):
        page = open_page(**options)
        page.goto("/login?next=/people")
        page.fill("[name=username]", "office")
        page.fill("[name=password]", PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_url("**/people")
        return page

    return open_as


def test_a_gap_is_found_and_filled(office):
    page = office(viewport=DESK)
    east = page.locator("tr", has=page.get_by_role("link", name="东网格", exact=True))
    assert east.get_by_text("空缺").count() == 4
    page.get_by_role("link", name="登记人员").click()
    form = page.locator("form", has=page.get_by_role("heading", name="登记岗位"))
    form.get_by_label("姓名", exact=True).fill("钱二")
    form.get_by_label("岗位", exact=True).select_option("grid_worker")
    form.get_by_label("区域", exact=True).select_option(label="　　东网格")
    form.get_by_role("button").click()
    page.wait_for_url("**/people/P*")
    assert page.get_by_role("heading", name="钱二").is_visible()
    page.goto("/people")
    assert east.get_by_text("空缺").count() == 3
    assert east.get_by_role("link", name="钱二").is_visible()


def test_somebody_moves(office):
    page = office(viewport=DESK)
    page.get_by_role("link", name="王一").click()
    page.get_by_text("调到其他区域").click()
    form = page.locator("form[action$='/move']")
    form.get_by_label("区域").select_option(label="　　东网格")
    form.get_by_role("button").click()
    page.get_by_text("已保存").wait_for()
    page.goto("/people")
    assert page.locator("tr", has=page.get_by_role("link", name="东网格", exact=True)).get_by_role("link", name="王一").is_visible()


def test_a_list_is_looked_at_first(office):
    page = office(viewport=DESK)
    page.goto("/people/import")
    file = {"name": "staff.csv", "mimeType": "text/csv", "buffer": "姓名,岗位,网格\n新人,专职网格员,西网格".encode()}
    page.set_input_files("#file", file)
    page.select_option("#complete", STREET)
    page.locator("button[value=check]").click()
    report = page.locator("#report")
    assert "新人" in report.inner_text() and "王一" in report.inner_text()
    report.get_by_role("button", name="导入").click()
    page.get_by_role("heading", name="已导入").wait_for()
    page.goto("/people")
    assert page.get_by_role("link", name="新人").is_visible() and not page.get_by_role("link", name="王一").is_visible()


def test_on_a_phone_nothing_is_cut_off(office):
    page = office()
    for address in ("/people", "/people/import", "/people/new", "/people/duties"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, address
