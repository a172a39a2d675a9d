"""What each action takes (API.md): one schema per action, used by the API, the pages and the command line alike.

Unknown fields are refused. ``needs_photos`` is no schema matter: only the category knows (see actions.evidence).
"""

from __future__ import annotations

from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from gridops.domain.lifecycle import ACTIONS, OUTCOMES
from gridops.errors import Invalid

OBJECTION_REASONS = ("not_our_duty", "not_our_area", "wrong_category", "not_enough_information", "already_handled", "other")
REJECT_REASONS = ("not_a_matter", "no_fact", "repeated", "withdrawn_by_phone", "abusive", "other")
REFER_REASONS = ("other_authority", "other_street", "court", "police", "hotline", "other")
LONGEST = 4000


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
    condition_no = fields.Integer(strict=True)
    cell = fields.String()


class SelfHandle(TextAndPhotos):
    category = fields.String(required=True)
    condition_no = fields.Integer(strict=True)
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
    outcome = fields.String(required=True, validate=validate.OneOf(("reached", "no_answer", "wrong_number")))


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


class Reinstate(ActionBody):
    text = _Words()


BODIES: dict[str, type[Schema]] = {
    "answer": Answer, "file": CategoryChoice, "recategorise": Recategorise, "reject": Reject, "refer": Refer, "reinstate": Reinstate,
    "self_handle": SelfHandle, "dispatch": Dispatch, "object": Object, "uphold": Text, "overrule": Text, "recall": Text,
    "contact": ContactBody, "submit_result": SubmitResult, "pass_check": TextAndPhotos, "fail_check": TextAndPhotos,
    "rate": ReporterRate, "record_callback": Callback, "reopen": Text, "comment": Comment,
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
