"""People, posts, duties by role, check-ins and claims."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from gridops.api.shapes import CodeNameSchema, Words, area_code, instant
from gridops.domain.posts import ROLES

ROLE = validate.OneOf(ROLES)
NAME, TITLE, DUTIES = 100, 100, 50


def needed(description: str) -> fields.String:
    code = area_code(description=description)
    code.required = True
    return code


class PostShownSchema(Schema):
    id = fields.Integer(required=True)
    role = fields.String(required=True, validate=ROLE)
    part_time = fields.Boolean(required=True)
    title = fields.String(required=True, allow_none=True)
    area = fields.Nested(CodeNameSchema, required=True)
    place = fields.Nested(CodeNameSchema, required=True, allow_none=True)
    duties = fields.List(fields.String(), required=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True, allow_none=True, metadata={"description": "the last day"})
    confirmed_on = fields.Date(required=True, allow_none=True)
    present = fields.Boolean(required=True)
    stale = fields.Boolean(required=True, metadata={"description": "not confirmed for half a year"})


class ClaimShownSchema(Schema):
    id = fields.Integer(required=True)
    area = fields.Nested(CodeNameSchema, required=True)
    class_code = fields.String(required=True, allow_none=True)
    text = fields.String(required=True)
    claimed_on = fields.Date(required=True)
    released_on = fields.Date(required=True, allow_none=True)
    done_on = fields.Date(required=True, allow_none=True)


class CheckInShownSchema(Schema):
    id = fields.Integer(required=True)
    community = fields.Nested(CodeNameSchema, required=True)
    checked_in_on = fields.Date(required=True)
    confirmed = fields.Boolean(required=True)
    confirmed_by = fields.String(required=True, allow_none=True)
    confirmed_at = instant(required=True, allow_none=True)
    thanked_on = fields.Date(required=True, allow_none=True)


class PersonBriefSchema(Schema):
    code = fields.String(required=True)
    name = fields.String(required=True)
    home_organisation = fields.String(required=True, allow_none=True)
    left_on = fields.Date(required=True, allow_none=True)
    phone_masked = fields.String(required=True, allow_none=True)


class PersonSchema(PersonBriefSchema):
    posts = fields.List(fields.Nested(PostShownSchema), required=True)
    has_login = fields.Boolean(required=True)
    claims = fields.List(fields.Nested(ClaimShownSchema), required=True)
    check_ins = fields.List(fields.Nested(CheckInShownSchema), required=True)


class PeopleSchema(Schema):
    items = fields.List(fields.Nested(PersonBriefSchema), required=True)
    next_after = fields.String(required=True, allow_none=True)


class PeopleQuerySchema(Schema):
    area = area_code(description="only with a post there or below")
    role = fields.String(validate=ROLE)
    q = Words(longest=NAME)
    after = fields.String(load_default="", validate=validate.Length(max=64), metadata={"description": "next_after of the page before"})
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200))


class NewPostSchema(Schema):
    role = fields.String(required=True, validate=ROLE)
    area = area_code(description="either area or place")
    place = Words(longest=64)
    part_time = fields.Boolean(load_default=False)
    title = Words(longest=TITLE)
    duties = fields.List(Words(longest=TITLE), load_default=list, validate=validate.Length(max=DUTIES))
    starts_on = fields.Date(required=True)
    ends_on = fields.Date()


class NewPersonSchema(Schema):
    code = fields.String(validate=validate.Regexp(r"[0-9A-Za-z][0-9A-Za-z._-]{0,63}\Z"), metadata={"pattern": "^[0-9A-Za-z][0-9A-Za-z._-]{0,63}$"})
    name = Words(required=True, longest=NAME)
    phone = Words(longest=40)
    home_organisation = Words(longest=NAME)
    post = fields.Nested(NewPostSchema, required=True)


class PersonChangeSchema(Schema):
    name = Words(longest=NAME)
    phone = Words(longest=40, allow_none=True)
    home_organisation = Words(longest=NAME, allow_none=True)


class LastDaySchema(Schema):
    last_day = fields.Date(required=True)


class LeftSchema(Schema):
    posts = fields.List(fields.String(), required=True, metadata={"description": "areas of the posts that ended"})
    claims = fields.Integer(required=True, metadata={"description": "released"})
    stand_ins = fields.List(fields.Integer(), required=True, metadata={"description": "absences that nobody covers now"})
    log_ins = fields.Integer(required=True, metadata={"description": "closed at once"})


class StaffReasonSchema(Schema):
    reason = Words(required=True, longest=400)


class StaffPhoneSchema(Schema):
    phone = fields.String(required=True, allow_none=True)


class RosterPersonSchema(Schema):
    code = fields.String(required=True)
    name = fields.String(required=True)
    post = fields.Integer(required=True)
    role = fields.String(required=True)
    part_time = fields.Boolean(required=True)
    title = fields.String(required=True, allow_none=True)
    place = fields.String(required=True, allow_none=True)
    duties = fields.List(fields.String(), required=True)
    home_organisation = fields.String(required=True, allow_none=True)
    stale = fields.Boolean(required=True)


class RosterRowSchema(CodeNameSchema):
    level = fields.String(required=True)
    missing = fields.List(fields.String(), required=True, metadata={"description": "roles that nobody holds there"})
    without_steward = fields.List(fields.String(), required=True, metadata={"description": "names of buildings"})
    people = fields.List(fields.Nested(RosterPersonSchema), required=True)


class RosterSchema(Schema):
    items = fields.List(fields.Nested(RosterRowSchema), required=True)


class PeopleImportQuerySchema(Schema):
    dry_run = fields.Boolean(load_default=False)
    complete = area_code(description="the file is the whole staff of this area: posts that it does not name end")


class PostEndsSchema(CodeNameSchema):
    role = fields.String(required=True, validate=ROLE)
    area = fields.Nested(CodeNameSchema, required=True)


class PostBeginsSchema(Schema):
    role = fields.String(required=True, validate=ROLE)
    area = fields.Nested(CodeNameSchema, required=True)


class PostMovesSchema(PostEndsSchema):
    to = fields.Nested(PostBeginsSchema, required=True, metadata={"description": "the post that begins in its stead"})


class PeopleImportedSchema(Schema):
    created = fields.Integer(required=True)
    changed = fields.Integer(required=True)
    unchanged = fields.Integer(required=True)
    comes = fields.List(fields.Nested(CodeNameSchema), required=True, metadata={"description": "new people"})
    moves = fields.List(fields.Nested(PostMovesSchema), required=True, metadata={"description": "a post ends, another begins"})
    goes = fields.List(fields.Nested(PostEndsSchema), required=True, metadata={"description": "posts that end"})
    leaves = fields.List(fields.Nested(CodeNameSchema), required=True, metadata={"description": "no post left anywhere: the log-in closes"})
    errors = fields.List(fields.Dict(), required=True)
    notes = fields.List(fields.String(), required=True)
    dry_run = fields.Boolean(required=True)
