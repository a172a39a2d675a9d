"""Pieces that several schemas share, and what every endpoint documents of its errors."""

from __future__ import annotations

from collections.abc import Callable

from marshmallow import Schema, ValidationError, fields, validate

from gridops.api import catalogue
from gridops.api.openapi import ErrorSchema

LONGEST = 4000
CRS = ("wgs84", "gcj02", "bd09")
DESCRIPTIONS = {
    400: "Not readable", 401: "No log-in", 403: "Wrong role", 404: "Missing, or out of scope", 409: "Lost race, or wrong status",
    413: "Too large", 415: "Wrong kind of content", 422: "Invalid values", 429: "Too many requests",
}
TYPICAL = {
    400: "malformed", 401: "not_logged_in", 403: "forbidden", 404: "not_found", 409: "not_allowed", 413: "too_large",
    415: "unsupported_media", 422: "invalid", 429: "too_many",
}


class Words(fields.String):
    """Text that says something: not only blanks, without blanks around it."""

    def __init__(self, *, longest: int = LONGEST, **options):
        super().__init__(validate=validate.Length(min=1, max=longest), **options)

    def _deserialize(self, value, attr, obj, **kwargs):
        return super()._deserialize(value, attr, obj, **kwargs).strip()


class Degrees(fields.Float):
    """A number of degrees; in a body a text is no number."""

    def _deserialize(self, value, attr, obj, **kwargs):
        if isinstance(value, str) and not getattr(self.parent, "from_query", False):
            raise ValidationError("Not a valid number.")
        return super()._deserialize(value, attr, obj, **kwargs)


class PointSchema(Schema):
    lng = Degrees(required=True, validate=validate.Range(-180, 180), metadata={"example": 121.4375})
    lat = Degrees(required=True, validate=validate.Range(-90, 90), metadata={"example": 31.1953})
    crs = fields.String(required=True, validate=validate.OneOf(CRS), metadata={"description": "never guessed"})


class PointQuerySchema(PointSchema):
    from_query = True


class CodeNameSchema(Schema):
    code = fields.String(required=True)
    name = fields.String(required=True)


def area_code(*, description: str) -> fields.String:
    # Documented as JavaScript writes it; in Python "$" would let a line break through.
    return fields.String(validate=validate.Regexp(r"[0-9]{1,24}\Z"), metadata={"pattern": "^[0-9]{1,24}$", "description": description})


def code_name(**options) -> fields.Nested:
    return fields.Nested(CodeNameSchema, allow_none=True, **options)


def instant(**options) -> fields.AwareDateTime:
    return fields.AwareDateTime(**options)


def fails(blueprint, *statuses: int) -> Callable:
    """Documents error answers of a view, each with an example in the one shape."""

    def decorate(view: Callable) -> Callable:
        for status in sorted(statuses, reverse=True):
            view = blueprint.alt_response(status, schema=ErrorSchema, description=DESCRIPTIONS[status], example=_example(status))(view)
        return view

    return decorate


def _example(status: int) -> dict:
    code = TYPICAL[status]
    error = {"code": code, "message": catalogue.CODES[code].en}
    if status == 422:
        error["fields"] = {"description": ["Missing data for required field."]}
    if status == 409:
        error["details"] = {"status": "closed", "version": 7, "allowed_actions": ["reopen", "comment"]}
    return {"error": error | {"request_id": "5f0c2b7e9a"}}
