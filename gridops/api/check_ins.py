"""双报到 and 认领: party members who checked in with a community, and duties that people took on."""

from __future__ import annotations

from typing import Any

from flask import Response

from gridops.api import check_in_schemas as schemas
from gridops.api import people_examples as examples
from gridops.api import people_schemas, sheets
from gridops.api.openapi import PREFIX, Blueprint
from gridops.api.requests import ANY_STAFF, Call, reading, writing
from gridops.api.shapes import fails
from gridops.services import areas
from gridops.services.people import access, check_in_list, check_ins, view

blueprint = Blueprint("check_ins", __name__, url_prefix=PREFIX, description="Check-ins of party members, and claimed duties")
STAFF = {"security": [{"bearer": []}]}
PERSON: tuple[sheets.Column, ...] = (
    ("code", "工号", "Staff number"), ("person", "姓名", "Name"), ("home_organisation", "工作单位", "Home organisation"))
CHECK_INS: tuple[sheets.Column, ...] = (
    ("community_code", "社区编码", "Community code"), ("community", "社区", "Community"), *PERSON, ("checked_in_on", "报到日期", "Checked in on"),
    ("confirmed_by", "确认人", "Confirmed by"), ("confirmed_at", "确认时间", "Confirmed at"), ("thanked_on", "致谢日期", "Thanked on"))
CLAIMS: tuple[sheets.Column, ...] = (
    ("area_code", "区域编码", "Area code"), ("area", "区域", "Area"), *PERSON, ("class_code", "大类", "Class"), ("text", "事项", "What is done"),
    ("claimed_on", "认领日期", "Claimed on"), ("done_on", "完成日期", "Done on"), ("released_on", "退回日期", "Given back on"))


def _named(call: Call) -> view.Named:
    return areas.path_names(call.session, call.locale)


@blueprint.route("/check-ins", methods=["GET"])
@reading(*access.READERS)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.CheckInsQuerySchema, location="query")
@blueprint.response(200, schemas.CheckInsSchema, example=examples.CHECK_INS)
@fails(blueprint, 401, 403, 404, 422)
def list_check_ins(call: Call, query: dict[str, Any]) -> dict[str, Any] | Response:
    """Party members who checked in with the communities of an area

    Also as text/csv and .xlsx, then all of them.
    """
    area, confirmed = query.pop("area"), query.pop("confirmed", None)
    form = sheets.wanted()
    return check_in_sheet(call, area, confirmed, form) if form else _page(call, query, check_in_list.check_ins_at, area, confirmed=confirmed)


def check_in_sheet(call: Call, area: str, confirmed: bool | None, form: str) -> Response:
    found = check_in_list.check_ins_at(call.session, area, confirmed=confirmed, actor=call.actor, locale=call.locale)
    return _sheet(call, "check-ins", CHECK_INS, found, area, form)


def _page(call: Call, query: dict[str, Any], listed: Any, area: str, **asked: Any) -> dict[str, Any]:
    limit = query["limit"]
    found = listed(call.session, area, actor=call.actor, after=query["after"], limit=limit + 1, locale=call.locale, **asked)
    return {"items": found[:limit], "next_after": found[limit - 1]["id"] if len(found) > limit else None}


def _sheet(call: Call, name: str, columns: tuple[sheets.Column, ...], found: list[dict[str, Any]], area: str, form: str) -> Response:
    where = next(key.removesuffix("_code") for key, *_ in columns)
    rows = [row | {f"{where}_code": row[where]["code"], "code": row["person"]["code"]} for row in found]
    return sheets.table(call, name, columns, rows, form, str(access.zone_of(call.session, area)))


@blueprint.route("/check-ins", methods=["POST"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.NewCheckInSchema, example=examples.CHECK_IN)
@blueprint.response(201, people_schemas.CheckInShownSchema, example=examples.CHECK_IN_SHOWN)
@fails(blueprint, 401, 403, 404, 409, 422)
def check_in(call: Call, body: dict[str, Any]) -> dict[str, Any]:
    """A party member checks in with the community where he lives"""
    found = check_ins.check_in(call.session, body.pop("community"), actor=call.actor, now=call.now, vault=call.vault, **body)
    return view.shown_check_in(call.session, found, _named(call))


@blueprint.route("/check-ins/<int:no>/thanks", methods=["POST"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.response(200, people_schemas.CheckInShownSchema, example=examples.CHECK_IN_SHOWN)
@fails(blueprint, 401, 403, 404)
def thank(call: Call, no: int) -> dict[str, Any]:
    """A letter of thanks went to the home organisation"""
    return view.shown_check_in(call.session, check_ins.thank(call.session, no, actor=call.actor, now=call.now), _named(call))


@blueprint.route("/check-ins/<int:no>/confirm", methods=["POST"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.response(200, people_schemas.CheckInShownSchema, example=examples.CHECK_IN_SHOWN)
@fails(blueprint, 401, 403, 404)
def confirm(call: Call, no: int) -> dict[str, Any]:
    """Say that one which came from a file is so

    By who keeps the grid there, or a cadre of the community. Confirmed again it keeps who was first.
    """
    found = check_ins.confirm(call.session, no, actor=call.actor, now=call.now)
    return view.shown_check_in(call.session, found, _named(call))


@blueprint.route("/claims", methods=["GET"])
@reading(*access.READERS)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.ClaimsQuerySchema, location="query")
@blueprint.response(200, schemas.ClaimsSchema, example=examples.CLAIMS)
@fails(blueprint, 401, 403, 404, 422)
def list_claims(call: Call, query: dict[str, Any]) -> dict[str, Any] | Response:
    """Duties that volunteers and party members took on in an area

    Also as text/csv and .xlsx, then all of them.
    """
    area, state = query.pop("area"), query.pop("state", None)
    form = sheets.wanted()
    return claim_sheet(call, area, state, form) if form else _page(call, query, check_in_list.claims_at, area, state=state)


def claim_sheet(call: Call, area: str, state: str | None, form: str) -> Response:
    found = check_in_list.claims_at(call.session, area, state=state, actor=call.actor, locale=call.locale)
    return _sheet(call, "claims", CLAIMS, found, area, form)


@blueprint.route("/people/<code>/claims", methods=["POST"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.NewClaimSchema, example=examples.CLAIM)
@blueprint.response(201, people_schemas.ClaimShownSchema, example=examples.CLAIM_SHOWN)
@fails(blueprint, 401, 403, 404, 422)
def claim(call: Call, body: dict[str, Any], code: str) -> dict[str, Any]:
    """A party member or volunteer takes a duty on"""
    return view.shown_claim(check_ins.claim(call.session, code, actor=call.actor, now=call.now, **body), _named(call))


@blueprint.route("/claims/<int:no>/end", methods=["POST"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.EndClaimSchema, example=examples.END_CLAIM)
@blueprint.response(200, people_schemas.ClaimShownSchema, example=examples.CLAIM_SHOWN)
@fails(blueprint, 401, 403, 404, 409, 422)
def end_claim(call: Call, body: dict[str, Any], no: int) -> dict[str, Any]:
    """Done, or given back"""
    ended = check_ins.end_claim(call.session, no, done=body["done"], actor=call.actor, now=call.now)
    return view.shown_claim(ended, _named(call))
