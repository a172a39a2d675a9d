"""How somebody wants to be told outside the inbox: for oneself, or for an organisation that one works for."""

from __future__ import annotations

from typing import Any

from gridops.api import message_examples as examples
from gridops.api import message_schemas as schemas
from gridops.api.openapi import PREFIX, Blueprint
from gridops.api.requests import ANY_STAFF, Call, reading, writing
from gridops.api.shapes import fails
from gridops.services.messages import settings

blueprint = Blueprint("message_settings", __name__, url_prefix=f"{PREFIX}/message-settings", description="Messages outside the inbox")
STAFF = {"security": [{"bearer": []}]}


@blueprint.route("", methods=["GET"])
@reading(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.MessageDepartmentQuerySchema, location="query")
@blueprint.response(200, schemas.MessageSettingSchema, example=examples.SETTING)
@fails(blueprint, 401, 404, 422)
def show_settings(call: Call, query: dict[str, Any]) -> dict[str, Any]:
    """One's own settings, or an organisation's"""
    return settings.own(call.session, call.vault, _owner(call, query))._asdict()


@blueprint.route("", methods=["PUT"])
@writing(ANY_STAFF, keyed=False)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.MessageDepartmentQuerySchema, location="query")
@blueprint.arguments(schemas.MessageSettingSchema, example=examples.SETTING)
@blueprint.response(200, schemas.MessageSettingSchema, example=examples.SETTING)
@fails(blueprint, 401, 404, 422)
def change_settings(call: Call, query: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """Change them

    What is not wanted stands in the inbox all the same. An emergency's call by text message does not depend on it.
    """
    wish = settings.Wish(**given | {name: (given[name] or "").strip() or None for name in ("email", "phone")})
    return settings.save(call.session, call.vault, _owner(call, query), wish, actor=call.actor, now=call.now)._asdict()


@blueprint.route("/trial", methods=["POST"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.MessageDepartmentQuerySchema, location="query")
@blueprint.response(201, schemas.MessagesWrittenSchema, example=examples.WRITTEN)
@fails(blueprint, 401, 404, 422, 429)
def try_settings(call: Call, query: dict[str, Any]) -> dict[str, int]:
    """A message by each way that there is an address for; what became of it stands among the deliveries"""
    return {"written": settings.attempt(call.session, call.vault, _owner(call, query), now=call.now)}


def _owner(call: Call, query: dict[str, Any]):
    return settings.owner_of(call.session, call.actor, query.get("department"))
