"""Versions of calendars and of the policy of clocks, recounts of open tickets, appeals against missed clocks."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from gridops.api.shapes import CodeNameSchema, Words, instant
from gridops.domain.calendar import DAY_KINDS
from gridops.domain.calendar_check import MOST_DAYS
from gridops.services.timing import appeals

CLOCK_TIME = validate.Regexp(r"\A(([01]\d|2[0-3]):[0-5]\d|24:00)\Z", error="Like 09:00; 24:00 ends a day.")
MOST = 500


class RealmSchema(Schema):
    street = Words(longest=24, metadata={"description": "left out: the calendar of all, where a street has none of its own"})


class VersionSchema(Schema):
    id = fields.Integer(required=True)
    version = fields.Integer(required=True)
    valid_from = instant(required=True)
    valid_to = instant(required=True, allow_none=True)
    by = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)


class CalendarBriefSchema(VersionSchema):
    street = fields.String(required=True, allow_none=True)


class CalendarsSchema(Schema):
    items = fields.List(fields.Nested(CalendarBriefSchema), required=True)


class CalendarDayGivenSchema(Schema):
    day = fields.Date(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(DAY_KINDS), metadata={"description": "workday: a weekend day worked for a holiday"})
    name = Words(longest=60, allow_none=True)


class CalendarDayShownSchema(CalendarDayGivenSchema):
    own = fields.Boolean(required=True, metadata={"description": "the street's own: not so in the calendar of all"})


class CalendarSchema(CalendarBriefSchema):
    periods = fields.List(fields.List(fields.String()), required=True)
    rest_weekdays = fields.List(fields.Integer(), required=True, metadata={"description": "Monday is 1"})
    known_until = fields.Date(required=True)
    days = fields.List(fields.Nested(CalendarDayShownSchema), required=True)
    missing = fields.List(fields.Nested(CalendarDayShownSchema), required=True, metadata={"description": "of the calendar of all, left out here"})
    may_decide = fields.Boolean(required=True)


class ReasonSchema(Schema):
    reason = Words(required=True, longest=500)


class CalendarGivenSchema(ReasonSchema):
    street = Words(longest=24, allow_none=True, load_default=None)
    expected = fields.Integer(strict=True, allow_none=True, load_default=None, metadata={"description": "id of the version that was looked at"})
    periods = fields.List(
        fields.List(fields.String(validate=CLOCK_TIME), validate=validate.Length(equal=2)), required=True, validate=validate.Length(1, 6))
    rest_weekdays = fields.List(fields.Integer(strict=True, validate=validate.Range(1, 7)), required=True, validate=validate.Length(max=6))
    known_until = fields.Date(required=True)
    days = fields.List(fields.Nested(CalendarDayGivenSchema), required=True, validate=validate.Length(max=MOST_DAYS))


class PoliciesSchema(Schema):
    items = fields.List(fields.Nested(VersionSchema), required=True)


class PolicySchema(VersionSchema):
    rules = fields.Dict(required=True)
    may_decide = fields.Boolean(required=True)


class PolicyGivenSchema(ReasonSchema):
    expected = fields.Integer(strict=True, allow_none=True, load_default=None, metadata={"description": "id of the version that was looked at"})
    rules = fields.Dict(required=True, metadata={"description": "all of it, in the form in which it is shown"})


class DifferenceSchema(Schema):
    path = fields.String(required=True)
    before = fields.Raw(required=True, allow_none=True)
    after = fields.Raw(required=True, allow_none=True)


class DifferencesSchema(Schema):
    against = fields.Integer(required=True, allow_none=True)
    changes = fields.List(fields.Nested(DifferenceSchema), required=True)


class StreetSchema(Schema):
    street = Words(required=True, longest=24)


class PreviewQuerySchema(StreetSchema):
    after = fields.Integer(load_default=0, validate=validate.Range(0, 2**53))
    limit = fields.Integer(load_default=100, validate=validate.Range(1, MOST))


class ClockMoveSchema(Schema):
    kind = fields.String(required=True)
    department = fields.String(required=True, allow_none=True)
    due_by = instant(required=True)
    new_due_by = instant(required=True)


class TicketMovesSchema(Schema):
    id = fields.Integer(required=True, metadata={"description": "`after` of the next page"})
    number = fields.String(required=True)
    clocks = fields.List(fields.Nested(ClockMoveSchema), required=True)


class PreviewSchema(Schema):
    calendar_version_id = fields.Integer(required=True)
    policy_id = fields.Integer(required=True)
    total = fields.Integer(required=True, metadata={"description": "open tickets on earlier versions"})
    items = fields.List(fields.Nested(TicketMovesSchema), required=True)


class RecountAskSchema(StreetSchema, ReasonSchema):
    calendar_version_id = fields.Integer(required=True, strict=True, metadata={"description": "as the preview said"})
    policy_id = fields.Integer(required=True, strict=True, metadata={"description": "as the preview said"})


class RecountSchema(Schema):
    id = fields.Integer(required=True)
    street = fields.String(required=True)
    status = fields.String(required=True, metadata={"description": "running, done, overtaken (a newer version came)"})
    reason = fields.String(required=True)
    total = fields.Integer(required=True)
    done = fields.Integer(required=True)
    moved = fields.Integer(required=True, metadata={"description": "clocks"})
    by = fields.String(required=True, allow_none=True)
    asked_at = instant(required=True)
    finished_at = instant(required=True, allow_none=True)
    calendar_version_id = fields.Integer(required=True)
    policy_id = fields.Integer(required=True)


class RecountsSchema(Schema):
    items = fields.List(fields.Nested(RecountSchema), required=True)


class AppealQuerySchema(Schema):
    state = fields.String(load_default="open", validate=validate.OneOf(appeals.STATES))
    number = Words(longest=40)
    limit = fields.Integer(load_default=100, validate=validate.Range(1, MOST))


class AppealGivenSchema(Schema):
    number = Words(required=True, longest=40)
    clock = fields.Integer(required=True, strict=True, validate=validate.Range(1, 2**53), metadata={"description": "id of the missed clock"})
    reason = fields.String(required=True, validate=validate.OneOf(appeals.REASONS))
    text = Words(required=True, longest=2000)
    on_behalf_of = Words(longest=40, metadata={"description": "code of an organisation without log-in"})
    call_record = Words(longest=500)


class ReviewGivenSchema(Schema):
    approve = fields.Boolean(required=True)
    text = Words(required=True, longest=2000)


class ReviewShownSchema(Schema):
    by = fields.String(required=True, allow_none=True)
    at = instant(required=True, allow_none=True)
    text = fields.String(required=True)


class AppealSchema(Schema):
    id = fields.Integer(required=True)
    number = fields.String(required=True)
    area = fields.String(required=True)
    clock = fields.String(required=True)
    due_by = instant(required=True, allow_none=True)
    stopped_at = instant(required=True, allow_none=True)
    department = fields.Nested(CodeNameSchema, required=True)
    reason = fields.String(required=True)
    text = fields.String(required=True)
    asked_at = instant(required=True)
    asked_by = fields.String(required=True, allow_none=True)
    on_behalf = fields.Boolean(required=True)
    decision = fields.String(required=True, allow_none=True, metadata={"description": "approved or refused; null: waits"})
    decided_at = instant(required=True, allow_none=True)
    reviews = fields.List(fields.Nested(ReviewShownSchema), required=True)
    may_review = fields.Boolean(required=True)


class AppealsSchema(Schema):
    items = fields.List(fields.Nested(AppealSchema), required=True)


class MissedSchema(Schema):
    id = fields.Integer(required=True)
    clock = fields.String(required=True)
    due_by = instant(required=True, allow_none=True)
    stopped_at = instant(required=True, allow_none=True)
    department = fields.Nested(CodeNameSchema, required=True)


class MissedClocksSchema(Schema):
    items = fields.List(fields.Nested(MissedSchema), required=True)


class NumberSchema(Schema):
    number = Words(required=True, longest=40)
