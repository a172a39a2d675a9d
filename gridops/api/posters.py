"""QR posters: which there are, and the files to print."""

from __future__ import annotations

from typing import Any, TypeVar

from flask import Response, request
from marshmallow import Schema, fields, validate

from gridops.api.openapi import PREFIX, Blueprint
from gridops.api.requests import Call, context, reading, writing
from gridops.api.shapes import area_code, fails, instant
from gridops.services import poster_list, poster_rights, poster_sheets, posters

Item = TypeVar("Item")
blueprint = Blueprint("posters", __name__, url_prefix=f"{PREFIX}/posters", description="QR codes that hang in the street")
STAFF = {"security": [{"bearer": []}]}
PART = 300  # posters in one file: two seconds of work as PDF, four as SVG, so that nobody waits long for somebody else's posters
FORMS = ("pdf", "svg", "zip")
FILES = {"content": {mime: {"schema": {"type": "string", "format": "binary"}} for mime in poster_sheets.FORMATS.values()}}
EXAMPLE = {
    "kind": "building", "code": "LIN-3", "name": "3号楼", "token": "k7m3q9xta", "url": "https://example.org/p/k7m3q9xta", "scans": 12,
    "printed_at": "2026-03-04T02:00:00Z"}


class PosterQuerySchema(Schema):
    area = area_code(description="a community or cell")
    kind = fields.List(fields.String(validate=validate.OneOf(posters.SUBJECTS)), load_default=list(posters.SUBJECTS))
    part = fields.Integer(load_default=1, validate=validate.Range(1, 1000), metadata={"description": f"{PART} each"})


class PosterSchema(Schema):
    kind = fields.String(required=True, validate=validate.OneOf(posters.SUBJECTS))
    code = fields.String(required=True)
    name = fields.String(required=True)
    token = fields.String(required=True, allow_none=True, metadata={"description": "null: never printed"})
    url = fields.String(required=True, allow_none=True)
    scans = fields.Integer(required=True)
    printed_at = instant(required=True, allow_none=True)


class PostersSchema(Schema):
    items = fields.List(fields.Nested(PosterSchema), required=True)
    parts = fields.Integer(required=True)


class PrintingSchema(Schema):
    area = area_code(description="a community or cell")
    kinds = fields.List(fields.String(validate=validate.OneOf(posters.SUBJECTS)), load_default=list(posters.SUBJECTS))
    codes = fields.List(fields.String(validate=validate.Length(1, 80)), load_default=list, metadata={"description": "none: all of the area"})
    format = fields.String(load_default="pdf", validate=validate.OneOf(FORMS), metadata={"description": "svg: of one poster"})
    part = fields.Integer(load_default=1, strict=True, validate=validate.Range(1, 1000))


@blueprint.route("", methods=["GET"])
@reading(*poster_rights.PRINTERS)
@blueprint.doc(**STAFF)
@blueprint.arguments(PosterQuerySchema, location="query")
@blueprint.response(200, PostersSchema, example={"items": [EXAMPLE], "parts": 1})
@fails(blueprint, 401, 403, 404, 422)
def list_posters(call: Call, query: dict[str, Any]) -> dict[str, Any]:
    """Cells and places of an area with their posters"""
    found = poster_list.chosen(call.session, query.get("area", ""), query["kind"], (), actor=call.actor)
    rows = poster_list.listed(call.session, cut(found, query["part"]), call.locale)
    return {"items": [row | {"url": f"{base()}/p/{row['token']}" if row["token"] else None} for row in rows], "parts": parts(len(found))}


@blueprint.route("/print", methods=["POST"])
@writing(*poster_rights.PRINTERS, keyed=False)
@blueprint.doc(**STAFF, responses={200: FILES | {"description": "The posters"}})
@blueprint.arguments(PrintingSchema, example={"area": "310104001001", "kinds": ["building"], "format": "pdf"})
@fails(blueprint, 401, 403, 404, 422)
def print_posters(call: Call, wanted: dict[str, Any]) -> Response:
    """One PDF with a page each, one SVG, or a ZIP of SVGs; codes that are missing are made"""
    found = poster_list.chosen(call.session, wanted.get("area", ""), wanted["kinds"], wanted["codes"], actor=call.actor)
    return file_of(call, cut(found, wanted["part"]), wanted["format"])


def file_of(call: Call, found: list, form: str) -> Response:
    content = poster_sheets.printed(call.session, found, form, base=base(), now=call.now)
    name = f"posters-{poster_sheets.file_name(found[0].code)}" + (f"-{len(found)}" if len(found) > 1 else "")
    response = Response(content, mimetype=poster_sheets.FORMATS[form])
    response.headers["Content-Disposition"] = f'attachment; filename="{name if name.isascii() else "posters"}.{form}"'
    return response


def base() -> str:
    """The address that phones will open."""
    return (context().config.public_url or request.host_url).rstrip("/")


def parts(count: int) -> int:
    return max(1, -(-count // PART))


def part_of(asked: int, count: int) -> int:
    return min(max(asked, 1), parts(count))


def cut(found: list[Item], part: int) -> list[Item]:
    return found[(part - 1) * PART : part * PART]
