"""No page asks the database more and more: the statements of each are bounded, and do not grow with what is open."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from gridops.domain.actor import SYSTEM, Grant
from gridops.services import accounts
from tests.browser.test_axe_everywhere import EVERY_ROLE, NO_PAGES, NOT_HTML, PASSWORD
from tests.small_street import RUBBISH, STREET
from tests.web.test_staff import EN, Browser, do  # noqa: F401

MOST, MOST_OF_A_TICKET = 60, 90
GROWN = 12  # tickets more


@pytest.fixture
def everybody(app, street, sessions, now) -> Browser:
    with sessions() as session, session.begin():
        grants = [*(Grant(role, STREET) for role in EVERY_ROLE), Grant("department", STREET, street.departments["SANITATION"].id)]
        accounts.create_account(session, "everybody", PASSWORD, name="everybody", grants=grants, actor=SYSTEM, now=now)
    opened = Browser(app)
    assert opened.client.post("/login", data={"username": "everybody", "password": PASSWORD}, headers=EN).status_code == 303
    return opened


@pytest.fixture
def counted(connection, everybody):
    """counted("/board") -> how many statements the page took."""
    said: list[str] = []
    event.listen(connection, "before_cursor_execute", lambda conn, cursor, statement, *more: said.append(statement))

    def counted(path: str) -> int | None:
        everybody.client.get(path, headers=EN)  # what the process remembers is read once
        said.clear()
        answer = everybody.client.get(path, headers=EN)
        html = answer.status_code == 200 and answer.mimetype == "text/html"
        return sum(not text.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")) for text in said) if html else None

    return counted


@pytest.fixture
def dispatched(street, submit, do):  # noqa: F811
    def dispatched() -> str:
        number = submit().ticket.number
        do(number, "file", street.actors["clerk"], category=RUBBISH)
        return do(number, "dispatch", street.actors["dispatcher"]).number

    return dispatched


def pages(app) -> list[str]:
    plain = {rule.rule for rule in app.url_map.iter_rules() if "GET" in rule.methods and not rule.arguments}
    return [path for path in sorted(plain) if not path.startswith(NO_PAGES) and not path.endswith(NOT_HTML)]


def test_statements_are_bounded_and_do_not_grow_with_what_is_open(app, counted, dispatched):
    dispatched()
    few = {path: counted(path) for path in pages(app)}
    for _ in range(GROWN):
        number = dispatched()
    many = {path: counted(path) for path in few}
    looked_at = {path: count for path, count in many.items() if count is not None}
    most = sorted(looked_at.items(), key=lambda found: -found[1])[:8]
    print(f"{len(looked_at)} pages, most statements: {most}")
    assert len(looked_at) > 30 and max(looked_at.values()) <= MOST
    assert {path: (few[path], many[path]) for path in looked_at if few[path] is not None and many[path] > few[path] + 2} == {}
    assert counted(f"/learning/filing?street={STREET}&category=E0192") <= MOST
    assert counted(f"/tickets/{number}") <= MOST_OF_A_TICKET
