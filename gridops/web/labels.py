"""The words of the field, replaced by those of the city: seen in sentences of the pages before they are kept."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import force_locale, get_translations
from flask_babel import gettext as _
from werkzeug import Response

from gridops.api import errors
from gridops.api.field_terms import read_again
from gridops.api.requests import Call, reading, writing
from gridops.domain import terms
from gridops.services import field_terms, installation
from gridops.services.story_words import STATUS, STEP
from gridops.web.gate import staff_blueprint
from gridops.web.telling import MENDABLE

blueprint = staff_blueprint("labels", __name__)
SAMPLES, LONGEST_SAMPLE = 6, 60


@blueprint.get("/labels")
@reading(*installation.ADMINISTRATORS)
def show(call: Call) -> str:
    return render_template(
        "labels/list.html", call=call, active="labels", rows=field_terms.every(call.session), may_change=installation.administers(call.session, call.actor))


@blueprint.get("/labels/<term>")
@reading(*installation.ADMINISTRATORS)
def show_one(call: Call, term: str) -> str:
    return _page(call, term)


@blueprint.post("/labels/<term>")
def change(term: str) -> Response | str | tuple[str, int]:
    """Keeps the word, takes it back, or shows what it would look like."""
    try:
        if request.form.get("step") == "preview":
            return _previewed(term)
        _change(term)
    except MENDABLE as error:
        shown = errors.payload(error)
        return _again(term, shown.get("fields") or {"word": [shown["message"]]}), errors.status_of(error)
    read_again()
    flash(_("Saved. Every page says it within ten seconds."))
    return redirect(url_for(".show"), 303)


@writing(*installation.ADMINISTRATORS)
def _change(call: Call, term: str) -> None:
    word = None if request.form.get("step") == "usual" else _typed()
    field_terms.replace(call.session, term, word, seen=request.form.get("seen"), actor=call.actor, now=call.now)


@reading(*installation.ADMINISTRATORS)
def _previewed(call: Call, term: str) -> str:
    usual = field_terms.one(call.session, term).usual
    wording = field_terms.trial(call.session, term, _typed())
    return _page(call, term, samples=[(terms.said(text), wording.said(text)) for text in _sentences(usual)])


def _sentences(usual: str) -> list[str]:
    """Of the pages and of what residents read, the shortest that hold the term as a term."""
    with force_locale("zh"), terms.speaking(terms.AS_SHIPPED):
        of_pages = [text for text in get_translations()._catalog.values() if isinstance(text, str) and len(text) <= LONGEST_SAMPLE]
    of_residents = [pair[0] for pair in (*STATUS.values(), *STEP.values())]
    marked = terms.Wording.of([(next(key for key, word in terms.TERMS.items() if word == usual), "X-")])
    held = {text for text in (*of_residents, *of_pages) if "%(" not in text and marked.said(text) != text}
    return sorted(held, key=lambda text: (text == usual, abs(len(text) - 14), text))[:SAMPLES]


@reading(*installation.ADMINISTRATORS)
def _again(call: Call, term: str, wrong: dict[str, Any]) -> str:
    return _page(call, term, wrong=wrong)


def _typed() -> str:
    return request.form.get("word", "").strip()[:100]


def _page(call: Call, term: str, **more: Any) -> str:
    shown = field_terms.one(call.session, term)
    return render_template(
        "labels/one.html", call=call, active="labels", one=shown, typed=_typed() if request.method == "POST" else shown.own or shown.usual,
        may_change=installation.administers(call.session, call.actor), longest=terms.LONGEST, **({"wrong": {}, "samples": None} | more))
