"""A day at an organisation's desk without a mouse: sign for many, give them to a colleague, put a text in, send the result with a photo."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from gridops import db
from gridops.domain.actor import SYSTEM, Grant
from gridops.models import Account, Assignment, Evidence, Ticket
from gridops.services import accounts, tickets
from gridops.services.organisation import result_texts
from tests.browser.conftest import DESK
from tests.browser.keyboard import choose, log_in, press_to
from tests.browser.phones import serious
from tests.small_street import RUBBISH, STREET
from tests.web.test_resident import photo

pytestmark = pytest.mark.browser
PASSWORD = "a long enough password"


@pytest.fixture
def numbers(site, now):
    """Three tickets for the sanitation company, which has two people and one text."""
    department = site.street.departments["SANITATION"].id
    found = []
    with db.transaction(site.fresh.sessions) as session:
        for _ in range(3):
            number = site.street.submit(session, now).ticket.number
            tickets.perform(session, number, "file", {"category": RUBBISH}, actor=SYSTEM, now=now)
            tickets.perform(session, number, "dispatch", {"support": []}, actor=SYSTEM, now=now)
            found.append(number)
        for name in ("王清运", "李保洁"):
            accounts.create_account(session, name, PASSWORD, name=name, grants=[Grant("department", STREET, department)], actor=SYSTEM, now=now)
        given = {"name": "已清运", "text": "{地点}已于{日期}清运。", "outcome": "solved", "category": None}
        result_texts.keep(session, department, given, actor=site.street.actors["SANITATION"], now=now)
    return found


@pytest.mark.timeout(180)
def test_signs_gives_and_answers_with_evidence_by_keyboard_alone(open_page, site, numbers):
    page = open_page(viewport=DESK)
    log_in(page, "王清运", PASSWORD)
    expect(page.get_by_role("heading", name="待签收")).to_be_visible()
    for number in numbers:
        press_to(page, f"input[name=ticket][value='{number}']")
        page.keyboard.press("Space")
    press_to(page, "button[formaction='/inbox/sign']")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("3")

    press_to(page, "a[href*='list=in_hand']")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="在办")).to_be_visible()
    for number in numbers[:2]:
        press_to(page, f"input[name=ticket][value='{number}']")
        page.keyboard.press("Space")
    press_to(page, "#given_to")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#given_to option:checked")).to_have_text("李保洁")
    press_to(page, "main form.printed button:not([formaction])")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("已分派2件")
    assert serious(page) == []

    press_to(page, f"a[href='/tickets/{numbers[2]}']")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/tickets/{numbers[2]}")
    page.wait_for_load_state()
    press_to(page, "#submit_result-result_text")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#submit_result-text")).to_have_value("菩提居民区西网格已于3月4日清运。")
    expect(page.locator("#submit_result-outcome")).to_have_value("solved")
    press_to(page, "#submit_result-photos")
    choose(page, {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo().read()})
    expect(page.locator("#act-submit_result li[data-state=done]")).to_have_count(1)
    press_to(page, "#act-submit_result form > button[type=submit]")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("办理")
    said(site, numbers)


def said(site, numbers):
    with site.fresh.sessions() as session:
        colleague = session.scalar(select(Account.id).where(Account.name == "李保洁"))
        rows = session.execute(select(Ticket.number, Ticket.status, Ticket.result_text, Assignment.given_to).join(
            Assignment, (Assignment.round_id == Ticket.round_id) & (Assignment.role == "lead")).order_by(Ticket.number)).all()
        assert [(row.status, row.given_to) for row in rows] == [("in_progress", colleague)] * 2 + [("handled", None)]
        assert rows[2].result_text == "菩提居民区西网格已于3月4日清运。"
        assert session.scalar(select(Evidence.stage).where(Evidence.stage == "after")) == "after"


def test_on_paper_the_list_stays_and_its_buttons_go(open_page, numbers):
    page = open_page(viewport=DESK)
    log_in(page, "王清运", PASSWORD)
    page.goto("/organisation?list=to_sign")
    page.emulate_media(media="print")
    expect(page.get_by_role("table")).to_be_visible()
    for gone in ("#given_to", "button[formaction]", f"input[value='{numbers[0]}']", "nav.trade"):
        expect(page.locator(gone)).to_be_hidden()


@pytest.mark.timeout(120)
def test_the_trends_are_drawn_and_the_table_says_the_same(open_page, site, numbers, now):
    with db.transaction(site.fresh.sessions) as session:
        accounts.create_account(session, "leader", PASSWORD, name="赵", grants=[Grant("leader", STREET)], actor=SYSTEM, now=now)
    page = open_page(viewport=DESK)
    log_in(page, "leader", PASSWORD)
    page.goto("/trends")
    expect(page.locator("[data-drawn=whole] canvas")).to_be_visible()
    expect(page.locator("table.trend tbody tr")).to_have_count(1)


@pytest.mark.timeout(120)
def test_without_the_library_or_script_the_servers_picture_stays(open_page, site, numbers, now):
    with db.transaction(site.fresh.sessions) as session:
        accounts.create_account(session, "leader", PASSWORD, name="赵", grants=[Grant("leader", STREET)], actor=SYSTEM, now=now)
    page = open_page(viewport=DESK)
    page.route("**/echarts*", lambda route: route.abort())
    log_in(page, "leader", PASSWORD)
    with page.expect_event("requestfailed"):
        page.goto("/trends")
    expect(page.locator("[data-drawn=whole] svg")).to_be_visible()
