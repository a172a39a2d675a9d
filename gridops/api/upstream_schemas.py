"""Orders of the city's platforms: what is asked and answered."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from gridops.api.shapes import Words, instant
from gridops.domain import upstream

LONGEST_NUMBER, MOST_ORDERS, MOST_LISTED = 64, 500, 20_000
INWARD = tuple(act.kind for act in upstream.TABLE if act.direction == upstream.IN)


def number(**options) -> fields.String:
    return fields.String(validate=validate.Length(1, LONGEST_NUMBER), **options)


class Cells(fields.Dict):
    """A row of the city's table: its column -> text."""

    def __init__(self, **options):
        names = fields.String(validate=validate.Length(1, 200))
        super().__init__(keys=names, values=fields.String(validate=validate.Length(max=8000)), validate=validate.Length(1, 100), **options)


class UpstreamIncomingSchema(Schema):
    orders = fields.List(Cells(), required=True, validate=validate.Length(1, MOST_ORDERS), metadata={
        "description": "in the columns and words that the source's profile names"})


class UpstreamTakenOrderSchema(Schema):
    number = fields.String(required=True)
    ticket = fields.String(required=True)


class UpstreamTakenSchema(Schema):
    created = fields.Integer(required=True)
    changed = fields.Integer(required=True)
    unchanged = fields.Integer(required=True)
    notes = fields.List(fields.String(), required=True)
    items = fields.List(fields.Nested(UpstreamTakenOrderSchema), required=True)


class UpstreamListSchema(Schema):
    rows = fields.List(Cells(), required=True, validate=validate.Length(1, MOST_LISTED), metadata={
        "description": "the whole list of the city, in the columns that the profile names"})


class UpstreamReplySchema(Schema):
    turn = fields.Integer(required=True, metadata={"description": "0, and one more each time it is to be handled again"})
    state = fields.String(required=True, validate=validate.OneOf(("draft", "approved", "sent")))
    text = fields.String(required=True)
    drafted_at = instant(required=True)
    approved_at = instant(required=True, allow_none=True)
    sent_at = instant(required=True, allow_none=True)


class UpstreamActSchema(Schema):
    kind = fields.String(required=True, validate=validate.OneOf(upstream.KINDS))
    direction = fields.String(required=True, validate=validate.OneOf((upstream.IN, upstream.OUT)), metadata={"description": "in: the city's"})
    state = fields.String(required=True, validate=validate.OneOf(("asked", "granted", "refused", "done")))
    text = fields.String(required=True, allow_none=True)
    facts = fields.Dict(required=True)
    at = instant(required=True)
    external_ref = fields.String(required=True, allow_none=True)
    decided_at = instant(required=True, allow_none=True)
    decision_text = fields.String(required=True, allow_none=True)


class UpstreamOrderSchema(Schema):
    source = fields.String(required=True)
    number = fields.String(required=True)
    ticket = fields.String(required=True, metadata={"description": "in which it is handled"})
    state = fields.String(required=True, validate=validate.OneOf(upstream.STATES))
    due_by = instant(required=True, allow_none=True)
    secret = fields.Boolean(required=True)
    reply_wanted = fields.Boolean(required=True)
    category_text = fields.String(required=True, allow_none=True)
    turn = fields.Integer(required=True)
    row = fields.Dict(required=True)
    acts = fields.List(fields.Nested(UpstreamActSchema), required=True)
    reply = fields.Nested(UpstreamReplySchema, required=True, allow_none=True)


class UpstreamListedOrderSchema(Schema):
    source = fields.String(required=True)
    number = fields.String(required=True)
    ticket = fields.String(required=True)
    state = fields.String(required=True)
    due_by = instant(required=True, allow_none=True)
    late = fields.Boolean(required=True)
    reply = fields.String(required=True, allow_none=True)
    waits = fields.List(fields.String(), required=True, metadata={"description": "acts that somebody must decide"})


class UpstreamOrdersSchema(Schema):
    items = fields.List(fields.Nested(UpstreamListedOrderSchema), required=True)
    next_offset = fields.Integer(required=True, allow_none=True)


class UpstreamOrdersQuerySchema(Schema):
    state = fields.String(validate=validate.OneOf(upstream.STATES))
    owed = fields.Boolean(load_default=False, metadata={"description": "only those that wait for a reply"})
    number = number(metadata={"description": "begins with"})
    limit = fields.Integer(load_default=100, validate=validate.Range(1, 500))
    offset = fields.Integer(load_default=0, validate=validate.Range(0, 1_000_000))


class UpstreamSaidSchema(Schema):
    """The city's word. With ``granted`` it answers a return or an extension that we asked for."""

    kind = fields.String(required=True, validate=validate.OneOf((*INWARD, "return", "extension")))
    granted = fields.Boolean(truthy={True}, falsy={False})
    text = Words()
    due_by = instant()
    satisfied = fields.Boolean(truthy={True}, falsy={False})
    solved = fields.Boolean(truthy={True}, falsy={False})
    external_ref = fields.String(validate=validate.Length(1, 100), metadata={"description": "the same again is the same act"})


class UpstreamRepliesQuerySchema(Schema):
    state = fields.String(load_default="approved", validate=validate.OneOf(("draft", "approved", "sent")))


class UpstreamWrittenReplySchema(Schema):
    number = fields.String(required=True)
    ticket = fields.String(required=True)
    reply = fields.Nested(UpstreamReplySchema, required=True)


class UpstreamRepliesSchema(Schema):
    items = fields.List(fields.Nested(UpstreamWrittenReplySchema), required=True)


class UpstreamReplyTextSchema(Schema):
    text = Words(required=True)
    approve = fields.Boolean(load_default=False, truthy={True}, falsy={False})


class UpstreamNumbersSchema(Schema):
    numbers = fields.List(number(), required=True, validate=validate.Length(1, MOST_ORDERS))


class UpstreamSentSchema(Schema):
    sent = fields.Integer(required=True)


class UpstreamDifferenceSchema(Schema):
    id = fields.Integer(required=True)
    number = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(("missing_here", "missing_there", "other_due", "other_state", "unreplied")))
    ours = fields.String(required=True, allow_none=True)
    theirs = fields.String(required=True, allow_none=True)
    found_at = instant(required=True)


class UpstreamDifferencesSchema(Schema):
    items = fields.List(fields.Nested(UpstreamDifferenceSchema), required=True)


class UpstreamNoteSchema(Schema):
    note = Words(required=True, longest=500)


class UpstreamProfileSchema(Schema):
    source = fields.String(required=True)
    version = fields.Integer(required=True)
    name = fields.String(required=True)
    rules = fields.Dict(required=True)
    valid_from = instant(required=True)


class UpstreamProfilesSchema(Schema):
    items = fields.List(fields.Nested(UpstreamProfileSchema), required=True)


class UpstreamNewProfileSchema(Schema):
    name = fields.String(required=True, validate=validate.Length(1, 200))
    rules = fields.Dict(required=True, metadata={"description": "as GET gives them"})
