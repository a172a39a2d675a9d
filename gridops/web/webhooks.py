"""Programs elsewhere that are told facts: made, tried, ended by who administers the system."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from gridops.api import errors
from gridops.api.requests import Call, reading, writing
from gridops.domain.messages import HOOKABLE
from gridops.errors import Invalid, NotFound
from gridops.services import areas
from gridops.services.messages import hooks
from gridops.web import message_words
from gridops.web.gate import staff_blueprint

blueprint = staff_blueprint("webhook_pages", __name__)


@blueprint.get("/messages/webhooks")
@reading(*hooks.KEEPERS)
def show(call: Call) -> str:
    return _page(call, {"topics": []}, {})


@blueprint.post("/messages/webhooks")
def make() -> str | tuple[str, int]:
    """The secret stands on the answer itself, and nowhere again."""
    try:
        secret = _make()
    except (Invalid, NotFound) as error:
        fields = errors.payload(error).get("fields") or {"area": [_("Please choose an area of yours.")]}
        return _shown(_typed(), fields), errors.status_of(error)
    return _shown({"topics": []}, {}, secret=secret)


@writing(*hooks.KEEPERS)
def _make(call: Call) -> str:
    return hooks.make(call.session, call.vault, **_typed(), actor=call.actor, now=call.now).secret


@reading(*hooks.KEEPERS)
def _shown(call: Call, typed: dict[str, Any], wrong: dict[str, list[str]], secret: str | None = None) -> str:
    return _page(call, typed, wrong, secret=secret)


def _page(call: Call, typed: dict[str, Any], wrong: dict[str, list[str]], *, secret: str | None = None) -> str:
    known = [one for one in areas.all_streets(call.session) if any(one.code.startswith(own) for own in call.actor.areas(*hooks.KEEPERS))]
    return render_template(
        "messages/webhooks.html", call=call, active="inbox", tab="webhooks", hooks=hooks.every(call.session, call.actor), typed=typed, wrong=wrong, secret=secret,
        streets=known, names=areas.path_names(call.session, call.locale), topics=HOOKABLE, words=message_words)


def _typed() -> dict[str, Any]:
    form = request.form
    return {
        "name": form.get("name", "").strip(), "url": form.get("url", "").strip(), "area": form.get("area", ""),
        "topics": form.getlist("topics") if form.get("which") == "some" else []}


@blueprint.post("/messages/webhooks/<int:no>/<any(trial, end):step>")
def act(no: int, step: str) -> Response:
    _act(no, step)
    flash(_("A test message is on its way.") if step == "trial" else _("Ended. Nothing new is written for it."))
    return redirect(url_for("webhook_pages.show"), 303)


@writing(*hooks.KEEPERS)
def _act(call: Call, no: int, step: str) -> None:
    hook = hooks.get(call.session, no, call.actor)
    if step == "trial":
        hooks.attempt(call.session, call.vault, hook, now=call.now)
    else:
        hooks.end(call.session, hook, actor=call.actor, now=call.now)
