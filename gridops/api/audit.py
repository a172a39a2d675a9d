"""What an auditor reads."""

from __future__ import annotations

from typing import Any

from gridops.api import account_schemas as schemas
from gridops.api.openapi import PREFIX, Blueprint
from gridops.api.requests import ANY_STAFF, Call, reading
from gridops.api.shapes import fails
from gridops.services import audit

blueprint = Blueprint("audit", __name__, url_prefix=f"{PREFIX}/security-events", description="Security events, for auditors")
EVENT = {
    "id": 31, "at": "2026-03-04T02:00:00+00:00", "kind": "role_granted", "account": {"id": 3, "name": "周敏"}, "subject": {"id": 7, "name": "王芳"},
    "number": None, "facts": {"role": "grid_worker", "area": "310199001001"}}


@blueprint.route("", methods=["GET"])
@reading(ANY_STAFF)
@blueprint.doc(security=[{"bearer": []}])
@blueprint.arguments(schemas.SecurityEventsQuerySchema, location="query")
@blueprint.response(200, schemas.SecurityEventsSchema, example={"items": [EVENT], "next_before": None})
@fails(blueprint, 401, 403, 422)
def list_events(call: Call, query: dict[str, Any]) -> dict[str, Any]:
    """Log-ins, rights, contacts opened: newest first, of the auditor's areas; nobody can change them"""
    limit = query.pop("limit")
    found = audit.listed(call.session, call.actor, limit=limit + 1, **query)
    return {"items": found[:limit], "next_before": found[limit - 1]["id"] if len(found) > limit else None}
