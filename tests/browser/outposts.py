"""A worker in the west cell of the small street, with a phone and a mast that can be switched off."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from sqlalchemy import delete, select

from gridops import create_app, db
from gridops.context import Context
from gridops.domain.actor import SYSTEM, Grant
from gridops.models import Account, Photo, Ticket
from gridops.services import accounts, tickets
from gridops.vault import Vault
from tests import small_street, waiting_tickets
from tests.browser.phones import PASSWORD, Mast, log_in, phone
from tests.services.staffing import Staff
from tests.small_street import WEST


class Outpost:
    """A street with a worker in its west cell, and a mast that can be switched off."""

    def __init__(self, fresh, now):
        self.fresh, self.now = fresh, now
        with db.transaction(fresh.sessions) as session:
            self.street = small_street.build(session, fresh.config, now)
            self.person = Staff(session).person("Zhang").id
        vault = Vault(fresh.config.vault_keys, fresh.config.secret_key)
        self.mast = Mast(create_app(fresh.config, context=Context(fresh.config, fresh.sessions, vault, lambda: now)))
        self.hire("walker", WEST, self.person)

    def hire(self, username, area, person=None):
        with db.transaction(self.fresh.sessions) as session:
            accounts.create_account(session, username, PASSWORD, name=username, grants=[Grant("grid_worker", area)], actor=SYSTEM, now=self.now)
            session.scalar(select(Account).where(Account.username == username)).person_id = person

    def make(self, kind, **changes):
        """A ticket whose turn is the worker's own."""
        with db.transaction(self.fresh.sessions) as session:
            number = getattr(waiting_tickets, kind)(session, self.street, self.now, **changes)
            ticket = session.scalar(select(Ticket).where(Ticket.number == number))
            ticket.verifier_id = ticket.checker_id = self.person
            return number

    def act(self, number, action, body, actor):
        with db.transaction(self.fresh.sessions) as session:
            tickets.perform(session, number, action, body, actor=self.street.actors[actor], now=self.now)

    def read(self, query):
        with self.fresh.sessions() as session:
            return session.scalars(query).all()

    def rows(self, query):
        with self.fresh.sessions() as session:
            return [tuple(row) for row in session.execute(query)]

    def sweep_photos(self):
        with db.transaction(self.fresh.sessions) as session:
            session.execute(delete(Photo))

    def status(self, number):
        return self.read(select(Ticket.status).where(Ticket.number == number))[0]


@pytest.fixture
def outpost(fresh, now):
    made = Outpost(fresh, now)
    made.mast.up()
    yield made
    made.mast.down()


@pytest.fixture
def walker(player, outpost, tmp_path):
    """The page of a worker who is logged in, on a phone. A script error fails the test."""
    complaints = []
    with phone(player, tmp_path / "profile", outpost.mast) as context:
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        context.on("console", lambda said: complaints.append(said.text) if "Content Security Policy" in said.text else None)
        yield log_in(context, "walker")
    assert not complaints


def card(page, number):
    found = page.locator(f"#t-{number}")
    if found.get_attribute("open") is None:
        found.locator("summary").first.click()
    return found


def patience(page):
    """The seconds in which a tap may be undone are over, for all that waits."""
    expect(page.locator("[data-toast]")).to_be_visible()
    expect(page.locator("[data-toast]")).to_be_hidden(timeout=12_000)
