"""Programs elsewhere that are told facts of an area, signed after the Standard Webhooks specification."""

from __future__ import annotations

from typing import Any

from gridops.api import message_examples as examples
from gridops.api import message_schemas as schemas
from gridops.api.openapi import PREFIX, Blueprint
from gridops.api.requests import ANY_STAFF, Call, reading, writing
from gridops.api.shapes import fails
from gridops.models import Webhook
from gridops.services.messages import hooks

blueprint = Blueprint("webhooks", __name__, url_prefix=f"{PREFIX}/webhooks", description="Programs elsewhere that are told facts")
STAFF = {"security": [{"bearer": []}]}


@blueprint.route("", methods=["GET"])
@reading(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.response(200, schemas.WebhooksSchema, example=examples.WEBHOOKS)
@fails(blueprint, 401, 403)
def list_webhooks(call: Call) -> dict[str, Any]:
    """Those of the caller's areas, ended ones last"""
    return {"items": [as_shown(hook) for hook in hooks.every(call.session, call.actor)]}


@blueprint.route("", methods=["POST"])
@writing(ANY_STAFF, keyed=False)  # the secret is stored encrypted, and nowhere else
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.WebhookGivenSchema, example=examples.WEBHOOK_GIVEN)
@blueprint.response(201, schemas.WebhookMadeSchema, example=examples.WEBHOOK_MADE)
@fails(blueprint, 401, 403, 404, 422)
def make_webhook(call: Call, given: dict[str, Any]) -> dict[str, Any]:
    """Make one; its secret is told this once"""
    made = hooks.make(call.session, call.vault, **given, actor=call.actor, now=call.now)
    return as_shown(made.webhook) | {"secret": made.secret}


@blueprint.route("/<int:no>/trial", methods=["POST"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.response(201, schemas.MessagesWrittenSchema, example={"written": 1})
@fails(blueprint, 401, 403, 404)
def try_webhook(call: Call, no: int) -> dict[str, int]:
    """A message that says nothing; what became of it stands among the deliveries"""
    hooks.attempt(call.session, call.vault, hooks.get(call.session, no, call.actor), now=call.now)
    return {"written": 1}


@blueprint.route("/<int:no>", methods=["DELETE"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.response(204)
@fails(blueprint, 401, 403, 404)
def end_webhook(call: Call, no: int) -> None:
    """Nothing new is written for it; what waits is still sent"""
    hooks.end(call.session, hooks.get(call.session, no, call.actor), actor=call.actor, now=call.now)


def as_shown(hook: Webhook) -> dict[str, Any]:
    return {
        "id": hook.id, "name": hook.name, "url": hook.url, "area": hook.area_code, "topics": hook.topics, "made_at": hook.made_at, "ended_at": hook.ended_at}
