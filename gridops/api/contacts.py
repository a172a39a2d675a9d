"""A reporter's name and phone in clear: a reason is asked and written down."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from gridops.api.openapi import PREFIX, Blueprint
from gridops.api.requests import ANY_STAFF, Call, writing
from gridops.services import contacts

blueprint = Blueprint("contacts", __name__, url_prefix=PREFIX, description="Reporters' contacts")


class RevealSchema(Schema):
    reason = fields.String(required=True, validate=validate.Length(1, 500))
    report_no = fields.Integer(load_default=1, validate=validate.Range(1, 10_000), metadata={"description": "`reports[].no` of the ticket"})


class KnownSchema(Schema):
    name = fields.String(required=True, allow_none=True)
    phone = fields.String(required=True, allow_none=True)


@blueprint.route("/tickets/<number>/contact", methods=["POST"])
@writing(ANY_STAFF, keyed=False)  # each opening is written down, also the same one again; and no phone lies in a stored answer
@blueprint.doc(security=[{"bearer": []}])
@blueprint.arguments(RevealSchema, example={"reason": "call back about the exact place"})
@blueprint.response(200, KnownSchema)
def reveal(call: Call, given: dict, number: str) -> contacts.Known:
    """Open a contact

    Clerks and dispatchers in scope; of named reporters also the lead's department.
    """
    report = contacts.report_of(call.session, number, given["report_no"], call.actor)
    return contacts.reveal(call.session, call.vault, report, actor=call.actor, reason=given["reason"], now=call.now)
