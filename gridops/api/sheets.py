"""Lists as tables for a person: CSV and XLSX, when the caller asks for one of them and not for JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, request

from gridops.api.requests import Call
from gridops.domain import terms
from gridops.services import areas
from gridops.services.backlog import UNLOCATED
from gridops.services.exports import writers
from gridops.services.exports.records import Record
from gridops.services.listing import Page

MOST_ROWS = 10_000
FORMS = {"text/csv": "csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx"}
ZONE = "Asia/Shanghai"
Column = tuple[str, str, str]  # key, heading in Chinese, in English

TICKETS: tuple[Column, ...] = (
    ("number", "工单号", "Number"), ("status", "状态", "Status"), ("light", "灯", "Light"), ("kind", "类型", "Kind"),
    ("category", "小类", "Category"), ("cell", "网格", "Cell"), ("street_name", "街道", "Street"), ("lead", "主负责", "Lead"),
    ("reported_at", "反映时间", "Reported"), ("promised_by", "承诺办结时间", "Promised by"), ("due_by", "最早到期", "Due by"),
    ("reports", "反映数", "Reports"),
)
BACKLOG: tuple[Column, ...] = (
    ("code", "编码", "Code"), ("name", "名称", "Name"), ("open", "未办结", "Open"), ("green", "绿", "Green"), ("yellow", "黄", "Yellow"),
    ("red", "红", "Red"), ("suspended", "挂账", "Suspended"), ("oldest_reported_at", "最早反映", "Oldest report"),
    ("households", "户数", "Households"),
)


def wanted() -> str | None:
    """csv, xlsx, or None for JSON: also where the caller takes anything."""
    best = request.accept_mimetypes.best_match(["application/json", *FORMS], "application/json")
    return FORMS.get(best)


def tickets(call: Call, page: Page, form: str) -> Response:
    zones = {area.code: area.timezone or ZONE for area in areas.all_streets(call.session)}
    rows = [{key: _cell(row[key], zones.get(row["street"], ZONE)) for key, *_ in TICKETS} for row in page.items]
    return _sheet(call, "tickets", TICKETS, rows, form)


def backlog(call: Call, found: dict[str, Any], form: str) -> Response:
    zone = areas.location_of(call.session, found["area"]["code"]).street.timezone or ZONE
    rows = [{key: _cell(row[key], zone) for key, *_ in BACKLOG} for row in found["rows"]]
    totals = found["totals"] | {"code": found["area"]["code"], "name": found["area"]["name"]}
    return _sheet(call, "backlog", BACKLOG, [*rows, totals], form)


def table(call: Call, name: str, columns: tuple[Column, ...], rows: list[dict[str, Any]], form: str, zone: str = ZONE) -> Response:
    """``rows`` with the columns' keys; instants are shown in ``zone``."""
    return _sheet(call, name, columns, [{key: _cell(row.get(key), zone) for key, *_ in columns} for row in rows], form)


def _cell(value: Any, zone: str) -> Any:
    """Instants in the street's own time, without seconds: what a person compares with the clock on the wall."""
    if isinstance(value, datetime):
        return value.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, dict):
        return value["name"]
    return "" if value == UNLOCATED else value


def _headings(call: Call, columns: tuple[Column, ...]) -> list[str]:
    """In this installation's words: a person reads this sheet, and no import does."""
    return [english for *_, english in columns] if call.locale == "en" else terms.present().headings([chinese for _, chinese, _ in columns])


def _sheet(call: Call, name: str, columns: tuple[Column, ...], rows: list[dict[str, Any]], form: str) -> Response:
    heading = dict(zip((key for key, *_ in columns), _headings(call, columns), strict=True))
    records = [Record({heading[key]: row.get(key) for key in heading}) for row in rows]
    content = writers.write(list(heading.values()), records, form)
    mime = next(mime for mime, known in FORMS.items() if known == form)
    response = Response(content, mimetype=mime)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return response
