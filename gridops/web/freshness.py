"""A page on which somebody waits asks now and then whether it is still true: the answer is a tag, and 304 while it is the one that the page has."""

from __future__ import annotations

from hashlib import blake2s
from typing import Any

from flask import Response, request


def tag_of(*facts: Any) -> str:
    """The same facts have the same tag. It goes to the page that shows them, and tells nothing about them."""
    return blake2s(repr(facts).encode(), digest_size=9).hexdigest()


def answer(tag: str) -> Response:
    response = Response(tag, mimetype="text/plain")
    response.headers["Cache-Control"] = "no-cache"
    response.set_etag(tag)
    return response.make_conditional(request)
