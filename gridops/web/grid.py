"""The street's grid: its versions, its communities with their cells and load, and the profile of each community."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from gridops.api import errors
from gridops.api.requests import ANY_STAFF, Call, reading, writing
from gridops.errors import GridopsError, NotFound
from gridops.services import areas, community_profile, scope
from gridops.services.grid_drafts import drafting
from gridops.services.imports.area_file import BRINGERS
from gridops.web import grid_cell, grid_comparison, grid_edits, grid_forms, grid_page, grid_upload, grid_words, pickers
from gridops.web.gate import staff_blueprint
from gridops.web.telling import MENDABLE

blueprint = staff_blueprint("grid", __name__)
for part in (grid_page, grid_cell, grid_edits, grid_comparison, grid_upload):
    blueprint.register_blueprint(part.blueprint)


@blueprint.get("/grid")
@reading(ANY_STAFF)
def show(call: Call) -> str:
    own = pickers.streets_of(call.session, call.actor)
    wanted = request.args.get("street", own[0].code if own else "")
    street = next((street for street in own if street.code == wanted), None)
    if street is None:
        raise NotFound()
    versions = drafting.versions(call.session, street.code, actor=call.actor)
    return render_template(
        "grid/versions.html", call=call, active="grid", street=street, own=own, zone=street.timezone,
        versions=[drafting.summary(call.session, grid) for grid in versions], keeps=scope.may_keep_grid(call.actor, street.code),
        brings=bool(call.actor.areas(*BRINGERS)),
        communities=community_profile.street_profile(call.session, street.code, actor=call.actor, now=call.now, locale=call.locale),
        statuses=grid_words.STATUSES, kinds=grid_words.KINDS_OF_COMMUNITY, area=grid_words.area)


@blueprint.post("/grid/drafts")
def begin() -> Response:
    try:
        made = _begin()
    except MENDABLE as error:
        return _back(error, url_for("grid.show", street=request.form.get("street", "")) + "#begin")
    flash(_("The draft is begun. The active grid stays as it is until this one is activated."))
    return redirect(url_for("grid.grid_page.show", grid_id=made), 303)


@writing(ANY_STAFF)
def _begin(call: Call) -> int:
    start = request.form.get("start", "active")
    return drafting.begin(
        call.session, request.form.get("street", ""), start=start, size=grid_forms.size_of(request.form) if start == "communities" else None,
        title=request.form.get("title", "").strip()[:200] or None, actor=call.actor, now=call.now).id


@blueprint.get("/communities/<code>")
@reading(ANY_STAFF)
def profile(call: Call, code: str) -> str:
    found = community_profile.profile(call.session, code, actor=call.actor, now=call.now, locale=call.locale)
    return render_template(
        "grid/community.html", call=call, active="grid", found=found, keeps=scope.may_keep_grid(call.actor, code),
        kinds=grid_words.KINDS_OF_COMMUNITY, area=grid_words.area, above=areas.location_of(call.session, code).street)


@blueprint.post("/communities/<code>")
def change_profile(code: str) -> Response:
    try:
        _change_profile(code)
        flash(_("Saved."))
    except MENDABLE as error:
        return _back(error, url_for("grid.profile", code=code))
    return redirect(url_for("grid.profile", code=code), 303)


@writing(ANY_STAFF)
def _change_profile(call: Call, code: str) -> None:
    typed = request.form
    values: dict[str, Any] = {
        name: grid_forms.number(typed, name, kind="households") if typed[name].strip() else None for name in ("households", "population") if name in typed}
    if "kind" in typed:
        values["kind"] = typed["kind"] or None
    community_profile.change_profile(call.session, code, values, actor=call.actor)


def _back(error: GridopsError, path: str) -> Response:
    flash(grid_edits.said(errors.payload(error)), "error")
    return redirect(path, 303)
