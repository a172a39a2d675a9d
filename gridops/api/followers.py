"""Joining an open ticket: this is my problem too."""

from __future__ import annotations

from typing import Any

from flask import request

from gridops.api import examples
from gridops.api import report_schemas as schemas
from gridops.api.openapi import PREFIX, Blueprint
from gridops.api.requests import NOBODY, Call, writing
from gridops.api.shapes import fails
from gridops.services import followers

blueprint = Blueprint("followers", __name__, url_prefix=f"{PREFIX}/tickets", description="Joining an open ticket, without log-in")
PUBLIC = {"security": []}


@blueprint.route("/<number>/follow", methods=["POST"])
@writing(limit="report")
@blueprint.doc(**PUBLIC)
@blueprint.arguments(schemas.FollowingSchema, example={"text": "我家楼下也是", "contact": {"phone": "13800001234"}})
@blueprint.response(201, schemas.FollowedSchema, example=examples.FOLLOWED)
@fails(blueprint, 404, 409, 422, 429)
def follow(call: Call, given: dict[str, Any], number: str) -> dict[str, Any]:
    """This is my problem too: a tracking code of one's own instead of a second report

    Of what `GET /similar` shows; anything else looks like a missing ticket. Counted as a report, answered and rated like one.
    """
    done = followers.follow(
        call.session, number, given, actor=NOBODY, now=call.now, vault=call.vault, locale=given.get("locale", call.locale))
    return {
        "code": done.code, "number": done.ticket.number, "status": done.ticket.status, "kind": done.ticket.kind,
        "promised_by": done.ticket.promised_by, "tracking_url": f"{request.url_root}t/{done.code}"}
