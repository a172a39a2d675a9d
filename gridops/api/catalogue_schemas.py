"""The duty catalogue in versions."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from gridops.api.shapes import CodeNameSchema, Words, code_name, instant
from gridops.services.duty_catalogue.editing import MOST_SUPPORTS
from gridops.services.imports.areas import KINDS


class RealmQuerySchema(Schema):
    street = Words(longest=24, metadata={"description": "its own rules; left out: those that hold everywhere"})


class CatalogueBeginSchema(Schema):
    street = Words(longest=24, allow_none=True, load_default=None)
    title = Words(longest=200)


class CatalogueSchema(Schema):
    id = fields.Integer(required=True)
    street = fields.String(required=True, allow_none=True)
    version = fields.Integer(required=True)
    status = fields.String(required=True, metadata={"description": "draft, planned, active, retired, discarded"})
    title = fields.String(required=True, allow_none=True)
    revision = fields.Integer(required=True)
    by = fields.String(required=True, allow_none=True)
    created_at = instant(required=True)
    planned_for = instant(required=True, allow_none=True)
    activated_at = instant(required=True, allow_none=True)
    retired_at = instant(required=True, allow_none=True)
    may_propose = fields.Boolean(required=True)
    may_activate = fields.Boolean(required=True)


class CataloguesSchema(Schema):
    items = fields.List(fields.Nested(CatalogueSchema), required=True)


class SupportShownSchema(CodeNameSchema):
    duty = fields.String(required=True, allow_none=True)


class PartiesSchema(Schema):
    lead = code_name(required=True)
    coordinate = code_name(required=True)
    supports = fields.List(fields.Nested(SupportShownSchema), required=True)


class CatalogueRuleSchema(PartiesSchema):
    category = code_name(required=True)
    area = fields.String(required=True, allow_none=True)
    kind = fields.String(required=True, allow_none=True, metadata={"description": "of community"})


class CatalogueRulesSchema(Schema):
    revision = fields.Integer(required=True)
    rules = fields.List(fields.Nested(CatalogueRuleSchema), required=True)


class SupportGivenSchema(Schema):
    type = Words(longest=40, required=True)
    duty = Words(longest=200, allow_none=True)


class RuleKeySchema(Schema):
    expected_revision = fields.Integer(strict=True, required=True)
    category = Words(longest=40, required=True)
    area = Words(longest=24, allow_none=True)
    kind = fields.String(allow_none=True, validate=validate.OneOf(KINDS))


class RuleGivenSchema(RuleKeySchema):
    lead = Words(longest=40, required=True)
    coordinate = Words(longest=40, required=True)
    supports = fields.List(fields.Nested(SupportGivenSchema), load_default=list, validate=validate.Length(max=MOST_SUPPORTS))


class CatalogueRevisionSchema(Schema):
    expected_revision = fields.Integer(strict=True, required=True)


class CatalogueActivateSchema(CatalogueRevisionSchema):
    reason = Words(longest=500)
    at = fields.AwareDateTime(format="iso")


class ProblemSchema(Schema):
    kind = fields.String(required=True)
    severity = fields.String(required=True, validate=validate.OneOf(("blocking", "notice")))
    category = fields.String(required=True, allow_none=True)
    area = fields.String(required=True, allow_none=True)
    community_kind = fields.String(required=True, allow_none=True)
    type = fields.String(required=True, allow_none=True)
    communities = fields.List(fields.String(), required=True)


class ProblemsSchema(Schema):
    revision = fields.Integer(required=True)
    problems = fields.List(fields.Nested(ProblemSchema), required=True)


class ChangeSchema(Schema):
    change = fields.String(required=True, validate=validate.OneOf(("added", "changed", "dropped")))
    category = code_name(required=True)
    area = fields.String(required=True, allow_none=True)
    kind = fields.String(required=True, allow_none=True)
    before = fields.Nested(PartiesSchema, required=True, allow_none=True)
    after = fields.Nested(PartiesSchema, required=True, allow_none=True)


class ChangesSchema(Schema):
    against = fields.Integer(required=True, allow_none=True, metadata={"description": "version that it is compared with"})
    changes = fields.List(fields.Nested(ChangeSchema), required=True)


class ComparisonQuerySchema(Schema):
    against = fields.Integer(metadata={"description": "id of another version of the realm; left out: the one in force"})


class TrialAskSchema(Schema):
    first_day = fields.Date(required=True)
    last_day = fields.Date(required=True)


class TrialSchema(Schema):
    id = fields.Integer(required=True)
    revision = fields.Integer(required=True)
    first_day = fields.Date(required=True)
    last_day = fields.Date(required=True)
    done = fields.Integer(required=True)
    total = fields.Integer(required=True)
    asked_at = instant(required=True)
    finished_at = instant(required=True, allow_none=True)
    outcomes = fields.Dict(required=True, metadata={"description": "same, other_lead, other_coordinate, other_support, now_routable, now_unroutable"})
    categories = fields.Dict(required=True)
    tickets = fields.List(fields.Dict(), required=True)
