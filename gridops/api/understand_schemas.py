"""What understanding takes and gives."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from gridops.api.shapes import PointSchema, Words, code_name
from gridops.domain.lifecycle import KINDS

EXAMPLE: dict[str, Any] = {
    "categories": [{"code": "E2203", "confidence": 0.93, "reasons": ["电梯又停"]}], "scope": "in", "scope_doubt": False, "refer_to": None,
    "urgency": "urgent", "dangers": [{"reason": "老弱急难", "said": "老人下不来"}], "protect": [],
    "similar": [{"number": "260304-00017", "score": 1.4, "distance_m": 40}], "mentions": [{"building": "3", "directions": []}],
    "places": [{"said": "梧桐里3号楼", "code": "B-3", "name": "梧桐里3号楼", "confidence": 0.95, "cell": {"code": "310104001001003", "name": "第03网格"}}],
}


class TextSchema(Schema):
    text = Words(required=True, longest=4000)
    title = Words(longest=200)
    location = fields.Nested(PointSchema)
    kind = fields.String(validate=validate.OneOf(KINDS))


class SuggestionSchema(Schema):
    code = fields.String(required=True)
    confidence = fields.Float(required=True, metadata={"description": "a share of 1"})
    reasons = fields.List(fields.String(), required=True, metadata={"description": "the words that decided"})


class ReferralSchema(Schema):
    code = fields.String(required=True)
    name = fields.String(required=True)
    refer_to = fields.String(required=True)
    text = fields.String(required=True, metadata={"description": "for the resident"})


class SaidSchema(Schema):
    reason = fields.String(required=True)
    said = fields.String(required=True)


class LikelySchema(Schema):
    number = fields.String(required=True)
    score = fields.Float(required=True)
    distance_m = fields.Integer(required=True)


class PlaceSaidSchema(Schema):
    said = fields.String(required=True)
    code = fields.String(required=True)
    name = fields.String(required=True)
    confidence = fields.Float(required=True)
    cell = code_name(required=True)


class UnderstoodSchema(Schema):
    categories = fields.List(fields.Nested(SuggestionSchema), required=True)
    scope = fields.String(required=True, validate=validate.OneOf(("in", "out")))
    scope_doubt = fields.Boolean(required=True, metadata={"description": "a leaning only: the clerk decides"})
    refer_to = fields.Nested(ReferralSchema, required=True, allow_none=True)
    urgency = fields.String(required=True, validate=validate.OneOf(("routine", "urgent", "emergency")))
    dangers = fields.List(fields.Nested(SaidSchema), required=True)
    protect = fields.List(fields.Nested(SaidSchema), required=True, metadata={"description": "why the reporter would be protected"})
    similar = fields.List(fields.Nested(LikelySchema), required=True)
    places = fields.List(fields.Nested(PlaceSaidSchema), required=True, metadata={"description": "places of the caller's streets that the words fit"})
    mentions = fields.List(fields.Dict(), required=True, metadata={
        "description": "what the words name: compound, road, road_number, house, building, unit, floor, directions"})
