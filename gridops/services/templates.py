"""Workbooks to fill in, one for each kind of import: the columns, an example that is not read, and a sheet that explains each column."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import NamedTuple

import openpyxl
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from gridops.domain.terms import AS_SHIPPED, Wording
from gridops.errors import NotFound
from gridops.services.imports import addresses, areas, check_ins, claims, departments, people, places, shifts
from gridops.services.imports.readers import EXAMPLE
from gridops.services.sheet_text import guarded
from gridops.services.template_words import EXAMPLES, WORDS

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "areas": areas.COLUMNS, "addresses": addresses.COLUMNS, "places": places.COLUMNS, "departments": departments.COLUMNS,
    "people": people.COLUMNS, "shifts": shifts.COLUMNS, "check-ins": check_ins.COLUMNS, "claims": claims.COLUMNS,
}
KINDS = tuple(COLUMNS)
NEEDED: Mapping[str, tuple[str, ...]] = {
    "areas": ("code", "level", "name"), "addresses": ("name",), "places": ("code", "kind", "name"),
    "departments": ("code", "type", "name"), "people": ("name", "role"), "shifts": shifts.NEEDED,
    "check-ins": check_ins.NEEDED, "claims": claims.NEEDED,
}
_GREY, _BOLD = Font(italic=True, color="808080"), Font(bold=True)
_HEAD = PatternFill("solid", fgColor="DDEEE7")
WIDTH, WIDE, TALL = 18, 60, 100


class Column(NamedTuple):
    """``needed``: the import refuses the file without it."""

    name: str
    needed: bool
    chinese: str
    english: str
    example: str


def columns(kind: str, wording: Wording = AS_SHIPPED) -> list[Column]:
    """What is explained in Chinese is said in ``wording``; headings and examples are what every installation reads. Raises NotFound."""
    if kind not in COLUMNS:
        raise NotFound()
    words = WORDS["shared"] | WORDS[kind]
    return [Column(name, name in NEEDED[kind], wording.said(words[name][0]), words[name][1], EXAMPLES[kind].get(name, "")) for name in COLUMNS[kind]]


def workbook(kind: str, wording: Wording = AS_SHIPPED) -> bytes:
    """XLSX. Raises NotFound."""
    described = columns(kind, wording)
    book = openpyxl.Workbook()
    _to_fill_in(book.active, kind, described)
    _explained(book.create_sheet("填写说明 Notes"), described)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _to_fill_in(sheet: Worksheet, kind: str, described: list[Column]) -> None:
    sheet.title = kind
    sheet.append([column.name for column in described])
    example = [column.example for column in described]
    sheet.append([f"{EXAMPLE} {example[0]}", *map(guarded, example[1:])])
    for cell in sheet[1]:
        cell.font, cell.fill = _BOLD, _HEAD
    for cell in sheet[2]:
        cell.font = _GREY
    for i in range(1, len(described) + 1):
        letter = openpyxl.utils.get_column_letter(i)
        sheet.column_dimensions[letter].width = WIDTH
        for row in range(1, TALL):
            sheet.cell(row, i).number_format = "@"  # text: a spreadsheet must not turn a code into 3.1E+08
    sheet.freeze_panes = "A2"


def _explained(sheet: Worksheet, described: list[Column]) -> None:
    sheet.append(["列 Column", "必填 Needed", "说明", "What it means", "示例 Example"])
    for column in described:
        sheet.append([column.name, "是 yes" if column.needed else "", column.chinese, column.english, guarded(column.example)])
    sheet.append([])
    sheet.append(["", "", f"首格以“{EXAMPLE}”开头的行不会导入，可保留或删除。", f'A row whose first cell begins with "{EXAMPLE}" is not read: keep it or delete it.'])
    for cell in sheet[1]:
        cell.font, cell.fill = _BOLD, _HEAD
    for letter in "CD":
        sheet.column_dimensions[letter].width = WIDE
        for cell in sheet[letter]:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    for letter in "ABE":
        sheet.column_dimensions[letter].width = WIDTH
