"""The way into staff pages: who is not logged in is sent to the log-in page, and comes back to where he wanted to go."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from gridops.errors import Malformed, NotLoggedIn, PasswordGiven


def staff_blueprint(name: str, import_name: str) -> Blueprint:
    made = Blueprint(name, import_name)
    made.register_error_handler(NotLoggedIn, _to_log_in)
    made.register_error_handler(PasswordGiven, _to_own_password)
    made.before_request(_refuse_nul)
    return made


def _refuse_nul() -> None:
    """No keyboard makes one, and the database takes none."""
    if any("\0" in text for item in request.form.items(multi=True) for text in item):
        raise Malformed()


def _to_log_in(error: NotLoggedIn) -> Response:
    if request.method == "POST":
        flash(_("You were logged out after a pause, so this was not sent. Please log in and try again."), "error")
    return redirect(url_for("staff_session.show", next=_wanted()), 303)


def _to_own_password(error: PasswordGiven) -> Response:
    return redirect(url_for("own_account.show"), 303)


def _wanted() -> str:
    """A form has no page of its own: back to the page it stood on."""
    if request.method != "POST":
        return request.full_path.rstrip("?")
    parts = urlsplit(request.referrer or "")
    return parts.path if parts.netloc == request.host else "/inbox"
