"""Areas with their shapes, and what is open in them."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, request

from gridops.api import area_schemas as schemas
from gridops.api import examples, sheets
from gridops.api.openapi import PREFIX, Blueprint
from gridops.api.requests import ANY_STAFF, Call, reading
from gridops.api.shapes import fails
from gridops.errors import NotFound
from gridops.services import area_map, areas, scope, ticket_map
from gridops.services.areas import Area
from gridops.services.backlog import backlog

blueprint = Blueprint("areas", __name__, url_prefix=f"{PREFIX}/areas", description="Streets, communities and cells")
STAFF = {"security": [{"bearer": []}]}


@blueprint.route("/<code>", methods=["GET"])
@reading(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.response(200, schemas.AreaInFullSchema, example=examples.AREA_IN_FULL)
@fails(blueprint, 401, 404)
def show_area(call: Call, code: str) -> dict[str, Any]:
    """One area and those above it"""
    area = _area(call, code)
    location = areas.location_of(call.session, code)
    above = [found for found in (location.street, location.community) if found is not None and found.code != code]
    return _shown(area) | {"kind": area.kind, "timezone": location.street.timezone, "above": [_named(found, call.locale) for found in above]}


@blueprint.route("/<code>/children", methods=["GET"])
@reading(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.response(200, schemas.AreasSchema, example=examples.AREAS)
@fails(blueprint, 401, 404)
def show_children(call: Call, code: str) -> dict[str, Any]:
    """The next level down"""
    _area(call, code)
    return {"items": [_shown(area) for area in areas.children(call.session, code)]}


@blueprint.route("/<code>/geojson", methods=["GET"])
@reading(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.response(200, schemas.FeaturesSchema, example=examples.FEATURES)
@fails(blueprint, 401, 404)
def show_shapes(call: Call, code: str) -> Response:
    """All active areas below, and the area itself, as GeoJSON in WGS-84"""
    _area(call, code)
    return jsonify(area_map.geojson(call.session, code))


@blueprint.route("/<code>/backlog", methods=["GET"])
@reading(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.BacklogQuerySchema, location="query")
@blueprint.response(200, schemas.BacklogSchema, example=examples.BACKLOG)
@fails(blueprint, 401, 404, 422)
def show_backlog(call: Call, query: dict[str, str], code: str) -> dict[str, Any] | Response:
    """What is open, by community or cell

    The rows, `unlocated` included, add up to the open tickets. Also as text/csv and .xlsx.
    """
    found = backlog(call.session, code, query["by"], actor=call.actor, now=call.now, locale=call.locale)
    form = sheets.wanted()
    return sheets.backlog(call, found, form) if form else found


@blueprint.route("/<code>/open-tickets", methods=["GET"])
@reading(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.response(200, schemas.OpenTicketsSchema, example=examples.OPEN_TICKETS)
@fails(blueprint, 401, 404)
def show_open_tickets(call: Call, code: str) -> Response:
    """The open tickets of an area as points, for a map

    GeoJSON in WGS-84. `ETag` and `If-None-Match` spare a map that looks again what it has.
    """
    response = jsonify(ticket_map.open_tickets(call.session, code, actor=call.actor, now=call.now))
    response.add_etag(weak=True)
    return response.make_conditional(request)


def _area(call: Call, code: str) -> Area:
    """Names and shapes may be known within one's own area and of those above it: a cell's worker sees his street's map."""
    if not scope.knows(call.actor, code):
        raise NotFound()
    return areas.get_area(call.session, code)


def _shown(area: Area) -> dict[str, Any]:
    return {"code": area.code, "name": area.name, "name_en": area.name_en, "level": area.level, "households": area.households}


def _named(area: Area, locale: str) -> dict[str, str]:
    return {"code": area.code, "name": area.called(locale)}
