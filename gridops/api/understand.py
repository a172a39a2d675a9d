"""What the system would make of a text: for whoever takes reports down, and for programs."""

from __future__ import annotations

from typing import Any

from geo.coords import parse_point, to_wgs84
from geo.errors import GeoError
from gridops.api import understand_schemas as schemas
from gridops.api.openapi import PREFIX, Blueprint
from gridops.api.requests import ANY_STAFF, Call, reading
from gridops.api.shapes import fails
from gridops.domain.area_codes import STREET_DIGITS
from gridops.errors import Invalid
from gridops.services import areas
from gridops.services import reading as words
from gridops.services.places_said import places_said
from gridops.services.similar import Similar, similar

blueprint = Blueprint("understand", __name__, url_prefix=PREFIX, description="What the words of a report say")
STAFF = {"security": [{"bearer": []}]}


@blueprint.route("/understand", methods=["POST"])
@reading(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.TextSchema, example={"text": "3号楼电梯又停了，老人下不来", "location": {"lng": 121.4375, "lat": 31.1953, "crs": "gcj02"}})
@blueprint.response(200, schemas.UnderstoodSchema, example=schemas.EXAMPLE)
@fails(blueprint, 401, 422)
def understand(call: Call, given: dict[str, Any]) -> dict[str, Any]:
    """What the system would suggest, with the words that decided

    Nothing is stored. `scope` is a leaning where `scope_doubt` is true. `similar` needs a `location`.
    """
    read = words.read(call.session, given["text"], title=given.get("title") or "")
    best = read["categories"][0]["code"] if read["categories"] else None
    return {
        "categories": [{"code": one["code"], "confidence": one["confidence"], "reasons": one["words"]} for one in read["categories"]],
        "scope": "in" if read["scope"]["inside"] else "out", "scope_doubt": read["scope"]["doubt"],
        "refer_to": read["scope"]["referral"] if not read["scope"]["inside"] else None,
        "urgency": read["urgency"]["level"], "dangers": [_said(call, danger) for danger in read["urgency"]["reasons"]],
        "protect": [_said(call, reason) for reason in read["protect"]],
        "similar": _similar(call, given, best), "places": _places(call, given), "mentions": read["places"]}


def _said(call: Call, reason: dict[str, str]) -> dict[str, str]:
    return {"reason": reason["en" if call.locale == "en" else "zh"], "said": reason["said"]}


def _places(call: Call, given: dict[str, Any]) -> list[dict[str, Any]]:
    """Of the caller's own streets."""
    streets = sorted({area[:STREET_DIGITS] for area in call.actor.areas() if len(area) >= STREET_DIGITS})
    return [place for street in streets for place in places_said(call.session, given["text"], street=street, locale=call.locale)]


def _similar(call: Call, given: dict[str, Any], category: str | None) -> list[Similar]:
    location = given.get("location")
    if location is None:
        return []
    try:
        point = to_wgs84(parse_point(location["lng"], location["lat"], location["crs"]))
    except GeoError as error:
        raise Invalid(str(error), code=error.code, fields={"location": [str(error)]}) from error
    found = areas.locate(call.session, point)
    if isinstance(found, areas.Outside):
        return []
    return similar(call.session, point, area=found.street.code, now=call.now, category=category, text=given["text"], locale=call.locale)
