"""An inbox that stays open says that something new has come."""

import pytest
from playwright.sync_api import expect

from gridops import db
from gridops.domain.actor import SYSTEM, Grant
from gridops.models import InboxMessage
from gridops.services import accounts
from tests.browser.conftest import DESK
from tests.small_street import STREET

pytestmark = pytest.mark.browser
PASSWORD = "a long enough password"


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
    page.clock.fast_forward(31_000)
    page.wait_for_timeout(300)
    expect(page.get_by_text("有新情况")).to_be_hidden()
    with db.transaction(site.fresh.sessions) as session:
        session.add(InboxMessage(
            outbox_id=1, role="clerk", area_code=STREET, ticket_id=ticket.id, topic="ticket.filed", facts={"number": ticket.number}, at=now))
    page.clock.fast_forward(31_000)
    expect(page.get_by_text("有新情况")).to_be_visible()
