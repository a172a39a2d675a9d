"""A clerk, a grid worker, a street leader and a security administrator at work without a mouse. (The resident: test_reporting_quickly; an organisation: test_organisation_desk.)"""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from gridops import db
from gridops.domain.actor import SYSTEM, Grant
from gridops.models import Account, RoleGrant, Supervision, Ticket
from gridops.services import accounts, tickets
from tests.browser.conftest import DESK
from tests.browser.keyboard import enter, log_in, press_to
from tests.browser.outposts import outpost, patience, walker  # noqa: F401
from tests.small_street import RUBBISH, STREET

pytestmark = pytest.mark.browser
PASSWORD = "a long enough password"


@pytest.fixture
def hired(site, now):
    """hired(role) -> the name of an account with it."""

    def hire(role: str, name: str = "") -> str:
        with db.transaction(site.fresh.sessions) as session:
            accounts.create_account(session, name or role, PASSWORD, name=name or role, grants=[Grant(role, STREET)], actor=SYSTEM, now=now)
        return name or role

    return hire


@pytest.fixture
def ticket(site, now):
    with db.transaction(site.fresh.sessions) as session:
        return site.street.submit(session, now, category=None, description="三号楼门口垃圾桶满了").ticket.number


def found(site, query):
    with site.fresh.sessions() as session:
        return session.scalars(query).all()


@pytest.mark.timeout(180)
def test_a_clerk_files_a_report(open_page, site, hired, ticket):
    page = open_page(viewport=DESK)
    log_in(page, hired("clerk"), PASSWORD)
    enter(page, f"main a[href^='/tickets/{ticket}']")
    page.wait_for_url(f"**/tickets/{ticket}*")
    page.wait_for_load_state()
    press_to(page, "#file-category")
    page.keyboard.press("Control+A")
    page.keyboard.type(RUBBISH)
    enter(page, "#act-file form > button[type=submit]")
    expect(page.get_by_role("status").first).to_contain_text("立案")
    assert found(site, select(Ticket.status)) == ["filed"]


@pytest.mark.timeout(180)
def test_a_worker_verifies_on_the_spot(walker, outpost):  # noqa: F811
    number = outpost.make("verifying")
    walker.reload()
    walker.wait_for_load_state()
    enter(walker, f"#t-{number} > summary")
    enter(walker, f"#t-{number} button[name=finding][value=true]")
    patience(walker)
    expect(walker.locator("#tray")).to_be_hidden()
    assert outpost.status(number) == "reported"


@pytest.mark.timeout(180)
def test_a_leader_asks_whoever_must_move(open_page, site, hired, ticket, now):
    with db.transaction(site.fresh.sessions) as session:
        tickets.perform(session, ticket, "file", {"category": RUBBISH}, actor=SYSTEM, now=now)
        tickets.perform(session, ticket, "dispatch", {}, actor=SYSTEM, now=now)
    page = open_page(viewport=DESK)
    log_in(page, hired("leader"), PASSWORD)
    enter(page, "nav a[href='/tickets'], nav a[href^='/tickets?']")
    page.wait_for_url("**/tickets*")
    page.wait_for_load_state()
    enter(page, f"main a[href='/tickets/{ticket}']")
    page.wait_for_url(f"**/tickets/{ticket}")
    page.wait_for_load_state()
    enter(page, "form[action='/supervisions'] button")
    expect(page.get_by_role("status").first).to_be_visible()
    assert found(site, select(Supervision.status)) == ["ordered"]


@pytest.mark.timeout(180)
def test_a_security_administrator_gives_a_right(open_page, site, hired):
    other = hired("grid_worker", "zhang")
    page = open_page(viewport=DESK)
    log_in(page, hired("security_admin"), PASSWORD)
    page.wait_for_url("**/accounts")
    page.wait_for_load_state()
    number, = found(site, select(Account.id).where(Account.username == other))
    enter(page, f"main a[href^='/accounts/{number}']")
    page.wait_for_url(f"**/accounts/{number}*")
    page.wait_for_load_state()
    press_to(page, "form[action$='/give'] select[name=role]")
    page.keyboard.type("c")
    page.keyboard.press("ArrowDown")
    role = page.evaluate("document.activeElement.value")
    press_to(page, "form[action$='/give'] [name=area]")
    page.keyboard.type(STREET)
    enter(page, "form[action$='/give'] button")
    expect(page.get_by_role("status").first).to_be_visible()
    assert role in found(site, select(RoleGrant.role).where(RoleGrant.account_id == number))
