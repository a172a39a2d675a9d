"""How a city's platform writes its orders: looked at, changed, tried with an example file, taken along as JSON."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from gridops.api import errors, language
from gridops.api.field_messages import in_chinese
from gridops.api.places import takes_file
from gridops.api.requests import Call, reading, writing
from gridops.api.uploads import sent_file
from gridops.errors import Invalid, NotFound
from gridops.models import UpstreamProfile
from gridops.services.imports.readers import read
from gridops.services.upstream import orders, profiles

blueprint = Blueprint("profiles", __name__)
SHOWN_ROWS = 10
PAIRS = ("categories", "kinds", "visibilities", "states")
LINES = ("date_formats", "secret_words", "open_words", "keep")
PLAIN = ("timezone", "crs", "street")
EMPTY: dict[str, Any] = {
    "columns": {}, "date_formats": [], "timezone": "Asia/Shanghai", "categories": {}, "kinds": {}, "visibilities": {}, "secret_words": [],
    "open_words": [], "crs": None, "street": None, "keep": [], "states": {}, "list_columns": {},
    "reply": {"title": "", "columns": [], "template": ""}}


@blueprint.get("/upstream/sources")
@reading(*profiles.KEEPERS)
def show(call: Call) -> str:
    return render_template("upstream/sources.html", call=call, active=_section(call), tab="sources", rows=profiles.every(call.session))


@blueprint.get("/upstream/sources/new")
@reading(*profiles.KEEPERS)
def new(call: Call) -> str:
    return _page(call, "", "", EMPTY)


@blueprint.get("/upstream/sources/<source>")
@reading(*profiles.KEEPERS)
def edit(call: Call, source: str) -> str:
    profile = profiles.current(call.session, source)
    return _page(call, source, profile.name, profile.rules)


def _page(call: Call, source: str, name: str, rules: dict[str, Any], **more: Any) -> str:
    known = profiles.versions(call.session, source) if source else []
    return render_template(
        "upstream/source.html", call=call, active=_section(call), tab="sources", source=source, name=name, rules=rules, versions=known,
        ours=profiles.OURS, list_columns=profiles.LIST_COLUMNS, reply_fields=profiles.REPLY_FIELDS, said_fault=_said,
        **({"wrong": {}, "tried": None, "message": None, "is_new": not known} | more))


@blueprint.post("/upstream/sources")
@takes_file
def send() -> str | Response | tuple[str, int]:
    """Saves, or tries the rules as typed with an example file; nothing of the file is kept."""
    work = _try if request.form.get("step") == "try" else _import if request.form.get("step") == "import" else _save
    try:
        return writing(*profiles.KEEPERS)(work)()
    except (Invalid, NotFound) as error:
        shown = errors.payload(error)
        again = reading(*profiles.KEEPERS)(_again)
        return again(wrong=shown.get("fields", {}), message=shown["message"]), errors.status_of(error)


def _again(call: Call, **more: Any) -> str:
    form = request.form
    return _page(call, form.get("source", ""), form.get("name", ""), typed() if "template" in form else EMPTY, **more)


def _save(call: Call) -> Response:
    form = request.form
    saved = profiles.save(call.session, form.get("source", "").strip(), form.get("name", "").strip(), typed(), actor=call.actor, now=call.now)
    flash(_("Version %(version)s is in use.", version=saved.version))
    return redirect(url_for("upstream_pages.profiles.edit", source=saved.source), 303)


def _try(call: Call) -> str:
    form, (name, content) = request.form, sent_file()
    rules = profiles.checked(call.session, form.get("source", "").strip(), form.get("name", "").strip(), typed())
    table = read(content, name)
    savepoint = call.session.begin_nested()
    profile = UpstreamProfile(source=form["source"], rules=rules)
    report = orders.take_by(call.session, profile, table, actor=call.actor, now=call.now, vault=call.vault)
    savepoint.rollback()
    mapped = profiles.mapped(table, rules)
    tried = {"report": report, "columns": mapped.columns, "rows": mapped.rows[:SHOWN_ROWS], "count": len(mapped.rows), "file": name}
    return _again(call, tried=tried)


def _import(call: Call) -> Response:
    _name, content = sent_file()
    try:
        given = json.loads(content.decode("utf-8-sig"))
        source, name, rules = given["source"], given["name"], given["rules"]
    except (ValueError, KeyError, TypeError) as error:
        raise Invalid(_("This is no exported profile.")) from error
    saved = profiles.save(call.session, str(source), str(name), rules if isinstance(rules, dict) else {}, actor=call.actor, now=call.now)
    flash(_("Version %(version)s is in use.", version=saved.version))
    return redirect(url_for("upstream_pages.profiles.edit", source=saved.source), 303)


@blueprint.get("/upstream/sources/<source>.json")
@reading(*profiles.KEEPERS)
def export(call: Call, source: str) -> Response:
    profile = profiles.current(call.session, source)
    content = json.dumps({"source": source, "name": profile.name, "rules": profile.rules}, ensure_ascii=False, indent=1)
    answer = Response(content, mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{source}.json"'
    return answer


def typed() -> dict[str, Any]:
    """The rules as the form has them: one pair or word in a line."""
    form = request.form
    return {
        "columns": _named("column-", profiles.OURS), "list_columns": _named("list-", profiles.LIST_COLUMNS),
        **{name: _pairs(form.get(name, "")) for name in PAIRS}, **{name: _lines(form.get(name, "")) for name in LINES},
        **{name: form.get(name, "").strip() or None for name in PLAIN if name != "timezone"},
        "timezone": form.get("timezone", "").strip(),
        "reply": {
            "title": form.get("title", "").strip(), "template": form.get("template", "").strip(),
            "columns": [list(pair) for pair in _pairs(form.get("reply_columns", "")).items()]}}


def _named(prefix: str, names: tuple[str, ...]) -> dict[str, str]:
    found = {name: request.form.get(prefix + name, "").strip() for name in names}
    return {name: theirs for name, theirs in found.items() if theirs}


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _pairs(text: str) -> dict[str, str]:
    """``theirs = ours``: their word may hold the sign itself."""
    halves = [line.rpartition("=") for line in _lines(text)]
    return {theirs.strip(): ours.strip() for theirs, _sign, ours in halves}


def _said(text: str) -> str:
    return in_chinese(text) if language.of_request() == "zh" else text


def _section(call: Call) -> str:
    """Administrators have an entry of their own."""
    return "sources" if "system_admin" in call.actor.roles else "upstream"
