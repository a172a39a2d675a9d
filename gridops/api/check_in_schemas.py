"""Check-ins and claims: bodies, and lists with who it is."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from gridops.api.people_schemas import NAME, CheckInShownSchema, ClaimShownSchema, needed
from gridops.api.shapes import CodeNameSchema, Words
from gridops.services.people.check_in_list import STATES

LAST_ID = 2**63 - 1


class NewCheckInSchema(Schema):
    community = needed("where the member lives")
    name = Words(required=True, longest=NAME)
    home_organisation = Words(required=True, longest=NAME)
    phone = Words(longest=40)
    on = fields.Date(required=True)


class NewClaimSchema(Schema):
    area = needed("street, community or cell")
    class_code = fields.String(validate=validate.Length(1, 10))
    text = Words(required=True, longest=400)
    on = fields.Date(required=True)


class EndClaimSchema(Schema):
    done = fields.Boolean(required=True, metadata={"description": "false: given back for somebody else"})


class PageQuerySchema(Schema):
    area = needed("street, community or cell")
    after = fields.Integer(load_default=0, validate=validate.Range(0, LAST_ID), metadata={"description": "next_after of the page before"})
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200))


class CheckInsQuerySchema(PageQuerySchema):
    confirmed = fields.Boolean(metadata={"description": "false: those from a file that nobody has confirmed yet"})


class ClaimsQuerySchema(PageQuerySchema):
    state = fields.String(validate=validate.OneOf(list(STATES)))


class CheckInListedSchema(CheckInShownSchema):
    person = fields.Nested(CodeNameSchema, required=True)
    home_organisation = fields.String(required=True, allow_none=True)


class ClaimListedSchema(ClaimShownSchema):
    person = fields.Nested(CodeNameSchema, required=True)
    home_organisation = fields.String(required=True, allow_none=True)


class CheckInsSchema(Schema):
    items = fields.List(fields.Nested(CheckInListedSchema), required=True)
    next_after = fields.Integer(required=True, allow_none=True)


class ClaimsSchema(Schema):
    items = fields.List(fields.Nested(ClaimListedSchema), required=True)
    next_after = fields.Integer(required=True, allow_none=True)
