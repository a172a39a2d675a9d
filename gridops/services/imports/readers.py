"""CSV, XLSX and GeoJSON into a Table. What is wrong with the file as a whole is raised, before any rule is asked.

Cells are text, stripped; a sheet's whole numbers lose their ".0", its dates become ISO dates. The apostrophe that an export puts
before a text that a spreadsheet would run as a formula is taken off again (see exports.cells).
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from gridops.domain.counted import counted
from gridops.errors import Invalid
from gridops.services.imports.table import Row, Table
from gridops.services.sheet_text import unguarded

LONGEST_CELL = 4_000_000
UNSTORABLE = re.compile("[\0\ud800-\udfff]")  # NUL, and half a character as JSON can say it
EXAMPLE = "#示例"  # begins the first cell of a template's example row, which is not read
# What openpyxl, zipfile and expat raise on damaged or hostile workbooks, tried on thousands of mutilated ones. The syntax
# errors are expat's and, where it is installed, lxml's; expat's is also its answer to entities that multiply.
_BROKEN_WORKBOOK = (
    zipfile.BadZipFile, InvalidFileException, SyntaxError, zlib.error, LookupError, ValueError, TypeError, AttributeError, EOFError,
    NotImplementedError, OSError, RuntimeError)
MOST_UNPACKED = 500_000_000  # bytes of an XLSX: it is a ZIP, and a small one can hold very much


class UnreadableFile(Invalid):
    """The file as a whole: unreadable_file, missing_header, duplicate_column, ragged_row, unsupported_format."""

    code = "unreadable_file"


def read(content: bytes, filename: str) -> Table:
    """By the ending of the name: .csv .txt .tsv, .xlsx, .geojson .json."""
    ending = filename.rsplit(".", 1)[-1].lower()
    if ending in ("csv", "txt", "tsv"):
        return read_csv(content)
    if ending in ("xlsx", "xlsm"):
        return read_xlsx(content)
    if ending in ("geojson", "json"):
        return read_geojson(content)
    raise UnreadableFile(f"{filename}: only .csv, .xlsx and .geojson can be read", code="unsupported_format")


def read_csv(content: bytes) -> Table:
    """UTF-8 with or without mark; UTF-16 with its mark; GB18030 when it is neither, and then a note says so."""
    text, notes = _decoded(content)
    csv.field_size_limit(LONGEST_CELL)
    first = text.split("\n", 1)[0]
    delimiter = "\t" if "\t" in first and "," not in first else ","
    try:
        return _table(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), notes)
    except csv.Error as error:
        raise UnreadableFile(f"not a CSV file: {error}") from error


def _decoded(content: bytes) -> tuple[str, list[str]]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _as_utf16(content), ["read as UTF-16"]
    try:
        return content.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("gb18030"), ["the file is not UTF-8: read as GB18030"]
    except UnicodeDecodeError as error:
        raise UnreadableFile("the file is neither UTF-8 nor GB18030") from error


def _as_utf16(content: bytes) -> str:
    try:
        return content.decode("utf-16")
    except UnicodeDecodeError as error:
        raise UnreadableFile("the file begins as UTF-16 and is not") from error


def read_xlsx(content: bytes) -> Table:
    """The first sheet; formulas count with the value they last had."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(part.file_size for part in archive.infolist()) > MOST_UNPACKED:
                raise UnreadableFile("the workbook is too large once unpacked")
        return _first_sheet(content)
    except _BROKEN_WORKBOOK as error:
        raise UnreadableFile("not an XLSX workbook") from error


def _first_sheet(content: bytes) -> Table:
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    try:
        return _table(_without_empty_tail(book.worksheets[0].iter_rows(values_only=True)), [])
    finally:
        book.close()


def _without_empty_tail(lines: Iterable[tuple[Any, ...]]) -> Iterable[list[str]]:
    """A sheet is a rectangle: its width is the header's, and empty cells to the right of it are nobody's."""
    width = None
    for line in lines:
        texts = [_text(value) for value in line]
        while texts and not texts[-1] and (width is None or len(texts) > width):
            texts.pop()
        width = len(texts) if width is None else width
        yield texts + [""] * (width - len(texts)) if any(texts) else []


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, datetime):
        return value.isoformat(" ") if value.time() != datetime.min.time() else value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value)


def _table(lines: Iterable[list[str]], notes: list[str]) -> Table:
    numbered = enumerate(lines, 1)
    columns = _header(next((line for _, line in numbered), []))
    rows = [_row(number, line, columns) for number, line in numbered if any(cell.strip() for cell in line) and not _is_example(line)]
    return Table(columns, rows, notes)


def _is_example(line: list[str]) -> bool:
    return line[0].lstrip().startswith(EXAMPLE)


def _header(line: list[str]) -> list[str]:
    columns = [name.strip() for name in line]
    if any("\0" in name for name in columns):
        raise UnreadableFile("the first line has a character that cannot be stored")
    if not any(columns):
        raise UnreadableFile("the first line must name the columns", code="missing_header")
    twice = sorted({name for name in columns if columns.count(name) > 1})
    if twice:
        raise UnreadableFile(f"the column {twice[0]!r} stands twice", code="duplicate_column")
    return columns


def _row(number: int, line: list[str], columns: list[str]) -> Row:
    if len(line) != len(columns):
        raise UnreadableFile(f"row {number} has {counted(len(line), 'cell')}, the header has {len(columns)}", code="ragged_row")
    if any("\0" in cell for cell in line):
        raise UnreadableFile(f"row {number} has a character that cannot be stored")
    return Row(number, {name: unguarded(cell.strip()) for name, cell in zip(columns, line, strict=True)})


def read_geojson(content: bytes) -> Table:
    """A FeatureCollection: properties become cells, lists are joined with ";". A member ``crs`` is left to the rules."""
    try:
        document = json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise UnreadableFile("not a JSON file in UTF-8") from error
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list) or not all(isinstance(feature, dict) for feature in features):
        raise UnreadableFile("not a GeoJSON FeatureCollection")
    rows = [_feature(number, feature) for number, feature in enumerate(features, 1)]
    return Table(list(dict.fromkeys(name for row in rows for name in row.cells)), rows)


def _feature(number: int, feature: dict[str, Any]) -> Row:
    properties = feature.get("properties") or {}
    if not isinstance(properties, dict):
        raise UnreadableFile(f"feature {number} has properties that are no object")
    cells = {str(name): _property(value) for name, value in properties.items()}
    if any(UNSTORABLE.search(text) for text in (*cells, *cells.values())):
        raise UnreadableFile(f"feature {number} has a character that cannot be stored")
    return Row(number, cells, feature.get("geometry"))


def _property(value: Any) -> str:
    if isinstance(value, list):
        return ";".join(_property(item) for item in value)
    return _text(value).strip()
