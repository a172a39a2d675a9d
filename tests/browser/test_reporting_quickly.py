"""A report in a minute: few taps, no words needed, and joining what others have told of."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from gridops import db
from gridops.models import Report, Ticket
from gridops.services import tickets

pytestmark = pytest.mark.browser
HERE = {"geolocation": {"longitude": 121.405, "latitude": 31.205, "accuracy": 12}, "permissions": ["geolocation"]}
MOST_TAPS = 6
COUNT_TAPS = "addEventListener('click', (event) => { if (event.isTrusted && event.detail) sessionStorage.taps = Number(sessionStorage.taps || 0) + 1; }, true)"


def counted(site) -> tuple[int, int]:
    with site.fresh.sessions() as session:
        return session.scalar(select(func.count(Ticket.id))), session.scalar(select(func.count(Report.id)))


def choose_rubbish(page: Page) -> None:
    page.goto("/report")
    page.get_by_role("radio", name="暴露垃圾").click()
    page.get_by_role("button", name="用我现在的位置").click()
    expect(page.get_by_role("status").filter(has_text="西网格")).to_be_visible()


def test_a_report_without_a_word_takes_three_taps(open_page, site):
    page = open_page(**HERE)
    page.add_init_script(COUNT_TAPS)
    choose_rubbish(page)
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("已收到")
    taps = int(page.evaluate("sessionStorage.taps"))
    print(f"taps from opening to sent: {taps}")
    assert taps <= MOST_TAPS
    assert counted(site) == (1, 1)


def test_a_matter_that_others_told_of_is_joined_in_one_more_tap(open_page, site, now):
    with db.transaction(site.fresh.sessions) as session:
        site.street.submit(session, now, contact={"name": "王芳", "phone": "13800001234"})
    page = open_page(**HERE)
    choose_rubbish(page)
    page.get_by_role("button", name="提交").click()
    panel = page.locator("#known-panel")
    expect(panel).to_be_focused()
    expect(panel).to_contain_text("暴露垃圾")
    assert "垃圾堆在路口" not in page.content() and "王芳" not in page.content()
    page.get_by_role("button", name="我也是这件事").click()
    expect(page.locator(".code li")).to_have_count(6)
    assert counted(site) == (1, 2)
    page.get_by_role("link", name="查看办理进度").click()
    expect(page.get_by_text("您加入了居民已反映的同一件事")).to_be_visible()


def test_another_matter_is_sent_all_the_same_and_nothing_typed_is_lost(open_page, site, now):
    with db.transaction(site.fresh.sessions) as session:
        site.street.submit(session, now)
    page = open_page(java_script_enabled=False)
    page.goto(f"/report?poster={''}")
    page.get_by_role("radio", name="暴露垃圾").click()
    page.get_by_label("用您自己的话说").fill("隔壁弄堂的垃圾")
    page.locator("[name=lng]").evaluate("field => field.value = '121.405'")
    page.locator("[name=lat]").evaluate("field => field.value = '31.205'")
    page.locator("[name=crs]").evaluate("field => field.value = 'wgs84'")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_label("用您自己的话说")).to_have_value("隔壁弄堂的垃圾")
    page.get_by_role("button", name="不是，我说的是另一件").click()
    page.wait_for_url("**/receipt")
    assert counted(site) == (2, 2)


def test_nothing_at_all_is_not_sent(open_page, site):
    page = open_page()
    page.goto("/report")
    page.get_by_label("说不清在哪里").check()
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("alert")).to_contain_text("或选一个事项")
    assert counted(site) == (0, 0)


def test_large_text_stays_large_and_nothing_runs_over_the_edge(open_page):
    page = open_page()
    for path in ("/report", "/", "/track", "/responsible"):
        page.goto(path)
        if path == "/report":
            usual = page.evaluate("parseFloat(getComputedStyle(document.querySelector('h1')).fontSize)")
            with page.expect_navigation():
                page.get_by_role("link", name="大字").click()
            assert page.evaluate("parseFloat(getComputedStyle(document.querySelector('h1')).fontSize)") > usual
        assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "20px"
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
    with page.expect_navigation():
        page.get_by_role("link", name="标准字").click()
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "16px"


def go_to(page: Page, name: str, most: int = 80) -> None:
    """By Tab alone until what is so called has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        called = page.evaluate("(document.activeElement.labels?.[0]?.textContent || document.activeElement.getAttribute('aria-label') || document.activeElement.textContent || '').trim()")
        if called.startswith(name):
            return
    raise AssertionError(f"no Tab leads to {name}")


def test_a_report_by_keyboard_alone_from_opening_to_rating(open_page, site, now):
    """The tiles are one stop, chosen by the arrows, as radio buttons are."""
    page = open_page()
    page.goto("/")
    go_to(page, "我要反映")
    page.keyboard.press("Enter")
    page.wait_for_url("**/report")
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "matter":
            break
    while not page.get_by_role("radio", name="暴露垃圾").is_checked():
        page.keyboard.press("ArrowUp")
    go_to(page, "地址或位置描述")
    page.keyboard.type("3号楼东侧")
    go_to(page, "提交")
    page.keyboard.press("Enter")
    page.wait_for_url("**/receipt")
    with db.transaction(site.fresh.sessions) as session:
        ticket = session.scalars(select(Ticket)).one()
        ticket.kind = "consult"
        tickets.perform(session, ticket.number, "answer", {"text": "已经清走。"}, actor=site.street.actors["clerk"], now=now)
    go_to(page, "查看办理进度")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "/t/" in address and not address.endswith("/receipt"))
    go_to(page, "解决了")
    page.keyboard.press("Space")
    go_to(page, "很满意")
    page.keyboard.press("Space")
    go_to(page, "提交评价")
    page.keyboard.press("Enter")
    expect(page.get_by_text("谢谢您告诉我们")).to_be_visible()


def test_at_200_per_cent_nothing_is_cut_off(open_page):
    """A desk of 1440 px at twice the size has 720 px of its own."""
    page = open_page(viewport={"width": 720, "height": 450}, device_scale_factor=2)
    for path in ("/", "/report", "/track", "/responsible", "/lost-code", "/login"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 720, path
