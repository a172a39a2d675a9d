"""Bodies of posts; duties by role."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from gridops.api.people_schemas import DUTIES, ROLE, TITLE, needed
from gridops.api.shapes import Words, area_code


class PostChangeSchema(Schema):
    title = Words(longest=TITLE, allow_none=True)
    part_time = fields.Boolean()
    duties = fields.List(Words(longest=TITLE), validate=validate.Length(max=DUTIES))


class MoveSchema(Schema):
    on = fields.Date(required=True, metadata={"description": "first day at the new one"})
    area = area_code(description="either area or place")
    place = Words(longest=64)


class PostNumbersSchema(Schema):
    posts = fields.List(fields.Integer(strict=True, validate=validate.Range(1, 2**31 - 1)), required=True, validate=validate.Length(1, 500))


class ConfirmedSchema(Schema):
    confirmed = fields.Integer(required=True)


class DutyShownSchema(Schema):
    role = fields.String(required=True)
    class_code = fields.String(required=True)
    text = fields.String(required=True, allow_none=True)
    area = fields.String(required=True, metadata={"description": "where it was laid down"})


class DutiesSchema(Schema):
    items = fields.List(fields.Nested(DutyShownSchema), required=True)


class AreaQuerySchema(Schema):
    area = needed("street, community or cell")


class DutyItemSchema(Schema):
    class_code = fields.String(required=True, validate=validate.Length(1, 10))
    text = Words(longest=400, allow_none=True)


class PutDutiesSchema(Schema):
    area = needed("street, community or cell")
    role = fields.String(required=True, validate=ROLE)
    items = fields.List(fields.Nested(DutyItemSchema), required=True, validate=validate.Length(max=100))
