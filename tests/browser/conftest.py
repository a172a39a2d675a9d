"""Real Chromium against the real application: a server in a thread over a database of the test's own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Playwright, sync_playwright
from werkzeug.serving import make_server

from gridops import create_app, db
from gridops.context import Context
from gridops.vault import Vault
from tests import small_street
from tests.conftest import Fresh

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}


@dataclass(frozen=True)
class Site:
    address: str
    street: small_street.SmallStreet
    fresh: Fresh
    context: Context


@pytest.fixture
def site(fresh: Fresh, now: datetime) -> Iterator[Site]:
    with db.transaction(fresh.sessions) as session:
        street = small_street.build(session, fresh.config, now)
    context = Context(fresh.config, fresh.sessions, Vault(fresh.config.vault_keys, fresh.config.secret_key), lambda: now)
    with serving(create_app(fresh.config, context=context)) as address:
        yield Site(address, street, fresh, context)


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    server.daemon_threads = False  # closing waits for requests under way: they hold connections of a database that goes next
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="session")
def player() -> Iterator[Playwright]:
    """One for all: a thread has room for one."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def chromium(player: Playwright) -> Iterator[Browser]:
    browser = player.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
    yield browser
    browser.close()


@pytest.fixture
def open_page(chromium: Browser, site: Site) -> Iterator[Callable[..., Page]]:
    """open_page(viewport=DESK, locale="en-GB", …) -> a page of a new profile. A script error or a breach of the content policy fails the test."""
    contexts, complaints = [], []

    def open_page(**options) -> Page:
        settings = {"viewport": PHONE, "locale": "zh-CN", "base_url": site.address} | options
        contexts.append(chromium.new_context(**settings))
        page = contexts[-1].new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if "Content Security Policy" in said.text else None)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints
