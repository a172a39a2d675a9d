"""Outlines of streets and cells for the residents' map: borders are public, nothing of tickets is in them."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request
from sqlalchemy.orm import Session

from gridops.api.requests import Call, reading
from gridops.services import area_map, areas

blueprint = Blueprint("outlines", __name__)


@blueprint.get("/outlines.json")
@reading(limit="public")
def outlines(call: Call) -> Response:
    """``street``: its communities and cells; left out, the streets, or everything where there is one street only."""
    response = jsonify(_collection(call.session, request.args.get("street", "")))
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


def _collection(session: Session, street: str) -> dict:
    streets = areas.all_streets(session)
    if street or len(streets) == 1:
        return area_map.geojson(session, areas.get_area(session, street or streets[0].code).code)
    return area_map.street_outlines(session)
