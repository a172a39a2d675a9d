"""Log-in and log-out of staff. The bearer token is shown once; pages use the same sessions through a cookie."""

from __future__ import annotations

from flask import current_app
from marshmallow import Schema, fields, validate

from gridops.api import limits
from gridops.api.openapi import PREFIX, Blueprint
from gridops.api.requests import ANY_STAFF, Call, Recorded, reading, writing
from gridops.api.shapes import fails
from gridops.services import accounts

blueprint = Blueprint("session", __name__, url_prefix=f"{PREFIX}/session", description="Log-in of staff")


class LogInSchema(Schema):
    username = fields.String(required=True, validate=validate.Length(1, 64))
    password = fields.String(required=True, validate=validate.Length(1, 200))
    totp = fields.String(validate=validate.Length(0, 10))


class GrantSchema(Schema):
    role = fields.String(required=True)
    area = fields.String(required=True, metadata={"description": "code prefix"})
    department_id = fields.Integer(allow_none=True)


class MeSchema(Schema):
    name = fields.String(required=True)
    roles = fields.List(fields.String(), required=True)
    scope = fields.List(fields.Nested(GrantSchema), required=True)


class SessionSchema(MeSchema):
    token = fields.String(required=True)
    expires_at = fields.AwareDateTime(required=True, metadata={"description": "moves on with use, at most 12 hours"})


@blueprint.route("", methods=["POST"])
@writing(limit="login", keyed=False)
@blueprint.doc(security=[])
@blueprint.arguments(LogInSchema, example={"username": "dispatcher", "password": "correct horse battery"})
@blueprint.response(201, SessionSchema)
def open_session(call: Call, given: dict) -> dict:
    """Log in"""
    login = opened(call, given["username"], given["password"], given.get("totp"))
    return me(login.actor) | {"token": login.token, "expires_at": login.expires_by}


class OwnPasswordSchema(Schema):
    present = fields.String(required=True, validate=validate.Length(1, 200))
    password = fields.String(required=True, validate=validate.Length(1, 300), metadata={"description": "at least 10 characters"})


@blueprint.route("/password", methods=["POST"])
@writing(ANY_STAFF, limit="login", keyed=False)
@blueprint.doc(security=[{"bearer": []}])
@blueprint.arguments(OwnPasswordSchema, example={"present": "k7mq-3hd9-x2fw", "password": "correct horse battery"})
@blueprint.response(204)
@fails(blueprint, 401, 422, 429)
def change_password(call: Call, given: dict[str, str]):
    """Choose another password

    Ends the account's other sessions. After a password that an administrator gave, every other address answers 403 `password_given` until then.
    """
    accounts.change_own_password(call.session, call.token, given["present"], given["password"], actor=call.actor, now=call.now)
    return current_app.response_class(status=204)


@blueprint.route("", methods=["GET"])
@reading(ANY_STAFF)
@blueprint.doc(security=[{"bearer": []}])
@blueprint.response(200, MeSchema)
def show_me(call: Call) -> dict:
    """Who am I"""
    return me(call.actor)


@blueprint.route("", methods=["DELETE"])
@writing(ANY_STAFF)
@blueprint.doc(security=[{"bearer": []}])
@blueprint.response(204)
def close_session(call: Call):
    """Log out"""
    accounts.log_out(call.session, call.token, now=call.now)
    return current_app.response_class(status=204)


def opened(call: Call, username: str, password: str, totp: str | None) -> accounts.Login:
    """For the pages' log-in form as well. Raises Recorded with NotLoggedIn ``login_failed`` or ``totp_required``."""
    login = accounts.log_in(
        call.session, username, password, totp, now=call.now, vault=call.vault,
        idle=call.context.config.session_idle, address=limits.address(),
    )
    if isinstance(login, accounts.Refused):
        raise Recorded(login.error)
    return login


def me(actor) -> dict:
    scope = [{"role": grant.role, "area": grant.area, "department_id": grant.department_id} for grant in actor.grants]
    return {"name": actor.name, "roles": sorted(actor.roles), "scope": scope}
