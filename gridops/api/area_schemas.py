"""Areas, their shapes, and the backlog."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from gridops.api.shapes import CodeNameSchema, PointQuerySchema, Words, code_name, instant
from gridops.services.areas import LEVELS
from gridops.services.backlog import BY


class AreaSchema(CodeNameSchema):
    name_en = fields.String(required=True, allow_none=True)
    level = fields.String(required=True, validate=validate.OneOf(LEVELS))
    households = fields.Integer(required=True, allow_none=True)


class AreaInFullSchema(AreaSchema):
    kind = fields.String(required=True, allow_none=True, metadata={"description": "of a community"})
    timezone = fields.String(required=True, allow_none=True)
    above = fields.List(fields.Nested(CodeNameSchema), required=True, metadata={"description": "street, community"})


class AreasSchema(Schema):
    items = fields.List(fields.Nested(AreaSchema), required=True)


class CountsSchema(Schema):
    open = fields.Integer(required=True)
    green = fields.Integer(required=True)
    yellow = fields.Integer(required=True)
    red = fields.Integer(required=True)
    suspended = fields.Integer(required=True)


class BacklogRowSchema(CountsSchema):
    code = fields.String(required=True, metadata={"description": "`unlocated` for what has no place"})
    name = fields.String(required=True)
    oldest_reported_at = instant(required=True, allow_none=True)
    households = fields.Integer(required=True, allow_none=True)


class BacklogSchema(Schema):
    area = fields.Nested(CodeNameSchema, required=True)
    totals = fields.Nested(CountsSchema, required=True)
    rows = fields.List(fields.Nested(BacklogRowSchema), required=True)


class BacklogQuerySchema(Schema):
    by = fields.String(load_default="community", validate=validate.OneOf(BY))


class SimilarQuerySchema(PointQuerySchema):
    category = Words(longest=40)
    text = Words(longest=4000)


class SimilarSchema(Schema):
    number = fields.String(required=True)
    category = code_name(required=True)
    distance_m = fields.Integer(required=True, metadata={"description": "in steps of 10 m"})
    reported_at = instant(required=True)
    reports = fields.Integer(required=True, metadata={"description": "how many have told of it"})


class SimilarsSchema(Schema):
    items = fields.List(fields.Nested(SimilarSchema), required=True)


class FeatureSchema(Schema):
    type = fields.String(required=True)
    properties = fields.Dict(required=True)
    geometry = fields.Dict(required=True)


class FeaturesSchema(Schema):
    type = fields.String(required=True)
    features = fields.List(fields.Nested(FeatureSchema), required=True)


class OpenTicketsSchema(FeaturesSchema):
    without_point = fields.Integer(required=True, metadata={"description": "open tickets that have neither a point nor a place"})


class LocationSchema(Schema):
    cell = code_name(required=True)
    community = code_name(required=True)
    street = code_name(required=True)


class WhereQuerySchema(PointQuerySchema):
    category = Words(longest=40)


class PartySchema(CodeNameSchema):
    name_en = fields.String(allow_none=True)
    why = fields.String()
    duty = fields.String()


class ReachableSchema(Schema):
    department = fields.Nested(PartySchema, required=True)
    phone = fields.String(required=True)
    until = instant(required=True)


class OnDutySchema(Schema):
    department = fields.Nested(PartySchema, required=True)
    phone = fields.String(required=True, allow_none=True)
    roles = fields.List(fields.String(), required=True, metadata={"description": "posted here today"})
    now = fields.List(fields.String(), required=True, metadata={"description": "roles of the grid that are on duty at this instant"})


class TonightSchema(Schema):
    at = instant(required=True)
    reachable = fields.Nested(ReachableSchema, required=True, allow_none=True)
    roles = fields.List(fields.String(), required=True, metadata={"description": "on duty then"})


class ResponsibleSchema(LocationSchema):
    on_duty = fields.Nested(OnDutySchema, required=True)
    lead = fields.Nested(PartySchema, required=True, allow_none=True)
    coordinate = fields.Nested(PartySchema, required=True, allow_none=True)
    support = fields.List(fields.Nested(PartySchema), required=True)
    rule = fields.Dict(required=True, allow_none=True)
    explanation = fields.String(required=True, allow_none=True)
    problems = fields.List(fields.Dict(), required=True)
    reachable = fields.Nested(ReachableSchema, required=True, allow_none=True, metadata={"description": "null: nobody, and an alarm is raised"})
    tonight = fields.Nested(TonightSchema, required=True, metadata={"description": "at 22:00 of the street, at night at this instant"})


class QuestionedCategorySchema(CodeNameSchema):
    kind = fields.String(required=True)
    track = fields.String(required=True)
    emergency = fields.Boolean(required=True)
    protect_reporter = fields.Boolean(required=True)
    questions = fields.List(fields.Dict(), required=True)


class CategoryClassSchema(CodeNameSchema):
    kind = fields.String(required=True, metadata={"description": "event or component: each numbers its classes from 01"})
    categories = fields.List(fields.Nested(QuestionedCategorySchema), required=True)


class CategoriesSchema(Schema):
    items = fields.List(fields.Nested(CategoryClassSchema), required=True)
