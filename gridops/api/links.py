"""Links by which an organisation without log-in acts on one ticket."""

from __future__ import annotations

from typing import Any

from flask import request
from marshmallow import Schema, fields, validate

from gridops.api.openapi import PREFIX, Blueprint
from gridops.api.requests import Call, reading, writing
from gridops.api.shapes import CodeNameSchema, fails, instant
from gridops.errors import Forbidden
from gridops.services import assignment_links, scope
from gridops.services.behalf import STAND_INS
from gridops.services.shown import called

blueprint = Blueprint("links", __name__, url_prefix=f"{PREFIX}/tickets", description="Organisations without log-in")
STAFF = {"security": [{"bearer": []}]}
LINK = {
    "id": 7, "department": {"code": "D-GAS_CO", "name": "燃气公司"}, "made_at": "2026-03-04T02:00:00Z", "made_by": "陈晓",
    "expires_by": "2026-03-07T02:00:00Z", "used_at": None}


class NewLinkSchema(Schema):
    department = fields.String(required=True, validate=validate.Length(1, 80), metadata={"description": "code; of the present round, without log-in"})
    hours = fields.Integer(
        load_default=assignment_links.USUAL_HOURS, strict=True, validate=validate.Range(1, assignment_links.MOST_HOURS))


class LinkSchema(Schema):
    id = fields.Integer(required=True)
    department = fields.Nested(CodeNameSchema, required=True)
    made_at = instant(required=True)
    made_by = fields.String(required=True, allow_none=True)
    expires_by = instant(required=True)
    used_at = instant(required=True, allow_none=True, metadata={"description": "for the last time"})


class MadeSchema(LinkSchema):
    url = fields.String(required=True, metadata={"description": "shown only now"})


class LinksSchema(Schema):
    items = fields.List(fields.Nested(LinkSchema), required=True)


@blueprint.route("/<number>/links", methods=["POST"])
@writing(*STAND_INS)
@blueprint.doc(**STAFF)
@blueprint.arguments(NewLinkSchema, example={"department": "D-GAS_CO", "hours": 72})
@blueprint.response(201, MadeSchema, example=LINK | {"url": "https://example.org/o/3zq…"})
@fails(blueprint, 401, 403, 404, 422)
def make_link(call: Call, wanted: dict[str, Any], number: str) -> dict[str, Any]:
    """Make a one-ticket link

    Whoever holds it may do what the organisation may do in this round. Earlier links of the organisation end.
    """
    made = assignment_links.make(
        call.session, number, wanted["department"], actor=call.actor, now=call.now, vault=call.vault, hours=wanted["hours"])
    link = made.link
    return {
        "id": link.id, "department": called(made.department, call.locale), "made_at": link.made_at, "made_by": call.actor.name,
        "expires_by": link.expires_by, "used_at": None, "url": address(made.token)}


def address(token: str) -> str:
    return f"{request.url_root}o/{token}"


@blueprint.route("/<number>/links", methods=["GET"])
@reading(*STAND_INS)
@blueprint.doc(**STAFF)
@blueprint.response(200, LinksSchema, example={"items": [LINK]})
@fails(blueprint, 401, 403, 404)
def show_links(call: Call, number: str) -> dict[str, Any]:
    """Links of a ticket that still open it"""
    ticket = scope.visible_ticket(call.session, number, call.actor)
    if not call.actor.roles_at(ticket.area_code).intersection(STAND_INS):
        raise Forbidden(code="may_not_stand_in")
    rows = assignment_links.live_links(call.session, ticket, now=call.now)
    return {"items": [
        {"id": link.id, "department": called(department, call.locale), "made_at": link.made_at, "made_by": made_by,
         "expires_by": link.expires_by, "used_at": link.used_at}
        for link, department, made_by in rows]}


@blueprint.route("/<number>/links/<int:link_id>", methods=["DELETE"])
@writing(*STAND_INS)
@blueprint.doc(**STAFF)
@blueprint.response(204)
@fails(blueprint, 401, 403, 404)
def revoke_link(call: Call, number: str, link_id: int) -> None:
    """End a link"""
    assignment_links.revoke(call.session, number, link_id, actor=call.actor, now=call.now)
