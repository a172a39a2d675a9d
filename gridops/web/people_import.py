"""A list of staff brought in by page: who comes, moves, goes and leaves is shown first, then written."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
from flask import Response, request

from gridops.api import people as people_api
from gridops.api.people import takes_list
from gridops.api.requests import Call, reading
from gridops.domain import terms
from gridops.domain.permissions import GRID_KEEPERS
from gridops.services import areas, scope
from gridops.services.imports.people import COLUMNS, import_people
from gridops.services.imports.people_staff import StaffReport
from gridops.services.imports.people_words import HEADINGS
from gridops.services.imports.readers import read
from gridops.services.kept_files import Importing, Sent
from gridops.web import file_import
from gridops.web.gate import staff_blueprint

blueprint = staff_blueprint("people_import", __name__)
IN_CHINESE = ("工号", "姓名", "电话", "岗位", "职务", "居民区", "网格", "小区", "楼栋", "职责", "到岗日期", "离岗日期", "工作单位")


@blueprint.get("/people/import")
@reading(*GRID_KEEPERS)
def show(call: Call) -> str:
    return file_import.page(call, KIND, {"complete": ""})


@blueprint.get("/people/template.xlsx")
@reading(*GRID_KEEPERS)
def template(call: Call) -> Response:
    """The columns with nothing below them."""
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.append(list(COLUMNS) if call.locale == "en" else terms.present().headings(IN_CHINESE))
    book.save(out)
    response = Response(out.getvalue(), mimetype="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    response.headers["Content-Disposition"] = 'attachment; filename="people.xlsx"'
    return response


@blueprint.post("/people/import")
@takes_list
def send() -> str | tuple[str, int]:
    return file_import.answer(KIND)


def _asked() -> dict[str, Any]:
    return {"complete": request.form.get("complete", "")}


def _importing(call: Call) -> Importing:
    def importing(sent: Sent) -> StaffReport:
        table, complete = read(sent.content, sent.name), sent.asked["complete"] or None
        return import_people(call.session, table, now=call.now, vault=call.vault, actor=call.actor, complete=complete)

    return importing


def _around(call: Call) -> dict[str, Any]:
    kept = [area for street in areas.all_streets(call.session) for area in [street, *areas.descendants(call.session, street.code, "community")]]
    return {
        "columns": {ours: theirs[0] for ours, theirs in HEADINGS.items()} if call.locale == "zh" else {},
        "staff_changes": lambda report: people_api.said(report, areas.path_names(call.session, call.locale)),
        "kept": [area for area in kept if scope.may_keep_grid(call.actor, area.code)]}


KIND = file_import.Kind("people", GRID_KEEPERS, "people/import.html", "people", _asked, _importing, _around)
