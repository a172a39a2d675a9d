"""The wording of this installation around each request, and the endpoints that change it.

The process reads it again when it is older than ten seconds: one short statement, before the request takes its own connection, and
only for who reads Chinese. The process that changed it knows at once. While the database is away, what was known last is said.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic
from typing import Any

from babel.support import Translations
from flask import Flask, current_app, request
from flask_babel import Domain
from marshmallow import Schema, fields
from sqlalchemy.exc import SQLAlchemyError

from gridops import db
from gridops.api import language
from gridops.api.openapi import PREFIX, Blueprint
from gridops.api.requests import ANY_STAFF, Call, reading, writing
from gridops.api.shapes import fails, instant
from gridops.domain import terms
from gridops.domain.terms import AS_SHIPPED, Wording
from gridops.services import field_terms

READ_EVERY_S = 10.0
NAME = "gridops_wording"
WITHOUT_WORDS = ("/static/", "/healthz", "/readyz", "/metrics")

blueprint = Blueprint("field_terms", __name__, url_prefix=f"{PREFIX}/field-terms", description="Words that this installation says instead of ours")
STAFF = {"security": [{"bearer": []}]}
EXAMPLE = {"term": "grid_worker", "usual": "网格员", "own": "网格管理员", "changed_at": "2026-03-04T02:00:00+00:00", "changed_by": "周敏"}


@dataclass
class Known:
    wording: Wording = AS_SHIPPED
    read_at: float | None = None


class WordedDomain(Domain):
    """The translations in this installation's words. One catalogue is made for each wording, not one sentence at a time."""

    made: tuple[Translations, Wording, Translations] | None = None

    def get_translations(self):
        usual, wording = super().get_translations(), terms.present()
        if not wording.key:
            return usual
        made = self.made
        if made is None or made[0] is not usual or made[1] is not wording:
            made = self.made = (usual, wording, worded(usual, wording))
        return made[2]


def worded(usual: Translations, wording: Wording) -> Translations:
    made = Translations()
    made._catalog = {key: wording.said(text) if isinstance(text, str) and key else text for key, text in usual._catalog.items()}
    made.plural = getattr(usual, "plural", made.plural)
    return made


def install(app: Flask) -> None:
    app.extensions[NAME] = Known()
    app.extensions["babel"].instance.domain_instance = WordedDomain()
    app.before_request(_begin)
    app.teardown_request(lambda _error: terms.begin(AS_SHIPPED))


def _begin() -> None:
    if language.of_request() != "zh" or request.path.startswith(WITHOUT_WORDS):
        return
    known: Known = current_app.extensions[NAME]
    if known.read_at is None or monotonic() - known.read_at > READ_EVERY_S:
        known.read_at = monotonic()  # others go on with what is known meanwhile
        try:
            with db.reading(current_app.extensions["gridops"].sessions) as session:
                fresh = field_terms.wording(session)
            known.wording = known.wording if fresh == known.wording else fresh  # the same one goes on with its catalogue
        except SQLAlchemyError:
            pass  # the request itself will say that the database is away
    terms.begin(known.wording)


def read_again() -> None:
    """After a change, in this process; the others follow within ten seconds."""
    current_app.extensions[NAME].read_at = None


class FieldTermSchema(Schema):
    term = fields.String(required=True)
    usual = fields.String(required=True)
    own = fields.String(required=True, allow_none=True, metadata={"description": "null: as gridops says it"})
    changed_at = instant(required=True, allow_none=True)
    changed_by = fields.String(required=True, allow_none=True)


class FieldTermsSchema(Schema):
    items = fields.List(fields.Nested(FieldTermSchema), required=True)


class WordGivenSchema(Schema):
    word = fields.String(required=True, allow_none=True, metadata={"description": "null: as gridops says it"})
    seen = fields.String(metadata={"description": "the word that was shown; 409 where it is another by now"})


@blueprint.route("", methods=["GET"])
@reading(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.response(200, FieldTermsSchema, example={"items": [EXAMPLE]})
@fails(blueprint, 401)
def list_terms(call: Call) -> dict[str, Any]:
    """Every field term in Chinese, as gridops says it and as it is shown here"""
    return {"items": [shown._asdict() for shown in field_terms.every(call.session)]}


@blueprint.route("/<term>", methods=["PUT"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(WordGivenSchema, example={"word": "网格管理员", "seen": "网格员"})
@blueprint.response(200, FieldTermSchema, example=EXAMPLE)
@fails(blueprint, 401, 403, 404, 409, 422)
def replace_term(call: Call, given: dict[str, Any], term: str) -> dict[str, Any]:
    """Show another word from now on, or the usual one again"""
    shown = field_terms.replace(call.session, term, given["word"], seen=given.get("seen"), actor=call.actor, now=call.now)
    read_again()
    return shown._asdict()
