"""What clocks are judged by: calendars, the policy, and open tickets put on later versions."""

from __future__ import annotations

from typing import Any

from flask import Response

from gridops.api import sheets
from gridops.api import timing_examples as examples
from gridops.api import timing_schemas as schemas
from gridops.api.openapi import PREFIX, Blueprint
from gridops.api.requests import ANY_STAFF, Call, reading, writing
from gridops.api.shapes import fails
from gridops.models import CalendarVersion
from gridops.services.exports import writers
from gridops.services.exports.records import Record
from gridops.services.timing import calendar_versions, policy_versions, realm, recount

blueprint = Blueprint("timing", __name__, url_prefix=PREFIX, description="Calendars and the policy of clocks")
STAFF = {"security": [{"bearer": []}]}
COLUMNS = ["day", "kind", "name"]  # of the file that import reads


@blueprint.route("/calendars", methods=["GET"])
@reading(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.RealmSchema, location="query")
@blueprint.response(200, schemas.CalendarsSchema, example=examples.CALENDARS)
@fails(blueprint, 401, 404, 422)
def list_calendars(call: Call, query: dict[str, str]) -> dict[str, Any]:
    """Versions of a street's own calendar, or of the calendar of all, newest first"""
    street = query.get("street")
    realm.see(call.session, call.actor, street)
    return {"items": [calendar_versions.brief(call.session, found) for found in calendar_versions.listed(call.session, street)]}


@blueprint.route("/calendars/in-force", methods=["GET"])
@reading(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.RealmSchema, location="query")
@blueprint.response(200, schemas.CalendarSchema, example=examples.CALENDAR)
@fails(blueprint, 401, 404, 422)
def show_calendar_in_force(call: Call, query: dict[str, str]) -> dict[str, Any] | Response:
    """The calendar that counts in a street now; as text/csv and .xlsx its days, as an import takes them"""
    street = query.get("street")
    realm.see(call.session, call.actor, street)
    return _calendar(call, calendar_versions.in_force(call.session, street))


