"""The one place where errors become HTTP.

Always ``{"error": {code, message, fields?, details?, request_id}}``; for a page the same facts in HTML, once the pages have
registered how (``show_as_page``). What nobody expected is ``internal`` without a word about the inside.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import structlog
from flask import Flask, Response, current_app, g, jsonify, request
from sqlalchemy.exc import DataError, DBAPIError, TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from gridops import errors as e
from gridops.api import catalogue, field_messages, language
from gridops.domain import terms
from gridops.logs import described

STATUS: dict[type[e.GridopsError], int] = {
    e.Malformed: 400, e.NotLoggedIn: 401, e.Forbidden: 403, e.NotFound: 404, e.NotAllowed: 409, e.Conflict: 409,
    e.TooLarge: 413, e.UnsupportedMedia: 415, e.Invalid: 422, e.TooMany: 429, e.Unavailable: 503,
}
OF_HTTP: dict[int, type[e.GridopsError]] = {
    400: e.Malformed, 401: e.NotLoggedIn, 403: e.Forbidden, 404: e.NotFound, 413: e.TooLarge, 415: e.UnsupportedMedia,
    422: e.Invalid, 429: e.TooMany, 503: e.Unavailable,
}
DATABASE_AWAY_RETRY_S = 5
DRAINED_AT_MOST = 64 * 1024 * 1024
LOST_RACE = frozenset({"40001", "40P01", "55P03"})  # serialization failure, deadlock, lock not available
TWICE = "23505"  # two requests at once wrote what may stand there once

Page = Callable[[int, dict[str, Any]], Any]
log = structlog.get_logger()


def install(app: Flask) -> None:
    app.register_error_handler(e.GridopsError, answer)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(DBAPIError, _database)
    app.register_error_handler(PoolTimeout, _pool_exhausted)
    app.register_error_handler(Exception, _unexpected)


def show_as_page(app: Flask, page: Page) -> None:
    """``page(status, error)`` renders what goes wrong outside ``/api``."""
    app.extensions["gridops_error_page"] = page


def answer(error: e.GridopsError) -> Response:
    status = status_of(error)
    if status == 500:
        log.error("failed", **described(error))
    return _response(status, error)


def status_of(error: e.GridopsError) -> int:
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)


def payload(error: e.GridopsError) -> dict[str, Any]:
    """The inner part of the answer, in the caller's language."""
    locale = language.of_request()
    code = "internal" if status_of(error) == 500 else error.code
    text = _text(code, error)
    shown: dict[str, Any] = {"code": code, "message": terms.said(catalogue.message(code, text, error.params, locale))}
    if error.fields:
        shown["fields"] = {name: [_field(text, locale) for text in texts] for name, texts in error.fields.items()}
    if error.details:
        shown["details"] = error.details
    return shown | {"request_id": g.get("request_id")}


def _text(code: str, error: e.GridopsError) -> str:
    """As raised; where only a code was given, what the catalogue says about it."""
    own = error.message != type(error).message and code != "internal"
    entry = catalogue.CODES.get(code)
    return error.text() if own or entry is None else entry.en


def _field(text: str, locale: str) -> str:
    if locale != "zh":
        return text
    entry = catalogue.CODES.get(text)
    return terms.said(entry.zh) if entry else field_messages.in_chinese(text)


def _response(status: int, error: e.GridopsError) -> Response:
    if status == 413:
        _drain()
    shown = payload(error)
    page = current_app.extensions.get("gridops_error_page")
    if page is not None and not _is_for_machines():
        response = current_app.make_response(page(status, shown))
    else:
        response = jsonify({"error": shown})
    response.status_code = status
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    if "retry_after" in (error.details or {}):
        response.headers["Retry-After"] = str(error.details["retry_after"])
    return response


def _is_for_machines() -> bool:
    return request.path.startswith(("/api/", "/healthz", "/readyz", "/metrics"))


def _http(error: HTTPException) -> Any:
    if error.code is None or error.code < 400:
        return error  # redirects are no errors
    kind = OF_HTTP.get(error.code)
    if kind is not None:
        return _response(error.code, kind())
    code = HTTPStatus(error.code).name.lower() if error.code < 500 else "internal"
    response = _response_with_code(error, code)
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response


def _response_with_code(error: HTTPException, code: str) -> Response:
    entry = catalogue.CODES.get(code)
    plain = e.Malformed(entry.en if entry else HTTPStatus(error.code).phrase, code=code)
    return _response(error.code, plain)


def _drain() -> None:
    """Many clients read no answer before their whole body is sent: take it in, to a limit, and forget it."""
    if request.content_length is None and "wsgi.input_terminated" not in request.environ:
        return  # such a stream has no end
    stream, left = request.environ["wsgi.input"], DRAINED_AT_MOST
    try:
        while left > 0 and (chunk := stream.read(min(left, 65_536))):
            left -= len(chunk)
    except OSError:
        return


def _database(error: DBAPIError) -> Response:
    sqlstate = getattr(error.orig, "sqlstate", None)
    if sqlstate == TWICE:
        log.warning("lost_race", **described(error))
    if sqlstate in LOST_RACE or sqlstate == TWICE:
        return answer(e.Conflict())
    if isinstance(error, DataError):  # without a sqlstate where the driver refused already
        log.warning("refused_by_database", **described(error))
        return answer(e.Invalid())
    if error.connection_invalidated or sqlstate is None or sqlstate.startswith(("08", "53", "57P")):
        return _away(error)
    return _unexpected(error)


def _pool_exhausted(error: PoolTimeout) -> Response:
    return _away(error)


def _away(error: Exception) -> Response:
    log.error("database_away", **described(error))
    return answer(e.Unavailable(details={"retry_after": DATABASE_AWAY_RETRY_S}))


def _unexpected(error: Exception) -> Response:
    log.error("unexpected", **described(error))
    return _response(500, e.GridopsError())
