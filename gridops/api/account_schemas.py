"""Log-ins of staff and the security events."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from gridops.api.shapes import Words, area_code, code_name, instant
from gridops.domain.permissions import STAFF_ROLES
from gridops.services.log_ins.listed import STATES

ROLE = {"validate": validate.OneOf(STAFF_ROLES)}


class HeldSchema(Schema):
    id = fields.Integer(required=True)
    role = fields.String(required=True, **ROLE)
    area = fields.String(required=True, metadata={"description": "code prefix"})
    area_name = fields.String(required=True)
    department = code_name(required=True)
    yours = fields.Boolean(required=True, metadata={"description": "within the caller's own area"})


class AccountSchema(Schema):
    id = fields.Integer(required=True)
    username = fields.String(required=True)
    name = fields.String(required=True)
    person = fields.String(required=True, allow_none=True, metadata={"description": "staff number"})
    created_at = instant(required=True)
    closed_at = instant(required=True, allow_none=True)
    locked = fields.Boolean(required=True)
    second_factor = fields.Boolean(required=True)
    password_given = fields.Boolean(required=True, metadata={"description": "its owner has not chosen his own yet"})
    grants = fields.List(fields.Nested(HeldSchema), required=True)


class AccountInFullSchema(AccountSchema):
    sessions = fields.Integer(required=True, metadata={"description": "open now"})
    own = fields.Boolean(required=True)
    whole = fields.Boolean(required=True, metadata={"description": "all its rights lie within the caller's areas"})


class AccountsSchema(Schema):
    items = fields.List(fields.Nested(AccountSchema), required=True)
    next_after = fields.String(required=True, allow_none=True)


class AccountsQuerySchema(Schema):
    q = fields.String(validate=validate.Length(1, 64), metadata={"description": "part of a name or user name"})
    role = fields.String(**ROLE)
    area = area_code(description="rights in it or below")
    state = fields.String(validate=validate.OneOf(STATES))
    after = fields.String(validate=validate.Length(1, 64))
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200))


class RightGivenSchema(Schema):
    role = fields.String(required=True, **ROLE)
    area = fields.String(required=True, validate=validate.Length(1, 24))
    department = fields.String(validate=validate.Length(1, 64), metadata={"description": "code, for the role `department`"})


class AccountGivenSchema(RightGivenSchema):
    username = fields.String(required=True, validate=validate.Length(2, 64))
    name = Words(required=True, longest=60)
    person = fields.String(validate=validate.Length(1, 64), metadata={"description": "staff number"})


class AccountMadeSchema(AccountInFullSchema):
    password = fields.String(required=True, metadata={"description": "told this once; its owner chooses another at the first log-in"})


class NamedNumberSchema(Schema):
    id = fields.Integer(required=True)
    name = fields.String(required=True)


class SecurityEventSchema(Schema):
    id = fields.Integer(required=True)
    at = instant(required=True)
    kind = fields.String(required=True)
    account = fields.Nested(NamedNumberSchema, required=True, allow_none=True, metadata={"description": "who did it"})
    subject = fields.Nested(NamedNumberSchema, required=True, allow_none=True, metadata={"description": "to whose account"})
    number = fields.String(required=True, allow_none=True, metadata={"description": "ticket"})
    facts = fields.Dict(keys=fields.String(), required=True)


class SecurityEventsSchema(Schema):
    items = fields.List(fields.Nested(SecurityEventSchema), required=True)
    next_before = fields.Integer(required=True, allow_none=True)


class SecurityEventsQuerySchema(Schema):
    kind = fields.String(validate=validate.Length(1, 64))
    who = fields.String(validate=validate.Length(1, 64), metadata={"description": "part of a name or user name"})
    number = fields.String(validate=validate.Length(1, 40), metadata={"description": "ticket"})
    since = instant()
    until = instant(metadata={"description": "not included"})
    before = fields.Integer(validate=validate.Range(1, 2**62))
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 500))
