"""The categories by page: everybody reads them, the administrator of the whole installation changes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response as Sheet
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from gridops.api import errors
from gridops.api.people import takes_list
from gridops.api.requests import ANY_STAFF, Call, reading, writing
from gridops.errors import Forbidden
from gridops.services import installation
from gridops.services.exports import writers
from gridops.services.imports.readers import read
from gridops.services.kept_files import Importing, Sent
from gridops.services.taxonomy import changing, filing, view
from gridops.web import file_import, taxonomy_words, work_words
from gridops.web.gate import staff_blueprint
from gridops.web.telling import MENDABLE

blueprint = staff_blueprint("taxonomy_pages", __name__)
MIMES = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


@blueprint.get("/taxonomy")
@reading(ANY_STAFF)
def show(call: Call) -> str:
    q, flag = request.args.get("q", "").strip()[:40], request.args.get("flag", "")
    flag = flag if flag in taxonomy_words.FILTERS else ""
    every = view.newest(call.session)
    found = view.classes([row for row in every if view.fits(row, q, flag)])
    return render_template(
        "taxonomy/list.html", call=call, active="taxonomy", classes=found, q=q, flag=flag, every=len(every), local=view.STANDARD,
        off=sum(row.valid_to is not None for row in every), **_around(call))


def _around(call: Call) -> dict[str, Any]:
    return {"words": taxonomy_words, "flags": view.FLAGS, "limit": work_words.limit, "may_change": installation.administers(call.session, call.actor)}


@blueprint.get("/taxonomy/<code>")
@reading(ANY_STAFF)
def show_one(call: Call, code: str) -> str:
    return _page(call, code)


def _page(call: Call, code: str, **more: Any) -> str:
    shown = view.in_full(call.session, code, locale=call.locale)
    return render_template(
        "taxonomy/one.html", call=call, active="taxonomy", one=shown["version"], shown=shown, typed=request.form, standard=view.STANDARD, **_around(call),
        **({"wrong": {}, "message": None, "asked": None} | more))


def _rename(call: Call, code: str) -> str:
    changing.rename(call.session, code, *_names(), seen=_seen(), actor=call.actor, now=call.now)
    return code


def _off(call: Call, code: str) -> str:
    changing.switch_off(call.session, code, seen=_seen(), actor=call.actor, now=call.now)
    return code


def _on(call: Call, code: str) -> str:
    changing.switch_on(call.session, code, seen=_seen(), actor=call.actor, now=call.now)
    return code


def _refine(call: Call, code: str) -> str:
    return changing.refine(call.session, code, *_names(), actor=call.actor, now=call.now).code


def _names() -> tuple[str, str]:
    return request.form.get("name", "")[:200], request.form.get("name_en", "")[:200]


def _seen() -> int:
    return request.form.get("seen", -1, type=int)


ACTIONS: dict[str, Callable[[Call, str], str]] = {"rename": _rename, "off": _off, "on": _on, "refine": _refine}


@blueprint.post("/taxonomy/<code>/<any(rename, off, on, refine):action>")
def act(code: str, action: str) -> Response | tuple[str, int]:
    try:
        shown = _act(code, action)
    except MENDABLE as error:
        return _again(code, action, error), errors.status_of(error)
    flash(_("Saved."))
    return redirect(url_for(".show_one", code=shown), 303)


@writing(*installation.ADMINISTRATORS)
def _act(call: Call, code: str, action: str) -> str:
    return ACTIONS[action](call, code)


@reading(*installation.ADMINISTRATORS)
def _again(call: Call, code: str, action: str, error: Any) -> str:
    shown = errors.payload(error)
    return _page(call, code, asked=action, wrong=shown.get("fields", {}), message=shown["message"], using=(error.details or {}).get("tickets"))


@blueprint.get("/taxonomy.<any(csv, xlsx):form>")
@reading(ANY_STAFF)
def download(call: Call, form: str) -> Sheet:
    """A row for each condition, in the columns that the import reads."""
    answer = Sheet(writers.write(*filing.collect(call.session, chinese=call.locale == "zh"), form), mimetype=MIMES[form])
    answer.headers["Content-Disposition"] = f'attachment; filename="categories.{form}"'
    return answer


@blueprint.get("/taxonomy/import")
@reading(*installation.ADMINISTRATORS)
def show_import(call: Call) -> str:
    return file_import.page(call, KIND, {})


@blueprint.post("/taxonomy/import")
@takes_list
def send() -> str | tuple[str, int]:
    try:
        return file_import.answer(KIND)
    except Forbidden as error:
        return reading(*installation.ADMINISTRATORS)(file_import.page)(KIND, {}, message=errors.payload(error)["message"]), 403


def _importing(call: Call) -> Importing:
    def importing(sent: Sent) -> filing.TaxonomyReport:
        return filing.bring_in(call.session, read(sent.content, sent.name), actor=call.actor, now=call.now)

    return importing


def _columns(call: Call) -> dict[str, Any]:
    return {"columns": filing.IN_CHINESE if call.locale == "zh" else {}}


KIND = file_import.Kind("taxonomy", installation.ADMINISTRATORS, "taxonomy/import.html", "taxonomy", dict, _importing, _columns)
