"""Places for staff: searched while typing, listed by community, one in full, and kept by the grid office and leaders."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from shapely.geometry import mapping
from sqlalchemy import func, select

from gridops.api import place_sheets
from gridops.api import places as place_api
from gridops.api.requests import ANY_STAFF, Call, reading, writing
from gridops.domain.permissions import GRID_KEEPERS
from gridops.errors import Conflict, Forbidden, GridopsError
from gridops.models import Place
from gridops.services import area_map, areas, place_search, place_view, places, scope
from gridops.services.shapes import point_of, shape_of
from gridops.web import pickers
from gridops.web.gate import staff_blueprint
from gridops.web.place_form import PlaceForm
from gridops.web.telling import MENDABLE

blueprint = staff_blueprint("place_pages", __name__)
MOST_FOUND, PER_PAGE, LONGEST = 20, 100, 100


@blueprint.get("/places")
@reading(ANY_STAFF)
def show(call: Call) -> str:
    """Typing asks for the results alone."""
    if request.headers.get("HX-Request") and request.headers.get("HX-Target") == "found":
        return render_template("places/found.html", **_found(call))
    return render_template(
        "places/places.html", call=call, active="places", may_keep=bool(call.actor.areas(*GRID_KEEPERS)),
        communities=_communities(call), **_found(call))


def _found(call: Call) -> dict[str, Any]:
    typed, area = request.args.get("q", "").strip()[:LONGEST], request.args.get("area", "")
    prefixes = place_api.known(call, area)
    hits = place_search.search(call.session, typed, prefixes=prefixes, limit=MOST_FOUND) if typed else None
    offset = max(request.args.get("offset", 0, type=int), 0)
    rows = [] if typed or not area else call.session.scalars(places.listed(prefixes).offset(min(offset, 10**6)).limit(PER_PAGE + 1)).all()
    return {
        "typed": typed, "area": area, "hits": hits, "rows": rows[:PER_PAGE], "over": _over(call, rows),
        "next_offset": offset + PER_PAGE if len(rows) > PER_PAGE else None, "names": pickers.communities(call.session, call.locale)}


def _over(call: Call, rows: list[Place]) -> dict[int, str]:
    """Id of a compound -> its name, for the buildings of the list."""
    query = select(Place.id, Place.name).where(Place.id.in_({row.parent_id for row in rows if row.parent_id}))
    return dict(call.session.execute(query).all()) if rows else {}


def _communities(call: Call) -> list[tuple[areas.Area, int]]:
    """Those that the actor knows, with how many places each has."""
    prefixes = places.prefixes_known(call.actor)
    counted = select(Place.community_code, func.count()).where(place_search.within(prefixes), Place.ended_at.is_(None))
    counts = dict(call.session.execute(counted.group_by(Place.community_code)).all())
    known = areas.descendants(call.session, "", "community")
    return [(area, counts.get(area.code, 0)) for area in known if any(area.code.startswith(prefix) for prefix in prefixes)]


@blueprint.get("/places.<any(csv, xlsx, geojson):form>")
@reading(ANY_STAFF)
def download(call: Call, form: str) -> Response:
    return place_sheets.places(call.session, place_api.known(call, request.args.get("area", "")), form)


@blueprint.get("/places/suggest")
@reading(ANY_STAFF)
def suggest(call: Call) -> Response:
    """For the fields of the desk and of these pages: {value: what the field takes, name, address}."""
    typed = request.args.get("q", "")[:LONGEST]
    streets = [street.code for street in pickers.streets_of(call.session, call.actor)]
    hits = place_search.search(call.session, typed, prefixes=streets)
    return jsonify(items=[{"code": hit.code, "value": f"{hit.called} ({hit.code})", "name": hit.called, "address": hit.address} for hit in hits])


@blueprint.get("/places/<code>")
@reading(ANY_STAFF)
def one(call: Call, code: str) -> str:
    place = places.get_place(call.session, code, call.actor)
    return render_template(
        "places/place.html", call=call, active="places", place=place_view.in_full(call.session, place, call.actor, call.now, call.locale),
        may_keep=scope.may_keep_grid(call.actor, place.community_code), row=place)


@blueprint.get("/places/<code>/map.json")
@reading(ANY_STAFF)
def shapes(call: Call, code: str) -> Response:
    """The place, its buildings and the cells around it."""
    place = places.get_place(call.session, code, call.actor)
    found = area_map.geojson(call.session, place.community_code)
    parts = call.session.scalars(select(Place).where(Place.parent_id == place.id, Place.ended_at.is_(None)))
    found["features"] += [feature for each in (*parts, place) if (feature := _feature(each))]
    return jsonify(found)


def _feature(place: Place) -> dict[str, Any] | None:
    shape, point = shape_of(place.boundary), point_of(place.point)
    if shape is None and point is None:
        return None
    geometry = mapping(shape) if shape is not None else {"type": "Point", "coordinates": [point.lng, point.lat]}
    return {"type": "Feature", "properties": {"code": place.code, "name": place.name, "level": "place"}, "geometry": geometry}


@blueprint.get("/places/new")
@reading(*GRID_KEEPERS)
def new(call: Call) -> str:
    parent = request.args.get("parent")
    within = places.get_place(call.session, parent, call.actor) if parent else None
    return _form(call, PlaceForm.new(within, request.args.get("area", "")))


@blueprint.post("/places/new")
def add() -> Response | tuple[str, int]:
    return _saved(PlaceForm.sent(request.form), None)


@blueprint.get("/places/<code>/edit")
@reading(*GRID_KEEPERS)
def edit(call: Call, code: str) -> str:
    place = places.get_place(call.session, code, call.actor)
    if not scope.may_keep_grid(call.actor, place.community_code):
        raise Forbidden()
    return _form(call, PlaceForm.of(place_view.in_full(call.session, place, call.actor, call.now, call.locale)), code)


@blueprint.post("/places/<code>/edit")
def change(code: str) -> Response | tuple[str, int]:
    return _saved(PlaceForm.sent(request.form), code)


def _saved(form: PlaceForm, code: str | None) -> Response | tuple[str, int]:
    try:
        return redirect(url_for("place_pages.one", code=_save(form, code)), 303)
    except MENDABLE as error:
        return _again(form, code, error)


@writing(*GRID_KEEPERS)
def _save(call: Call, form: PlaceForm, code: str | None) -> str:
    values = form.values(lambda name: _options(call, name, form))
    if code is None:
        return places.add_place(call.session, values, actor=call.actor, now=call.now).code
    return places.change_place(call.session, code, values, actor=call.actor, now=call.now).code


@reading(*GRID_KEEPERS)
def _again(call: Call, form: PlaceForm, code: str | None, error: GridopsError) -> tuple[str, int]:
    form.blame(error)
    return _form(call, form, code), 409 if isinstance(error, Conflict) else 422


def _form(call: Call, form: PlaceForm, code: str | None = None) -> str:
    return render_template(
        "places/form.html", call=call, active="places", form=form, code=code, communities=[area for area, _ in _communities(call)],
        firms=_options(call, "property", form), committees=_options(call, "owners_committee", form),
        title=_("Change a place") if code else _("Add a place"))


def _options(call: Call, name: str, form: PlaceForm) -> list[pickers.Option]:
    if name == "parent":
        return pickers.place_options(call.session, form.typed["parent"], call.actor)
    return pickers.departments_of(call.session, places.PARTIES[name], call.locale)
