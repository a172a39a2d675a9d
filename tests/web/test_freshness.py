"""Pages on which somebody waits say when they are no longer true: 304 while nothing has happened, and a word where the reader is."""

from __future__ import annotations

import re

import pytest

from gridops.domain.actor import SYSTEM
from gridops.domain.codes import format_code
from tests.small_street import RUBBISH
from tests.web.test_staff import EN, account, browser, do  # noqa: F401


class Open:
    """A page that stays open: what it asks, and with which tag."""

    def __init__(self, client, path):
        self.client, self.path = client, path
        self.load()

    def load(self):
        page = self.client.get(self.path, headers=EN)
        assert page.status_code == 200, page.text
        self.asks, self.tag = re.search(r'data-fresh="([^"]+)" data-newest="([^"]+)"', page.text).groups()

    def ask(self) -> int:
        address = self.asks.replace("&amp;", "&")
        return self.client.get(address, headers=EN | {"If-None-Match": f'"{self.tag}"'}).status_code


@pytest.fixture
def reported(submit):
    return submit()


def test_a_resident_who_waits_hears_of_each_step(app, reported, do):  # noqa: F811
    story = Open(app.test_client(), f"/t/{format_code(reported.code)}")
    assert story.ask() == 304
    do(reported.ticket.number, "file", SYSTEM, category=RUBBISH)
    assert story.ask() == 200
    story.load()
    assert story.ask() == 304


def test_the_story_of_another_ticket_does_not_touch_it(app, reported, submit, do):  # noqa: F811
    story = Open(app.test_client(), f"/t/{format_code(reported.code)}")
    do(submit().ticket.number, "file", SYSTEM, category=RUBBISH)
    assert story.ask() == 304


def test_a_code_of_nobody_has_no_news(app):
    assert app.test_client().get("/t/1111-1111-1111-1111-1111-1111/newest").status_code == 404


def test_whoever_reads_a_ticket_hears_that_somebody_else_has_acted(browser, reported, do):  # noqa: F811
    number = reported.ticket.number
    page = Open(browser("clerk").client, f"/tickets/{number}")
    assert page.ask() == 304
    do(number, "file", SYSTEM, category=RUBBISH)
    assert page.ask() == 200


def test_what_one_may_not_open_one_does_not_wait_for(browser, reported):  # noqa: F811
    browser("department", department="SANITATION").get(f"/tickets/{reported.ticket.number}/newest", status=404)


def test_the_backlog_says_that_its_numbers_have_changed(browser, reported, submit, do):  # noqa: F811
    board = Open(browser("leader").client, "/board")
    assert board.ask() == 304
    do(submit().ticket.number, "file", SYSTEM, category=RUBBISH)
    assert board.ask() == 200


def test_an_organisation_hears_what_is_sent_to_it(browser, reported, do):  # noqa: F811
    desk = Open(browser("department", department="SANITATION").client, "/organisation")
    assert desk.ask() == 304
    do(reported.ticket.number, "file", SYSTEM, category=RUBBISH)
    do(reported.ticket.number, "dispatch", SYSTEM)
    assert desk.ask() == 200
