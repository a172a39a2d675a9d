"""The duty catalogue (派单目录): its versions, a draft with its rules, and what is done with a draft."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from gridops.api import duty_catalogues as api
from gridops.api import errors
from gridops.api.people import takes_list
from gridops.api.requests import Call, reading, writing
from gridops.api.uploads import sent_file
from gridops.errors import GridopsError, Invalid, NotFound
from gridops.models import DutyCatalogue
from gridops.services import areas, calendars
from gridops.services.duty_catalogue import activation, checking, comparing, filing, trial, versions, view
from gridops.services.exports import writers
from gridops.services.imports.readers import read
from gridops.web import catalogue_rule, catalogue_words, grid_words, pickers, telling
from gridops.web.gate import staff_blueprint
from gridops.web.telling import MENDABLE

blueprint = staff_blueprint("catalogue", __name__)
blueprint.register_blueprint(catalogue_rule.blueprint)
ROLES = ("leader", "dispatcher", "grid_office", "clerk", "system_admin")
A_MONTH = timedelta(days=30)


@blueprint.get("/catalogue")
@reading(*ROLES)
def show(call: Call) -> str:
    street = request.args.get("street") or None
    if not versions.may_see(call.session, call.actor, street):
        raise NotFound()
    names, current = view.Names(call.session, call.locale), versions.in_force(call.session, street)
    rules = catalogue_rule.filtered(view.rules(sorted(current, key=lambda r: (r.category_code, r.area_prefix or "")), names), names)
    return render_template(
        "catalogue/list.html", **_around(call, street, names), versions=[_shown(call, found) for found in versions.listed(call.session, street)],
        may_propose=versions.may_propose(call.session, call.actor, street), rules=rules, typed=request.args)


@blueprint.post("/catalogue")
def begin() -> Response:
    street = request.form.get("street") or None
    try:
        made = _begin(street)
    except MENDABLE as error:
        return _back(error, url_for("catalogue.show", street=street))
    flash(_("The draft is begun. What is in force stays so until the draft is put in force."))
    return redirect(url_for("catalogue.version", no=made), 303)


@writing(*ROLES)
def _begin(call: Call, street: str | None) -> int:
    title = request.form.get("title", "").strip()[:200] or None
    return versions.begin(call.session, street, title=title, actor=call.actor, now=call.now).id


@blueprint.get("/catalogue/<int:no>")
@reading(*ROLES)
def version(call: Call, no: int) -> str:
    catalogue, names = versions.seen(call.session, no, actor=call.actor), view.Names(call.session, call.locale)
    rules = catalogue_rule.filtered(view.rules(versions.rules_of(call.session, catalogue), names), names)
    return _page(call, "catalogue/version.html", catalogue, names, rules=rules, typed=request.args)


@blueprint.get("/catalogue/<int:no>.<any(csv, xlsx):form>")
@reading(*ROLES)
def download(call: Call, no: int, form: str) -> Response:
    catalogue = versions.seen(call.session, no, actor=call.actor)
    content = writers.write(list(filing.COLUMNS), filing.records(versions.rules_of(call.session, catalogue)), form)
    return api.as_file(catalogue, form, content)


@blueprint.get("/catalogue/<int:no>/problems")
@reading(*ROLES)
def problems(call: Call, no: int) -> str:
    catalogue, names = versions.seen(call.session, no, actor=call.actor), view.Names(call.session, call.locale)
    found = [problem.to_json() for problem in checking.problems(call.session, catalogue)]
    return _page(call, "catalogue/problems.html", catalogue, names, problems=found, communities=pickers.communities(call.session, call.locale))


@blueprint.get("/catalogue/<int:no>/comparison")
@reading(*ROLES)
def comparison(call: Call, no: int) -> str:
    catalogue, names = versions.seen(call.session, no, actor=call.actor), view.Names(call.session, call.locale)
    other = api.compared_with(call, catalogue, request.args.get("against", type=int))
    before = versions.rules_of(call.session, other) if other else ()
    found = comparing.changes(before, versions.rules_of(call.session, catalogue))
    fresh = [problem.to_json() for problem in checking.new_problems(call.session, catalogue)] if catalogue.status in versions.OPEN else []
    return _page(
        call, "catalogue/comparison.html", catalogue, names, other=other, changes=[view.change(change, names) for change in found], fresh=fresh,
        communities=pickers.communities(call.session, call.locale))


@blueprint.get("/catalogue/<int:no>/trial")
@reading(*ROLES)
def show_trial(call: Call, no: int) -> str:
    catalogue, names = versions.seen(call.session, no, actor=call.actor), view.Names(call.session, call.locale)
    found, today = trial.latest(call.session, catalogue), call.now.astimezone(ZoneInfo(_zone(call, catalogue.street_code))).date()
    return _page(
        call, "catalogue/trial.html", catalogue, names, trial=view.trial(found) if found else None, first_day=today - A_MONTH, last_day=today)


@blueprint.post("/catalogue/<int:no>/trial")
def ask_trial(no: int) -> Response:
    return _done(no, lambda: _ask_trial(no), "catalogue.show_trial", _("Workers are looking through the tickets."))


@writing(*ROLES)
def _ask_trial(call: Call, no: int) -> None:
    first, last = (_day(name) for name in ("first_day", "last_day"))
    trial.ask(call.session, no, first_day=first, last_day=last, actor=call.actor, now=call.now)


@blueprint.post("/catalogue/<int:no>/file")
@takes_list
def bring_in(no: int) -> Response:
    return _done(no, lambda: _bring_in(no), "catalogue.version", _("The draft says what the file says."))


@writing(*ROLES)
def _bring_in(call: Call, no: int) -> None:
    name, content = sent_file()
    _draft, report = filing.bring_in(call.session, no, read(content, name), expected_revision=_revision(), actor=call.actor)
    if report.errors:
        raise filing.refused(report)


@blueprint.post("/catalogue/<int:no>/activation")
def activate(no: int) -> Response:
    return _done(no, lambda: _activate(no), "catalogue.version", _("Saved."))


@writing(*ROLES)
def _activate(call: Call, no: int) -> None:
    reason = request.form.get("reason", "").strip()[:500] or None
    catalogue = versions.seen(call.session, no, actor=call.actor)
    activation.activate(
        call.session, no, expected_revision=_revision(), reason=reason, at=_instant(_zone(call, catalogue.street_code)), actor=call.actor, now=call.now)


@blueprint.post("/catalogue/<int:no>/discard")
def discard(no: int) -> Response:
    return _done(no, lambda: _discard(no), "catalogue.version", _("The draft is thrown away."))


@writing(*ROLES)
def _discard(call: Call, no: int) -> None:
    versions.discard(call.session, no, expected_revision=_revision(), actor=call.actor)


def _done(no: int, act: Any, page: str, said: str) -> Response:
    where = url_for(page, no=no)
    try:
        act()
    except MENDABLE as error:
        return _back(error, request.form.get("from") == "comparison" and url_for("catalogue.comparison", no=no) or where)
    flash(said)
    return redirect(where, 303)


def _back(error: GridopsError, path: str) -> Response:
    flash(telling.said(errors.payload(error)), "error")
    return redirect(path, 303)


def _revision() -> int | None:
    return request.form.get("expected_revision", type=int)


def _day(name: str) -> date:
    try:
        return date.fromisoformat(request.form.get(name, ""))
    except ValueError:
        raise Invalid(fields={name: [_("Please give a date.")]}) from None


def _instant(zone: str) -> datetime | None:
    """Left empty: at once."""
    typed = request.form.get("at", "").strip()
    if not typed:
        return None
    try:
        return datetime.fromisoformat(typed).replace(tzinfo=ZoneInfo(zone))
    except ValueError:
        raise Invalid(fields={"at": [_("Please give a date and a time.")]}) from None


def _zone(call: Call, street: str | None) -> str:
    return calendars.calendar_in_force(call.session, street).timezone


def _shown(call: Call, catalogue: DutyCatalogue) -> dict[str, Any]:
    return view.version(call.session, catalogue, actor=call.actor)


def _around(call: Call, street: str | None, names: view.Names) -> dict[str, Any]:
    own = areas.all_streets(call.session) if call.actor.areas("system_admin") else pickers.streets_of(call.session, call.actor)
    return {
        "call": call, "active": "catalogue", "street": street, "streets": own, "zone": _zone(call, street), "names": names, "words": catalogue_words,
        "kinds": grid_words.KINDS_OF_COMMUNITY, "classes": catalogue_rule.classes(names, call.locale),
        "area_name": lambda code: areas.path_name(call.session, code, call.locale) if code else ""}


def _page(call: Call, template: str, catalogue: DutyCatalogue, names: view.Names, **more: Any) -> str:
    shown = _shown(call, catalogue)
    keeps = shown["may_propose"] and catalogue.status in versions.OPEN
    return render_template(template, **_around(call, catalogue.street_code, names), version=shown, keeps=keeps, **more)
