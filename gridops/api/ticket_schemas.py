"""What staff ask for and read of tickets."""

from __future__ import annotations

from marshmallow import Schema, ValidationError, fields, validate

from gridops.api.report_schemas import CHANNELS
from gridops.api.round_schemas import PastRoundSchema, RequestShownSchema, RoundSchema, SupervisionSchema
from gridops.api.shapes import CodeNameSchema, PointSchema, Words, area_code, code_name, instant
from gridops.domain.clocks import LIGHTS
from gridops.domain.lifecycle import KINDS, STATUSES
from gridops.services.bodies import FINDINGS
from gridops.services.filters import OPEN_WORD
from gridops.services.lights import LIGHTS as OPEN_LIGHTS
from gridops.services.listing import DEFAULT_SORT, SORTS

MOST, USUAL = 100, 50


class Several(fields.String):
    """``a,b``: some of a few words, loaded as a list."""

    def __init__(self, words: tuple[str, ...], **options):
        super().__init__(**options)
        self.words = words

    def _deserialize(self, value, attr, obj, **kwargs):
        parts = [part for part in super()._deserialize(value, attr, obj, **kwargs).split(",") if part]
        if not set(parts) <= set(self.words):
            raise ValidationError(f"Must be one of: {', '.join(self.words)}.")
        return list(dict.fromkeys(parts))


class TicketQuerySchema(Schema):
    area = area_code(description="code prefix")
    status = Several((*STATUSES, OPEN_WORD), metadata={"description": f"one or more, with commas; `{OPEN_WORD}` stands for all open ones"})
    light = Several(OPEN_LIGHTS, metadata={"description": f"one or more of {', '.join(OPEN_LIGHTS)}, with commas"})
    kind = fields.String(validate=validate.OneOf(KINDS))
    category = Words(longest=40, metadata={"description": "code of a category or class"})
    department = Words(longest=80, metadata={"description": "code; in whichever role of the current round"})
    mine = fields.Boolean(metadata={"description": "open, and waiting for me, my role or my department, or entered by me"})
    overdue = fields.Boolean()
    unlocated = fields.Boolean(metadata={"description": "without a cell"})
    relapse = fields.Boolean(metadata={"description": "came back within 30 days of closing"})
    watched = fields.Boolean(metadata={"description": "reported while its spot was being watched"})
    waiting = fields.Boolean(metadata={"description": "in the operations centre's queue with a reason"})
    q = Words(longest=100, metadata={"description": "the beginning of a number, or words of the description"})
    phone = Words(longest=40, metadata={"description": "clerks and dispatchers only"})
    channel = fields.String(validate=validate.OneOf((*CHANNELS, "import", "follow", "chat")))
    external_number = Words(longest=80)
    reported_from = instant(metadata={"description": "at or after"})
    reported_to = instant(metadata={"description": "before"})
    sort = fields.String(load_default=DEFAULT_SORT, validate=validate.OneOf(tuple(SORTS)))
    limit = fields.Integer(load_default=USUAL, validate=validate.Range(min=1), metadata={"description": f"capped at {MOST}"})
    cursor = fields.String(validate=validate.Length(1, 200), metadata={"description": "next_cursor of the page before, same sort"})


