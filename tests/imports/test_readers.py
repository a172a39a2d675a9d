"""Files into tables."""

import io
import zipfile
from datetime import datetime

import pytest
from tests.imports.own_files import collection, feature, workbook

from gridops.services.imports.readers import UnreadableFile, read
from gridops.services.sheet_text import guarded, unguarded


def code_of(content, name="file.csv"):
    with pytest.raises(UnreadableFile) as raised:
        read(content, name)
    return raised.value.code


def test_rows_carry_the_numbers_a_person_sees_in_a_sheet():
    found = read(b"code,name\r\n1,a\r\n\r\n2,\"b\nc\"\r\n3,d\r\n", "x.csv")
    assert [(row.number, row.cells["name"]) for row in found.rows] == [(2, "a"), (4, "b\nc"), (5, "d")]


@pytest.mark.parametrize(("encoding", "notes"), [
    ("utf-8", []), ("utf-8-sig", []), ("gb18030", ["the file is not UTF-8: read as GB18030"]), ("utf-16", ["read as UTF-16"]),
])
def test_encodings_of_chinese_offices_are_read_and_said_aloud(encoding, notes):
    found = read("code,name\n1,徐家汇街道\n".encode(encoding), "x.csv")
    assert found.columns == ["code", "name"]
    assert found.rows[0].cells == {"code": "1", "name": "徐家汇街道"}
    assert found.notes == notes


def test_a_sheet_gives_whole_numbers_iso_dates_and_no_empty_tail():
    content = workbook(["code", "day", "share", None], [310199001, datetime(2026, 3, 4), 0.5, None], [], ["a", datetime(2026, 3, 4, 10, 30), -1.5])
    rows = read(content, "x.xlsx").rows
    assert [row.number for row in rows] == [2, 4]
    assert rows[0].cells == {"code": "310199001", "day": "2026-03-04", "share": "0.5"}
    assert rows[1].cells == {"code": "a", "day": "2026-03-04 10:30:00", "share": "-1.5"}


def test_features_become_rows_with_lists_joined():
    found = read(collection(feature("310199001", aliases=["a", "b"], households=None)), "x.geojson")
    assert found.rows[0].number == 1
    assert found.rows[0].cells["aliases"] == "a;b"
    assert found.rows[0].cells["households"] == ""
    assert found.rows[0].geometry["type"] == "Polygon"


@pytest.mark.parametrize(("content", "name", "code"), [
    (b"\xff\x00\x81", "x.csv", "unreadable_file"),
    (b"", "x.csv", "missing_header"),
    (b"code,name,code\n1,2,3\n", "x.csv", "duplicate_column"),
    (b"code,name\n1,2,3\n", "x.csv", "ragged_row"),
    (b"code,name\n1\n", "x.csv", "ragged_row"),
    (b'code,name\n1,"a\n', "x.csv", "unreadable_file"),
    (b"\xff\xfea\0b\0\xd8", "x.csv", "unreadable_file"),
    (b"code,name\na\0,b\n", "x.csv", "unreadable_file"),
    (b"code,na\0me\na,b\n", "x.csv", "unreadable_file"),
    (b"no workbook", "x.xlsx", "unreadable_file"),
    (b"{", "x.geojson", "unreadable_file"),
    (b"[" * 100_000, "x.geojson", "unreadable_file"),
    (b'{"features": 1}', "x.geojson", "unreadable_file"),
    (b'{"features": [{"properties": [1]}]}', "x.geojson", "unreadable_file"),
    (b'{"features": [{"properties": {"name": "\\ud800"}}]}', "x.geojson", "unreadable_file"),
    (b'{"features": [{"properties": {"a\\u0000b": ["x"]}}]}', "x.geojson", "unreadable_file"),
    (b"%PDF", "x.pdf", "unsupported_format"),
])
def test_a_file_that_is_wrong_as_a_whole_says_why(content, name, code):
    assert code_of(content, name) == code


SHEET = '{}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">' \
        '<c r="A1" t="inlineStr"><is><t>{}</t></is></c></row></sheetData></worksheet>'
NESTED = "".join(f'<!ENTITY {name} "{10 * f"&{inner};"}">' for inner, name in zip("bcdefghi", "abcdefgh", strict=True))


@pytest.mark.parametrize(("part", "xml"), [
    ("xl/worksheets/sheet1.xml", SHEET.format(f'<!DOCTYPE x [<!ENTITY a "{50 * "ha"}">{NESTED}]>', "&i;")),
    ("xl/worksheets/sheet1.xml", SHEET.format('<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>', "&a;")),
    ("xl/worksheets/sheet1.xml", "<worksheet"), ("xl/workbook.xml", ""), ("[Content_Types].xml", "<a/>"),
])
def test_hostile_or_broken_xml_in_a_workbook_is_refused(part, xml):
    assert code_of(replaced(workbook(["code"], ["1"]), part, xml), "x.xlsx") == "unreadable_file"


def test_a_mutilated_workbook_is_refused_or_read_but_never_a_crash():
    whole = workbook(["code", "name"], ["1", "a"])
    for place in range(0, len(whole), 97):
        try:
            read(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :], "x.xlsx")
        except UnreadableFile:
            pass


def replaced(content, part, xml):
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(written, "w") as new:
        for name in old.namelist():
            new.writestr(name, xml if name == part else old.read(name))
    return written.getvalue()


def test_a_zip_that_is_no_workbook_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "x.xlsx", "w") as archive:
        archive.writestr("hello.txt", "hello")
    assert code_of((tmp_path / "x.xlsx").read_bytes(), "x.xlsx") == "unreadable_file"


@pytest.mark.parametrize("text", ["=1+1", "+85291234567", "-x", "@SUM(A1)", "'=1", "''=1", "'quoted'", "plain", "", "\t=1"])
def test_a_formula_is_made_harmless_and_comes_back_as_it_was(text):
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(("=", "+", "-", "@", "\t"))
