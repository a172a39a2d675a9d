"""The language switch: a cookie for a year, and back to the same page."""

from __future__ import annotations

from flask import Blueprint, Response, abort, redirect, request

from gridops.api.language import COOKIE, LOCALES
from gridops.api.requests import context
from gridops.web.frame import local_path

blueprint = Blueprint("language", __name__)
YEAR_S = 365 * 24 * 3600


@blueprint.get("/language/<locale>")
def choose(locale: str) -> Response:
    if locale not in LOCALES:
        abort(404)
    response = redirect(local_path(request.args.get("next")), 303)
    response.set_cookie(COOKIE, locale, max_age=YEAR_S, httponly=True, samesite="Lax", secure=context().config.cookie_secure, path="/")
    return response
