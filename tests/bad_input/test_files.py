"""Files for `gridops import`: every fault is named with row, column and code, and not one row of the file is taken."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from shapely import box
from shapely.geometry import mapping

from gridops.cli import main
from tests.imports.own_files import workbook

NEW_STREET = {"code": "310199003", "level": "street", "name": "新街道"}
BOW_TIE = {"type": "Polygon", "coordinates": [[[121.5, 31.2], [121.51, 31.21], [121.51, 31.2], [121.5, 31.21], [121.5, 31.2]]]}


def geojson(*features: tuple[dict, dict]) -> bytes:
    rows = [{"type": "Feature", "properties": properties, "geometry": geometry} for properties, geometry in features]
    return json.dumps({"type": "FeatureCollection", "features": rows}).encode()


GOOD_FEATURE = ({**NEW_STREET, "code": "310199004"}, mapping(box(121.6, 31.2, 121.61, 31.21)))
FILES = {
    "a polygon that crosses itself": (
        "areas", "a.geojson", geojson(GOOD_FEATURE, (NEW_STREET, BOW_TIE)), ("--crs", "wgs84"), "row 2, column geometry: ", "[self_crossing]"),
    "no coordinate system": ("areas", "a.geojson", geojson(GOOD_FEATURE), (), "row 1, column crs: ", "[missing_crs]"),
    "XLSX with a missing column": (
        "departments", "d.xlsx", workbook(["code", "name"], ["D-NEW", "新单位"]), (), "column type: ", "[missing_column]"),
    "XLSX that is none": ("departments", "d.xlsx", b"code,type,name\n", (), "not an XLSX workbook", "(unreadable_file)"),
    "a department of an unknown type": (
        "departments", "d.csv", "code,type,name,areas\nD-NEW,FIRE,新单位,310199001\nD-BAD,MAGIC,坏单位,310199001\n".encode(), (),
        "row 3, column type: ", "[unknown_department_type]"),
    "orders with a number twice": (
        "orders", "o.csv", "number,content\n1,垃圾\n2,噪音\n1,别的\n".encode(), ("--street", "310199001"), "row 4, column number: ", "[duplicate_row]"),
    "an order whose point lies in the sea": (
        "orders", "o.csv", "number,content,lng,lat,crs\n1,垃圾,,,\n2,噪音,123.5,30.5,wgs84\n".encode(), ("--street", "310199001"),
        "row 3, column lng: ", "[outside]"),
}


@pytest.mark.parametrize("case", FILES)
def test_a_file_with_a_fault(unchanged, monkeypatch, tmp_path, case):
    kind, name, content, options, where, code = FILES[case]
    for variable, value in unchanged.environment.items():
        monkeypatch.setenv(variable, value)
    (tmp_path / name).write_bytes(content)
    done = CliRunner().invoke(main, ["import", kind, str(tmp_path / name), *options])
    assert done.exit_code == 1, done.output
    assert where in done.output and code in done.output, done.output
    assert "created" not in done.stdout
