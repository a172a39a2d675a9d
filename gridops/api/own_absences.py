"""One's own absence, entered by whoever goes."""

from __future__ import annotations

from typing import Any

from gridops.api import duty_examples as examples
from gridops.api import duty_schemas as schemas
from gridops.api.openapi import PREFIX, Blueprint
from gridops.api.requests import ANY_STAFF, Call, reading, writing
from gridops.api.shapes import fails
from gridops.models import Absence
from gridops.services.duty import own_absence

blueprint = Blueprint("own_absences", __name__, url_prefix=f"{PREFIX}/own-absences", description="One's own absence")
STAFF = {"security": [{"bearer": []}]}


@blueprint.route("", methods=["GET"])
@reading(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.response(200, schemas.OwnAbsencesSchema, example=examples.OWN_ABSENCES)
@fails(blueprint, 401, 403)
def list_own(call: Call) -> dict[str, Any]:
    """When oneself is away, now and to come"""
    return {"items": [_shown(call, one) for one in own_absence.mine(call.session, actor=call.actor, now=call.now)]}


@blueprint.route("", methods=["POST"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.OwnAbsenceSchema, example=examples.OWN_ABSENCE)
@blueprint.response(201, schemas.OwnAbsenceShownSchema, example=examples.OWN_ABSENCES["items"][0])
@fails(blueprint, 401, 403, 422)
def add_own(call: Call, body: dict[str, Any]) -> dict[str, Any]:
    """Say that oneself is away

    Today or later. It takes one out of all posts; the grid office names a stand-in, until then it shows as a vacancy.
    """
    return _shown(call, own_absence.add(call.session, actor=call.actor, now=call.now, **body))


@blueprint.route("/<int:no>", methods=["DELETE"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.response(204)
@fails(blueprint, 401, 403, 404)
def take_back(call: Call, no: int) -> None:
    """Be back, or not go after all"""
    own_absence.take_back(call.session, no, actor=call.actor, now=call.now)


def _shown(call: Call, one: Absence) -> dict[str, Any]:
    return {"id": one.id, "starts_at": one.starts_at, "ends_at": one.ends_at, "note": one.note, "own": one.entered_by == call.actor.account_id}
