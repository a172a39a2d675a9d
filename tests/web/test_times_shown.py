"""A time on a page is an element that knows its exact instant: never its bare words, and never inside of an attribute."""

from __future__ import annotations

from html.parser import HTMLParser

from tests.web.test_statements import EN, counted, dispatched, everybody, pages  # noqa: F401
from tests.web.test_staff import do  # noqa: F401


class Times(HTMLParser):
    """The ``time`` elements of one page, and what went wrong with them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.exact: list[dict[str, str | None]] = []
        self.wrong: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.wrong += [f"{tag} {name}" for name, value in attrs if "<time" in (value or "")]
        if tag == "time":
            self.exact.append(dict(attrs))

    def handle_data(self, text):
        if "<time" in text:
            self.wrong.append(text.strip()[:80])


def test_every_time_shown_tells_its_exact_instant(app, everybody, dispatched):  # noqa: F811
    number, wrong, shown = dispatched(), {}, 0
    for path in [*pages(app), f"/tickets/{number}"]:
        answer = everybody.client.get(path, headers=EN)
        if answer.status_code != 200 or answer.mimetype != "text/html":
            continue
        times = Times(answer.get_data(as_text=True))
        bare = [one for one in times.exact if not one.get("title") or not one.get("datetime")]
        shown += len(times.exact)
        if times.wrong or bare:
            wrong[path] = [*times.wrong, *bare]
    assert wrong == {} and shown > 20
