"""Limits on what comes in and headers on what goes out."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import Flask, Response, current_app, request

from gridops.api.credentials import COOKIE
from gridops.errors import Malformed, NotFound

View = TypeVar("View", bound=Callable)

JSON_BYTES = 256 * 1024
PHOTO_BYTES = 12 * 1024 * 1024
FILM_BYTES = 32 * 1024 * 1024
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # the page of a tracking code must not tell its address to others
    "Permissions-Policy": "geolocation=(self), camera=(self), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def takes_photos(view: View) -> View:
    """Allows bodies of 12 MB. The mark goes through functools.wraps, so it may stand below other decorators."""
    view.max_body = PHOTO_BYTES
    return view


def takes_films(view: View) -> View:
    """As ``takes_photos``, 32 MB: where staff send short films as well."""
    view.max_body = FILM_BYTES
    return view


def install(app: Flask) -> None:
    app.before_request(_limit)
    app.after_request(_add_headers)


def _limit() -> None:
    view = current_app.view_functions.get(request.endpoint)
    most = getattr(view, "max_body", JSON_BYTES)
    request.max_content_length = most if _says_who() else min(most, PHOTO_BYTES)
    if "\0" in request.path:
        raise NotFound()
    if any("\0" in value or "\0" in name for name, value in request.args.items(multi=True)):
        raise Malformed("The address contains a character that cannot be stored.")


def _says_who() -> bool:
    """Rightly or not is seen later; whoever does not even try sends no films."""
    return "Authorization" in request.headers or COOKIE in request.cookies


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    if current_app.extensions["gridops"].config.cookie_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response
