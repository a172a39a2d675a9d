"""The synonyms of a category by page: what would come of a change is seen before it is kept."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from gridops.api import errors
from gridops.api.requests import Call, reading, writing
from gridops.services import installation
from gridops.services.taxonomy import view, words
from gridops.web import taxonomy_words
from gridops.web.gate import staff_blueprint
from gridops.web.telling import MENDABLE

blueprint = staff_blueprint("category_word_pages", __name__)
LONGEST_TYPED = 400  # the longest phrase that gridops comes with


@blueprint.get("/taxonomy/<code>/words")
@reading(*installation.ADMINISTRATORS)
def show(call: Call, code: str) -> str:
    """``word``: the one that is to be changed."""
    return _page(call, code, typed=request.args.get("word", "")[:LONGEST_TYPED])


@blueprint.post("/taxonomy/<code>/words")
def change(code: str) -> Response | str | tuple[str, int]:
    """Keeps it, or shows what would come of it."""
    try:
        if request.form.get("step") == "preview":
            return _previewed(code)
        _change(code)
    except MENDABLE as error:
        return _again(code, error), errors.status_of(error)
    flash(_("Saved. New reports are read with it within a second; what was suggested before stays."))
    return redirect(url_for(".show", code=code), 303)


@writing(*installation.ADMINISTRATORS)
def _change(call: Call, code: str) -> None:
    words.change(call.session, code, _typed(), _strength(), seen=request.form.get("seen") or None, actor=call.actor, now=call.now)


@reading(*installation.ADMINISTRATORS)
def _previewed(call: Call, code: str) -> str:
    looked = words.look(call.session, code, _typed(), _strength())
    codes = {clash.code for clash in looked.clashes} | {end for move in looked.moves for end in (move.before, move.after)}
    return _page(call, code, typed=_typed(), looked=looked, names=words.names(call.session, codes, call.locale))


@reading(*installation.ADMINISTRATORS)
def _again(call: Call, code: str, error: Any) -> str:
    shown = errors.payload(error)
    return _page(call, code, typed=_typed(), wrong=shown.get("fields", {}), message=shown["message"], taken=(error.details or {}).get("category"))


def _page(call: Call, code: str, *, typed: str, **more: Any) -> str:
    known = words.of_category(call.session, code)
    chosen = next((one for one in known if one.words == typed.strip()), None)
    return render_template(
        "taxonomy/words.html", call=call, active="taxonomy", one=view.latest(call.session, code), known=known, chosen=chosen, typed=typed,
        strength=_strength() if request.method == "POST" else _present(chosen), choices=_choices(chosen), words=taxonomy_words,
        history=words.history(call.session, code), may_change=installation.administers(call.session, call.actor), longest=words.LONGEST,
        strength_of=words.strength_of, longest_typed=LONGEST_TYPED, most=words.MOST_OWN,
        **({"wrong": {}, "message": None, "taken": None, "looked": None, "names": {}} | more))


def _present(chosen: words.Shown | None) -> str:
    """What stands in the form first: of a new word that it decides, of one that was not touched that it stays so."""
    if chosen is None:
        return words.DECISIVE
    return chosen.strength if chosen.own or chosen.changed_at else words.USUAL


def _choices(chosen: words.Shown | None) -> list[tuple[str, Any]]:
    without = {words.OFF, words.USUAL} if chosen is None else {words.USUAL} if chosen.own else set()
    return [(name, text) for name, text in taxonomy_words.STRENGTHS.items() if name not in without]


def _typed() -> str:
    return request.form.get("words", "").strip()[:LONGEST_TYPED]


def _strength() -> str:
    strength = request.form.get("strength", "")
    return strength if strength in words.STRENGTHS else words.DECISIVE
