"""From which share the words of a report file a category by themselves, by street."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from gridops.api.shapes import CodeNameSchema, instant
from gridops.services.learned.filing import MODES
from gridops.services.learned.levels import HIGHEST, LOWEST, SURE

USUAL = f"usual: from {SURE}, as everywhere; threshold: from another share; never: a clerk always decides"


class FilingRuleSchema(Schema):
    category = fields.Nested(CodeNameSchema, required=True)
    mode = fields.String(required=True, validate=validate.OneOf(MODES), metadata={"description": USUAL})
    threshold = fields.Float(required=True, allow_none=True, metadata={"description": "the share that counts now; null: never"})
    accuses_person = fields.Boolean(required=True, metadata={"description": "never filed by words, and not to be chosen otherwise"})
    stopped = fields.Boolean(required=True, metadata={"description": "overruled by clerks too often: the words file nothing now, whatever was chosen"})
    revision = fields.Integer(required=True, metadata={"description": "give it back as `expected`"})
    set_at = instant(required=True, allow_none=True)
    set_by = fields.String(required=True, allow_none=True)


class FilingRulesSchema(Schema):
    rules = fields.List(fields.Nested(FilingRuleSchema), required=True)


class ChooseFilingRuleSchema(Schema):
    mode = fields.String(required=True, validate=validate.OneOf(MODES), metadata={"description": USUAL})
    threshold = fields.Float(load_default=None, allow_none=True, metadata={
        "description": "with `threshold` only", "minimum": LOWEST, "maximum": HIGHEST})
    expected = fields.Integer(required=True, strict=True, metadata={"description": "the `revision` that was seen; another one now is a 409"})
