"""Pages that stay open say by themselves that something has happened: the inbox, a resident's story, and a worker's list."""

import pytest
from playwright.sync_api import expect

from gridops import db
from gridops.domain.actor import SYSTEM, Grant
from gridops.domain.codes import format_code
from gridops.models import InboxMessage
from gridops.services import accounts, tickets
from tests.browser.conftest import DESK
from tests.browser.outposts import outpost, walker  # noqa: F401
from tests.small_street import RUBBISH, STREET

pytestmark = pytest.mark.browser
PASSWORD = "a long enough password"


def half_a_minute_later(page):
    with page.expect_response(lambda answer: answer.url.split("?")[0].endswith("/newest")):
        page.clock.fast_forward(31_000)


def test_the_inbox_says_that_something_new_has_come(open_page, site, now):
    with db.transaction(site.fresh.sessions) as session:
        accounts.create_account(session, "clerk", PASSWORD, name="clerk", grants=[Grant("clerk", STREET)], actor=SYSTEM, now=now)
        ticket = site.street.submit(session, now).ticket
    page = open_page(viewport=DESK)
    page.clock.install()
    page.goto("/login")
    page.fill("#username", "clerk")
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/inbox")
    half_a_minute_later(page)
    expect(page.get_by_text("有新情况")).to_be_hidden()
    with db.transaction(site.fresh.sessions) as session:
        session.add(InboxMessage(
            outbox_id=1, role="clerk", area_code=STREET, ticket_id=ticket.id, topic="ticket.filed", facts={"number": ticket.number}, at=now))
    half_a_minute_later(page)
    expect(page.get_by_text("有新情况")).to_be_visible()


def test_who_follows_a_report_sees_the_next_step_with_one_tap(open_page, site, now):
    with db.transaction(site.fresh.sessions) as session:
        submitted = site.street.submit(session, now)
        number, path = submitted.ticket.number, f"/t/{format_code(submitted.code)}"
    page = open_page()
    page.clock.install()
    page.goto(path)
    steps, news = page.locator(".timeline li"), page.get_by_role("status").get_by_text("您反映的事有新进展")
    before = steps.count()
    half_a_minute_later(page)
    expect(news).to_be_hidden()
    with db.transaction(site.fresh.sessions) as session:
        tickets.perform(session, number, "file", {"category": RUBBISH}, actor=SYSTEM, now=now)
    page.mouse.wheel(0, 2000)
    half_a_minute_later(page)
    expect(news).to_be_in_viewport()
    page.get_by_role("status").get_by_role("link").click()
    expect(steps).to_have_count(before + 1)
    expect(news).to_be_hidden()


def test_a_ticket_that_comes_while_the_list_is_open_stands_in_it(walker, outpost):  # noqa: F811
    walker.clock.install()
    walker.reload()
    number = outpost.make("verifying")
    expect(walker.locator(f"#t-{number}")).to_have_count(0)
    with walker.expect_response(lambda answer: answer.url.endswith("/today/newest")):
        walker.clock.fast_forward(61_000)
    expect(walker.locator(f"#t-{number}")).to_be_visible()
