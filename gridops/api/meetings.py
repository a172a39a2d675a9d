"""Whistles (吹哨报到) and on-site meetings (现场办公会)."""

from __future__ import annotations

from typing import Any

from gridops.api import emergency_examples as examples
from gridops.api import meeting_schemas as schemas
from gridops.api.emergency_schemas import MeasureSchema
from gridops.api.openapi import PREFIX, Blueprint
from gridops.api.requests import ANY_STAFF, Call, reading, writing
from gridops.api.shapes import fails
from gridops.models import Meeting
from gridops.services.meetings import calling, measures, shown

blueprint = Blueprint("meetings", __name__, url_prefix=f"{PREFIX}/meetings", description="Whistles and on-site meetings")
STAFF = {"security": [{"bearer": []}]}


@blueprint.route("", methods=["GET"])
@reading(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.MeetingQuerySchema, location="query")
@blueprint.response(200, schemas.MeetingsSchema, example={"items": [examples.MEETING]})
@fails(blueprint, 401, 422)
def list_meetings(call: Call, query: dict[str, Any]) -> dict[str, Any]:
    """Whistles and meetings, newest first"""
    return {"items": shown.listed(call.session, call.actor, locale=call.locale, limit=query["limit"], before=query.get("before"))}


@blueprint.route("", methods=["POST"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.NewMeetingSchema, example=examples.NEW_MEETING)
@blueprint.response(201, schemas.FullMeetingSchema, example=examples.MEETING_IN_FULL)
@fails(blueprint, 401, 403, 404, 422)
def call_meeting(call: Call, body: dict[str, Any]) -> dict[str, Any]:
    """Blow the whistle, or call a meeting

    Named organisations are called to a place and time, on a ticket, a place or an area.
    """
    return _full(call, calling.call(call.session, body, actor=call.actor, now=call.now))


@blueprint.route("/<int:no>", methods=["GET"])
@reading(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.response(200, schemas.FullMeetingSchema, example=examples.MEETING_IN_FULL)
@fails(blueprint, 401, 404)
def show_meeting(call: Call, no: int) -> dict[str, Any]:
    """One whistle or meeting, with what earlier ones left undone"""
    return _full(call, calling.get(call.session, no, call.actor))


@blueprint.route("/<int:no>/answers", methods=["POST"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.MeetingAnswerSchema, example={"department": "D-ENFORCEMENT", "answer": "coming"})
@blueprint.response(200, schemas.FullMeetingSchema, example=examples.MEETING_IN_FULL)
@fails(blueprint, 401, 403, 404, 409, 422)
def answer_call(call: Call, body: dict[str, Any], no: int) -> dict[str, Any]:
    """Say whether an organisation comes

    A refusal needs a reason and goes to the leader.
    """
    calling.answer(call.session, no, body["department"], body["answer"], body.get("reason"), actor=call.actor, now=call.now)
    return _full(call, calling.get(call.session, no, call.actor))


@blueprint.route("/<int:no>/arrivals", methods=["POST"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.ArrivalSchema, example={"department": "D-ENFORCEMENT", "who": "李队长"})
@blueprint.response(200, schemas.FullMeetingSchema, example=examples.MEETING_IN_FULL)
@fails(blueprint, 401, 403, 404, 409, 422)
def record_arrival(call: Call, body: dict[str, Any], no: int) -> dict[str, Any]:
    """Record who came, and when"""
    calling.arrive(call.session, no, body["department"], body["who"], body.get("arrived_at"), actor=call.actor, now=call.now)
    return _full(call, calling.get(call.session, no, call.actor))


@blueprint.route("/<int:no>/result", methods=["POST"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.HoldSchema, example=examples.HOLD)
@blueprint.response(200, schemas.FullMeetingSchema, example=examples.MEETING_IN_FULL)
@fails(blueprint, 401, 403, 404, 409, 422)
def record_result(call: Call, body: dict[str, Any], no: int) -> dict[str, Any]:
    """Record the result

    Decisions become measures, new tickets, or orders on tickets, each with owner and date.
    """
    held = measures.hold(
        call.session, no, body["result"], body["decided"], body["moved"], actor=call.actor, now=call.now, vault=call.vault)
    return _full(call, held)


@blueprint.route("/measures/<int:no>/done", methods=["POST"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.MeasureDoneSchema, example={"text": "护栏已装"})
@blueprint.response(200, MeasureSchema, example=examples.MEASURE)
@fails(blueprint, 401, 403, 404, 409, 422)
def finish_measure(call: Call, body: dict[str, Any], no: int) -> dict[str, Any]:
    """Say that a measure is done"""
    done = measures.finish(call.session, no, body["text"], actor=call.actor, now=call.now)
    return shown.measure(call.session, done, call.now, call.locale)


def _full(call: Call, meeting: Meeting) -> dict[str, Any]:
    return shown.detail(call.session, meeting, call.actor, now=call.now, locale=call.locale)
