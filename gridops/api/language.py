"""The caller's language: the page's own choice, else Accept-Language, else the installation's."""

from __future__ import annotations

from flask import current_app, has_request_context, request

LOCALES = ("zh", "en")
COOKIE = "gridops_locale"


def of_request() -> str:
    default = current_app.extensions["gridops"].config.default_locale
    if not has_request_context():
        return default
    chosen = request.cookies.get(COOKIE)
    if chosen in LOCALES:
        return chosen
    return request.accept_languages.best_match(LOCALES, default)
