"""How well reports are understood: the versions that were learned, their measures, and where clerks overrule the suggestions."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug import Response

from gridops.api.requests import Call, reading, writing
from gridops.models import LearnedModel
from gridops.services.learned import overruled, versions
from gridops.services.learned.versions import KEEPERS
from gridops.web.gate import staff_blueprint

blueprint = staff_blueprint("learning", __name__)


@blueprint.get("/learning")
@reading(*KEEPERS)
def show(call: Call) -> str:
    found = call.session.scalars(select(LearnedModel).order_by(LearnedModel.version.desc())).all()
    active = next((version for version in found if version.state == "active"), None)
    return render_template(
        "staff/learning.html", call=call, active="learning", versions=found, used=active, rows=overruled.by_category(call.session),
        measured=active.measures["new"]["categories"] if active else {})


@blueprint.post("/learning")
def choose() -> Response:
    _choose()
    flash(_("Saved."))
    return redirect(url_for("learning.show"), 303)


@writing(*KEEPERS)
def _choose(call: Call) -> None:
    versions.choose(call.session, request.form.get("version", 0, type=int), actor=call.actor, now=call.now)
