"""The weights of a street's scores: read by whoever is scored, changed by its leaders as new versions with a reason."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from gridops.api import errors
from gridops.api.requests import Call, reading, writing
from gridops.domain import kpi
from gridops.errors import Invalid, NotFound
from gridops.services import areas, scope
from gridops.services.areas import Area
from gridops.services.indicators import scores
from gridops.web.gate import staff_blueprint
from gridops.web.indicators import ROLES, own_areas, told

blueprint = staff_blueprint("score_weights", __name__)


@blueprint.get("/indicators/weights")
@reading(*ROLES)
def show_weights(call: Call) -> str:
    return _weights_page(call, _street(call))


@blueprint.post("/indicators/weights")
@writing("leader")
def change_weights(call: Call) -> Response | tuple[str, int]:
    street, form = _street(call), request.form
    weights = {role: {code: _number(form.get(f"{role}.{code}")) for code in codes} for role, codes in kpi.SCORED.items()}
    try:
        if not form.get("reason", "").strip():
            raise Invalid(fields={"reason": ["Missing data for required field."]})
        scores.change(
            call.session, street.code, weights=weights, active=form.get("active") == "1", reason=form["reason"].strip()[:500], actor=call.actor,
            now=call.now)
    except Invalid as error:
        return _weights_page(call, street, weights, errors.payload(error).get("fields", {})), 422
    flash(_("The weights are kept as a new version."))
    return redirect(url_for("score_weights.show_weights", area=street.code), 303)


def _weights_page(call: Call, street: Area, typed: dict | None = None, wrong: dict | None = None) -> str:
    versions = scores.versions(call.session, street.code)
    weights = typed or (versions[0].weights if versions else kpi.DEFAULT_WEIGHTS)
    return render_template(
        "indicators/weights.html", call=call, active="indicators", street=street, versions=versions, weights=weights, wrong=wrong or {},
        on=scores.current(call.session, street.code) is not None, may_edit="leader" in call.actor.roles_at(street.code), told=told(call),
        least=kpi.LEAST_OF_RESIDENTS, scored=kpi.SCORED, typed=request.form)


def _number(typed: str | None) -> int:
    """What is no number weighs -1, which no set of weights allows."""
    return int(typed) if typed and typed.strip().isdecimal() and len(typed) < 6 else -1


def _street(call: Call) -> Area:
    code = request.values.get("area") or own_areas(call)[0].code
    if not scope.knows(call.actor, code):
        raise NotFound()
    return areas.location_of(call.session, code).street
