"""A worker's phone: a profile of Chromium that survives closing, and a server whose signal comes and goes on one address."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from playwright.sync_api import BrowserContext, Page, Playwright
from werkzeug.serving import BaseWSGIServer, make_server

from tests.running import free_port, picture

PASSWORD = "a long enough password"
AXE = Path(__file__).parent / "axe.min.js"
OPTIONS = {
    "executable_path": "/usr/bin/chromium", "viewport": {"width": 390, "height": 844}, "locale": "zh-CN", "permissions": ["geolocation"],
    "geolocation": {"longitude": 121.405, "latitude": 31.205, "accuracy": 12},
}
ARGS = ["--no-sandbox", "--disable-gpu"]


@dataclass
class Mast:
    """The server, with a signal or without. ``lost`` says of which POSTs the answer gets lost on its way back."""

    app: Flask
    port: int = field(default_factory=free_port)
    lost: Callable[[int], bool] = lambda number: False
    posts: int = 0
    server: BaseWSGIServer | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def up(self) -> None:
        self.server = make_server("127.0.0.1", self.port, self._answer, threaded=True)
        self.server.daemon_threads = False
        threading.Thread(target=self.server.serve_forever).start()

    def down(self) -> None:
        if self.server is not None:
            self.server.shutdown()
            self.server.server_close()
        self.server = None

    def _answer(self, environ: dict[str, Any], start: Callable) -> Any:
        """Done, and yet the phone hears only of a gateway that has lost its patience."""
        if environ["REQUEST_METHOD"] != "POST" or not environ["PATH_INFO"].startswith("/api/"):
            return self.app(environ, start)
        self.posts += 1
        if not self.lost(self.posts):
            return self.app(environ, start)
        body = self.app(environ, lambda *_: lambda _: None)
        list(body)
        getattr(body, "close", lambda: None)()
        start("502 Bad Gateway", [("Content-Type", "text/plain")])
        return [b"lost"]


@contextmanager
def phone(playwright: Playwright, profile: Path, mast: Mast, args: tuple[str, ...] = (), **options):
    """The browser with its profile: closing it and coming back is opening the phone again."""
    context = playwright.chromium.launch_persistent_context(
        str(profile), args=[*ARGS, *args], **(OPTIONS | {"base_url": mast.address} | options))
    context.set_default_timeout(30_000)
    try:
        yield context
    finally:
        context.close()


def log_in(context: BrowserContext, username: str) -> Page:
    page = context.pages[0]
    page.goto("/login?next=/today")
    page.fill("#username", username)
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: urlsplit(address).path == "/today")
    return page


def until(page: Page, expression: str, seconds: float = 10) -> None:
    """The content policy forbids what Playwright's own waiting does in the page."""
    for _ in range(int(seconds * 10)):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(100)
    raise AssertionError(expression)


def kept(page: Page) -> None:
    """Until the phone could open the page alone: the worker holds it, its files and its pictures."""
    until(page, "navigator.serviceWorker.ready.then(worker => worker.active.state === 'activated')")
    until(page, "caches.open('gridops-today').then(pages => pages.match('/today')).then(Boolean)")


def photo() -> dict[str, Any]:
    return {"name": "a.png", "mimeType": "image/png", "buffer": picture()}


def take_photo(form) -> None:
    before = form.locator("[data-list] li").count()
    field = form.locator("input[type=file]").first
    field.focus()  # as a tap does: the list is not made new under a camera
    field.set_input_files(photo())
    form.locator("[data-list] li").nth(before).wait_for()


def serious(page: Page) -> list[str]:
    """What axe finds serious or critical here."""
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [f"{each['id']}: {[node['html'][:160] for node in each['nodes'][:3]]}" for each in found if each["impact"] in ("serious", "critical")]
