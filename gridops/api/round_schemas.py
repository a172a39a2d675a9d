"""What staff read of a ticket's rounds: who has which role in them, objections, requests for more time, and leaders' orders."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from gridops.api.shapes import CodeNameSchema, code_name, instant


class AssignmentSchema(Schema):
    role = fields.String(required=True, validate=validate.OneOf(("lead", "coordinate", "support")))
    department = fields.Nested(CodeNameSchema, required=True)
    status = fields.String(required=True)
    duty = fields.String(required=True, allow_none=True)
    due_by = instant(required=True, allow_none=True)
    signed_at = instant(required=True, allow_none=True)
    signed_by = fields.String(required=True, allow_none=True)
    to_do = fields.String(required=True, allow_none=True, metadata={"description": "what it owes now"})
    may_refuse_by = fields.String(required=True, allow_none=True, metadata={"description": "the action by which it may say no"})
    has_login = fields.Boolean(required=True)
    phone = fields.String(required=True, allow_none=True)
    duty_phone = fields.String(required=True, allow_none=True)


class RoundSchema(Schema):
    no = fields.Integer(required=True)
    dispatched_at = instant(required=True)
    assignments = fields.List(fields.Nested(AssignmentSchema), required=True)
    basis = fields.Dict(required=True, metadata={"description": "why these organisations"})
    explanation = fields.String(required=True, metadata={"description": "the same as one sentence"})


class PastPartySchema(Schema):
    role = fields.String(required=True)
    department = fields.Nested(CodeNameSchema, required=True)
    status = fields.String(required=True)
    duty = fields.String(required=True, allow_none=True)
    signed_at = instant(required=True, allow_none=True)
    signed_by = fields.String(required=True, allow_none=True, metadata={"description": "person, deemed, call, link, ruling"})
    original_due_by = instant(required=True, allow_none=True)


class ObjectionSchema(Schema):
    kind = fields.String(required=True, validate=validate.OneOf(("object", "transfer")))
    reason_code = fields.String(required=True)
    text = fields.String(required=True)
    objected_at = instant(required=True)
    suggested = code_name(required=True)
    ruling = fields.String(required=True, allow_none=True)
    ruling_text = fields.String(required=True, allow_none=True)
    ruled_by = fields.String(required=True, allow_none=True)
    ruled_at = instant(required=True, allow_none=True)


class PastRoundSchema(Schema):
    no = fields.Integer(required=True)
    dispatched_at = instant(required=True)
    dispatched_by = fields.String(required=True, allow_none=True, metadata={"description": "null: the system"})
    ended_by = fields.String(required=True, allow_none=True)
    ended_at = instant(required=True, allow_none=True)
    end_reason = fields.String(required=True, allow_none=True)
    assignments = fields.List(fields.Nested(PastPartySchema), required=True)
    objections = fields.List(fields.Nested(ObjectionSchema), required=True)


class RequestShownSchema(Schema):
    kind = fields.String(required=True, validate=validate.OneOf(("extension", "suspension")))
    department = fields.Nested(CodeNameSchema, required=True)
    level = fields.Integer(required=True, metadata={"description": "1: the dispatcher decides, 2: a leader"})
    reason = fields.String(required=True)
    until = instant(required=True, allow_none=True)
    next_step = fields.String(required=True, allow_none=True)
    requested_at = instant(required=True)
    decision = fields.String(required=True, allow_none=True, metadata={"description": "approved, refused, lapsed; null: undecided"})
    decision_text = fields.String(required=True, allow_none=True)
    decided_by = fields.String(required=True, allow_none=True)
    decided_at = instant(required=True, allow_none=True)
    resumed_at = instant(required=True, allow_none=True)


class AddresseeSchema(Schema):
    code = fields.String(required=True, metadata={"description": "of an organisation, or a role"})
    name = fields.String(required=True, allow_none=True)


class SupervisionSchema(Schema):
    id = fields.Integer(required=True)
    level = fields.Integer(required=True)
    addressee = fields.Nested(AddresseeSchema, required=True)
    status = fields.String(required=True, validate=validate.OneOf(("ordered", "answered", "accepted")))
    text = fields.String(required=True)
    due_by = instant(required=True)
    ordered_by = fields.String(required=True, allow_none=True)
    ordered_at = instant(required=True)
    returned = fields.Integer(required=True, metadata={"description": "how often an answer was sent back"})
    answer = fields.String(required=True, allow_none=True)
    answered_at = instant(required=True, allow_none=True)
    accepted_at = instant(required=True, allow_none=True)
