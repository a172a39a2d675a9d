"""Posters for the grid office and the desk: choose a community, tick what shall hang where, get it as one PDF or as SVGs."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template, request
from flask_babel import gettext as _

from gridops.api import posters as api
from gridops.api.requests import Call, reading, writing
from gridops.errors import NotFound
from gridops.services import areas, poster_list, poster_rights, posters
from gridops.web.gate import staff_blueprint

blueprint = staff_blueprint("poster_pages", __name__)


@blueprint.get("/posters")
@reading(*poster_rights.PRINTERS)
def show(call: Call) -> str:
    return render_template("posters/posters.html", **_page(call))


def _page(call: Call) -> dict[str, Any]:
    choices = _choices(call)
    if not choices:
        raise NotFound()
    area = request.values.get("area") or choices[0].code
    kinds = [kind for kind in request.values.getlist("kind") if kind in posters.SUBJECTS] or list(posters.SUBJECTS)
    found = poster_list.chosen(call.session, area, kinds, (), actor=call.actor)
    part = api.part_of(request.args.get("part", 1, type=int), len(found))
    return {
        "call": call, "active": "posters", "choices": choices, "area": areas.get_area(call.session, area), "kinds": kinds, "count": len(found),
        "rows": poster_list.listed(call.session, api.cut(found, part), call.locale), "part": part, "parts": api.parts(len(found)), "per_part": api.PART,
        "address": api.base(), "is_public": bool(call.context.config.public_url), "kind_names": _kind_names()}


def _choices(call: Call) -> list[areas.Area]:
    """The communities that the actor may print for; the cell itself for whoever has no more than one."""
    below = [area for area in areas.descendants(call.session, "") if poster_rights.may_print(call.actor, area.code)]
    communities = [area for area in below if area.level == "community"]
    over = {area.code for area in communities}
    return communities + [area for area in below if area.level == "cell" and area.code[:12] not in over]


def _kind_names() -> dict[str, str]:
    return {"cell": _("cell"), "compound": _("compound"), "building": _("building"), "yard": _("yard")}


@blueprint.post("/posters")
@writing(*poster_rights.PRINTERS)
def print_them(call: Call) -> Response:
    form = request.form.get("form") if request.form.get("form") in api.FORMS else "pdf"
    kinds = [kind for kind in request.form.getlist("kind") if kind in posters.SUBJECTS] or list(posters.SUBJECTS)
    codes = request.form.getlist("code")
    found = poster_list.chosen(call.session, request.form.get("area", ""), kinds, codes, actor=call.actor)
    form = "zip" if form != "pdf" and len(found) != 1 else form
    return api.file_of(call, api.cut(found, api.part_of(request.form.get("part", 1, type=int), len(found))), form)
