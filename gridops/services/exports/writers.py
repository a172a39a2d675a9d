"""Records into CSV (UTF-8 with mark, so that spreadsheets read Chinese), XLSX or GeoJSON."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import openpyxl
from shapely.geometry import mapping

from gridops.services.exports.records import Record
from gridops.services.sheet_text import guarded

FORMATS = ("csv", "xlsx", "geojson")


def write(columns: list[str], records: list[Record], form: str) -> bytes:
    return {"csv": write_csv, "xlsx": write_xlsx, "geojson": write_geojson}[form](columns, records)


def write_csv(columns: list[str], records: list[Record]) -> bytes:
    out = io.StringIO(newline="")
    lines = csv.writer(out, lineterminator="\r\n")
    lines.writerow(columns)
    lines.writerows([_cell(record.cells.get(name)) for name in columns] for record in records)
    return out.getvalue().encode("utf-8-sig")


def write_xlsx(columns: list[str], records: list[Record]) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(columns)
    for record in records:
        sheet.append([_sheet_cell(record.cells.get(name)) for name in columns])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return int(value)
    return guarded(value) if isinstance(value, str) else value


def _sheet_cell(value: Any) -> Any:
    """openpyxl writes 16 digits of a number: one that needs 17 goes as text, or the same file would move a place."""
    if isinstance(value, float) and float(f"{value:.16g}") != value:
        return guarded(repr(value))
    return _cell(value)


def write_geojson(columns: list[str], records: list[Record]) -> bytes:
    features = [{
        "type": "Feature", "properties": {name: record.cells.get(name) for name in columns},
        "geometry": mapping(record.geometry) if record.geometry is not None else None,
    } for record in records]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False).encode()
