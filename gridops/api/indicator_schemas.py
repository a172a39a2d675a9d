"""Indicators and the weights of scores."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from gridops.api.shapes import CodeNameSchema, Words
from gridops.api.ticket_schemas import MOST, USUAL
from gridops.domain.kpi import BY, INDICATORS, SCORED
from gridops.services.indicators.report import COUNTED_FROM, PARTS

FROM, TO = {"description": "first day; left out: the present month"}, {"description": "last day, included"}


class IndicatorQuerySchema(Schema):
    first = fields.Date(data_key="from", metadata=FROM)
    last = fields.Date(data_key="to", metadata=TO)
    by = fields.String(load_default="department", validate=validate.OneOf(BY))


class TableQuerySchema(IndicatorQuerySchema):
    source = fields.String(load_default="rows", validate=validate.OneOf(COUNTED_FROM), metadata={
        "description": "rows: counted now; days: the counts that were kept each night, summed up"})


class BehindQuerySchema(IndicatorQuerySchema):
    by = fields.String(validate=validate.OneOf(BY))
    row = Words(longest=80, metadata={"description": "code of a row of the table; left out: the whole area"})
    indicator = fields.String(required=True, validate=validate.OneOf(tuple(INDICATORS)))
    part = fields.String(required=True, validate=validate.OneOf(PARTS))
    limit = fields.Integer(load_default=USUAL, validate=validate.Range(min=1), metadata={"description": f"capped at {MOST}"})
    cursor = fields.String()


class ValueSchema(Schema):
    numerator = fields.Integer(required=True)
    denominator = fields.Integer(required=True)
    rate = fields.Float(required=True, allow_none=True, metadata={"description": "0 to 1; null where there were too few to say"})


class IndicatorSchema(CodeNameSchema):
    formula = fields.String(required=True)
    base = fields.String(required=True, metadata={"description": "the instant that decides in which period a case counts"})
    base_name = fields.String(required=True)
    few = fields.Integer(required=True, metadata={"description": "below so many there is no rate"})
    better = fields.String(required=True, allow_none=True)
    beside = fields.String(required=True, allow_none=True, metadata={"description": "never shown without this one"})


class PointsSchema(Schema):
    points = fields.Float(required=True)
    grade = fields.String(required=True)


def _values() -> fields.Dict:
    return fields.Dict(keys=fields.String(), values=fields.Nested(ValueSchema), required=True)


class IndicatorRowSchema(CodeNameSchema):
    values = _values()
    scores = fields.Dict(
        keys=fields.String(), values=fields.Nested(PointsSchema, allow_none=True),
        metadata={"description": "by role, where scores are on; null: too few cases"})


class IndicatorsSchema(Schema):
    area = fields.Nested(CodeNameSchema, required=True)
    by = fields.String(required=True)
    first = fields.Date(required=True, data_key="from", attribute="from")
    last = fields.Date(required=True, data_key="to", attribute="to")
    source = fields.String(required=True)
    as_of = fields.AwareDateTime(required=True, allow_none=True, metadata={"description": "of days when the oldest was taken; null: none is kept"})
    indicators = fields.List(fields.Nested(IndicatorSchema), required=True)
    totals = _values()
    rows = fields.List(fields.Nested(IndicatorRowSchema), required=True)


def _weights(**options) -> fields.Dict:
    inner = fields.Dict(keys=fields.String(), values=fields.Integer(strict=True))
    return fields.Dict(keys=fields.String(validate=validate.OneOf(tuple(SCORED))), values=inner, **options)


class WeightsChangeSchema(Schema):
    weights = _weights(metadata={"description": "by role and indicator; left out: those of before"})
    active = fields.Boolean(required=True, truthy={True}, falsy={False})
    reason = Words(required=True, longest=500)


class WeightVersionSchema(Schema):
    version = fields.Integer(required=True)
    weights = _weights(required=True)
    active = fields.Boolean(required=True)
    reason = fields.String(required=True)
    made_at = fields.AwareDateTime(required=True)


class WeightVersionsSchema(Schema):
    active = fields.Boolean(required=True, metadata={"description": "are scores on?"})
    defaults = _weights(required=True)
    items = fields.List(fields.Nested(WeightVersionSchema), required=True)
