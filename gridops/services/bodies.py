"""What each action takes (API.md): one schema per action, used by the API, the pages and the command line alike.

Unknown fields are refused. ``needs_photos`` is no schema matter: only the category knows (see actions.evidence).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from gridops.domain import upstream
from gridops.domain.lifecycle import ACTIONS, OUTCOMES
from gridops.errors import Invalid

OBJECTION_REASONS = ("not_our_duty", "not_our_area", "wrong_category", "not_enough_information", "already_handled", "other")
REJECT_REASONS = ("not_a_matter", "no_fact", "repeated", "withdrawn_by_phone", "abusive", "other")
REFER_REASONS = ("other_authority", "other_street", "court", "police", "hotline", "other")
FINDINGS = ("true", "false", "gone")
CALLS = ("reached", "no_answer", "wrong_number")
LONGEST = 4000
CONDITION_NO = validate.Range(1, 2**31 - 1)  # as wide as its column


class _Words(fields.String):
    """Text that says something: no NUL, not only blanks, at most 4000 characters."""

    def __init__(self, **options: Any):
        super().__init__(validate=validate.Length(min=1, max=options.pop("longest", LONGEST)), **options)

    def _deserialize(self, value, attr, obj, **kwargs):
        words = super()._deserialize(value, attr, obj, **kwargs).strip()
        if "\x00" in words:
            raise ValidationError("NUL is not a character of any text.")
        return words


class ActionBody(Schema):
    class Meta:
        unknown = RAISE

    expected_version = fields.Integer(strict=True)
    on_behalf_of = fields.String()
    call_record = _Words(longest=500)
    note = _Words()


class Text(ActionBody):
    text = _Words(required=True)


class TextAndPhotos(Text):
    photos = fields.List(fields.UUID(), validate=validate.Length(max=9), load_default=list)


class Answer(Text):
    outcome = fields.String(validate=validate.OneOf(OUTCOMES), load_default="explained")


class CategoryChoice(ActionBody):
    category = fields.String(required=True)
    condition_no = fields.Integer(strict=True, validate=CONDITION_NO)
    cell = fields.String()


class SendVerify(ActionBody):
    """``worker``: a staff number; left out, the one whose turn it is."""

    worker = _Words(longest=40)


class Finding(fields.String):
    """true, false or gone; also as JSON's own true and false."""

    def _deserialize(self, value, attr, obj, **kwargs):
        said = str(value).lower() if isinstance(value, bool) else value
        return super()._deserialize(said, attr, obj, **kwargs)


class ReportVerification(TextAndPhotos):
    finding = Finding(required=True, validate=validate.OneOf(FINDINGS))


class Merge(ActionBody):
    into = _Words(required=True, longest=40)


class Withdraw(ActionBody):
    reason = _Words(required=True)


class RequestVoid(ActionBody):
    reason = _Words(required=True, longest=500)


class Check(TextAndPhotos):
    """``call``: where the category is checked by phone, whether the reporter was reached."""

    call = fields.String(validate=validate.OneOf(CALLS))


class SelfHandle(TextAndPhotos):
    category = fields.String(required=True)
    condition_no = fields.Integer(strict=True, validate=CONDITION_NO)
    before = fields.List(fields.UUID(), validate=validate.Length(max=9), load_default=list)


class Recategorise(CategoryChoice):
    reason = _Words(required=True)


class Reject(Text):
    reason_code = fields.String(required=True, validate=validate.OneOf(REJECT_REASONS))


class Refer(Text):
    reason_code = fields.String(required=True, validate=validate.OneOf(REFER_REASONS))
    refer_to = _Words(longest=200)


class Support(Schema):
    class Meta:
        unknown = RAISE

    department = fields.String(required=True)
    duty = _Words(required=True, longest=200)


class Dispatch(ActionBody):
    """What is left out follows from the duty rules."""

    lead = fields.String()
    coordinate = fields.String()
    support = fields.List(fields.Nested(Support), validate=validate.Length(max=12))


class Object(Text):
    reason_code = fields.String(required=True, validate=validate.OneOf(OBJECTION_REASONS))
    suggest = fields.String()


class ContactBody(Text):
    outcome = fields.String(required=True, validate=validate.OneOf(CALLS))


class SubmitResult(TextAndPhotos):
    outcome = fields.String(required=True, validate=validate.OneOf(OUTCOMES))


class Rate(ActionBody):
    solved = fields.Boolean(required=True, truthy={True}, falsy={False})
    satisfaction = fields.Integer(strict=True, validate=validate.Range(1, 5))
    called = fields.Boolean(truthy={True}, falsy={False}, allow_none=True)
    text = _Words()


class ReporterRate(Rate):
    satisfaction = fields.Integer(strict=True, required=True, validate=validate.Range(1, 5))


class Callback(Rate):
    """By phone, for one report of the ticket: the first one that has not been rated, unless ``report`` says which by its place (1..n)."""

    report = fields.Integer(strict=True, validate=validate.Range(min=1))


class Comment(Text):
    public = fields.Boolean(truthy={True}, falsy={False}, load_default=False)


