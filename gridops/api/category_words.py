"""The synonyms of categories: read by staff, looked at before, and changed by who administers all streets."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from gridops.api.openapi import PREFIX, Blueprint
from gridops.api.requests import ANY_STAFF, Call, reading, writing
from gridops.api.shapes import fails, instant
from gridops.services import installation
from gridops.services.taxonomy import words as spoken

blueprint = Blueprint("category_words", __name__, url_prefix=f"{PREFIX}/taxonomy", description="Words by which categories are recognised")
STAFF = {"security": [{"bearer": []}]}
GIVEN: dict[str, Any] = {"words": "垃圾堆+臭", "strength": "hint"}
EXAMPLE: dict[str, Any] = GIVEN | {"own": True, "changed_at": "2026-03-04T02:00:00+00:00", "changed_by": "周敏"}
LOOKED: dict[str, Any] = {
    "clashes": [{"code": "E0406", "strength": "hint"}], "tickets": 2000, "holding": 12, "weighed": 12,
    "moves": [{"before": "E0406", "after": "E0110", "tickets": 3}]}
HOW = {"description": "decisive: for one category alone; hint; against; off: it says nothing; usual: as gridops comes"}


class CategoryWordGivenSchema(Schema):
    words = fields.String(required=True, validate=validate.Length(1, 400), metadata={"description": "+ between parts near each other, | between what means the same"})
    strength = fields.String(required=True, validate=validate.OneOf(spoken.STRENGTHS), metadata=HOW)


class CategoryWordChangeSchema(CategoryWordGivenSchema):
    seen = fields.String(validate=validate.OneOf(spoken.STRENGTHS), metadata={"description": "the strength that was shown, off for none; 409 where it is another by now"})


class CategoryWordSchema(Schema):
    words = fields.String(required=True)
    strength = fields.String(required=True, metadata=HOW)
    own = fields.Boolean(required=True, metadata={"description": "not among those that gridops comes with"})
    changed_at = instant(required=True, allow_none=True)
    changed_by = fields.String(required=True, allow_none=True)


class CategoryWordsSchema(Schema):
    items = fields.List(fields.Nested(CategoryWordSchema), required=True)


class WordClashSchema(Schema):
    code = fields.String(required=True, metadata={"description": "another category, or where a report is referred to"})
    strength = fields.String(required=True)


class SuggestedOtherwiseSchema(Schema):
    before = fields.String(required=True, allow_none=True)
    after = fields.String(required=True, allow_none=True)
    tickets = fields.Integer(required=True)


class WordLookSchema(Schema):
    clashes = fields.List(fields.Nested(WordClashSchema), required=True)
    tickets = fields.Integer(required=True, metadata={"description": "the newest, which were looked at"})
    holding = fields.Integer(required=True, metadata={"description": "of these, that hold one of the words"})
    weighed = fields.Integer(required=True, metadata={"description": "of these, that were read with and without it"})
    moves = fields.List(fields.Nested(SuggestedOtherwiseSchema), required=True)


@blueprint.route("/<code>/words", methods=["GET"])
@reading(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.response(200, CategoryWordsSchema, example={"items": [EXAMPLE]})
@fails(blueprint, 401, 404)
def list_words(call: Call, code: str) -> dict[str, Any]:
    """The words by which a category is recognised, those taken away here too"""
    return {"items": [one._asdict() for one in spoken.of_category(call.session, code)]}


@blueprint.route("/<code>/words/preview", methods=["POST"])
@reading(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(CategoryWordGivenSchema, example=GIVEN)
@blueprint.response(200, WordLookSchema, example=LOOKED)
@fails(blueprint, 401, 403, 404, 409, 422)
def look_at_word(call: Call, given: dict[str, Any], code: str) -> dict[str, Any]:
    """What would come of it for the newest tickets, in numbers; nothing is kept"""
    installation.check_administers(call.session, call.actor)
    found = spoken.look(call.session, code, given["words"], given["strength"])
    return {
        "clashes": [clash._asdict() for clash in found.clashes], "tickets": found.tickets, "holding": found.holding, "weighed": found.weighed,
        "moves": [move._asdict() for move in found.moves]}


@blueprint.route("/<code>/words", methods=["PUT"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(CategoryWordChangeSchema, example=GIVEN | {"seen": "off"})
@blueprint.response(200, CategoryWordSchema, example=EXAMPLE)
@fails(blueprint, 401, 403, 404, 409, 422)
def change_word(call: Call, given: dict[str, Any], code: str) -> dict[str, Any]:
    """Add a word, change what it says, take it away, or put it back"""
    shown = spoken.change(call.session, code, given["words"], given["strength"], seen=given.get("seen"), actor=call.actor, now=call.now)
    return shown._asdict()
