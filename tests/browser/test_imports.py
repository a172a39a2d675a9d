"""Files brought in by page, by hand and by keyboard alone, on a desk and on a phone."""

from __future__ import annotations

import json

import pytest
from shapely.geometry import box, mapping
from sqlalchemy import select

from gridops import db
from gridops.domain.actor import SYSTEM, Grant
from gridops.models import Community, Shift
from gridops.services import accounts
from gridops.services.imports.people import import_people
from tests.browser.conftest import DESK
from tests.imports.own_files import table
from tests.small_street import COMMUNITY, STREET, WEST

PASSWORD = "a long enough password"
PLAN = "姓名,岗位,班次,日期,开始,结束\n王一,网格员,夜班,2026-03-06,17:30,09:00\n"


@pytest.fixture
def log_in(site, open_page, now):
    def log_in(role, **options):
        with db.transaction(site.fresh.sessions) as session:
            accounts.create_account(session, role, PASSWORD, name=role, grants=[Grant(role, STREET)], actor=SYSTEM, now=now)
        page = open_page(**options)
        page.goto("/login")
        page.fill("[name=username]", role)
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url("**/inbox*")
        return page

    return log_in


@pytest.fixture
def posted(site, now):
    with db.transaction(site.fresh.sessions) as session:
        people = table(f"工号,姓名,岗位,网格,到岗日期\nW1,王一,专职网格员,{WEST},2026-01-01")
        assert not import_people(session, people, now=now, vault=site.context.vault).errors


def choose(page, name, content):
    page.set_input_files("#file", {"name": name, "mimeType": "application/octet-stream", "buffer": content.encode()})


def test_shifts_by_keyboard_alone(log_in, posted, site):
    page = log_in("grid_office", viewport=DESK)
    page.goto(f"/duty/week?area={STREET}")
    page.get_by_role("link", name="用表格导入排班").press("Enter")
    choose(page, "排班.csv", PLAN)
    page.get_by_role("button", name="先检查").press("Enter")
    report = page.locator("#report")
    report.wait_for()
    assert "王一" in report.inner_text() and "17:30–09:00" in report.inner_text()
    report.get_by_role("button", name="导入").press("Enter")
    page.get_by_role("heading", name="已导入").wait_for()
    with site.fresh.sessions() as session:
        assert session.scalars(select(Shift.kind)).all() == ["night"]
    page.get_by_role("link", name="查看本周排班").press("Enter")
    page.get_by_role("heading", name="本周排班").first.wait_for()


def test_the_sheet_is_downloaded(log_in, posted):
    page = log_in("grid_office", viewport=DESK)
    page.goto("/duty/import")
    with page.expect_download() as download:
        page.get_by_role("button", name="下载表格").click()
    assert download.value.suggested_filename == f"shifts-{STREET}.xlsx"


def test_communities_of_a_street(log_in, site):
    page = log_in("grid_office", viewport=DESK)
    page.goto(f"/grid?street={STREET}")
    page.get_by_role("link", name="从文件导入社区").click()
    shape = {"type": "Feature", "properties": {"code": STREET + "002", "name": "南苑居民区"}, "geometry": mapping(box(121.40, 31.19, 121.42, 31.20))}
    choose(page, "areas.geojson", json.dumps({"type": "FeatureCollection", "features": [shape]}))
    page.get_by_role("button", name="先检查").click()
    page.locator("#report").get_by_text("南苑居民区").wait_for()
    page.locator("#report").get_by_role("button", name="导入").click()
    page.get_by_role("heading", name="已导入").wait_for()
    with site.fresh.sessions() as session:
        assert session.scalars(select(Community.code).order_by(Community.code)).all() == [COMMUNITY, STREET + "002"]


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_on_a_phone_nothing_is_cut_off(log_in, posted, locale):
    page = log_in("grid_office", locale=locale)
    for address in ("/areas/import", "/places/import", "/people/import", "/duty/import"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, address
    choose(page, "plan.csv", PLAN)
    page.locator("button[value=check]").click()
    page.locator("#report").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    table_width = page.evaluate("(() => { const t = document.querySelector('#report .scroll'); return t.scrollWidth - t.clientWidth })()")
    assert table_width <= 0, "the whole row is seen without pushing"
