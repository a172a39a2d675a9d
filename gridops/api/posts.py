"""Posts by their number; duties by role."""

from __future__ import annotations

from typing import Any

from gridops.api import people_examples as examples
from gridops.api import people_schemas as schemas
from gridops.api import post_schemas
from gridops.api.openapi import PREFIX, Blueprint
from gridops.api.requests import ANY_STAFF, Call, reading, writing
from gridops.api.shapes import fails
from gridops.models import Place, Posting
from gridops.services.people import access, duties, posts, view

blueprint = Blueprint("posts", __name__, url_prefix=PREFIX, description="Posts, duties by role")
STAFF = {"security": [{"bearer": []}]}


def _shown(call: Call, post: Posting) -> dict[str, Any]:
    call.session.flush()
    place = call.session.get(Place, post.place_id) if post.place_id else None
    return view.shown_post(call.session, post, place, call.now, call.locale)


@blueprint.route("/posts/<int:no>", methods=["PATCH"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(post_schemas.PostChangeSchema, example=examples.POST_CHANGE)
@blueprint.response(200, schemas.PostShownSchema, example=examples.POST)
@fails(blueprint, 401, 403, 404, 422)
def change_post(call: Call, body: dict[str, Any], no: int) -> dict[str, Any]:
    """Change title, duties, part-time"""
    return _shown(call, posts.change_post(call.session, no, body, actor=call.actor, now=call.now))


@blueprint.route("/posts/<int:no>/move", methods=["POST"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(post_schemas.MoveSchema, example=examples.MOVE)
@blueprint.response(200, schemas.PostShownSchema, example=examples.POST)
@fails(blueprint, 401, 403, 404, 422)
def move_post(call: Call, body: dict[str, Any], no: int) -> dict[str, Any]:
    """End it and begin the same elsewhere; rights, hours and shifts follow"""
    return _shown(call, posts.move_post(call.session, no, actor=call.actor, now=call.now, **body))


@blueprint.route("/posts/<int:no>/end", methods=["POST"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.LastDaySchema, example=examples.LAST_DAY)
@blueprint.response(200, schemas.PostShownSchema, example=examples.POST)
@fails(blueprint, 401, 403, 404, 422)
def end_post(call: Call, body: dict[str, Any], no: int) -> dict[str, Any]:
    """Its last day"""
    return _shown(call, posts.end_post(call.session, no, last_day=body["last_day"], actor=call.actor, now=call.now))


@blueprint.route("/posts/confirm", methods=["POST"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(post_schemas.PostNumbersSchema, example=examples.NUMBERS)
@blueprint.response(200, post_schemas.ConfirmedSchema, example=examples.CONFIRMED)
@fails(blueprint, 401, 403, 404, 422)
def confirm_posts(call: Call, body: dict[str, Any]) -> dict[str, int]:
    """Say that they are still so"""
    return {"confirmed": posts.confirm_posts(call.session, body["posts"], actor=call.actor, now=call.now)}


@blueprint.route("/post-duties", methods=["GET"])
@reading(*access.READERS)
@blueprint.doc(**STAFF)
@blueprint.arguments(post_schemas.AreaQuerySchema, location="query")
@blueprint.response(200, post_schemas.DutiesSchema, example=examples.DUTIES)
@fails(blueprint, 401, 403, 404, 422)
def show_duties(call: Call, query: dict[str, str]) -> dict[str, Any]:
    """Which role looks after which class of categories in an area; for each role the deepest area that says anything"""
    access.check_reads(call.actor, query["area"])
    return _duties(call, query["area"])


@blueprint.route("/post-duties", methods=["PUT"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(post_schemas.PutDutiesSchema, example=examples.PUT_DUTIES)
@blueprint.response(200, post_schemas.DutiesSchema, example=examples.DUTIES)
@fails(blueprint, 401, 403, 404, 422)
def put_duties(call: Call, body: dict[str, Any]) -> dict[str, Any]:
    """All that one role looks after in an area"""
    wanted = [(item["class_code"], item.get("text")) for item in body["items"]]
    duties.put_duties(call.session, body["area"], body["role"], wanted, actor=call.actor, now=call.now)
    return _duties(call, body["area"])


def _duties(call: Call, area: str) -> dict[str, Any]:
    found = duties.duties_at(call.session, area)
    return {"items": [{"role": role, "class_code": code, "text": said.text, "area": said.area} for (role, code), said in sorted(found.items())]}
