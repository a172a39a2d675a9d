"""What residents send and read."""

from __future__ import annotations

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from gridops.api.shapes import PointSchema, Words, area_code, code_name, instant
from gridops.domain.lifecycle import KINDS, STATUSES, VISIBILITIES

PLACES = ("location", "address", "place_code", "poster")
PHOTOS = validate.Length(max=9)
STAFF_CHANNELS = ("desk", "hotline", "patrol")
CHANNELS = ("api", "web", "qr", *STAFF_CHANNELS)
MOST_ANSWERS, LONGEST_ANSWER = 30, 500


class ContactSchema(Schema):
    name = fields.String(validate=validate.Length(max=100), allow_none=True)
    phone = fields.String(validate=validate.Length(max=40), allow_none=True)


class UpstreamSchema(Schema):
    """An order of the city's hotline."""

    source = fields.String(load_default="12345", validate=validate.Length(1, 40))
    external_number = Words(required=True, longest=80)
    external_due_by = instant(allow_none=True)
    secret = fields.Boolean()
    reply_wanted = fields.Boolean()
    category_text = fields.String(validate=validate.Length(max=200), allow_none=True)


class SubmissionSchema(Schema):
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    description = Words(required=True, metadata={"description": "1 to 4000 characters", "example": "楼道里堆满杂物，消防通道过不去"})
    location = fields.Nested(PointSchema, metadata={"description": "at most one of location, address, place_code, poster"})
    address = Words(longest=300)
    place_code = Words(longest=80)
    poster = Words(longest=40, metadata={"description": "token of a poster: its place, or its cell of today"})
    category = Words(longest=40)
    answers = fields.Dict(
        keys=fields.String(validate=validate.Length(1, 64)), values=fields.Raw(allow_none=True),
        metadata={"maxProperties": MOST_ANSWERS, "description": "key of a question -> text, number, yes or no, or a list of texts"})
    occurred_at = instant()
    contact = fields.Nested(ContactSchema)
    visibility = fields.String(validate=validate.OneOf(VISIBILITIES))
    photos = fields.List(fields.UUID(), validate=PHOTOS, metadata={"description": "ids from POST /api/v1/photos"})
    locale = fields.String(validate=validate.OneOf(("zh", "en")))
    channel = fields.String(validate=validate.OneOf(CHANNELS), metadata={"description": "desk, hotline and patrol: staff only"})
    upstream = fields.Nested(UpstreamSchema, metadata={"description": "staff only; a number entered before is 409 `order_known`"})
    street = area_code(description="staff only: whose matter it is while no place is known")
    cell = area_code(description="staff only: where somebody walks without knowing the point; a cell of the caller's own area")

    @validates_schema(skip_on_field_errors=False)
    def _one_place(self, given: dict, **_) -> None:
        named = [name for name in PLACES if given.get(name) is not None]
        if len(named) > 1:
            raise ValidationError({name: ["Give at most one of location, address, place_code and poster."] for name in named[1:]})

    @validates_schema(skip_on_field_errors=True)
    def _plain_answers(self, given: dict, **_) -> None:
        answers = given.get("answers", {})
        if len(answers) > MOST_ANSWERS:
            raise ValidationError({"answers": [f"Longer than maximum length {MOST_ANSWERS}."]})
        wrong = {name: ["Not a valid answer."] for name, value in answers.items() if not _is_answer(value)}
        if wrong:
            raise ValidationError({"answers": wrong})


def _is_answer(value: object) -> bool:
    if isinstance(value, list):
        return len(value) <= MOST_ANSWERS and all(isinstance(item, str) and len(item) <= LONGEST_ANSWER for item in value)
    if isinstance(value, str):
        return len(value) <= LONGEST_ANSWER
    return value is None or isinstance(value, bool) or (isinstance(value, int | float) and abs(value) < 1e15)


