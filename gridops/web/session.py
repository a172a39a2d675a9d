"""Log-in and log-out of staff: the same sessions as the API's, carried by a cookie."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug import Response

from gridops import db
from gridops.api import credentials, errors, limits
from gridops.api.requests import ANY_STAFF, Call, context, reading, writing
from gridops.domain.actor import Actor
from gridops.errors import Forbidden, GridopsError, NotLoggedIn, TooMany
from gridops.services import accounts
from gridops.web import frame, navigation

blueprint = Blueprint("staff_session", __name__)


@blueprint.get("/login")
@reading()
def show(call: Call) -> Response | str:
    if call.is_staff:
        return redirect(_wanted(call.actor), 303)
    return _page()


@blueprint.post("/login")
def log_in() -> Response | tuple[str, int]:
    try:
        login = _opened(*(request.form.get(name, "") for name in ("username", "password", "totp")))
    except (NotLoggedIn, TooMany) as error:
        return _page(error), errors.status_of(error)
    response = redirect(_wanted(login.actor), 303)
    credentials.set_cookie(response, login, context())
    return response


@blueprint.post("/logout")
def log_out() -> Response:
    response = redirect("/login", 303)
    try:
        _close()
    except NotLoggedIn:
        pass  # over already
    except Forbidden:
        return redirect(navigation.START, 303)
    credentials.clear_cookie(response)
    flash(_("You are logged out."))
    return response


@writing(ANY_STAFF)
def _close(call: Call) -> Response:
    accounts.log_out(call.session, call.token, now=call.now)
    return Response()


def _opened(username: str, password: str, totp: str) -> accounts.Login:
    """A refused attempt is committed too: it counts towards the lock."""
    frame.check_same_origin()
    house = context()
    limits.check(house, "login")
    with db.transaction(house.sessions) as session:
        login = accounts.log_in(
            session, username[:64].replace("\0", ""), password[:200], totp[:10] or None, now=house.now(), vault=house.vault,
            idle=house.config.session_idle, address=limits.address())
    if isinstance(login, accounts.Refused):
        raise login.error
    return login


def _wanted(actor: Actor) -> str:
    return frame.local_path(request.values.get("next"), navigation.start(actor))


def _page(error: GridopsError | None = None) -> str:
    shown = errors.payload(error) if error else None
    return render_template(
        "staff/login.html", next=frame.local_path(request.values.get("next"), ""), username=request.form.get("username", ""), error=shown,
        asks_totp=bool(shown and shown["code"] == "totp_required"))