class DayOrInstant(fields.String):
    """A date, or an instant with its zone: loaded as date or datetime. What a date means is said where it is used."""

    def _deserialize(self, value, attr, obj, **kwargs):
        said = super()._deserialize(value, attr, obj, **kwargs)
        try:
            found = date.fromisoformat(said) if len(said) == 10 else datetime.fromisoformat(said)
        except ValueError:
            found = None
        if found is None or (isinstance(found, datetime) and found.tzinfo is None) or not 2000 < found.year < 9000:
            raise ValidationError("A date, or an instant with its time zone.")
        return found


class RequestTransfer(Object):
    photos = fields.List(fields.UUID(), validate=validate.Length(max=9), load_default=list)


class RequestExtension(ActionBody):
    reason = _Words(required=True, longest=500)


class RequestSuspension(RequestExtension):
    until = DayOrInstant(required=True, metadata={"description": "a date (work goes on at its beginning) or an instant", "format": "date"})
    next_step = _Words(required=True, longest=500)


class MaybeText(ActionBody):
    text = _Words()


class SupportNamed(Text):
    """``department`` only where several supports can be meant."""

    department = fields.String()


class Supervise(Text):
    level = fields.Integer(required=True, strict=True, validate=validate.OneOf((1, 2, 3)))
    addressee = fields.String(required=True, metadata={"description": "code of an organisation of the round, or lead, coordinate, dispatcher, clerk"})
    due_by = DayOrInstant(required=True, metadata={"description": "a date (its end) or an instant"})


class OfSupervision(Text):
    """``supervision``: the order's id, where several are open."""

    supervision = fields.Integer(strict=True)


class AcceptSupervision(MaybeText):
    supervision = fields.Integer(strict=True)


class ReturnSupervision(OfSupervision):
    due_by = DayOrInstant(metadata={"description": "left out: one working day"})


class OfOrder(ActionBody):
    """An order of the city by the number it has there."""

    source = fields.String(load_default="12345", validate=validate.Length(1, 40))
    order = fields.String(required=True, validate=validate.Length(1, 64))
    text = _Words()
    due_by = fields.AwareDateTime()
    promise = fields.Boolean(truthy={True}, falsy={False})


class RecordUpstream(OfOrder):
    kind = fields.String(required=True, validate=validate.OneOf(upstream.KINDS))
    direction = fields.String(required=True, validate=validate.OneOf((upstream.IN, upstream.OUT)))
    satisfied = fields.Boolean(truthy={True}, falsy={False})
    solved = fields.Boolean(truthy={True}, falsy={False})
    changed = fields.List(fields.String(validate=validate.Length(1, 40)), validate=validate.Length(max=20))
    external_ref = fields.String(validate=validate.Length(1, 100))


class DecideUpstream(OfOrder):
    kind = fields.String(required=True, validate=validate.OneOf(upstream.ASKING))
    granted = fields.Boolean(required=True, truthy={True}, falsy={False})


BODIES: dict[str, type[Schema]] = {
    "answer": Answer, "file": CategoryChoice, "recategorise": Recategorise, "reject": Reject, "refer": Refer, "reinstate": MaybeText,
    "self_handle": SelfHandle, "dispatch": Dispatch, "object": Object, "uphold": Text, "overrule": Text, "recall": Text,
    "contact": ContactBody, "submit_result": SubmitResult, "observe": Check, "pass_check": Check, "fail_check": TextAndPhotos,
    "send_verify": SendVerify, "report_verification": ReportVerification, "cancel_verify": MaybeText, "merge": Merge, "unmerge": MaybeText,
    "withdraw": Withdraw, "request_void": RequestVoid, "approve_void": MaybeText, "refuse_void": MaybeText,
    "rate": ReporterRate, "record_callback": Callback, "reopen": Text, "comment": Comment,
    "record_upstream": RecordUpstream, "decide_upstream": DecideUpstream,
    "request_transfer": RequestTransfer, "request_extension": RequestExtension, "request_suspension": RequestSuspension,
    "approve_extension": MaybeText, "refuse_extension": MaybeText, "approve_suspension": MaybeText, "refuse_suspension": MaybeText,
    "resume": MaybeText, "answer_support": TextAndPhotos, "refuse_support": Text, "waive_support": SupportNamed, "return_support": SupportNamed,
    "supervise": Supervise, "answer_supervision": OfSupervision, "accept_supervision": AcceptSupervision, "return_supervision": ReturnSupervision,
}
SCHEMAS: dict[str, Schema] = {action: BODIES.get(action, ActionBody)() for action in ACTIONS}


def load_body(action: str, raw: dict[str, Any]) -> dict[str, Any]:
    """The body with defaults filled in; Invalid names every wrong field."""
    try:
        return SCHEMAS[action].load(raw)
    except ValidationError as error:
        raise Invalid(fields=_paths(error.normalized_messages())) from error


def _paths(messages: dict, prefix: str = "") -> dict[str, list[str]]:
    flat: dict[str, list[str]] = {}
    for key, value in messages.items():
        path = f"{prefix}{key}"
        if isinstance(value, dict):
            flat.update(_paths(value, f"{path}."))
        else:
            flat[path] = [str(message) for message in value]
    return flat
