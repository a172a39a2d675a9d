"""What is sent and read of whistles and on-site meetings."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from gridops.api.emergency_schemas import MeasureSchema, NewMeasureSchema
from gridops.api.shapes import Words, area_code, code_name, instant
from gridops.services.meetings.calling import CALLERS, MOST_CALLED

KINDS = tuple(CALLERS)
MOST_DECIDED, MOST = 30, 100
ID = validate.Range(1, 2**62)


class NewMeetingSchema(Schema):
    """On one of ``ticket``, ``place``, ``area``."""

    kind = fields.String(required=True, validate=validate.OneOf(KINDS), metadata={"description": "whistle is 吹哨报到 and on_site is 现场办公会"})
    subject = Words(required=True, longest=500)
    spot = Words(required=True, longest=200, metadata={"description": "where to come to"})
    meets_at = instant(required=True)
    departments = fields.List(Words(longest=80), required=True, validate=validate.Length(1, MOST_CALLED))
    ticket = Words(longest=40)
    place = Words(longest=80)
    area = area_code(description="community or cell")


class MeetingSchema(Schema):
    id = fields.Integer(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    area = fields.String(required=True)
    area_name = fields.String(required=True)
    ticket = fields.String(required=True, allow_none=True)
    place = fields.String(required=True, allow_none=True)
    spot = fields.String(required=True)
    subject = fields.String(required=True)
    meets_at = instant(required=True)
    called_at = instant(required=True)
    called_by = fields.String(required=True, allow_none=True)
    held_at = instant(required=True, allow_none=True)
    result = fields.String(required=True, allow_none=True)


class CalledSchema(Schema):
    department = code_name(required=True)
    phone = fields.String(required=True, allow_none=True)
    answer = fields.String(required=True, allow_none=True, validate=validate.OneOf(("coming", "refused")))
    reason = fields.String(required=True, allow_none=True)
    answered_at = instant(required=True, allow_none=True)
    arrived_at = instant(required=True, allow_none=True)
    arrived = fields.String(required=True, allow_none=True)
    late = fields.Boolean(required=True)
    stayed_away = fields.Boolean(required=True)


class FullMeetingSchema(MeetingSchema):
    parties = fields.List(fields.Nested(CalledSchema), required=True)
    measures = fields.List(fields.Nested(MeasureSchema), required=True)
    undone = fields.List(fields.Nested(MeasureSchema), required=True, metadata={"description": "left by earlier meetings"})
    may_keep = fields.Boolean(required=True)


class MeetingsSchema(Schema):
    items = fields.List(fields.Nested(MeetingSchema), required=True)


class MeetingQuerySchema(Schema):
    before = fields.Integer(validate=ID, metadata={"description": "the last id of the page before"})
    limit = fields.Integer(load_default=MOST, validate=validate.Range(1, MOST))


class MeetingAnswerSchema(Schema):
    department = Words(required=True, longest=80)
    answer = fields.String(required=True, validate=validate.OneOf(("coming", "refused")))
    reason = Words(longest=500, metadata={"description": "of a refusal; it goes to the leader"})


class ArrivalSchema(Schema):
    department = Words(required=True, longest=80)
    who = Words(required=True, longest=200)
    arrived_at = instant(metadata={"description": "left out: now"})


class DecisionSchema(NewMeasureSchema):
    kind = fields.String(
        load_default="measure", validate=validate.OneOf(("measure", "ticket", "assignment")),
        metadata={"description": "ticket: a new one; assignment: on `ticket`, dispatched to the organisation or ordered by the leader"})
    ticket = Words(longest=40)
    category = Words(longest=24, metadata={"description": "of a new ticket"})


class MovedMeasureSchema(Schema):
    measure = fields.Integer(required=True, strict=True, validate=ID)
    due_by = instant(required=True)


class HoldSchema(Schema):
    result = Words(required=True)
    decided = fields.List(fields.Nested(DecisionSchema), load_default=list, validate=validate.Length(max=MOST_DECIDED))
    moved = fields.List(
        fields.Nested(MovedMeasureSchema), load_default=list, validate=validate.Length(max=MOST_DECIDED),
        metadata={"description": "new dates of undone measures; a date moves in no other way"})


class MeasureDoneSchema(Schema):
    text = Words(required=True, longest=1000)
