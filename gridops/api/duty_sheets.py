"""Hand-over sheets and the duty phone book."""

from __future__ import annotations

from typing import Any

from gridops.api import duty_examples as examples
from gridops.api import duty_schemas as schemas
from gridops.api.duty import STAFF, check_covered
from gridops.api.openapi import PREFIX, Blueprint
from gridops.api.requests import ANY_STAFF, Call, reading, writing
from gridops.api.shapes import fails
from gridops.models import Department
from gridops.services.duty import hand_over, overview, phone_book
from gridops.services.duty.phone_book import Reached

blueprint = Blueprint("duty_sheets", __name__, url_prefix=PREFIX, description="What one shift leaves to the next, and whom it can reach")


@blueprint.route("/areas/<code>/hand-overs", methods=["GET"])
@reading(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.response(200, schemas.HandOversSchema, example=examples.HAND_OVERS)
@fails(blueprint, 401, 404)
def show_hand_overs(call: Call, code: str) -> dict[str, Any]:
    """The latest hand-over sheets, newest first"""
    check_covered(call, code)
    return {"items": [hand_over.shown(call.session, row) for row in hand_over.latest(call.session, code)]}


@blueprint.route("/areas/<code>/hand-overs", methods=["POST"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.HandOverNoteSchema, example=examples.NOTE)
@blueprint.response(201, schemas.HandOverSchema, example=examples.HAND_OVER)
@fails(blueprint, 401, 403, 404, 422)
def give_shift(call: Call, body: dict[str, str], code: str) -> dict[str, Any]:
    """Give the shift on: the sheet is kept as it is now"""
    return hand_over.shown(call.session, hand_over.give(call.session, code, body["note"], actor=call.actor, now=call.now))


@blueprint.route("/hand-overs/<int:no>/taking", methods=["POST"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.response(200, schemas.HandOverSchema, example=examples.HAND_OVER)
@fails(blueprint, 401, 403, 404, 409)
def take_shift(call: Call, no: int) -> dict[str, Any]:
    """Take the shift over: somebody else than who gave it"""
    return hand_over.shown(call.session, hand_over.take(call.session, no, actor=call.actor, now=call.now))


@blueprint.route("/areas/<code>/phone-book", methods=["GET"])
@reading(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.response(200, schemas.PhoneBookSchema, example=examples.PHONE_BOOK)
@fails(blueprint, 401, 404)
def show_phone_book(call: Call, code: str) -> dict[str, Any]:
    """Numbers of organisations, and who is on duty, without their numbers"""
    check_covered(call, code)
    return _book(call, code, phone_book.people(call.session, code, call.now))


@blueprint.route("/areas/<code>/phone-book", methods=["POST"])
@writing(ANY_STAFF, keyed=False)
@blueprint.doc(**STAFF)
@blueprint.response(200, schemas.PhoneBookSchema, example=examples.PHONE_BOOK)
@fails(blueprint, 401, 403, 404)
def open_phone_book(call: Call, code: str) -> dict[str, Any]:
    """Read also the numbers of the people on duty

    Each opening is recorded.
    """
    check_covered(call, code)
    return _book(call, code, phone_book.open_people(call.session, call.vault, code, actor=call.actor, now=call.now))


def _book(call: Call, code: str, people: list[Reached]) -> dict[str, Any]:
    organisations = [_organisation(call, row) for row in phone_book.organisations(call.session, code)]
    return {"organisations": organisations, "people": [overview.shown(one.on_duty) | {"phone": one.phone} for one in people]}


def _organisation(call: Call, row: Department) -> dict[str, Any]:
    name = row.name_en if call.locale == "en" and row.name_en else row.name
    return {"code": row.code, "name": name, "phone": row.phone, "duty_phone": row.duty_phone}
