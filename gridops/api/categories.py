"""What anybody may ask before reporting: the categories, which cell a point is in, who is responsible there."""

from __future__ import annotations

from typing import Any

from geo.coords import AnyPoint, parse_point, to_wgs84
from geo.errors import GeoError
from gridops import db
from gridops.api import area_schemas as schemas
from gridops.api import examples
from gridops.api.openapi import PREFIX, Blueprint
from gridops.api.requests import Call, reading
from gridops.api.shapes import fails
from gridops.errors import Invalid, NotFound
from gridops.services import areas
from gridops.services.areas import Area, Location
from gridops.services.category_tree import tree
from gridops.services.responsible import responsible
from gridops.services.similar import similar

blueprint = Blueprint("places", __name__, url_prefix=PREFIX, description="Before a report: categories, places, who is responsible")
PUBLIC = {"security": []}


@blueprint.route("/categories", methods=["GET"])
@reading(limit="public")
@blueprint.doc(**PUBLIC)
@blueprint.response(200, schemas.CategoriesSchema, example=examples.CATEGORIES)
@fails(blueprint, 429)
def show_categories(call: Call) -> dict[str, Any]:
    """Categories by class, with the questions to ask"""
    return {"items": tree(call.session, locale=call.locale)}


@blueprint.route("/locate", methods=["GET"])
@reading(limit="public")
@blueprint.doc(**PUBLIC)
@blueprint.arguments(schemas.PointQuerySchema, location="query")
@blueprint.response(200, schemas.LocationSchema, example=examples.LOCATION)
@fails(blueprint, 404, 422, 429)
def locate(call: Call, query: dict[str, Any]) -> dict[str, Any]:
    """The cell, community and street that own a point

    404 `outside` carries `details: {nearest, distance_m}`. `cell` is null where none is drawn yet.
    """
    found = _located(call, query)
    return {"cell": _named(found.cell, call), "community": _named(found.community, call), "street": _named(found.street, call)}


@blueprint.route("/responsible", methods=["GET"])
@reading(limit="public")
@blueprint.doc(**PUBLIC)
@blueprint.arguments(schemas.WhereQuerySchema, location="query")
@blueprint.response(200, schemas.ResponsibleSchema, example=examples.RESPONSIBLE)
@fails(blueprint, 404, 422, 429)
def show_responsible(call: Call, query: dict[str, Any]) -> dict[str, Any]:
    """Who is responsible here, by which rule, and who can be reached right now"""
    location, point = _located(call, query), to_wgs84(_point(query))
    call.session.rollback()  # gives the connection back: nobody reachable raises an alarm, which must be kept
    with db.transaction(call.context.sessions) as session:
        return responsible(session, location, query.get("category"), call.now, point=point, locale=call.locale)


@blueprint.route("/similar", methods=["GET"])
@reading(limit="public")
@blueprint.doc(**PUBLIC)
@blueprint.arguments(schemas.SimilarQuerySchema, location="query")
@blueprint.response(200, schemas.SimilarsSchema, example=examples.SIMILAR)
@fails(blueprint, 404, 422, 429)
def show_similar(call: Call, query: dict[str, Any]) -> dict[str, Any]:
    """Open tickets nearby that may be the same matter

    Of the last 30 days within 100 m: the same `category`, or a `text` that is alike. Never anybody's words; what is never public is not told.
    """
    location, point = _located(call, query), to_wgs84(_point(query))
    return {"items": similar(
        call.session, point, area=location.street.code, now=call.now, category=query.get("category"), text=query.get("text"), locale=call.locale)}


def _located(call: Call, query: dict[str, Any]) -> Location:
    found = areas.locate(call.session, _point(query))
    if isinstance(found, areas.Outside):
        nearest = _named(found.nearest, call)
        raise NotFound("This place is in none of our streets.", code="outside", details={"nearest": nearest, "distance_m": found.distance_m})
    return found


def _point(query: dict[str, Any]) -> AnyPoint:
    try:
        return parse_point(query["lng"], query["lat"], query["crs"])
    except GeoError as error:
        raise Invalid(str(error), code=error.code, fields={"lng": [str(error)]}) from error


def _named(area: Area | None, call: Call) -> dict[str, str] | None:
    return {"code": area.code, "name": area.called(call.locale)} if area else None
