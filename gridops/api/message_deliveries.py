"""What became of messages outside the inbox, and phones that want none."""

from __future__ import annotations

from typing import Any

from flask import Response

from gridops.api import message_examples as examples
from gridops.api import message_schemas as schemas
from gridops.api import sheets
from gridops.api.openapi import PREFIX, Blueprint
from gridops.api.requests import ANY_STAFF, Call, reading, writing
from gridops.api.shapes import fails
from gridops.services.messages import overview, policies

blueprint = Blueprint("message_deliveries", __name__, url_prefix=PREFIX, description="Messages outside the inbox: what became of each")
STAFF = {"security": [{"bearer": []}]}
COLUMNS = (
    ("created_at", "写成时间", "Written at"), ("number", "工单号", "Number"), ("event", "事件", "Event"), ("channel", "方式", "Way"), ("receiver", "接收方", "Receiver"),
    ("to", "地址", "Address"), ("state", "状态", "State"), ("attempts", "次数", "Attempts"), ("sent_at", "发出时间", "Sent at"), ("error", "原因", "Error"),
)


@blueprint.route("/message-deliveries", methods=["GET"])
@reading(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.DeliveryQuerySchema, location="query")
@blueprint.response(200, schemas.DeliveriesSchema, example=examples.DELIVERIES)
@fails(blueprint, 401, 422)
def list_deliveries(call: Call, query: dict[str, Any]) -> dict[str, Any] | Response:
    """Messages of the areas that the caller answers for, and those to oneself, the newest first

    Neither words nor addresses in clear. With `Accept: text/csv` or that of .xlsx as a table.
    """
    found = [as_shown(row) for row in overview.listed(call.session, call.vault, call.actor, **query)]
    form = sheets.wanted()
    return {"items": found} if form is None else sheets.table(call, "messages", COLUMNS, found, form)


@blueprint.route("/message-deliveries/<int:no>/again", methods=["POST"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.response(200, schemas.DeliverySchema, example=examples.DELIVERY | {"state": "waiting", "attempts": 0, "can_again": False})
@fails(blueprint, 401, 404, 409)
def send_again(call: Call, no: int) -> dict[str, Any]:
    """What has failed is tried again from the beginning; what came in a digest, with its digest"""
    overview.again(call.session, no, actor=call.actor, now=call.now)
    return as_shown(overview.listed(call.session, call.vault, call.actor, before=no + 1, limit=1)[0])


def as_shown(row: overview.Shown) -> dict[str, Any]:
    one = row.delivery
    return {
        "id": one.id, "channel": one.channel, "event": one.topic, "number": row.number, "receiver": row.receiver, "to": row.to, "state": one.state,
        "attempts": one.attempts, "created_at": one.created_at, "due_at": one.due_at, "sent_at": one.sent_at, "error": one.error, "can_again": row.can_again}


@blueprint.route("/message-refusals", methods=["POST"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.MessageRefusalSchema, example=examples.REFUSAL)
@blueprint.response(204)
@fails(blueprint, 401, 403, 422)
def refuse_messages(call: Call, given: dict[str, Any]) -> None:
    """No more text messages about steps to a phone whose owner asks for it at the desk, or again"""
    policies.take_down(call.session, call.vault, given["phone"], wanted=not given["refuse"], actor=call.actor, now=call.now)
