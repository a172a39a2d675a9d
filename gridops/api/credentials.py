"""Who is asking: a bearer token, or the cookie of the pages. The same sessions stand behind both.

A cookie travels by itself, so a request that changes something must also carry the session's CSRF value, in the header
``X-CSRF-Token`` or the form field ``csrf_token``.
"""

from __future__ import annotations

from datetime import datetime
from hmac import compare_digest
from typing import NamedTuple

from flask import Response, request
from sqlalchemy.orm import Session

from gridops import db
from gridops.context import Context
from gridops.domain.actor import Actor
from gridops.errors import Forbidden, NotLoggedIn
from gridops.services import accounts

COOKIE = "gridops_session"


class Credentials(NamedTuple):
    actor: Actor
    token: str
    csrf: str
    password_given: bool = False


def resolve(house: Context, session: Session, *, now: datetime, changes: bool) -> Credentials | None:
    """None without credentials, or with a cookie that is over. Raises NotLoggedIn for a bad bearer token, Forbidden ``csrf``."""
    if request.authorization is not None:
        return _of_bearer(house, session, now, changes)
    token = request.cookies.get(COOKIE)
    if not token:
        return None
    try:
        found = _live(house, session, token, now, changes)
    except NotLoggedIn:
        return None
    if changes:
        check_csrf(found.csrf)
    return found


def check_csrf(expected: str) -> None:
    given = request.headers.get("X-CSRF-Token") or request.form.get("csrf_token") or ""
    if not compare_digest(given.encode(errors="replace"), expected.encode()):
        raise Forbidden("This page is out of date, please load it again.", code="csrf")


def set_cookie(response: Response, login: accounts.Login, house: Context) -> None:
    # A cookie of the browser session: the server's own idle timeout decides when it is over.
    response.set_cookie(COOKIE, login.token, httponly=True, secure=house.config.cookie_secure, samesite="Lax", path="/")


def clear_cookie(response: Response) -> None:
    response.delete_cookie(COOKIE, path="/")


def _of_bearer(house: Context, session: Session, now: datetime, changes: bool) -> Credentials:
    given = request.authorization
    if given.type != "bearer" or not given.token:
        raise NotLoggedIn()
    return _live(house, session, given.token, now, changes)


def _live(house: Context, session: Session, token: str, now: datetime, changes: bool) -> Credentials:
    live = accounts.actor_of(session, token, now=now)
    if live.stale and changes:
        accounts.prolong(session, token, now=now)
    elif live.stale:
        session.rollback()  # gives the connection back: a reading session never commits
        with db.transaction(house.sessions) as own:
            accounts.prolong(own, token, now=now)
    return Credentials(live.actor, token, live.csrf, live.password_given)
