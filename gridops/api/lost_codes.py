"""A lost tracking code, found again by the phone it was filed with."""

from __future__ import annotations

from datetime import timedelta

from marshmallow import Schema, fields, validate

from gridops.api.openapi import PREFIX, Blueprint
from gridops.api.requests import Call, Recorded, writing
from gridops.services import lost_codes, rates
from gridops.services.accounts import Refused

blueprint = Blueprint("lost_codes", __name__, url_prefix=f"{PREFIX}/lost-codes", description="Lost tracking codes")
PER_PHONE, WINDOW = 3, timedelta(hours=1)


class PhoneSchema(Schema):
    phone = fields.String(required=True, validate=validate.Length(3, 40))


class ConfirmSchema(PhoneSchema):
    one_time_code = fields.String(required=True, validate=validate.Length(1, 20))


class SentSchema(Schema):
    sent = fields.Boolean(required=True, metadata={"description": "always true: whether the phone is known is not told"})
    valid_s = fields.Integer(required=True)


class FoundSchema(Schema):
    code = fields.String(required=True)
    number = fields.String(required=True)
    kind = fields.String(required=True)
    status = fields.String(required=True)
    reported_at = fields.AwareDateTime(required=True)


class FoundListSchema(Schema):
    items = fields.List(fields.Nested(FoundSchema), required=True)


@blueprint.route("", methods=["POST"])
@writing(limit="lost_code")
@blueprint.doc(security=[])
@blueprint.arguments(PhoneSchema, example={"phone": "13800001234"})
@blueprint.response(202, SentSchema)
def request_codes(call: Call, given: dict) -> dict:
    """Ask for a one-time code by text message

    Three times an hour for one phone.
    """
    if call.context.config.rate_limits:
        index = lost_codes.phone_index(call.vault, given["phone"])
        rates.hit(call.context.bind, f"lost_code:{index.hex()}", limit=PER_PHONE, window=WINDOW, now=call.now)
    lost_codes.request_codes(call.session, call.vault, given["phone"], locale=call.locale, now=call.now)
    return {"sent": True, "valid_s": int(lost_codes.LIVES.total_seconds())}


@blueprint.route("/confirm", methods=["POST"])
@writing(limit="lost_code_confirm")
@blueprint.doc(security=[])
@blueprint.arguments(ConfirmSchema, example={"phone": "13800001234", "one_time_code": "123456"})
@blueprint.response(200, FoundListSchema)
def confirm_codes(call: Call, given: dict) -> dict:
    """Get the tracking codes of this phone's reports"""
    found = lost_codes.confirm_codes(call.session, call.vault, given["phone"], given["one_time_code"], now=call.now)
    if isinstance(found, Refused):
        raise Recorded(found.error)
    return {"items": found}
