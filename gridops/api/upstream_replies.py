"""Replies to the city: written, approved, fetched in its own form, sent; and how each source is read."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from gridops.api import upstream_examples as examples
from gridops.api import upstream_schemas as schemas
from gridops.api.openapi import PREFIX, Blueprint
from gridops.api.requests import ANY_STAFF, Call, reading, writing
from gridops.api.shapes import fails
from gridops.api.upstream import DESK, READERS, STAFF
from gridops.models import UpstreamProfile
from gridops.services.upstream import listing, profiles, replies, reply_sheets

blueprint = Blueprint("upstream_replies", __name__, url_prefix=f"{PREFIX}/upstream", description="Replies to the city, and its profiles")


@blueprint.route("/<source>/orders/<number>/reply", methods=["PUT"])
@writing(*DESK)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.UpstreamReplyTextSchema, example={"text": "您好！已清运。", "approve": True})
@blueprint.response(200, schemas.UpstreamReplySchema, example=examples.REPLY)
@fails(blueprint, 401, 403, 404, 409, 422)
def write_reply(call: Call, given: dict[str, Any], source: str, number: str) -> dict[str, Any]:
    """Write the order's reply, and approve it"""
    order = listing.visible_order(call.session, source, number, call.actor)
    return replies.shown(replies.write(call.session, order, given["text"], approve=given["approve"], actor=call.actor, now=call.now))


@blueprint.route("/<source>/replies", methods=["GET"])
@reading(*READERS)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.UpstreamRepliesQuerySchema, location="query")
@blueprint.response(200, schemas.UpstreamRepliesSchema, example=examples.REPLIES)
@fails(blueprint, 401, 403, 404, 422)
def list_replies(call: Call, query: dict[str, Any], source: str) -> dict[str, Any] | Response:
    """Replies by their state

    With `Accept` of .xlsx or .docx in the city's own form. Sending is said with `…/replies/sent`.
    """
    found = replies.waiting(call.session, call.actor, source=source, state=query["state"])
    form = wanted_form()
    if form:
        return reply_file(profiles.current(call.session, source), found, form)
    return {"items": [{"number": one.order.external_number, "ticket": one.ticket.number, "reply": replies.shown(one.reply)} for one in found]}


def wanted_form() -> str | None:
    mimes = {mime: form for form, mime in reply_sheets.FORMATS.items()}
    return mimes.get(request.accept_mimetypes.best_match(["application/json", *mimes], "application/json"))


def reply_file(profile: UpstreamProfile, found: list[replies.Written], form: str) -> Response:
    response = Response(reply_sheets.printed(profile, found, form), mimetype=reply_sheets.FORMATS[form])
    response.headers["Content-Disposition"] = f'attachment; filename="replies-{len(found)}.{form}"'
    return response


@blueprint.route("/<source>/replies/sent", methods=["POST"])
@writing(*DESK)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.UpstreamNumbersSchema, example={"numbers": ["20260304000123"]})
@blueprint.response(200, schemas.UpstreamSentSchema, example={"sent": 1})
@fails(blueprint, 401, 403, 404, 409, 422)
def mark_sent(call: Call, given: dict[str, Any], source: str) -> dict[str, int]:
    """Approved replies have been sent

    Each is written on its ticket; said again it changes nothing.
    """
    chosen = [listing.visible_order(call.session, source, number, call.actor) for number in dict.fromkeys(given["numbers"])]
    return {"sent": replies.mark_sent(call.session, chosen, actor=call.actor, now=call.now)}


@blueprint.route("/profiles", methods=["GET"])
@reading(*READERS, *profiles.KEEPERS)
@blueprint.doc(**STAFF)
@blueprint.response(200, schemas.UpstreamProfilesSchema, example={"items": [examples.PROFILE]})
@fails(blueprint, 401, 403)
def list_profiles(call: Call) -> dict[str, Any]:
    """How each source writes its orders"""
    return {"items": profiles.every(call.session)}


@blueprint.route("/profiles/<source>", methods=["PUT"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.UpstreamNewProfileSchema, example={"name": "本市12345", "rules": examples.RULES})
@blueprint.response(200, schemas.UpstreamProfileSchema, example=examples.PROFILE)
@fails(blueprint, 401, 403, 422)
def save_profile(call: Call, given: dict[str, Any], source: str) -> UpstreamProfile:
    """Change how a source is read, from now on: a new version"""
    return profiles.save(call.session, source, given["name"], given["rules"], actor=call.actor, now=call.now)
