"""What is sent and read of emergencies and their reviews, and of measures."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from gridops.api.shapes import Words, code_name, instant
from gridops.api.ticket_schemas import StepShownSchema
from gridops.domain.lifecycle import STATUSES
from gridops.services.emergencies.answering import CALLS

LONGEST_OWNER, MOST_MEASURES = 80, 20


class PageCallSchema(Schema):
    id = fields.Integer(required=True)
    wave = fields.Integer(required=True)
    person = fields.String(required=True, allow_none=True)
    role = fields.String(required=True, allow_none=True)
    department = code_name(required=True)
    phone = fields.String(required=True, allow_none=True, metadata={"description": "of an organisation, day and night"})
    channel = fields.String(required=True, validate=validate.OneOf(("text_message", "inbox", "phone")), metadata={"description": "phone: somebody must call"})
    paged_at = instant(required=True)
    call_outcome = fields.String(required=True, allow_none=True)
    called_at = instant(required=True, allow_none=True)
    acknowledged_at = instant(required=True, allow_none=True)
    acknowledged_via = fields.String(required=True, allow_none=True, metadata={"description": "login, link, or call: a clerk phoned"})


class EmergencyPartySchema(Schema):
    department = code_name(required=True)
    role = fields.String(required=True)
    duty = fields.String(required=True, allow_none=True)
    status = fields.String(required=True)
    phone = fields.String(required=True, allow_none=True)
    acknowledged_at = instant(required=True, allow_none=True)
    due_by = instant(required=True, allow_none=True)
    late = fields.Boolean(required=True)


class EmergencySchema(Schema):
    number = fields.String(required=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    version = fields.Integer(required=True, metadata={"description": "of the log; also the ETag"})
    open = fields.Boolean(required=True)
    calls = fields.List(fields.Nested(PageCallSchema), required=True)
    parties = fields.List(fields.Nested(EmergencyPartySchema), required=True)
    log = fields.List(fields.Nested(StepShownSchema), required=True)


class LogEntrySchema(Schema):
    text = Words(required=True)


class WrittenSchema(Schema):
    seq = fields.Integer(required=True)


class RecordCallSchema(Schema):
    page = fields.Integer(required=True, strict=True, validate=validate.Range(1, 2**62), metadata={"description": "id of the call"})
    outcome = fields.String(required=True, validate=validate.OneOf(CALLS))
    text = Words(required=True, longest=500, metadata={"description": "who answered"})


class NewMeasureSchema(Schema):
    text = Words(required=True, longest=1000)
    department = Words(longest=80, metadata={"description": "code of the organisation that owns it, or `owner`"})
    owner = Words(longest=LONGEST_OWNER)
    due_by = instant(required=True)


class MeasureSchema(Schema):
    id = fields.Integer(required=True)
    kind = fields.String(required=True)
    text = fields.String(required=True)
    department = code_name(required=True)
    owner = fields.String(required=True, allow_none=True)
    ticket = fields.String(required=True, allow_none=True)
    decided_at = instant(required=True)
    due_by = instant(required=True)
    original_due_by = instant(required=True)
    moved = fields.Boolean(required=True)
    done_at = instant(required=True, allow_none=True)
    done_text = fields.String(required=True, allow_none=True)
    late = fields.Boolean(required=True)


class FinishReviewSchema(Schema):
    findings = Words(required=True)
    measures = fields.List(fields.Nested(NewMeasureSchema), load_default=list, validate=validate.Length(max=MOST_MEASURES))


class EntrustSchema(Schema):
    owner = Words(required=True, longest=80, metadata={"description": "user name"})
    due_by = instant()


class ReviewSchema(Schema):
    number = fields.String(required=True)
    due_by = instant(required=True)
    owner = fields.String(required=True, allow_none=True, metadata={"description": "null: the leaders of the street"})
    findings = fields.String(required=True, allow_none=True)
    finished_at = instant(required=True, allow_none=True)
    late = fields.Boolean(required=True)


class FullReviewSchema(ReviewSchema):
    measures = fields.List(fields.Nested(MeasureSchema), required=True)


class ReviewsSchema(Schema):
    items = fields.List(fields.Nested(ReviewSchema), required=True)


class ReviewQuerySchema(Schema):
    all = fields.Boolean(load_default=False, metadata={"description": "also those that are finished"})
