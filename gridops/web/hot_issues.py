"""What keeps coming up, as a list and on the map, with the tickets behind it; one click makes a public issue of it."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _

from gridops.api.requests import Call, reading, writing
from gridops.errors import NotFound
from gridops.services import areas, scope
from gridops.services.hot_issues import public
from gridops.services.hot_issues.shown import hot_issues
from gridops.web.gate import staff_blueprint

blueprint = staff_blueprint("hot_issue_pages", __name__)
ROLES = ("leader", "dispatcher", "clerk", "grid_leader", "cadre")
SECTIONS = ("hot", "surges", "repeats")


@blueprint.get("/hot-issues")
@reading(*ROLES)
def show(call: Call) -> str:
    own = _own(call)
    code = _code(own)
    found = hot_issues(call.session, code, actor=call.actor, now=call.now, locale=call.locale)
    zone = areas.location_of(call.session, code).street.timezone
    return render_template(
        "board/hot_issues.html", call=call, active="hot_issues", found=found, own=own, zone=zone, may_make=public.may_make(call.actor, code),
        located=any(issue["location"] for section in SECTIONS for issue in found[section]))


@blueprint.get("/hot-issues/points")
@reading(*ROLES)
def points(call: Call) -> Response:
    """The same as points for the page's map."""
    found = hot_issues(call.session, _code(_own(call)), actor=call.actor, now=call.now, locale=call.locale)
    issues = [issue for section in SECTIONS for issue in found[section] if issue["location"]]
    return jsonify({"type": "FeatureCollection", "features": [_feature(issue) for issue in issues]})


@blueprint.post("/hot-issues")
def make_public() -> Response:
    _make_public()
    flash(_("Recorded as a public issue."))
    return redirect(url_for("hot_issue_pages.show", area=request.form.get("area")), 303)


@writing(*public.MAKERS)
def _make_public(call: Call) -> None:
    public.make_public(call.session, request.form.get("area", ""), request.form.get("issue", ""), actor=call.actor, now=call.now)


def _feature(issue: dict[str, Any]) -> dict[str, Any]:
    at = issue["location"]
    return {
        "type": "Feature", "geometry": {"type": "Point", "coordinates": [at["lng"], at["lat"]]},
        "properties": {"number": issue["name"], "light": "yellow" if issue["kind"] == "repeat" else "red", "to": f"#{issue['key']}"}}


def _own(call: Call) -> list[areas.Area]:
    """The areas of the actor's grants that exist, widest first; of a wider grant the streets below it."""
    codes = sorted(set(call.actor.areas(*ROLES)), key=lambda code: (len(code), code))
    exact = [area for code in codes if (area := areas.find_area(call.session, code))]
    own = exact or [street for street in areas.all_streets(call.session) if scope.covers(call.actor, street.code)]
    if not own:
        raise NotFound()
    return own


def _code(own: list[areas.Area]) -> str:
    return request.args.get("area") or own[0].code
