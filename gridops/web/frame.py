"""What surrounds every page: language, addresses of assets, and the check that a form comes from our own page."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Response, request, url_for

from gridops.api import language
from gridops.domain.codes import format_code
from gridops.errors import Forbidden
from gridops.web import text_size

STATIC = Path(__file__).parent / "static"
NAMES = {"zh": "中文", "en": "English"}
HTML_LANG = {"zh": "zh-CN", "en": "en"}


def around_every_page() -> dict:
    locale = language.of_request()
    others = [(other, name) for other, name in NAMES.items() if other != locale]
    return {"locale": locale, "large_text": text_size.is_large(), "called": _called, "html_lang": HTML_LANG[locale], "other_languages": others}


def _called(thing: Any) -> str:
    """The name of a street, community, cell or organisation in the reader's language."""
    english = language.of_request() == "en" and thing.name_en
    return thing.name_en if english else thing.name


def code_groups(code: str) -> list[str]:
    return format_code(code).split("-")


def language_link(locale: str) -> str:
    return url_for("language.choose", locale=locale, next=_here())


def size_link() -> str:
    """To the other size of text."""
    return url_for("language.choose_size", size="usual" if text_size.is_large() else "large", next=_here())


def _here() -> str:
    """Back to the page the reader is on; a page that answers a POST has no address of its own beside its path."""
    return request.full_path.rstrip("?") if request.method == "GET" else request.path


def asset(name: str) -> str:
    """With a fingerprint, so that a new version is fetched at once."""
    return url_for("static", filename=name, v=_fingerprint(name))


@cache
def _fingerprint(name: str) -> str | None:
    path = STATIC / name
    return sha256(path.read_bytes()).hexdigest()[:10] if path.is_file() else None


def keep_fingerprinted(response: Response) -> Response:
    """An address with a fingerprint never changes its content: browsers need not ask again."""
    if request.endpoint == "static" and request.args.get("v") and response.status_code == 200:
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def local_path(text: str | None, default: str = "/") -> str:
    """``text`` where it is a path of this site, else ``default``: a link must not send anybody elsewhere."""
    if not text or not text.startswith("/") or text.startswith(("//", "/\\")) or not text.isprintable():
        return default
    parts = urlsplit(text)
    return default if parts.scheme or parts.netloc else text


def check_same_origin() -> None:
    """Raises Forbidden ``csrf``. For forms without a log-in: browsers say where a POST comes from; programs say nothing and carry no cookie."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in ("same-origin", "none"):
        raise Forbidden(code="csrf")
    origin = request.headers.get("Origin") or request.headers.get("Referer")
    if origin is not None and urlsplit(origin).netloc != request.host:
        raise Forbidden(code="csrf")
