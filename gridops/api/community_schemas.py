"""Community profiles."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from gridops.api.shapes import CodeNameSchema
from gridops.services.community_profile import MOST
from gridops.services.imports.areas import KINDS


def _number() -> fields.Integer:
    return fields.Integer(strict=True, allow_none=True, validate=validate.Range(min=0, max=MOST))


class LoadSchema(CodeNameSchema):
    households = fields.Integer(required=True, allow_none=True)
    area_m2 = fields.Float(required=True, allow_none=True, metadata={"description": "null where nothing is drawn"})
    open = fields.Integer(required=True, metadata={"description": "tickets"})
    per_1000_households = fields.Float(required=True, allow_none=True, metadata={"description": "null where households are unknown"})


class AlikeSchema(LoadSchema):
    kind = fields.String(required=True, allow_none=True, validate=validate.OneOf(KINDS))


class CommunityProfileSchema(AlikeSchema):
    name_en = fields.String(required=True, allow_none=True)
    street = fields.Nested(CodeNameSchema, required=True)
    population = fields.Integer(required=True, allow_none=True)
    cells = fields.List(fields.Nested(LoadSchema), required=True)
    alike = fields.List(fields.Nested(AlikeSchema), required=True, metadata={"description": "of the same kind and street, in the order of their codes"})


class CommunityChangeSchema(Schema):
    """Only what is named changes; null says that it is not known."""

    kind = fields.String(allow_none=True, validate=validate.OneOf(KINDS))
    households = _number()
    population = _number()
