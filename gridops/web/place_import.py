"""A street's list of addresses brought in by page: looked through first, then written."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
from flask import Response, render_template, request

from gridops.api import errors, language
from gridops.api import places as place_api
from gridops.api.field_messages import in_chinese
from gridops.api.places import takes_file
from gridops.api.requests import Call, reading, writing
from gridops.domain.permissions import GRID_KEEPERS
from gridops.errors import Invalid
from gridops.services.imports.addresses import IN_CHINESE
from gridops.web.gate import staff_blueprint

blueprint = staff_blueprint("place_import", __name__)


@blueprint.get("/places/import")
@reading(*GRID_KEEPERS)
def show(call: Call) -> str:
    return _page(call, {"crs": "gcj02", "skip_outside": False})


@blueprint.get("/places/template.xlsx")
@reading(*GRID_KEEPERS)
def template(call: Call) -> Response:
    """The columns with nothing below them: in Chinese, and in English for whoever reads the page so."""
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.append(list(IN_CHINESE.keys() if call.locale == "en" else IN_CHINESE.values()))
    book.save(out)
    response = Response(out.getvalue(), mimetype="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    response.headers["Content-Disposition"] = 'attachment; filename="addresses.xlsx"'
    return response


@blueprint.post("/places/import")
@takes_file
def send() -> str | tuple[str, int]:
    asked = {"crs": request.form.get("crs", ""), "skip_outside": request.form.get("skip_outside") == "1"}
    trying = request.form.get("step") != "import"
    try:
        report = _import(crs=asked["crs"] or None, skip_outside=asked["skip_outside"], dry_run=trying)
    except Invalid as error:
        return _again(asked, message=errors.payload(error)["message"]), errors.status_of(error)
    return _again(asked, report=report), 422 if report["errors"] else 200


@writing(*GRID_KEEPERS)
def _import(call: Call, **options: Any) -> dict[str, Any]:
    return place_api.reported(place_api.import_sent(call, **options), options["dry_run"])


@reading(*GRID_KEEPERS)
def _again(call: Call, asked: dict[str, Any], **more: Any) -> str:
    return _page(call, asked, **more)


def _page(call: Call, asked: dict[str, Any], **more: Any) -> str:
    return render_template(
        "places/import.html", call=call, active="places", asked=asked, said=_said,
        columns=IN_CHINESE if call.locale == "zh" else {}, **({"report": None, "message": None} | more))


def _said(text: str) -> str:
    return in_chinese(text) if language.of_request() == "zh" else text
