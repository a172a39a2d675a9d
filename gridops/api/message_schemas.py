"""Messages outside the inbox: settings, deliveries, templates, what residents are told, webhooks."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from gridops.api.shapes import Words, instant
from gridops.domain import messages as rules
from gridops.services.messages.overview import STATES

MOST = 200
TIME = "%H:%M"
LOCALE = validate.OneOf(rules.LOCALES)


def clock_time(**options) -> fields.Time:
    return fields.Time(format=TIME, allow_none=True, metadata={"example": "21:00", "description": "of the street's clocks"}, **options)


class MessageDepartmentQuerySchema(Schema):
    department = Words(longest=80, metadata={"description": "code of an organisation that the caller works for; left out: one's own"})


class MessageSettingSchema(Schema):
    email = fields.String(required=True, allow_none=True, validate=validate.Length(max=200))
    phone = fields.String(required=True, allow_none=True, validate=validate.Length(max=40))
    locale = fields.String(required=True, validate=LOCALE)
    wanted = fields.Dict(
        required=True, keys=fields.String(validate=validate.OneOf(tuple(rules.GROUPS))),
        values=fields.List(fields.String(validate=validate.OneOf(rules.TO_PEOPLE))), metadata={"description": "group of topics -> ways"})
    quiet_from = clock_time(required=True)
    quiet_until = clock_time(required=True)
    digest_at = clock_time(required=True)


class MessagesWrittenSchema(Schema):
    written = fields.Integer(required=True)


class DeliveryQuerySchema(Schema):
    state = fields.String(validate=validate.OneOf(STATES))
    channel = fields.String(validate=validate.OneOf(rules.CHANNELS))
    number = Words(longest=40)
    before = fields.Integer(validate=validate.Range(1, 2**62))
    limit = fields.Integer(load_default=50, validate=validate.Range(1, MOST))


class DeliverySchema(Schema):
    id = fields.Integer(required=True)
    channel = fields.String(required=True)
    event = fields.String(required=True)
    number = fields.String(required=True, allow_none=True, metadata={"description": "of the ticket"})
    receiver = fields.String(required=True, metadata={"description": "a name; of a resident the number of the own report"})
    to = fields.String(required=True, metadata={"description": "masked"})
    state = fields.String(required=True)
    attempts = fields.Integer(required=True)
    created_at = instant(required=True)
    due_at = instant(required=True)
    sent_at = instant(required=True, allow_none=True)
    error = fields.String(required=True, allow_none=True)
    can_again = fields.Boolean(required=True)


class DeliveriesSchema(Schema):
    items = fields.List(fields.Nested(DeliverySchema), required=True)


class MessageTemplateGivenSchema(Schema):
    subject = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=rules.LONGEST_SUBJECT))
    text = fields.String(required=True, allow_none=True, validate=validate.Length(max=rules.LONGEST_TEXT), metadata={"description": "null: back to the shipped words"})
    seen = fields.Integer(required=True, strict=True, validate=validate.Range(0, 2**31 - 1), metadata={"description": "the version that was read"})


class MessageTemplateSchema(Schema):
    audience = fields.String(required=True)
    event = fields.String(required=True)
    locale = fields.String(required=True)
    subject = fields.String(required=True)
    text = fields.String(required=True)
    version = fields.Integer(required=True, metadata={"description": "0: never changed here"})
    own = fields.Boolean(required=True, metadata={"description": "the street's own words"})


class MessageTemplatesSchema(Schema):
    items = fields.List(fields.Nested(MessageTemplateSchema), required=True)
    placeholders = fields.Dict(keys=fields.String(), values=fields.List(fields.String()), required=True)


class MessagePreviewGivenSchema(Schema):
    audience = fields.String(required=True, validate=validate.OneOf(rules.AUDIENCES))
    locale = fields.String(required=True, validate=LOCALE)
    subject = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=1000))
    text = fields.String(required=True, validate=validate.Length(max=4000))


class MessagePreviewSchema(Schema):
    subject = fields.String(required=True)
    text = fields.String(required=True)
    problems = fields.Dict(keys=fields.String(), values=fields.List(fields.String()), required=True)


class MessagePolicyGivenSchema(Schema):
    off = fields.List(fields.String(validate=validate.OneOf(rules.EVENTS)), required=True, metadata={"description": "events that are not told"})
    quiet_from = clock_time(required=True)
    quiet_until = clock_time(required=True)
    upstream = fields.Boolean(required=True, truthy={True}, falsy={False}, metadata={"description": "also who came through the city"})


class MessagePolicySchema(MessagePolicyGivenSchema):
    street = fields.String(required=True)


class MessageRefusalSchema(Schema):
    phone = Words(required=True, longest=40)
    refuse = fields.Boolean(required=True, truthy={True}, falsy={False})


class WebhookGivenSchema(Schema):
    name = Words(required=True, longest=80)
    url = Words(required=True, longest=500)
    area = Words(required=True, longest=24, metadata={"description": "code; facts of this area and all below"})
    topics = fields.List(fields.String(validate=validate.OneOf(rules.HOOKABLE)), load_default=list, metadata={"description": "none named: all"})


class WebhookSchema(Schema):
    id = fields.Integer(required=True)
    name = fields.String(required=True)
    url = fields.String(required=True)
    area = fields.String(required=True)
    topics = fields.List(fields.String(), required=True)
    made_at = instant(required=True)
    ended_at = instant(required=True, allow_none=True)


class WebhooksSchema(Schema):
    items = fields.List(fields.Nested(WebhookSchema), required=True)


class WebhookMadeSchema(WebhookSchema):
    secret = fields.String(required=True, metadata={"description": "shown this once; whsec_ and Base64, as receivers take it"})
