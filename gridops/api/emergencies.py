"""Emergencies: who was called and answered, the log of all who act, and the review afterwards."""

from __future__ import annotations

from typing import Any

from flask import make_response, request
from werkzeug import Response

from gridops.api import emergency_examples as examples
from gridops.api import emergency_schemas as schemas
from gridops.api.openapi import PREFIX, Blueprint
from gridops.api.requests import ANY_STAFF, Call, reading, writing
from gridops.api.shapes import fails
from gridops.models import Account, EmergencyReview
from gridops.services import scope
from gridops.services.behalf import STAND_INS
from gridops.services.emergencies import answering, log, review
from gridops.services.meetings import shown as meetings

blueprint = Blueprint("emergencies", __name__, url_prefix=f"{PREFIX}/emergencies", description="Emergencies: calls, log, review")
STAFF = {"security": [{"bearer": []}]}


@blueprint.route("/<number>", methods=["GET"])
@reading(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.response(200, schemas.EmergencySchema, example=examples.EMERGENCY)
@fails(blueprint, 401, 404)
def show_emergency(call: Call, number: str) -> dict[str, Any] | Response:
    """One emergency

    Who was called and answered, each organisation's part, and the log. `ETag` and `If-None-Match` spare a page that looks again.
    """
    ticket = log.visible(call.session, number, call.actor)
    tag = f'"{ticket.trail_seq}"'
    if request.headers.get("If-None-Match") == tag:
        return make_response("", 304, {"ETag": tag})
    return _shown(call, number)


def _shown(call: Call, number: str) -> dict[str, Any]:
    ticket = log.visible(call.session, number, call.actor)
    return log.shown(call.session, ticket, call.actor, now=call.now, locale=call.locale)


@blueprint.route("/<number>/acknowledgement", methods=["POST"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.response(200, schemas.EmergencySchema, example=examples.EMERGENCY)
@fails(blueprint, 401, 403, 404, 409)
def acknowledge(call: Call, number: str) -> dict[str, Any]:
    """Acknowledge

    For who was called: as a person, an organisation or a role. Nobody else is called after it.
    """
    answering.acknowledge(call.session, number, actor=call.actor, now=call.now)
    return _shown(call, number)


@blueprint.route("/<number>/calls", methods=["POST"])
@writing(*STAND_INS)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.RecordCallSchema, example=examples.RECORD)
@blueprint.response(200, schemas.EmergencySchema, example=examples.EMERGENCY)
@fails(blueprint, 401, 403, 404, 409, 422)
def record_call(call: Call, body: dict[str, Any], number: str) -> dict[str, Any]:
    """Record a phone call

    Who was reached has acknowledged.
    """
    answering.record_call(call.session, number, body["page"], body["outcome"], body["text"], actor=call.actor, now=call.now)
    return _shown(call, number)


@blueprint.route("/<number>/log", methods=["POST"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.LogEntrySchema, example={"text": "车已出发"})
@blueprint.response(201, schemas.WrittenSchema, example={"seq": 7})
@fails(blueprint, 401, 403, 404, 409, 422)
def write_entry(call: Call, body: dict[str, Any], number: str) -> dict[str, Any]:
    """Write into the log

    All parties read it; nothing can be changed or taken back.
    """
    return {"seq": log.write(call.session, number, body["text"], actor=call.actor, now=call.now)}


@blueprint.route("/reviews", methods=["GET"])
@reading(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.ReviewQuerySchema, location="query")
@blueprint.response(200, schemas.ReviewsSchema, example={"items": [examples.REVIEW]})
@fails(blueprint, 401, 422)
def list_reviews(call: Call, query: dict[str, Any]) -> dict[str, Any]:
    """Reviews to be done"""
    found = review.listed(call.session, call.actor, undone_only=not query["all"])
    return {"items": [_review(call, one, ticket.number, owner) for one, ticket, owner in found]}


@blueprint.route("/<number>/review", methods=["GET"])
@reading(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.response(200, schemas.FullReviewSchema, example=examples.REVIEW | {"measures": []})
@fails(blueprint, 401, 404)
def show_review(call: Call, number: str) -> dict[str, Any]:
    """The review of an emergency"""
    return _full(call, number, review.get(call.session, scope.visible_ticket(call.session, number, call.actor)))


@blueprint.route("/<number>/review", methods=["PUT"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.EntrustSchema, example={"owner": "dispatcher1"})
@blueprint.response(200, schemas.FullReviewSchema, example=examples.REVIEW | {"measures": []})
@fails(blueprint, 401, 403, 404, 409, 422)
def entrust_review(call: Call, body: dict[str, Any], number: str) -> dict[str, Any]:
    """Say who reviews it, and by when"""
    return _full(call, number, review.entrust(call.session, number, body["owner"], body.get("due_by"), actor=call.actor, now=call.now))


@blueprint.route("/<number>/review", methods=["POST"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.FinishReviewSchema, example=examples.FINISH)
@blueprint.response(200, schemas.FullReviewSchema, example=examples.REVIEW | {"measures": [examples.MEASURE]})
@fails(blueprint, 401, 403, 404, 409, 422)
def finish_review(call: Call, body: dict[str, Any], number: str) -> dict[str, Any]:
    """Finish the review

    The log is kept as it stands; each measure has an owner and a date.
    """
    decided = [{"kind": "measure"} | one for one in body["measures"]]
    return _full(call, number, review.finish(call.session, number, body["findings"], decided, actor=call.actor, now=call.now))


def _full(call: Call, number: str, found: EmergencyReview) -> dict[str, Any]:
    owner = call.session.get(Account, found.owner_id).name if found.owner_id else None
    kept = [meetings.measure(call.session, one, call.now, call.locale) for one in review.measures_of(call.session, found)]
    return _review(call, found, number, owner) | {"measures": kept}


def _review(call: Call, found: EmergencyReview, number: str, owner: str | None) -> dict[str, Any]:
    return {
        "number": number, "due_by": found.due_by, "owner": owner, "findings": found.findings, "finished_at": found.finished_at,
        "late": found.finished_at is None and found.due_by < call.now}
