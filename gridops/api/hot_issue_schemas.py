"""Hot issues, surges, repeat sites, and the public issues that they become."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from gridops.api.shapes import CodeNameSchema, PointSchema, Words, code_name, instant
from gridops.domain.lifecycle import STATUSES
from gridops.services.hot_issues.issue import KINDS


class IssueTicketSchema(Schema):
    number = fields.String(required=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))


class MadePublicSchema(Schema):
    id = fields.Integer(required=True)
    made_at = instant(required=True)


class HotIssueSchema(Schema):
    key = fields.String(required=True, metadata={"description": "names it from one look to the next, for `public-issues`"})
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    guarded = fields.Boolean(required=True, metadata={
        "description": "it accuses somebody or is never public: for leaders, dispatchers and clerks only, without place, point and words, and never a public issue"})
    name = fields.String(required=True, metadata={"description": "place or cell, and category; nobody's words"})
    words = fields.String(required=True, allow_none=True, metadata={"description": "what three or more of the people say in the same words, redacted"})
    category = code_name(required=True)
    area = fields.Nested(CodeNameSchema, required=True, metadata={"description": "the smallest that holds all of it"})
    place = code_name(required=True)
    location = fields.Nested(PointSchema, required=True, allow_none=True)
    people = fields.Integer(required=True, metadata={"description": "different people; all who left no phone count as one"})
    reports = fields.Integer(required=True)
    since = instant(required=True, metadata={"description": "the first report counted"})
    last_reported_at = instant(required=True)
    usual = fields.Float(required=True, allow_none=True, metadata={"description": "of a surge: people in such a week of the two months before"})
    returns = fields.Integer(required=True, allow_none=True, metadata={"description": "of a repeat site: how often it came back after closing"})
    tickets = fields.List(fields.Nested(IssueTicketSchema), required=True)
    public_issue = fields.Nested(MadePublicSchema, required=True, allow_none=True)


class HotIssuesSchema(Schema):
    area = fields.Nested(CodeNameSchema, required=True)
    hot = fields.List(fields.Nested(HotIssueSchema), required=True)
    surges = fields.List(fields.Nested(HotIssueSchema), required=True)
    repeats = fields.List(fields.Nested(HotIssueSchema), required=True)


class MakePublicSchema(Schema):
    issue = Words(required=True, longest=60, metadata={"description": "`key` of a hot issue, surge or repeat site of the area"})


class PublicIssueSchema(MadePublicSchema):
    area_code = fields.String(required=True)
    category_code = fields.String(required=True, allow_none=True)
    name = fields.String(required=True)
    tickets = fields.List(fields.String(), required=True)
    people = fields.Integer(required=True)
