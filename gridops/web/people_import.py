"""A list of staff brought in by page: who comes, moves, goes and leaves is shown first, then written."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
from flask import Response, render_template, request

from gridops.api import errors, language
from gridops.api import people as people_api
from gridops.api.field_messages import in_chinese
from gridops.api.people import takes_list
from gridops.api.requests import Call, reading, writing
from gridops.domain.permissions import GRID_KEEPERS
from gridops.domain.posts import ROLES
from gridops.errors import GridopsError
from gridops.services import areas, scope
from gridops.services.imports.people import COLUMNS
from gridops.web import duty_words
from gridops.web.gate import staff_blueprint

blueprint = staff_blueprint("people_import", __name__)
IN_CHINESE = ("工号", "姓名", "电话", "岗位", "职务", "居民区", "网格", "小区", "楼栋", "职责", "到岗日期", "离岗日期", "工作单位")


@blueprint.get("/people/import")
@reading(*GRID_KEEPERS)
def show(call: Call) -> str:
    return _page(call)


@blueprint.get("/people/template.xlsx")
@reading(*GRID_KEEPERS)
def template(call: Call) -> Response:
    """The columns with nothing below them."""
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.append(list(COLUMNS if call.locale == "en" else IN_CHINESE))
    book.save(out)
    response = Response(out.getvalue(), mimetype="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    response.headers["Content-Disposition"] = 'attachment; filename="people.xlsx"'
    return response


@blueprint.post("/people/import")
@takes_list
def send() -> str | tuple[str, int]:
    trying = request.form.get("step") != "import"
    try:
        report = _import(trying)
    except GridopsError as error:
        return _again(message=errors.payload(error)["message"]), errors.status_of(error)
    return _again(report=report), 422 if report["errors"] else 200


@writing(*GRID_KEEPERS)
def _import(call: Call, trying: bool) -> dict[str, Any]:
    report = people_api.import_sent(call, dry_run=trying, complete=request.form.get("complete") or None)
    return people_api.reported(report, trying)


@reading(*GRID_KEEPERS)
def _again(call: Call, **more: Any) -> str:
    return _page(call, **more)


def _page(call: Call, **more: Any) -> str:
    kept = [area for street in areas.all_streets(call.session) for area in [street, *areas.descendants(call.session, street.code, "community")]]
    return render_template(
        "people/import.html", call=call, active="people", said=_said, named=lambda line: _named(call, line), complete=request.form.get("complete", ""),
        kept=[area for area in kept if scope.may_keep_grid(call.actor, area.code)], **({"report": None, "message": None} | more))


def _named(call: Call, line: str) -> str:
    """"name role area" in the reader's words; other lines as they are."""
    name, _, rest = line.rpartition(" ")
    name, _, role = name.rpartition(" ")
    return f"{name} · {duty_words.post(role)} · {areas.path_name(call.session, rest, call.locale)}" if role in ROLES else line


def _said(text: str) -> str:
    return in_chinese(text) if language.of_request() == "zh" else text
