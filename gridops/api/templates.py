"""Workbooks to fill in for an import."""

from __future__ import annotations

from flask import Response

from gridops.api.openapi import PREFIX, Blueprint
from gridops.api.requests import ANY_STAFF, Call, reading
from gridops.api.shapes import fails
from gridops.api.sheets import FORMS
from gridops.services import field_terms, templates

blueprint = Blueprint("templates", __name__, url_prefix=f"{PREFIX}/templates", description="Workbooks to fill in for an import")
XLSX = next(mime for mime, form in FORMS.items() if form == "xlsx")


@blueprint.route("/<kind>.xlsx", methods=["GET"])
@reading(ANY_STAFF)
@blueprint.doc(security=[{"bearer": []}])
@blueprint.response(200, {"type": "string", "format": "binary"}, content_type=XLSX)
@fails(blueprint, 401, 404)
def show_template(call: Call, kind: str) -> Response:
    """The columns of one kind of import

    areas, addresses, places, departments, people, shifts, check-ins, claims. The second sheet explains each column in Chinese and English; the example row is not read.
    """
    answer = Response(templates.workbook(kind, field_terms.known(call.session)), mimetype=XLSX)
    answer.headers["Content-Disposition"] = f'attachment; filename="{kind}.xlsx"'
    return answer
