"""Compounds, buildings and yards: searched, shown, kept, and brought in as a file."""

from __future__ import annotations

from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from gridops.api import place_examples as examples
from gridops.api import place_schemas as schemas
from gridops.api import place_sheets
from gridops.api.openapi import PREFIX, Blueprint
from gridops.api.requests import ANY_STAFF, Call, reading, writing
from gridops.api.shapes import fails
from gridops.api.uploads import sent_file
from gridops.errors import Invalid, NotFound
from gridops.services import place_search, place_view, places, scope
from gridops.services.imports.place_file import import_place_file
from gridops.services.imports.table import ImportReport

blueprint = Blueprint("place_records", __name__, url_prefix=f"{PREFIX}/places", description="Compounds, buildings and yards")
STAFF = {"security": [{"bearer": []}]}
FILE_BYTES = 20 * 1024 * 1024
MULTIPART = {"multipart/form-data": {"schema": {
    "type": "object", "required": ["file"], "properties": {"file": {"type": "string", "format": "binary"}}}}}


def takes_file(view):
    """Allows bodies of 20 MB: a hundred thousand rows."""
    view.max_body = FILE_BYTES
    return view


@blueprint.route("/suggest", methods=["GET"])
@reading(limit="suggest")
@blueprint.doc(security=[])
@blueprint.arguments(schemas.PlaceSuggestQuerySchema, location="query")
@blueprint.response(200, schemas.PlaceSuggestionsSchema, example=examples.SUGGESTIONS)
@fails(blueprint, 422, 429)
def suggest(call: Call, query: dict[str, Any]) -> dict[str, Any]:
    """Names and addresses that may be meant, while a resident types"""
    prefixes = [query["street"]] if query.get("street") else None
    hits = place_search.search(call.session, query["q"], prefixes=prefixes, limit=6)
    return {"items": [{"code": hit.code, "name": hit.called, "address": hit.address} for hit in hits]}


@blueprint.route("", methods=["GET"])
@reading(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.PlacesQuerySchema, location="query")
@blueprint.response(200, schemas.PlacesSchema, example=examples.PLACES)
@fails(blueprint, 401, 404, 422)
def list_places(call: Call, query: dict[str, Any]) -> dict[str, Any] | Response:
    """Search by name or address, or list an area

    Without `q` also as text/csv, .xlsx and application/geo+json: all places of the area, in the columns that the import reads.
    """
    prefixes = known(call, query.get("area", ""))
    form = place_sheets.wanted()
    if form and "q" not in query:
        return place_sheets.places(call.session, prefixes, form)
    if "q" in query:
        hits = place_search.search(call.session, query["q"], prefixes=prefixes, limit=query["limit"])
        return {"items": [_hit(hit, call.locale) for hit in hits if query.get("kind") in (None, hit.kind)], "next_offset": None}
    return _page(call.session, prefixes, query)


def known(call: Call, area: str) -> list[str]:
    """Where the caller may look. Raises NotFound for an area that he knows nothing of."""
    if area and not scope.knows(call.actor, area):
        raise NotFound()
    return places.prefixes_known(call.actor, area)


def _page(session: Session, prefixes: list[str], query: dict[str, Any]) -> dict[str, Any]:
    limit, offset = query["limit"], query["offset"]
    rows = session.scalars(places.listed(prefixes, kind=query.get("kind")).offset(offset).limit(limit + 1)).all()
    nothing = {"cell": None, "score": None, "matched": None}
    return {"items": [place_view.brief(place) | nothing for place in rows[:limit]], "next_offset": offset + limit if len(rows) > limit else None}


def _hit(hit: place_search.Hit, locale: str) -> dict[str, Any]:
    cell = {"code": hit.cell.code, "name": hit.cell.called(locale)} if hit.cell else None
    return {
        "code": hit.code, "kind": hit.kind, "name": hit.called, "address": hit.address, "community": hit.community_code, "households": None,
        "cell": cell, "score": round(hit.score, 3), "matched": hit.matched,
    }


@blueprint.route("/<code>", methods=["GET"])
@reading(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.response(200, schemas.PlaceInFullSchema, example=examples.PLACE)
@fails(blueprint, 401, 404)
def show_place(call: Call, code: str) -> dict[str, Any]:
    """One place: its cells, who looks after it, what stands in it"""
    return place_view.in_full(call.session, places.get_place(call.session, code, call.actor), call.actor, call.now, call.locale)


@blueprint.route("", methods=["POST"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.NewPlaceSchema, example=examples.NEW_PLACE)
@blueprint.response(201, schemas.PlaceInFullSchema, example=examples.PLACE)
@fails(blueprint, 401, 403, 409, 422)
def add_place(call: Call, body: dict[str, Any]) -> dict[str, Any]:
    """Add a place

    For the grid office and leaders of the area. Community and cell are taken from the parent or the point where they are not said.
    """
    place = places.add_place(call.session, body, actor=call.actor, now=call.now)
    return place_view.in_full(call.session, place, call.actor, call.now, call.locale)


@blueprint.route("/<code>", methods=["PATCH"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.PlaceChangeSchema, example=examples.CHANGE)
@blueprint.response(200, schemas.PlaceInFullSchema, example=examples.PLACE)
@fails(blueprint, 401, 403, 404, 422)
def change_place(call: Call, body: dict[str, Any], code: str) -> dict[str, Any]:
    """Change or end a place, or give it to a property firm or owners' committee"""
    place = places.change_place(call.session, code, body, actor=call.actor, now=call.now)
    return place_view.in_full(call.session, place, call.actor, call.now, call.locale)


@blueprint.route("/import", methods=["POST"])
@takes_file
@writing(ANY_STAFF)
@blueprint.doc(**STAFF, requestBody={"required": True, "content": MULTIPART})
@blueprint.arguments(schemas.PlaceImportQuerySchema, location="query")
@blueprint.response(200, schemas.PlacesImportedSchema, example=examples.IMPORTED)
@fails(blueprint, 401, 403, 413, 422)
def import_places(call: Call, query: dict[str, Any]) -> dict[str, Any]:
    """Bring in a file: CSV, XLSX or GeoJSON

    A list of addresses needs name and point (also 名称, 地址, 经度, 纬度); codes and cells are made. A file with code and kind is read as
    exported. All or nothing: with errors the answer is 422 `file_refused` with `details.errors`, or of a dry run the same list.
    """
    report = import_sent(call, **query)
    answer = reported(report, query["dry_run"])
    if report.errors and not query["dry_run"]:
        raise Invalid("The file has errors: nothing was imported.", code="file_refused", details={"errors": answer["errors"]})
    return answer


def import_sent(call: Call, **options: Any) -> ImportReport:
    """Raises Invalid ``file_missing`` unless the request carries one file."""
    name, content = sent_file()
    return import_place_file(call.session, content, name, actor=call.actor, now=call.now, **options)


def reported(report: ImportReport, dry_run: bool) -> dict[str, Any]:
    errors = [{"row": fault.row, "column": fault.column, "code": fault.code, "message": fault.message} for fault in report.errors]
    counts = {name: getattr(report, name) for name in ("created", "changed", "unchanged")}
    return counts | {"dry_run": dry_run, "errors": errors, "notes": report.notes}
