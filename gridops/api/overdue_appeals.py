"""Appeals against missed clocks: by the organisation, or by who stands in for it; looked at by two people."""

from __future__ import annotations

from typing import Any

from flask import Response

from gridops.api import sheets
from gridops.api import timing_examples as examples
from gridops.api import timing_schemas as schemas
from gridops.api.openapi import PREFIX, Blueprint
from gridops.api.requests import ANY_STAFF, Call, reading, writing
from gridops.api.shapes import fails
from gridops.services import scope
from gridops.services.shown import called
from gridops.services.timing import appeals

blueprint = Blueprint("overdue_appeals", __name__, url_prefix=f"{PREFIX}/overdue-appeals", description="Appeals against missed clocks")
STAFF = {"security": [{"bearer": []}]}
COLUMNS = (
    ("number", "工单号", "Number"), ("department", "承办单位", "Organisation"), ("clock", "环节", "Stage"), ("due_by", "到期", "Due by"),
    ("stopped_at", "完成时间", "Done at"), ("reason", "理由", "Reason"), ("text", "说明", "Words"), ("asked_at", "申诉时间", "Asked at"),
    ("decision", "结果", "Decision"), ("decided_at", "决定时间", "Decided at"),
)


@blueprint.route("", methods=["GET"])
@reading(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.AppealQuerySchema, location="query")
@blueprint.response(200, schemas.AppealsSchema, example=examples.APPEALS)
@fails(blueprint, 401, 422)
def list_appeals(call: Call, query: dict[str, Any]) -> dict[str, Any] | Response:
    """Appeals in the caller's scope, the oldest first

    With `Accept: text/csv` or that of .xlsx as a table.
    """
    found, form = appeals.listed(call.session, call.actor, locale=call.locale, **query), sheets.wanted()
    if form is None:
        return {"items": found}
    return sheets.table(call, "overdue-appeals", COLUMNS, [row | {"department": row["department"]["name"]} for row in found], form)


@blueprint.route("/missed", methods=["GET"])
@reading(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.NumberSchema, location="query")
@blueprint.response(200, schemas.MissedClocksSchema, example=examples.MISSED)
@fails(blueprint, 401, 404, 422)
def list_missed(call: Call, query: dict[str, str]) -> dict[str, Any]:
    """Missed clocks of a closed ticket against which the caller may appeal"""
    ticket = scope.visible_ticket(call.session, query["number"], call.actor)
    return {"items": [
        {"id": clock.id, "clock": clock.kind, "due_by": clock.due_by, "stopped_at": clock.stopped_at, "department": called(department, call.locale)}
        for clock, department in appeals.may_be_appealed(call.session, ticket, call.actor)]}


@blueprint.route("", methods=["POST"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.AppealGivenSchema, example=examples.APPEAL_GIVEN)
@blueprint.response(201, schemas.AppealSchema, example=examples.APPEAL)
@fails(blueprint, 401, 403, 404, 409, 422)
def make_appeal(call: Call, body: dict[str, Any]) -> dict[str, Any]:
    """Appeal against a missed clock: after closing, once for each clock

    Upheld, the clock stays missed and no indicator counts the case.
    """
    made = appeals.appeal(call.session, body["number"], body["clock"], body, actor=call.actor, now=call.now)
    return _one(call, made.id)


@blueprint.route("/<int:no>/reviews", methods=["POST"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.ReviewGivenSchema, example=examples.REVIEW)
@blueprint.response(201, schemas.AppealSchema, example=examples.APPEAL)
@fails(blueprint, 401, 403, 404, 409, 422)
def review_appeal(call: Call, body: dict[str, Any], no: int) -> dict[str, Any]:
    """Say whether an appeal is right

    Two people must agree; the first who does not ends it. Not who is of the organisation, entered the appeal, or decided on the dispatch.
    """
    appeals.review(call.session, no, approve=body["approve"], text=body["text"], actor=call.actor, now=call.now)
    return _one(call, no)


def _one(call: Call, appeal_id: int) -> dict[str, Any]:
    return appeals.one(call.session, appeal_id, call.actor, locale=call.locale)
