"""Log-ins of staff by page: found, made, given roles, closed. What may be done to whom stands in services.log_ins."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug import Response

from gridops.api import errors
from gridops.api.requests import Call, reading, writing
from gridops.domain.permissions import STAFF_ROLES
from gridops.services.log_ins import bounds, doors, listed, roles
from gridops.services.people import access
from gridops.web import account_choices, account_import
from gridops.web.gate import staff_blueprint
from gridops.web.telling import MENDABLE

blueprint = staff_blueprint("account_pages", __name__)
blueprint.register_blueprint(account_import.blueprint)
PAGE = 50
FILTERS = ("q", "role", "area", "state")


@blueprint.get("/accounts")
@reading(*bounds.KEEPERS)
def show(call: Call) -> str:
    chosen = _chosen()
    given = {name: value for name, value in chosen.items() if value}
    found = listed.find(
        call.session, call.actor, now=call.now, locale=call.locale, limit=PAGE + 1, after=request.args.get("after", "")[:64] or None, **given)
    more = url_for(".show", **given, after=found[PAGE - 1]["username"]) if len(found) > PAGE else None
    return render_template(
        "accounts/list.html", call=call, active="accounts", rows=found[:PAGE], chosen=chosen, more=more, roles=STAFF_ROLES, states=account_choices.STATES,
        first=url_for(".show", **given) if request.args.get("after") else None, areas=account_choices.larger_areas(call))


def _chosen() -> dict[str, str]:
    """What there is not is no filter."""
    given = {name: request.args.get(name, "").strip()[:64].replace("\0", "") for name in FILTERS}
    known = {"role": STAFF_ROLES, "state": listed.STATES}
    return {name: value if name not in known or value in known[name] else "" for name, value in given.items()}


@blueprint.get("/accounts/new")
@reading(*bounds.KEEPERS)
def show_new(call: Call) -> str:
    return _new_page(call, {"person": request.args.get("person", "")[:64]})


@blueprint.post("/accounts/new")
def add() -> str | tuple[str, int]:
    try:
        return _add()
    except MENDABLE as error:
        return _new_again(error), errors.status_of(error)


@writing(*bounds.KEEPERS, keyed=False)
def _add(call: Call) -> str:
    right = _right(call)
    made = doors.add(
        call.session, request.form.get("username", "")[:65], request.form.get("name", ""), right, person=request.form.get("person", "").strip()[:64] or None,
        actor=call.actor, now=call.now)
    return _told(call, made)


def _right(call: Call) -> Any:
    return roles.grant_of(call.session, **account_choices.typed(call), actor=call.actor)


def _told(call: Call, made: doors.Made) -> str:
    """The one page that shows the password."""
    call.session.flush()
    return render_template("accounts/password.html", call=call, active="accounts", account=made.account, password=made.password)


@reading(*bounds.KEEPERS)
def _new_again(call: Call, error: Any) -> str:
    shown = errors.payload(error)
    return _new_page(call, request.form, wrong=shown.get("fields", {}), message=shown["message"])


def _new_page(call: Call, typed: Any, **more: Any) -> str:
    return render_template(
        "accounts/new.html", call=call, active="accounts", typed=typed, **account_choices.around(call), **({"wrong": {}, "message": None} | more))


@blueprint.get("/accounts/<int:no>")
@reading(*bounds.KEEPERS)
def show_one(call: Call, no: int) -> str:
    return _page(call, no)


def _page(call: Call, no: int, **more: Any) -> str:
    shown = listed.one(call.session, no, call.actor, now=call.now, locale=call.locale)
    return render_template(
        "accounts/account.html", call=call, active="accounts", account=shown, people_readers=access.READERS, typed=request.form, **account_choices.around(call),
        **({"wrong": {}, "message": None, "asked": None} | more))


def _give(call: Call, no: int) -> None:
    roles.give(call.session, no, **account_choices.typed(call), actor=call.actor, now=call.now)


def _take(call: Call, no: int) -> None:
    roles.take(call.session, no, request.form.get("grant", 0, type=int), actor=call.actor, now=call.now)


def _close(call: Call, no: int) -> None:
    doors.close(call.session, no, actor=call.actor, now=call.now)


def _open(call: Call, no: int) -> None:
    doors.open_again(call.session, no, actor=call.actor, now=call.now)


def _end_sessions(call: Call, no: int) -> None:
    flash(ngettext("%(num)s session is ended.", "%(num)s sessions are ended.", doors.end_sessions(call.session, no, actor=call.actor, now=call.now)))


def _second_factor(call: Call, no: int) -> None:
    doors.take_second_factor(call.session, no, vault=call.vault, actor=call.actor, now=call.now)


ACTIONS: dict[str, Callable[[Call, int], None]] = {
    "give": _give, "take": _take, "close": _close, "open": _open, "sessions": _end_sessions, "second-factor": _second_factor}


@blueprint.post("/accounts/<int:no>/<any(give, take, close, open, sessions, 'second-factor'):action>")
def act(no: int, action: str) -> Response | tuple[str, int]:
    try:
        _act(no, action)
    except MENDABLE as error:
        return _again(no, action, error), errors.status_of(error)
    flash(_("Saved."))
    return redirect(url_for(".show_one", no=no), 303)


@writing(*bounds.KEEPERS)
def _act(call: Call, no: int, action: str) -> None:
    ACTIONS[action](call, no)


@blueprint.post("/accounts/<int:no>/password")
def reset(no: int) -> str | tuple[str, int]:
    try:
        return _reset(no)
    except MENDABLE as error:
        return _again(no, "password", error), errors.status_of(error)


@writing(*bounds.KEEPERS, keyed=False)
def _reset(call: Call, no: int) -> str:
    return _told(call, doors.reset_password(call.session, no, actor=call.actor, now=call.now))


@reading(*bounds.KEEPERS)
def _again(call: Call, no: int, action: str, error: Any) -> str:
    shown = errors.payload(error)
    return _page(call, no, asked=action, wrong=shown.get("fields", {}), message=shown["message"])
