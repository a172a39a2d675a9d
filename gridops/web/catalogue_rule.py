"""One rule of a draft in a form, and the rules of a version filtered for reading."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from gridops.api import errors
from gridops.api.requests import Call, reading, writing
from gridops.errors import Conflict, Forbidden, Invalid, NotFound
from gridops.models import DutyCatalogue
from gridops.services import areas
from gridops.services.duty_catalogue import editing, versions, view
from gridops.web import catalogue_words, grid_words, pickers
from gridops.web.gate import staff_blueprint

blueprint = staff_blueprint("rule", __name__)
ROLES = ("leader", "dispatcher", "grid_office", "clerk", "system_admin")
SPARE = 3  # empty lines for supports
KEY = ("category", "area", "kind")
MOST_SHOWN = 400


def filtered(rules: list[dict[str, Any]], names: view.Names) -> list[dict[str, Any]]:
    """By ``class``, ``type`` of any role, and a text in category or code."""
    wanted, kind, text = (request.args.get(name, "").strip() for name in ("class", "type", "q"))
    found = [
        rule for rule in rules
        if (not wanted or _class_of(names, rule["category"]["code"]) == wanted)
        and (not kind or kind in {rule["lead"]["code"], rule["coordinate"]["code"], *(s["code"] for s in rule["supports"])})
        and (not text or text.casefold() in f"{rule['category']['code']} {rule['category']['name']}".casefold())]
    return found[:MOST_SHOWN]


def classes(names: view.Names, locale: str) -> list[tuple[str, str]]:
    english = locale.startswith("en")
    return sorted({(_class_of(names, code), v.class_name_en if english else v.class_name) for code, v in names.versions.items()})


def _class_of(names: view.Names, code: str) -> str:
    version = names.versions.get(code)
    return f"{version.kind}-{version.class_code}" if version else ""


@blueprint.get("/catalogue/<int:no>/rule")
@reading(*ROLES)
def show(call: Call, no: int) -> str:
    return _page(call, no)


def _page(call: Call, no: int, *, typed: dict[str, Any] | None = None, wrong: dict[str, list[str]] | None = None, message: str | None = None) -> str:
    catalogue = versions.seen(call.session, no, actor=call.actor)
    if catalogue.status not in versions.OPEN or not versions.may_propose(call.session, call.actor, catalogue.street_code):
        raise NotFound()
    names = view.Names(call.session, call.locale)
    return render_template(
        "catalogue/rule.html", call=call, active="catalogue", version=view.version(call.session, catalogue, actor=call.actor), words=catalogue_words,
        names=names, areas=_areas(call, catalogue), kinds=grid_words.KINDS_OF_COMMUNITY, spare=SPARE,
        typed=typed or _known(call, catalogue) or dict.fromkeys(KEY, ""), wrong=wrong or {}, message=message)


def _known(call: Call, catalogue: DutyCatalogue) -> dict[str, Any] | None:
    asked = tuple(request.args.get(name) or None for name in KEY)
    for rule in versions.rules_of(call.session, catalogue):
        if (rule.category_code, rule.area_prefix, rule.community_kind) == asked:
            return {
                "category": rule.category_code, "area": rule.area_prefix or "", "kind": rule.community_kind or "", "lead": rule.lead_type,
                "coordinate": rule.coordinate_type, "supports": rule.supports, "is_known": True}
    return None


def _areas(call: Call, catalogue: DutyCatalogue) -> list[pickers.Option]:
    """Of the street: itself, its communities and cells; of what holds everywhere none, a street's rules are its own."""
    if catalogue.street_code is None:
        return []
    over = areas.get_area(call.session, catalogue.street_code)
    below = [area for level in ("community", "cell") for area in areas.descendants(call.session, over.code, level)]
    return [pickers.Option(area.code, areas.path_name(call.session, area.code, call.locale)) for area in (over, *sorted(below, key=lambda a: a.code))]


@blueprint.post("/catalogue/<int:no>/rule")
def save(no: int) -> Response | tuple[str, int]:
    typed = _typed()
    try:
        _save(no, typed)
    except (Invalid, Conflict, Forbidden) as error:
        wrong = errors.payload(error)
        return reading(*ROLES)(_page)(no, typed=typed, wrong=wrong.get("fields") or {}, message=wrong["message"]), errors.status_of(error)
    flash(_("Saved."))
    return redirect(url_for("catalogue.version", no=no, q=typed["category"]), 303)


@writing(*ROLES)
def _save(call: Call, no: int, typed: dict[str, Any]) -> None:
    revision = request.form.get("expected_revision", type=int)
    if request.form.get("act") == "drop":
        editing.drop_rule(call.session, no, typed, expected_revision=revision, actor=call.actor)
    else:
        editing.put_rule(call.session, no, typed, expected_revision=revision, actor=call.actor)


def _typed() -> dict[str, Any]:
    said = {name: request.form.get(name, "").strip() for name in (*KEY, "lead", "coordinate")}
    lines = zip(request.form.getlist("support"), request.form.getlist("duty"), strict=False)
    return said | {"supports": [{"type": kind, "duty": duty.strip()[:200] or None} for kind, duty in lines if kind]}