@blueprint.route("/calendars/<int:no>", methods=["GET"])
@reading(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.response(200, schemas.CalendarSchema, example=examples.CALENDAR)
@fails(blueprint, 401, 404)
def show_calendar(call: Call, no: int) -> dict[str, Any] | Response:
    """One version; as text/csv and .xlsx its days, as an import takes them"""
    return _calendar(call, calendar_versions.seen(call.session, no, actor=call.actor))


def _calendar(call: Call, version: CalendarVersion) -> dict[str, Any] | Response:
    form = sheets.wanted()
    return as_file(version, form) if form else calendar_versions.shown(call.session, version, actor=call.actor)


def as_file(version: CalendarVersion, form: str) -> Response:
    records = [Record({"day": row.day.isoformat(), "kind": row.kind, "name": row.name}) for row in version.days]
    mime = next(mime for mime, known in sheets.FORMS.items() if known == form)
    name = f"calendar-{version.street_code or 'all'}-{version.version}.{form}"
    return Response(writers.write(COLUMNS, records, form), mimetype=mime, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@blueprint.route("/calendars", methods=["POST"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.CalendarGivenSchema, example=examples.CALENDAR_GIVEN)
@blueprint.response(201, schemas.CalendarSchema, example=examples.CALENDAR)
@fails(blueprint, 401, 403, 404, 409, 422)
def publish_calendar(call: Call, body: dict[str, Any]) -> dict[str, Any]:
    """A new version of a street's calendar, or of the calendar of all

    In force at once for what begins from now on. Open tickets keep theirs until a recount is asked for.
    """
    street, reason, expected = body.pop("street"), body.pop("reason"), body.pop("expected")
    made = calendar_versions.publish(call.session, street, body, reason=reason, expected=expected, actor=call.actor, now=call.now)
    return calendar_versions.shown(call.session, made, actor=call.actor)


@blueprint.route("/clock-policies", methods=["GET"])
@reading(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.response(200, schemas.PoliciesSchema, example=examples.POLICIES)
@fails(blueprint, 401)
def list_policies(call: Call) -> dict[str, Any]:
    """Versions of the policy of clocks, newest first"""
    return {"items": [policy_versions.brief(call.session, found) for found in policy_versions.listed(call.session)]}


@blueprint.route("/clock-policies/<int:no>", methods=["GET"])
@reading(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.response(200, schemas.PolicySchema, example=examples.POLICY)
@fails(blueprint, 401, 404)
def show_policy(call: Call, no: int) -> dict[str, Any]:
    """One version: limits, promises, shares, and who hears when"""
    return policy_versions.shown(call.session, policy_versions.seen(call.session, no), actor=call.actor)


@blueprint.route("/clock-policies/<int:no>/comparison", methods=["GET"])
@reading(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.response(200, schemas.DifferencesSchema, example=examples.DIFFERENCES)
@fails(blueprint, 401, 404)
def compare_policy(call: Call, no: int) -> dict[str, Any]:
    """What a version changed of the one before it"""
    found = policy_versions.seen(call.session, no)
    earlier = policy_versions.before(call.session, found)
    return {"against": earlier.version if earlier else None, "changes": policy_versions.compare(earlier.rules if earlier else {}, found.rules)}


@blueprint.route("/clock-policies", methods=["POST"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.PolicyGivenSchema, example=examples.POLICY_GIVEN)
@blueprint.response(201, schemas.PolicySchema, example=examples.POLICY)
@fails(blueprint, 401, 403, 409, 422)
def publish_policy(call: Call, body: dict[str, Any]) -> dict[str, Any]:
    """A new version of the policy of clocks

    In force at once for what begins from now on. Open tickets keep theirs until a recount is asked for.
    """
    made = policy_versions.publish(
        call.session, body["rules"], reason=body["reason"], expected=body["expected"], actor=call.actor, now=call.now)
    return policy_versions.shown(call.session, made, actor=call.actor)


@blueprint.route("/clock-recounts/preview", methods=["GET"])
@reading(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.PreviewQuerySchema, location="query")
@blueprint.response(200, schemas.PreviewSchema, example=examples.PREVIEW)
@fails(blueprint, 401, 403, 404, 422)
def preview_recount(call: Call, query: dict[str, Any]) -> dict[str, Any]:
    """What would become of a street's open tickets on the versions in force: each clock's due before and after"""
    street = query["street"]
    items = recount.preview(call.session, street, limit=query["limit"], after=query["after"], actor=call.actor, now=call.now)
    aim = recount.target(call.session, street)
    return {
        "calendar_version_id": aim.calendar_id, "policy_id": aim.policy_id, "total": recount.waiting(call.session, street), "items": items}


@blueprint.route("/clock-recounts", methods=["POST"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.RecountAskSchema, example=examples.RECOUNT_ASK)
@blueprint.response(202, schemas.RecountSchema, example=examples.RECOUNT)
@fails(blueprint, 401, 403, 404, 409, 422)
def ask_recount(call: Call, body: dict[str, Any]) -> dict[str, Any]:
    """Put a street's open tickets on the versions in force

    Workers do it some tickets at a time, each with a row of its trail. Pauses keep what was left, nobody becomes late by it, and a promise
    never goes further away.
    """
    aim = recount.Target(body["calendar_version_id"], body["policy_id"])
    asked = recount.ask(call.session, body["street"], expected=aim, reason=body["reason"], actor=call.actor, now=call.now)
    return recount.shown(asked, call.actor.name)


@blueprint.route("/clock-recounts", methods=["GET"])
@reading(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.StreetSchema, location="query")
@blueprint.response(200, schemas.RecountsSchema, example=examples.RECOUNTS)
@fails(blueprint, 401, 404, 422)
def list_recounts(call: Call, query: dict[str, str]) -> dict[str, Any]:
    """Recounts of a street and how far they are, newest first"""
    realm.see(call.session, call.actor, query["street"])
    return {"items": recount.listed(call.session, query["street"])}
