"""The switches of language and text size: a cookie for a year, and back to the same page."""

from __future__ import annotations

from flask import Blueprint, Response, abort, redirect, request

from gridops.api.language import COOKIE, LOCALES
from gridops.api.requests import context
from gridops.web import text_size
from gridops.web.frame import local_path

blueprint = Blueprint("language", __name__)
YEAR_S = 365 * 24 * 3600


@blueprint.get("/language/<locale>")
def choose(locale: str) -> Response:
    if locale not in LOCALES:
        abort(404)
    return _chosen(COOKIE, locale, httponly=True)


@blueprint.get("/text-size/<size>")
def choose_size(size: str) -> Response:
    if size not in text_size.SIZES:
        abort(404)
    return _chosen(text_size.COOKIE, size, httponly=False)  # the worker's page changes it without a signal


def _chosen(cookie: str, value: str, *, httponly: bool) -> Response:
    response = redirect(local_path(request.args.get("next")), 303)
    response.set_cookie(cookie, value, max_age=YEAR_S, httponly=httponly, samesite="Lax", secure=context().config.cookie_secure, path="/")
    return response
