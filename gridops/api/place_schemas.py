"""Places: what is asked and answered."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from gridops.api.shapes import CRS, CodeNameSchema, PointSchema, Words, area_code, code_name, instant
from gridops.services.imports.places import CODE, KINDS

LONGEST_NAME, LONGEST_ADDRESS, MOST = 200, 500, 200


def place_kind(**options) -> fields.String:
    return fields.String(validate=validate.OneOf(KINDS), **options)


def place_code(**options) -> fields.String:
    return fields.String(validate=validate.Regexp(CODE + r"\Z"), metadata={"pattern": f"^{CODE}$"}, **options)


class PlaceSuggestQuerySchema(Schema):
    q = fields.String(required=True, validate=validate.Length(1, 100))
    street = area_code(description="only in this street")


class PlaceSuggestionSchema(Schema):
    code = fields.String(required=True)
    name = fields.String(required=True)
    address = fields.String(required=True, allow_none=True)


class PlaceSuggestionsSchema(Schema):
    items = fields.List(fields.Nested(PlaceSuggestionSchema), required=True)


class PlacesQuerySchema(Schema):
    q = fields.String(validate=validate.Length(1, 100), metadata={"description": "name or address, unfinished or with a slip; the likeliest first"})
    area = area_code(description="street or community; left out: all that you know")
    kind = place_kind()
    limit = fields.Integer(load_default=50, validate=validate.Range(1, MOST))
    offset = fields.Integer(load_default=0, validate=validate.Range(0, 1_000_000))


class BriefPlaceSchema(Schema):
    code = fields.String(required=True)
    kind = fields.String(required=True)
    name = fields.String(required=True)
    address = fields.String(required=True, allow_none=True)
    community = fields.String(required=True)
    households = fields.Integer(required=True)


class FoundPlaceSchema(Schema):
    code = fields.String(required=True)
    kind = fields.String(required=True)
    name = fields.String(required=True)
    address = fields.String(required=True, allow_none=True)
    community = fields.String(required=True)
    households = fields.Integer(required=True, allow_none=True, metadata={"description": "null in a search"})
    cell = code_name(required=True, metadata={"description": "of a building or yard; in a search only"})
    score = fields.Float(required=True, allow_none=True, metadata={"description": "0 to 1, of a search"})
    matched = fields.String(required=True, allow_none=True, metadata={"description": "name, alias or address"})


class PlacesSchema(Schema):
    items = fields.List(fields.Nested(FoundPlaceSchema), required=True)
    next_offset = fields.Integer(required=True, allow_none=True)


class PlacePartySchema(CodeNameSchema):
    phone = fields.String(required=True, allow_none=True)
    where = fields.String(required=True, metadata={"description": "the place or area that it was found by"})
    own = fields.Boolean(required=True, metadata={"description": "named for this very place"})


class PlaceStewardSchema(Schema):
    name = fields.String(required=True)
    role = fields.String(required=True)
    place = fields.String(required=True)


class PlaceInFullSchema(Schema):
    code = fields.String(required=True)
    kind = fields.String(required=True)
    name = fields.String(required=True)
    aliases = fields.List(fields.String(), required=True)
    address = fields.String(required=True, allow_none=True)
    community = code_name(required=True)
    cells = fields.List(fields.Nested(CodeNameSchema), required=True)
    parent = fields.Nested(BriefPlaceSchema, required=True, allow_none=True)
    parts = fields.List(fields.Nested(BriefPlaceSchema), required=True)
    households = fields.Integer(required=True)
    households_in_parts = fields.Integer(required=True)
    location = fields.Nested(PointSchema, required=True, allow_none=True)
    boundary = fields.Dict(required=True, allow_none=True, metadata={"description": "GeoJSON in WGS-84"})
    property = fields.Nested(PlacePartySchema, required=True, allow_none=True)
    owners_committee = fields.Nested(PlacePartySchema, required=True, allow_none=True)
    stewards = fields.List(fields.Nested(PlaceStewardSchema), required=True)
    open_tickets = fields.Integer(required=True)
    ended_at = instant(required=True, allow_none=True)


class PlaceChangeSchema(Schema):
    kind = place_kind()
    name = Words(longest=LONGEST_NAME)
    aliases = fields.List(Words(longest=LONGEST_NAME), validate=validate.Length(max=20))
    address = fields.String(allow_none=True, validate=validate.Length(max=LONGEST_ADDRESS))
    community = area_code(description="left out: of the cell, the parent or the point")
    cell = area_code(description="of a building or yard; left out: by the point")
    parent = place_code(allow_none=True)
    households = fields.Integer(strict=True, validate=validate.Range(0, 999_999))
    location = fields.Nested(PointSchema)
    boundary = fields.Dict(metadata={"description": "GeoJSON polygon or multi-polygon in WGS-84"})
    property = place_code(allow_none=True)
    owners_committee = place_code(allow_none=True)
    ended = fields.Boolean(metadata={"description": "found no more; its tickets keep it"})


class NewPlaceSchema(PlaceChangeSchema):
    class Meta:
        exclude = ("ended",)

    code = place_code()
    kind = place_kind(required=True)
    name = Words(longest=LONGEST_NAME, required=True)


class PlaceImportQuerySchema(Schema):
    crs = fields.String(validate=validate.OneOf(CRS), metadata={"description": "of the file, where no column crs names it"})
    skip_outside = fields.Boolean(load_default=False, metadata={"description": "leave out rows that lie in no street"})
    dry_run = fields.Boolean(load_default=False, metadata={"description": "check everything, write nothing"})


class PlaceFaultSchema(Schema):
    row = fields.Integer(required=True, metadata={"description": "0: the file as a whole"})
    column = fields.String(required=True)
    code = fields.String(required=True)
    message = fields.String(required=True)


class PlacesImportedSchema(Schema):
    created = fields.Integer(required=True)
    changed = fields.Integer(required=True)
    unchanged = fields.Integer(required=True)
    dry_run = fields.Boolean(required=True)
    errors = fields.List(fields.Nested(PlaceFaultSchema), required=True, metadata={"description": "of a dry run; otherwise 422 file_refused"})
    notes = fields.List(fields.String(), required=True)
