"""A form of a resident, sent: same origin, rate limit, one transaction, and the hidden key that makes a second press of the button harmless."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from typing import Any, TypeVar

from flask import redirect, request
from werkzeug import Response

from gridops import db
from gridops.api import language, limits
from gridops.api.requests import NOBODY, Call, context
from gridops.errors import Conflict, Invalid, Malformed, NotAllowed, TooLarge, TooMany, UnsupportedMedia
from gridops.services import idempotency
from gridops.web import frame

Result = TypeVar("Result")
KEY, LONGEST_KEY = "form_key", 64
CALLER = "page"
MENDABLE = (Invalid, TooMany, TooLarge, UnsupportedMedia, NotAllowed, Conflict)  # shown beside the form, with what was typed
SHORTEST_KEY = 20  # what a page gives out is random and longer; anything else would meet a stranger's


def new_key() -> str:
    return secrets.token_urlsafe(18)


def once(work: Callable[[Call], str], *, limit: str) -> Response:
    """Runs ``work`` and sends the reader to the path it returns; the same form sent again leads to the same path.

    Raises whatever ``work`` raises, with nothing written, and Invalid ``idempotency_mismatch`` for an old form with new words.
    """
    return redirect(run(lambda call: _keyed(call, work), limit=limit), 303)


def run(work: Callable[[Call], Result], *, limit: str) -> Result:
    frame.check_same_origin()
    house = context()
    limits.check(house, limit)
    _check_texts()
    with db.transaction(house.sessions) as session:
        return work(resident_call(session))


def resident_call(session) -> Call:
    """Whoever is logged in at this browser, these pages treat as a resident."""
    house = context()
    return Call(session, NOBODY, house.now(), language.of_request(), house)


def _keyed(call: Call, work: Callable[[Call], str]) -> str:
    key = request.form.get(KEY, "")
    if not SHORTEST_KEY <= len(key) <= LONGEST_KEY or not key.isascii():
        return work(call)
    stored = idempotency.begin(call.session, key, CALLER, _body_hash(call), call.now, vault=call.vault)
    if stored is not None:
        return stored.answer
    path = work(call)
    idempotency.finish(call.session, key, CALLER, status=303, answer=path, vault=call.vault)
    return path


def _body_hash(call: Call) -> bytes:
    typed: list[Any] = sorted(item for item in request.form.items(multi=True) if item[0] != KEY)
    files = [(name, file.filename) for name, file in request.files.items(multi=True)]
    return call.vault.blind_index(json.dumps([request.path, typed, files], ensure_ascii=False), purpose="idempotency.body")


def _check_texts() -> None:
    if any("\0" in text for item in request.form.items(multi=True) for text in item):
        raise Malformed()
