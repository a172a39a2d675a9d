"""How somebody wants to be told outside the inbox: for oneself, or for an organisation that one works for."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from gridops.api import errors
from gridops.api.requests import ANY_STAFF, Call, reading, writing
from gridops.domain import messages as rules
from gridops.errors import Invalid, TooMany
from gridops.services.messages import overview, settings
from gridops.web import clock_times, message_words
from gridops.web.gate import staff_blueprint

blueprint = staff_blueprint("message_pages", __name__)
LAST = 10
TIMES = ("quiet_from", "quiet_until", "digest_at")


@blueprint.get("/messages")
@reading(ANY_STAFF)
def show(call: Call) -> str:
    wish = settings.own(call.session, call.vault, _owner(call))
    return _page(call, {**wish._asdict(), **{name: clock_times.shown(getattr(wish, name)) for name in TIMES}}, {})


@blueprint.post("/messages")
def save() -> Response | tuple[str, int]:
    try:
        _save()
    except Invalid as error:
        return _again(errors.payload(error).get("fields", {})), errors.status_of(error)
    flash(_("Saved."))
    return _back()


@writing(ANY_STAFF)
def _save(call: Call) -> None:
    wish = settings.Wish(**_typed() | clock_times.read(TIMES))
    settings.save(call.session, call.vault, _owner(call), wish, actor=call.actor, now=call.now)


@reading(ANY_STAFF)
def _again(call: Call, wrong: dict[str, list[str]]) -> str:
    return _page(call, _typed(), wrong)


@blueprint.post("/messages/trial")
def try_out() -> Response:
    try:
        count = _try_out()
    except TooMany as error:
        flash(errors.payload(error)["message"], "error")
        return _back()
    flash(_("A test message is on its way: look below in a moment.") if count else _("Please save an address or a phone number first."), "message" if count else "error")
    return _back()


@writing(ANY_STAFF)
def _try_out(call: Call) -> int:
    return settings.attempt(call.session, call.vault, _owner(call), now=call.now)


def _page(call: Call, given: dict[str, Any], wrong: dict[str, list[str]]) -> str:
    return render_template(
        "messages/mine.html", call=call, active="inbox", tab="mine", given=given, wrong=wrong, chosen=request.values.get("department", ""),
        departments=settings.departments_of(call.session, call.actor), groups=rules.GROUPS, words=message_words,
        rows=overview.to_owner(call.session, call.vault, call.actor, _owner(call), limit=LAST))


def _owner(call: Call):
    return settings.owner_of(call.session, call.actor, request.values.get("department") or None)


def _back() -> Response:
    return redirect(url_for("message_pages.show", department=request.form.get("department") or None), 303)


def _typed() -> dict[str, Any]:
    form = request.form
    return {
        "email": form.get("email", "").strip()[:200] or None, "phone": form.get("phone", "").strip()[:40] or None, "locale": form.get("locale", "zh"),
        "wanted": {group: ways for group in rules.GROUPS if (ways := [way for way in rules.TO_PEOPLE if form.get(f"{group}.{way}")])},
        **clock_times.typed(TIMES)}
