"""Log-ins of staff, for administrators of rights."""

from __future__ import annotations

from typing import Any

from gridops.api import account_schemas as schemas
from gridops.api.openapi import PREFIX, Blueprint
from gridops.api.requests import ANY_STAFF, Call, reading, writing
from gridops.api.shapes import fails
from gridops.services.log_ins import doors, listed, roles

blueprint = Blueprint("accounts", __name__, url_prefix=f"{PREFIX}/accounts", description="Log-ins of staff and their rights")
STAFF = {"security": [{"bearer": []}]}
RIGHT = {"role": "grid_worker", "area": "310199001001"}
GRANT = RIGHT | {"id": 12, "area_name": "菩提居民区", "department": None, "yours": True}
ACCOUNT: dict[str, Any] = {
    "id": 7, "username": "wangfang", "name": "王芳", "person": "P0007", "created_at": "2026-03-04T02:00:00+00:00", "closed_at": None, "locked": False,
    "second_factor": False, "password_given": True, "grants": [GRANT]}
IN_FULL = ACCOUNT | {"sessions": 0, "own": False, "whole": True}
MADE = IN_FULL | {"password": "k7mq-3hd9-x2fw"}
GIVEN = RIGHT | {"username": "wangfang", "name": "王芳", "person": "P0007"}


@blueprint.route("", methods=["GET"])
@reading(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.AccountsQuerySchema, location="query")
@blueprint.response(200, schemas.AccountsSchema, example={"items": [ACCOUNT], "next_after": None})
@fails(blueprint, 401, 403, 422)
def list_accounts(call: Call, query: dict[str, Any]) -> dict[str, Any]:
    """Accounts with rights in the caller's areas, or with none, by user name"""
    limit = query.pop("limit")
    found = listed.find(call.session, call.actor, now=call.now, locale=call.locale, limit=limit + 1, **query)
    return {"items": found[:limit], "next_after": found[limit - 1]["username"] if len(found) > limit else None}


@blueprint.route("", methods=["POST"])
@writing(ANY_STAFF, keyed=False)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.AccountGivenSchema, example=GIVEN)
@blueprint.response(201, schemas.AccountMadeSchema, example=MADE)
@fails(blueprint, 401, 403, 422)
def add_account(call: Call, given: dict[str, Any]) -> dict[str, Any]:
    """Make an account with a first right; its password is told this once"""
    right = roles.grant_of(call.session, given.pop("role"), given.pop("area"), given.pop("department", None), actor=call.actor)
    return _with_password(call, doors.add(call.session, given.pop("username"), given.pop("name"), right, **given, actor=call.actor, now=call.now))


@blueprint.route("/<int:no>", methods=["GET"])
@reading(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.response(200, schemas.AccountInFullSchema, example=IN_FULL)
@fails(blueprint, 401, 403, 404)
def show_account(call: Call, no: int) -> dict[str, Any]:
    """One account"""
    return _shown(call, no)


@blueprint.route("/<int:no>/grants", methods=["POST"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.RightGivenSchema, example=RIGHT)
@blueprint.response(201, schemas.AccountInFullSchema, example=IN_FULL)
@fails(blueprint, 401, 403, 404, 409, 422)
def give_right(call: Call, given: dict[str, Any], no: int) -> dict[str, Any]:
    """One more role, within the caller's own areas; never to oneself"""
    roles.give(call.session, no, **given, actor=call.actor, now=call.now)
    return _shown(call, no)


@blueprint.route("/<int:no>/grants/<int:grant>", methods=["DELETE"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.response(204)
@fails(blueprint, 401, 403, 404, 409)
def take_right(call: Call, no: int, grant: int) -> None:
    """Take a role back; it counts from the next request on"""
    roles.take(call.session, no, grant, actor=call.actor, now=call.now)


@blueprint.route("/<int:no>/password", methods=["POST"])
@writing(ANY_STAFF, keyed=False)
@blueprint.doc(**STAFF)
@blueprint.response(201, schemas.AccountMadeSchema, example=MADE)
@fails(blueprint, 401, 403, 404, 409)
def reset_password(call: Call, no: int) -> dict[str, Any]:
    """A new password, told this once; it unlocks the account and ends its sessions"""
    return _with_password(call, doors.reset_password(call.session, no, actor=call.actor, now=call.now))


@blueprint.route("/<int:no>/closing", methods=["POST"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.response(200, schemas.AccountInFullSchema, example=IN_FULL)
@fails(blueprint, 401, 403, 404, 409)
def close_account(call: Call, no: int) -> dict[str, Any]:
    """Close it and end its sessions; what it did stays"""
    doors.close(call.session, no, actor=call.actor, now=call.now)
    return _shown(call, no)


@blueprint.route("/<int:no>/closing", methods=["DELETE"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.response(200, schemas.AccountInFullSchema, example=IN_FULL)
@fails(blueprint, 401, 403, 404, 409)
def open_account(call: Call, no: int) -> dict[str, Any]:
    """Open a closed one again, with the rights it had"""
    doors.open_again(call.session, no, actor=call.actor, now=call.now)
    return _shown(call, no)


@blueprint.route("/<int:no>/sessions", methods=["DELETE"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.response(204)
@fails(blueprint, 401, 403, 404)
def end_sessions(call: Call, no: int) -> None:
    """End its sessions: a lost phone, a shared computer"""
    doors.end_sessions(call.session, no, actor=call.actor, now=call.now)


@blueprint.route("/<int:no>/second-factor", methods=["DELETE"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.response(204)
@fails(blueprint, 401, 403, 404, 409)
def take_second_factor(call: Call, no: int) -> None:
    """Take the second factor off, of somebody who lost it"""
    doors.take_second_factor(call.session, no, vault=call.vault, actor=call.actor, now=call.now)


def _shown(call: Call, no: int) -> dict[str, Any]:
    call.session.flush()
    return listed.one(call.session, no, call.actor, now=call.now, locale=call.locale)


def _with_password(call: Call, made: doors.Made) -> dict[str, Any]:
    call.session.flush()
    return _shown(call, made.account.id) | {"password": made.password}