class ReceiptSchema(Schema):
    code = fields.String(required=True, allow_none=True, metadata={
        "description": "The tracking code: tracks, rates, reopens, supplements. Null where staff entered the report: they never see it."})
    number = fields.String(required=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    tracking_url = fields.String(required=True, allow_none=True)
    cell = code_name(required=True)
    category = code_name(required=True)
    kind = fields.String(required=True)
    promised_by = instant(required=True)


class FollowingSchema(Schema):
    text = Words(longest=4000)
    contact = fields.Nested(ContactSchema)
    visibility = fields.String(validate=validate.OneOf(VISIBILITIES), metadata={"description": "protected where nothing is said"})
    photos = fields.List(fields.UUID(), validate=PHOTOS, metadata={"description": "ids from POST /api/v1/photos"})
    locale = fields.String(validate=validate.OneOf(("zh", "en")))


class FollowedSchema(Schema):
    code = fields.String(required=True, metadata={"description": "The follower's own tracking code: tracks, rates, reopens, supplements."})
    number = fields.String(required=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    kind = fields.String(required=True)
    promised_by = instant(required=True)
    tracking_url = fields.String(required=True)


class StepSchema(Schema):
    at = instant(required=True)
    text = fields.String(required=True)


class StoryPhotoSchema(Schema):
    id = fields.UUID(required=True)
    url = fields.String(required=True)
    film = fields.Boolean(required=True, metadata={"description": "a short film: MP4 or WebM"})
    stage = fields.String(required=True)
    at = instant(required=True)
    mine = fields.Boolean(required=True)


class LeadSchema(Schema):
    name = fields.String(required=True)


class StorySchema(Schema):
    code = fields.String(required=True)
    number = fields.String(required=True)
    status = fields.String(required=True)
    status_text = fields.String(required=True)
    kind = fields.String(required=True)
    category = code_name(required=True)
    cell = code_name(required=True)
    lead = fields.Nested(LeadSchema, required=True, allow_none=True)
    reported_at = instant(required=True)
    promised_by = instant(required=True, allow_none=True)
    promise_note = fields.String(required=True, allow_none=True)
    promise_text = fields.String(required=True, metadata={"description": "the promise in one sentence: until when, why it moved, how late and why; may be empty"})
    late = fields.Boolean(required=True, metadata={"description": "past the promise, or settled after it"})
    promised_before = instant(required=True, allow_none=True, metadata={"description": "what had been promised, where the promise moved"})
    suspended_until = instant(required=True, allow_none=True)
    next_step = fields.String(required=True, allow_none=True, metadata={"description": "what follows the suspension"})
    outcome = fields.String(required=True, allow_none=True)
    outcome_text = fields.String(required=True, allow_none=True)
    result_text = fields.String(required=True, allow_none=True)
    steps = fields.List(fields.Nested(StepSchema), required=True)
    photos = fields.List(fields.Nested(StoryPhotoSchema), required=True)
    rated = fields.Boolean(required=True)
    can_rate = fields.Boolean(required=True)
    can_reopen = fields.Boolean(required=True)
    can_withdraw = fields.Boolean(required=True)
    messages_wanted = fields.Boolean(required=True, allow_none=True, metadata={"description": "text messages about steps; null where no phone was given"})


class MessagesChosenSchema(Schema):
    wanted = fields.Boolean(required=True, truthy={True}, falsy={False})


class RatingSchema(Schema):
    solved = fields.Boolean(required=True, truthy={True}, falsy={False})
    satisfaction = fields.Integer(strict=True, required=True, validate=validate.Range(1, 5))
    called = fields.Boolean(truthy={True}, falsy={False}, allow_none=True, metadata={"description": "were you called?"})
    text = Words(longest=2000)


class ReopeningSchema(Schema):
    text = Words(required=True)


class SupplementSchema(Schema):
    text = Words(required=True)
    photos = fields.List(fields.UUID(), validate=PHOTOS, load_default=list)


class WithdrawalSchema(Schema):
    reason = Words(required=True)
