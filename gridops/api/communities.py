"""What a community is, and what its people have to carry."""

from __future__ import annotations

from typing import Any

from gridops.api import community_schemas as schemas
from gridops.api.examples import AREA_IN_FULL, CELL
from gridops.api.openapi import PREFIX, Blueprint
from gridops.api.requests import ANY_STAFF, Call, reading, writing
from gridops.api.shapes import fails
from gridops.services import community_profile

blueprint = Blueprint("communities", __name__, url_prefix=f"{PREFIX}/communities", description="Communities: kind, people, load")
STAFF = {"security": [{"bearer": []}]}
LOAD: dict[str, Any] = {"households": 320, "area_m2": 51_230.5, "open": 4, "per_1000_households": 12.5}
COMMUNITY = {"code": CELL["code"][:12], "name": "菩提居民区"}
EXAMPLE: dict[str, Any] = COMMUNITY | LOAD | {
    "name_en": "Linden Community", "street": AREA_IN_FULL["above"][0], "kind": "commercial", "population": 900, "cells": [CELL | LOAD],
    "alike": [{"code": "310199001002", "name": "银杏居民区", "kind": "commercial"} | LOAD]}


@blueprint.route("/<code>/profile", methods=["GET"])
@reading(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.response(200, schemas.CommunityProfileSchema, example=EXAMPLE)
@fails(blueprint, 401, 404)
def show_profile(call: Call, code: str) -> dict[str, Any]:
    """Kind, households, area, and what is open by cell

    Others of the same kind stand beside it, in the order of their codes.
    """
    return community_profile.profile(call.session, code, actor=call.actor, now=call.now, locale=call.locale)


@blueprint.route("/<code>/profile", methods=["PATCH"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.CommunityChangeSchema, example={"kind": "old_town", "households": 1480})
@blueprint.response(200, schemas.CommunityProfileSchema, example=EXAMPLE)
@fails(blueprint, 401, 403, 404, 422)
def change_profile(call: Call, body: dict[str, Any], code: str) -> dict[str, Any]:
    """Change kind, households or population"""
    community_profile.change_profile(call.session, code, body, actor=call.actor)
    return community_profile.profile(call.session, code, actor=call.actor, now=call.now, locale=call.locale)
