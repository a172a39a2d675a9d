"""Large text (大字): a choice for this browser, kept in a cookie for a year, as the language is."""

from __future__ import annotations

from flask import request

COOKIE, LARGE, SIZES = "text", "large", ("large", "usual")


def is_large() -> bool:
    return request.cookies.get(COOKIE) == LARGE
