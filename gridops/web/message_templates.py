"""The words of messages, and what a street's residents are told at all."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from gridops.api import errors
from gridops.api.field_messages import in_chinese
from gridops.api.requests import Call, reading, writing
from gridops.domain import messages as rules
from gridops.errors import Invalid
from gridops.services import areas
from gridops.services.messages import policies, templates
from gridops.services.messages.preview import Preview, preview
from gridops.web import clock_times, message_words
from gridops.web.gate import staff_blueprint
from gridops.web.telling import MENDABLE

blueprint = staff_blueprint("template_pages", __name__)
TIMES = ("quiet_from", "quiet_until")


@blueprint.get("/messages/templates")
@reading(*policies.EDITORS)
def show(call: Call) -> str:
    return _list(call, _street(call))


def _list(call: Call, street: str, typed: dict[str, Any] | None = None, wrong: dict[str, list[str]] | None = None) -> str:
    policy = policies.of_street(call.session, street)
    given = typed or {
        "off": policy.off, "upstream": policy.upstream, **{name: clock_times.shown(getattr(policy, name)) for name in TIMES}}
    return render_template(
        "messages/templates.html", **_around(call, street), rows=templates.every(call.session, street), given=given, wrong=wrong or {}, events=rules.EVENTS,
        topics=tuple(rules.GROUP_OF))


def _around(call: Call, street: str) -> dict[str, Any]:
    streets = [one for one in areas.all_streets(call.session) if policies.may_edit(call.actor, one.code)]
    return {
        "call": call, "active": "inbox", "tab": "templates", "street": areas.get_area(call.session, street), "streets": streets, "words": message_words}


def _street(call: Call) -> str:
    """As asked for, else the first that the actor may edit. Raises NotFound, Forbidden."""
    code = request.values.get("street", "")
    if not code:
        own = [one.code for one in areas.all_streets(call.session) if policies.may_edit(call.actor, one.code)]
        code = own[0] if own else ""
    street = areas.location_of(call.session, code).street.code if code else ""
    policies.check_editor(call.actor, street)
    return street


@blueprint.post("/messages/policy")
def save_policy() -> Response | tuple[str, int]:
    try:
        street = _save_policy()
    except Invalid as error:
        return _policy_again(errors.payload(error).get("fields", {})), errors.status_of(error)
    flash(_("Saved."))
    return redirect(url_for("template_pages.show", street=street), 303)


@writing(*policies.EDITORS)
def _save_policy(call: Call) -> str:
    street, typed = _street(call), _typed_policy() | clock_times.read(TIMES)
    policies.save(call.session, street, **typed, actor=call.actor, now=call.now)
    return street


@reading(*policies.EDITORS)
def _policy_again(call: Call, wrong: dict[str, list[str]]) -> str:
    return _list(call, _street(call), _typed_policy(), wrong)


def _typed_policy() -> dict[str, Any]:
    form = request.form
    told = set(form.getlist("told"))
    return {
        "off": [event for event in rules.EVENTS if event not in told], "upstream": form.get("upstream") == "1",
        **clock_times.typed(TIMES)}


@blueprint.get("/messages/templates/<audience>/<event>/<locale>")
@reading(*policies.EDITORS)
def edit(call: Call, audience: str, event: str, locale: str) -> str:
    words = templates.current(call.session, _street(call), audience, event, locale)
    return _page(call, words, {"subject": words.subject, "text": words.text})


@blueprint.post("/messages/templates/<audience>/<event>/<locale>")
def change(audience: str, event: str, locale: str) -> Response | str | tuple[str, int]:
    """Saves, goes back to the shipped words, or shows what would be sent."""
    key = (audience, event, locale)
    if request.form.get("step") == "preview":
        return _previewed(*key)
    try:
        street = _change(*key)
    except MENDABLE as error:
        shown = errors.payload(error)
        return _changed_again(*key, wrong=shown.get("fields") or {"text": [shown["message"]]}), errors.status_of(error)
    flash(_("Saved. What is written from now on uses it."))
    return redirect(url_for("template_pages.show", street=street), 303)


@writing(*policies.EDITORS)
def _change(call: Call, audience: str, event: str, locale: str) -> str:
    street, typed = _street(call), _typed()
    text = None if request.form.get("step") == "back" else typed["text"]
    templates.save(
        call.session, street, audience, event, locale, text=text, subject=typed["subject"] if text is not None else None,
        seen=request.form.get("seen", -1, type=int), actor=call.actor, now=call.now)
    return street


@reading(*policies.EDITORS)
def _previewed(call: Call, audience: str, event: str, locale: str) -> str:
    words = templates.current(call.session, _street(call), audience, event, locale)
    shown = preview(audience=audience, locale=locale, **_typed())
    wrong = {field: [in_chinese(text) if call.locale == "zh" else text for text in texts] for field, texts in shown.problems.items()}
    return _page(call, words, _typed(), wrong=wrong, shown=None if wrong else shown)


@reading(*policies.EDITORS)
def _changed_again(call: Call, audience: str, event: str, locale: str, *, wrong: dict[str, list[str]]) -> str:
    return _page(call, templates.current(call.session, _street(call), audience, event, locale), _typed(), wrong=wrong)


def _typed() -> dict[str, str]:
    return {"subject": request.form.get("subject", "").strip(), "text": request.form.get("text", "").replace("\r\n", "\n").strip()}


def _page(call: Call, words: templates.Words, typed: dict[str, str], *, wrong: dict | None = None, shown: Preview | None = None) -> str:
    street = _street(call)
    return render_template(
        "messages/template.html", **_around(call, street), one=words, typed=typed, wrong=wrong or {}, shown=shown,
        placeholders=rules.PLACEHOLDERS[words.audience], versions=templates.history(call.session, street, words.audience, words.event, words.locale))