class ItemSchema(Schema):
    number = fields.String(required=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    kind = fields.String(required=True)
    category = code_name(required=True)
    cell = code_name(required=True)
    street = fields.String(required=True, metadata={"description": "code"})
    street_name = fields.String(required=True)
    light = fields.String(required=True, validate=validate.OneOf(LIGHTS))
    lead = code_name(required=True)
    reported_at = instant(required=True)
    promised_by = instant(required=True, allow_none=True)
    due_by = instant(required=True, allow_none=True, metadata={"description": "the earliest of its running clocks"})
    reports = fields.Integer(required=True)
    emergency = fields.Boolean(required=True)
    waiting_reason = fields.String(required=True, allow_none=True, metadata={"description": "why a person must look"})
    relapse = fields.Boolean(required=True, metadata={"description": "came back within 30 days of closing"})
    watched = fields.Boolean(required=True, metadata={"description": "reported while its spot was being watched"})


class ItemsSchema(Schema):
    items = fields.List(fields.Nested(ItemSchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class MaskedSchema(Schema):
    name = fields.String(required=True, allow_none=True, metadata={"example": "王**"})
    phone = fields.String(required=True, allow_none=True, metadata={"example": "138****1234"})


class RatingShownSchema(Schema):
    solved = fields.Boolean(required=True)
    satisfaction = fields.Integer(required=True, allow_none=True)
    called = fields.Boolean(required=True, allow_none=True)
    text = fields.String(required=True, allow_none=True)
    rated_at = instant(required=True)
    by_phone = fields.Boolean(required=True)


class ReportShownSchema(Schema):
    no = fields.Integer(required=True, metadata={"description": "its place behind the ticket, from 1"})
    ticket = fields.String(required=True, allow_none=True, metadata={"description": "number of the merged ticket that it opened; null: this one"})
    channel = fields.String(required=True)
    kind = fields.String(required=True)
    visibility = fields.String(required=True)
    contact_masked = fields.Nested(MaskedSchema, required=True, allow_none=True, metadata={"description": "null: nothing may be seen"})
    external_number = fields.String(required=True, allow_none=True)
    external_due_by = instant(required=True, allow_none=True)
    reported_at = instant(required=True)
    occurred_at = instant(required=True, allow_none=True)
    entered_by = fields.String(required=True, allow_none=True)
    withdrawn_at = instant(required=True, allow_none=True)
    description = fields.String(required=True)
    address = fields.String(required=True, allow_none=True)
    answers = fields.Dict(required=True)
    rating = fields.Nested(RatingShownSchema, required=True, allow_none=True)


class ClockSchema(Schema):
    kind = fields.String(required=True)
    status = fields.String(required=True)
    light = fields.String(required=True, validate=validate.OneOf(LIGHTS))
    due_by = instant(required=True, allow_none=True)
    remaining_s = fields.Integer(required=True, allow_none=True, metadata={"description": "in the clock's own time: working time for work units"})
    red_waits = fields.Boolean(required=True, metadata={"description": "an extension asked for in time is undecided"})
    started_at = instant(required=True)
    stopped_at = instant(required=True, allow_none=True)


class EvidenceSchema(Schema):
    photo = fields.UUID(required=True)
    url = fields.String(required=True)
    film = fields.Boolean(required=True, metadata={"description": "a short film: MP4 or WebM, with a picture of it as thumbnail"})
    stage = fields.String(required=True)
    public = fields.Boolean(required=True)
    at = instant(required=True)
    seq = fields.Integer(required=True, allow_none=True, metadata={"description": "the step in the history"})


class PlaceSchema(CodeNameSchema):
    kind = fields.String(required=True)
    address = fields.String(required=True, allow_none=True)


class NamedSchema(Schema):
    name = fields.String(required=True)


class WatchSchema(Schema):
    outcome = fields.String(required=True, metadata={"description": "of the earlier matter there"})
    began_at = instant(required=True)
    ends_by = instant(required=True)


class VerificationSchema(Schema):
    worker = fields.Nested(NamedSchema, required=True, allow_none=True, metadata={"description": "null: whoever walks there"})
    sent_at = instant(required=True)
    finding = fields.String(required=True, allow_none=True, validate=validate.OneOf(FINDINGS))
    found_at = instant(required=True, allow_none=True)
    cancelled_at = instant(required=True, allow_none=True)


class VoidRequestSchema(Schema):
    reason = fields.String(required=True)
    asked_at = instant(required=True)


class TicketSchema(ItemSchema):
    version = fields.Integer(required=True)
    description = fields.String(required=True)
    area = fields.String(required=True)
    location = fields.Nested(PointSchema, required=True, allow_none=True)
    place = fields.Nested(PlaceSchema, required=True, allow_none=True)
    condition = fields.Dict(required=True, allow_none=True)
    reports = fields.List(fields.Nested(ReportShownSchema), required=True)
    round = fields.Nested(RoundSchema, required=True, allow_none=True)
    clocks = fields.List(fields.Nested(ClockSchema), required=True)
    outcome = fields.String(required=True, allow_none=True)
    result_text = fields.String(required=True, allow_none=True)
    verifier = fields.Nested(NamedSchema, required=True, allow_none=True, metadata={"description": "who goes and looks before filing"})
    checker = fields.Nested(NamedSchema, required=True, allow_none=True, metadata={"description": "who looks at the result, never the handler"})
    evidence = fields.List(fields.Nested(EvidenceSchema), required=True)
    automatic = fields.Dict(required=True, allow_none=True, metadata={"description": "what the last automatic decision was based on"})
    self_handled = fields.Boolean(required=True)
    suspended_until = instant(required=True, allow_none=True)
    next_step = fields.String(required=True, allow_none=True, metadata={"description": "what follows the suspension"})
    rounds = fields.List(fields.Nested(PastRoundSchema), required=True, metadata={"description": "every round, oldest first"})
    requests = fields.List(fields.Nested(RequestShownSchema), required=True, metadata={"description": "extensions and suspensions asked for"})
    supervisions = fields.List(fields.Nested(SupervisionSchema), required=True)
    merged_into = fields.String(required=True, allow_none=True, metadata={"description": "number of the ticket that tells what happens"})
    merged = fields.List(fields.String(), required=True, metadata={"description": "numbers of those merged right into this one"})
    relapse_of = fields.String(required=True, allow_none=True, metadata={"description": "closed less than 30 days before, same spot and category"})
    relapses = fields.List(fields.String(), required=True)
    watch = fields.Nested(WatchSchema, required=True, allow_none=True)
    verification = fields.Nested(VerificationSchema, required=True, allow_none=True, metadata={"description": "the newest look before filing"})
    void_request = fields.Nested(VoidRequestSchema, required=True, allow_none=True, metadata={"description": "while nobody has decided"})
    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    allowed_actions = fields.List(fields.String(), required=True, metadata={"description": "exactly what the caller may do now"})


class ActingSchema(Schema):
    name = fields.String(required=True, allow_none=True)
    role = fields.String(required=True)
    on_behalf_of = code_name(required=True)


class StepShownSchema(Schema):
    seq = fields.Integer(required=True)
    at = instant(required=True)
    actor = fields.Nested(ActingSchema, required=True, allow_none=True, metadata={"description": "null: the system"})
    action = fields.String(required=True)
    from_ = fields.String(required=True, allow_none=True, data_key="from", attribute="from")
    to = fields.String(required=True)
    note = fields.String(required=True, allow_none=True)
    public = fields.Boolean(required=True)
    call_record = fields.String(required=True, allow_none=True)
    facts = fields.Dict(required=True)


class HistorySchema(Schema):
    items = fields.List(fields.Nested(StepShownSchema), required=True)


class ReasonSchema(Schema):
    reason = Words(required=True, longest=500)


class OpenedSchema(Schema):
    name = fields.String(required=True, allow_none=True)
    phone = fields.String(required=True, allow_none=True)
