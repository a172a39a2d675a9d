"""How well reports are understood: what was learned and when, how good it is by category, what it takes for what, and what it may file."""

from __future__ import annotations

from datetime import time

from flask import Response as JsonResponse
from flask import jsonify, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug import Response

from gridops.api.requests import Call, reading, writing
from gridops.errors import Invalid, NotFound
from gridops.models import LearnedModel
from gridops.services import areas
from gridops.services.learned import filing, levels, picture, runs, schedule, versions
from gridops.services.learned.versions import KEEPERS
from gridops.web import learning_words
from gridops.web.telling import press
from gridops.web.gate import staff_blueprint

blueprint = staff_blueprint("learning", __name__)


@blueprint.get("/learning")
@reading(*KEEPERS)
def show(call: Call) -> str:
    found, streets = _versions(call), _streets(call)
    street, measures = _street(streets), picture.measures_in_use(found)
    return render_template(
        "staff/learning.html", call=call, active="learning", versions=found, used=any(row.state == "active" for row in found), streets=streets,
        street=street, rows=picture.of_street(call.session, street, measures, actor=call.actor) if street else [], measures=measures,
        names=picture.names(call.session, call.locale), run=runs.open_run(call.session), lives=runs.is_held(call.session),
        past=[row for row in runs.newest(call.session) if row.state == "ended"][:5], plan=schedule.present(call.session), words=learning_words)


@blueprint.get("/learning/run")
@reading(*KEEPERS)
def progress(call: Call) -> JsonResponse:
    """{open, said}: for the page that waits for the end."""
    run = runs.open_run(call.session)
    return jsonify({"open": run is not None, "said": str(learning_words.of_run(run, runs.is_held(call.session))) if run else ""})


@blueprint.post("/learning")
def choose() -> Response:
    return press(_choose, url_for("learning.show"), _("Saved."))


@writing(*KEEPERS)
def _choose(call: Call) -> None:
    versions.choose(call.session, request.form.get("version", 0, type=int), actor=call.actor, now=call.now)


@blueprint.post("/learning/run")
def learn() -> Response:
    return press(_learn, url_for("learning.show"), _("Learning begins within some seconds; this page says how far it is."))


@writing(*KEEPERS)
def _learn(call: Call) -> None:
    runs.ask(call.session, actor=call.actor, now=call.now)


@blueprint.post("/learning/schedule")
def plan() -> Response:
    return press(_plan, url_for("learning.show"), _("Saved."))


@writing(*KEEPERS)
def _plan(call: Call) -> None:
    weekday, at = request.form.get("weekday", ""), request.form.get("at", "")
    if weekday not in ("", *map(str, schedule.WEEKDAYS)):
        raise Invalid(fields={"weekday": ["Not a valid choice."]})
    schedule.choose(call.session, int(weekday) if weekday else None, _hour(at), actor=call.actor, now=call.now)


def _hour(text: str) -> time:
    try:
        return time.fromisoformat(text).replace(tzinfo=None)
    except ValueError as error:
        raise Invalid(fields={"at": ["Not a valid time."]}) from error


@blueprint.get("/learning/filing")
@reading(*KEEPERS)
def show_filing(call: Call) -> str:
    """One category of one street: how often the words were right at which share, what they may do, and who chose it."""
    streets = _streets(call)
    street, code = _street(streets), request.args.get("category", "")
    rule = next((row for row in filing.by_category(call.session, street, actor=call.actor) if row.code == code), None) if street else None
    if rule is None:
        raise NotFound()
    measures = picture.measures_in_use(_versions(call))
    seen = picture.of_category(call.session, street, rule, measures)
    return render_template(
        "staff/filing.html", call=call, active="learning", street=street, streets=streets, rule=rule, seen=seen,
        levels=measures["levels"].get(code, []), past=filing.history(call.session, street, code, actor=call.actor), usual=levels.SURE, bounds=(levels.LOWEST, levels.HIGHEST), words=learning_words)


@blueprint.post("/learning/filing")
def choose_filing() -> Response:
    back = url_for("learning.show_filing", street=request.form.get("street"), category=request.form.get("category"))
    return press(_choose_filing, back, _("Saved."))


@writing(*KEEPERS)
def _choose_filing(call: Call) -> None:
    form = request.form
    mode = form.get("mode", "")
    filing.choose(
        call.session, form.get("street", ""), form.get("category", ""), mode, share=_share(form.get("percent", "")) if mode == "threshold" else None,
        expected=form.get("expected", -1, type=int), actor=call.actor, now=call.now)


def _share(percent: str) -> float | None:
    """As people write it; None where it is no number."""
    try:
        return round(float(percent.strip().rstrip("%％")) / 100, 3)
    except ValueError:
        return None


def _versions(call: Call) -> list[LearnedModel]:
    return list(call.session.scalars(select(LearnedModel).order_by(LearnedModel.version.desc())))


def _streets(call: Call) -> list[areas.Area]:
    """Those whose rules the actor may choose."""
    return [street for street in areas.all_streets(call.session) if call.actor.roles_at(street.code).intersection(KEEPERS)]


def _street(streets: list[areas.Area]) -> str | None:
    asked = request.args.get("street")
    if asked and all(street.code != asked for street in streets):
        raise NotFound()
    return asked or (streets[0].code if streets else None)
