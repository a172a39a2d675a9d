"""The texts that an organisation keeps for its results, and one of them put into a result's form."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response
from werkzeug.datastructures import MultiDict

from gridops.api import errors
from gridops.api.requests import Call, reading, writing
from gridops.api.safety import takes_photos
from gridops.domain import result_texts as rules
from gridops.domain.lifecycle import OUTCOMES
from gridops.errors import NotFound
from gridops.services import scope
from gridops.services.organisation import colleagues, result_texts
from gridops.web import pickers, staff_photos, ticket_page, words
from gridops.web.action_forms import Sent
from gridops.web.gate import staff_blueprint
from gridops.web.telling import MENDABLE

blueprint = staff_blueprint("organisation_texts", __name__)
TYPED = ("name", "category", "outcome", "text")
ACTION = "submit_result"


@blueprint.get("/organisation/texts")
@reading("department")
def show(call: Call) -> str:
    return _page(call)


def _page(call: Call, typed: dict[str, str] | None = None, wrong: dict[str, list[str]] | None = None) -> str:
    own = colleagues.own(call.session, call.actor, call.locale)
    code = request.values.get("of", "")
    chosen = next((one for one in own if one.code == code), own[0] if own else None)
    if chosen is None:
        raise NotFound()
    texts = result_texts.listed(call.session, chosen.id, actor=call.actor)
    changed = request.values.get("text_id", type=int)
    one = next((text for text in texts if text.id == changed), None)
    return render_template(
        "organisation/texts.html", call=call, active="organisation", own=own, chosen=chosen, texts=texts, one=one,
        given=typed or _given(call, one), wrong=wrong or {}, outcomes=[(outcome, words.outcome(outcome)) for outcome in OUTCOMES], placeholders=rules.PLACEHOLDERS,
        categories=pickers.categories(call.session, call.locale), names=_names(call), rules=rules)


def _given(call: Call, one: Any) -> dict[str, str]:
    if one is None:
        return dict.fromkeys(TYPED, "")
    return {"name": one.name, "text": one.text, "outcome": one.outcome or "", "category": pickers.category_shown(call.session, one.category_code, call.locale) or one.category_code or ""}


def _names(call: Call) -> dict[str, str]:
    return {option.code: option.name for option in pickers.categories(call.session, call.locale)}


@blueprint.post("/organisation/texts")
def change() -> Response | tuple[str, int]:
    """Keeps a new one or a change, or drops one."""
    try:
        code = _drop() if request.form.get("step") == "drop" else _keep()
    except MENDABLE as error:
        shown = errors.payload(error)
        return _again(shown.get("fields") or {"name": [shown["message"]]}), errors.status_of(error)
    flash(_("Saved."))
    return redirect(url_for("organisation_texts.show", of=code), 303)


@writing("department")
def _keep(call: Call) -> str:
    chosen, typed = _chosen(call), _typed()
    category = pickers.code_of(typed["category"], pickers.categories(call.session, call.locale), "category")
    given = {"name": typed["name"], "text": typed["text"], "outcome": typed["outcome"] or None, "category": category}
    result_texts.keep(
        call.session, chosen.id, given, text_id=request.form.get("text_id", type=int), seen=request.form.get("seen", type=int), actor=call.actor,
        now=call.now)
    return chosen.code


@writing("department")
def _drop(call: Call) -> str:
    chosen = _chosen(call)
    result_texts.drop(call.session, chosen.id, request.form.get("text_id", -1, type=int), actor=call.actor)
    return chosen.code


@reading("department")
def _again(call: Call, wrong: dict[str, list[str]]) -> str:
    return _page(call, _typed(), wrong)


def _chosen(call: Call) -> colleagues.Own:
    """Raises NotFound for an organisation that is not the actor's."""
    own = colleagues.own(call.session, call.actor, call.locale)
    found = next((one for one in own if one.code == request.form.get("of")), None)
    if found is None:
        raise NotFound()
    return found


def _typed() -> dict[str, str]:
    return {name: request.form.get(name, "").replace("\r\n", "\n").strip() for name in TYPED}


@blueprint.post("/tickets/<number>/result-text")
@takes_photos
def fill_in(number: str) -> str:
    """The result's form with a text put in, where no script does it; what was typed and sent stays. Nothing is submitted."""
    wrong: dict[str, list[str]] = {}
    photos = staff_photos.kept(wrong)
    return _filled(number, photos, wrong)


@reading("department")
def _filled(call: Call, number: str, photos: dict[str, list[str]], wrong: dict[str, list[str]]) -> str:
    ticket = scope.visible_ticket(call.session, number, call.actor)
    found = result_texts.offered(call.session, ticket, actor=call.actor, now=call.now, locale=call.locale)
    one = next((text for text in found if str(text.id) == request.form.get("result_text")), None)
    if one is None:
        wrong["result_text"] = [_("Choose a text first.")]
    typed = MultiDict(request.form)
    if one is not None:
        typed["text"] = _together(typed.get("text", ""), one.text)
        typed["outcome"] = typed.get("outcome") or one.outcome or ""
    return ticket_page.page(call, ticket, sent=Sent(ACTION, typed, photos, wrong))


def _together(typed: str, text: str) -> str:
    """What somebody typed is not overwritten."""
    typed = typed.replace("\r\n", "\n").strip()
    return text if not typed else typed if text in typed else f"{typed}\n{text}"
