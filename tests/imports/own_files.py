"""Files of the tests' own making: a town of one street, two communities, two cells."""

from __future__ import annotations

import io
import json

import openpyxl
from shapely import box
from shapely.geometry import mapping

from gridops.services.imports.readers import read_csv, read_geojson
from gridops.services.imports.table import Table

STREET, COMMUNITY, SECOND = "310199001", "310199001001", "310199001002"
WEST, EAST = COMMUNITY + "001", COMMUNITY + "002"
SQUARES = {
    STREET: box(121.40, 31.10, 121.41, 31.12), COMMUNITY: box(121.40, 31.10, 121.41, 31.11), SECOND: box(121.40, 31.11, 121.41, 31.12),
    WEST: box(121.40, 31.10, 121.405, 31.11), EAST: box(121.405, 31.10, 121.41, 31.11),
}
LEVELS = {9: "street", 12: "community", 15: "cell"}


def table(text: str) -> Table:
    """CSV written in the test; indentation does not count."""
    return read_csv("\n".join(line.strip() for line in text.strip().splitlines()).encode())


def feature(code, shape=None, **properties):
    level = LEVELS.get(len(str(code)), "cell")
    geometry = mapping(SQUARES.get(code) if shape is None else shape) if shape is not False else None
    return {"type": "Feature", "properties": {"code": code, "level": level, "name": f"名{code}", **properties}, "geometry": geometry}


def collection(*features) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": list(features)}).encode()


def shapes(*features) -> Table:
    return read_geojson(collection(*features))


def workbook(*lines) -> bytes:
    book = openpyxl.Workbook()
    for line in lines:
        book.active.append(list(line))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def faults(report):
    return [(fault.row, fault.column, fault.code) for fault in report.errors]


def counts(report):
    return report.created, report.changed, report.unchanged


def whole_town() -> Table:
    return shapes(*(feature(code) for code in SQUARES))
