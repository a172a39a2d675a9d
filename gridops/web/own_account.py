"""Everybody's own log-in: what it may do, and another password. Who has one that somebody gave comes here first."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from gridops.api import errors
from gridops.api.requests import ANY_STAFF, Call, reading, writing
from gridops.errors import Invalid
from gridops.models import Account
from gridops.services import accounts
from gridops.services.log_ins import listed
from gridops.web import navigation
from gridops.web.gate import staff_blueprint

blueprint = staff_blueprint("own_account", __name__)


@blueprint.get("/account")
@reading(ANY_STAFF)
def show(call: Call) -> str:
    return _page(call)


def _page(call: Call, wrong: dict[str, Any] | None = None) -> str:
    account = call.session.get_one(Account, call.actor.account_id)
    return render_template(
        "accounts/own.html", call=call, active="account", account=account, grants=listed.held(call.session, call.actor, call.locale), wrong=wrong or {})


@blueprint.post("/account")
def change() -> Response | tuple[str, int]:
    try:
        start = _change()
    except Invalid as error:
        return _again(errors.payload(error).get("fields", {})), errors.status_of(error)
    flash(_("Your password is changed; other devices are logged out."))
    return redirect(start, 303)


@writing(ANY_STAFF, limit="login")
def _change(call: Call) -> str:
    form = request.form
    if form.get("password") != form.get("again"):
        raise Invalid(fields={"again": [_("The two are not the same.")]})
    given = call.session.get_one(Account, call.actor.account_id).password_given
    accounts.change_own_password(
        call.session, call.token, form.get("present", "")[:200], form.get("password", "")[:300], actor=call.actor, now=call.now)
    return navigation.start(call.actor) if given else url_for(".show")


@reading(ANY_STAFF)
def _again(call: Call, wrong: dict[str, Any]) -> str:
    return _page(call, wrong)
