"""A street's list of addresses brought in by page: looked through first, then written."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
from flask import Response, request

from gridops.api.places import takes_file
from gridops.api.requests import Call, reading
from gridops.domain import terms
from gridops.domain.permissions import GRID_KEEPERS
from gridops.services.imports.addresses import IN_CHINESE
from gridops.services.imports.place_file import import_place_file
from gridops.services.imports.table import ImportReport
from gridops.services.kept_files import Importing, Sent
from gridops.web import file_import
from gridops.web.gate import staff_blueprint

blueprint = staff_blueprint("place_import", __name__)


@blueprint.get("/places/import")
@reading(*GRID_KEEPERS)
def show(call: Call) -> str:
    return file_import.page(call, KIND, {"crs": "gcj02", "skip_outside": False})


@blueprint.get("/places/template.xlsx")
@reading(*GRID_KEEPERS)
def template(call: Call) -> Response:
    """The columns with nothing below them: in Chinese, and in English for whoever reads the page so."""
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.append(list(IN_CHINESE) if call.locale == "en" else terms.present().headings(list(IN_CHINESE.values())))
    book.save(out)
    response = Response(out.getvalue(), mimetype="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    response.headers["Content-Disposition"] = 'attachment; filename="addresses.xlsx"'
    return response


@blueprint.post("/places/import")
@takes_file
def send() -> str | tuple[str, int]:
    return file_import.answer(KIND)


def _asked() -> dict[str, Any]:
    return {"crs": request.form.get("crs", ""), "skip_outside": request.form.get("skip_outside") == "1"}


def _importing(call: Call) -> Importing:
    def importing(sent: Sent) -> ImportReport:
        crs, skip_outside = sent.asked["crs"] or None, sent.asked["skip_outside"]
        return import_place_file(call.session, sent.content, sent.name, actor=call.actor, now=call.now, crs=crs, skip_outside=skip_outside)

    return importing


def _around(call: Call) -> dict[str, Any]:
    return {"columns": IN_CHINESE if call.locale == "zh" else {}}


KIND = file_import.Kind("places", GRID_KEEPERS, "places/import.html", "places", _asked, _importing, _around)
