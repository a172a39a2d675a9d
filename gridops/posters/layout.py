"""Where everything stands on a sheet. Made to be read in a stairwell: the call from three metres, the code from one, the rest at hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

import segno

from gridops.posters import colours
from gridops.posters.fonts import face
from gridops.posters.marks import INK, PAGE, SOFT, WHITE, Box, Code, Line, Mark

MARGIN = 15.0
CODE_SIDE = 92.0  # with its quiet zone; never below 60 mm
QUIET = 4  # modules, ISO/IEC 18004
BAND, FOOT = 54.0, 48.0  # heights of the coloured bands above and below
CALL, CALL_EN = "扫一扫，反映身边事", "Scan to report"
EASY, EASY_EN = "不用注册，不装应用，可以不留姓名", "No account, no app, no name needed"
TYPE, TYPE_EN = "不便扫码，可在浏览器输入", "No camera? Type this address"
DESK, DESK_EN = "街道服务电话", "Call the street"
DANGER, DANGER_EN = "遇到危险，请先拨打 110 · 119 · 120", "In danger call 110, 119 or 120 first"
CUT = "…"


@dataclass(frozen=True)
class Sheet:
    """Everything that one poster says. ``address`` is what the code opens; nobody's name or own number may be in here."""

    street: str
    address: str
    title: str  # of the place or cell
    number: str  # its code
    street_en: str | None = None
    title_en: str | None = None
    colour: str | None = None
    phone: str | None = None  # of the street's desk
    cell: str | None = None  # community and cell, for a place
    cell_en: str | None = None
    desk: str = DESK

    @property
    def short_address(self) -> str:
        """As people type it."""
        return self.address.removeprefix("https://").removeprefix("http://")


def marks(sheet: Sheet) -> list[Mark]:
    colour = colours.readable(sheet.colour)
    return [*_head(sheet, colour), *_code(sheet, colour), *_place(sheet, colour), *_foot(sheet, colour)]


def _head(sheet: Sheet, colour: str) -> Iterator[Mark]:
    yield Box(0, 0, PAGE[0], BAND, colour)
    yield from _centred(sheet.street, 13.5, 8, WHITE)
    if sheet.street_en:
        yield from _centred(sheet.street_en, 19.5, 4.2, WHITE)
    yield from _centred(CALL, 37.5, 16.5, WHITE, bold=True)
    yield from _centred(CALL_EN, 48.5, 8, WHITE, bold=True)


def _code(sheet: Sheet, colour: str) -> Iterator[Mark]:
    """Error level Q: a quarter of the code may be torn or painted over."""
    code = segno.make(sheet.address, error="q", micro=False, boost_error=False)
    modules = code.symbol_size(border=0)[0]
    left, top, frame = (PAGE[0] - CODE_SIDE) / 2, BAND + 9, 2.5
    module = CODE_SIDE / (modules + 2 * QUIET)
    yield Box(left - frame, top - frame, CODE_SIDE + 2 * frame, CODE_SIDE + 2 * frame, colour, 5)
    yield Box(left, top, CODE_SIDE, CODE_SIDE, WHITE, 3)
    yield Code(left + QUIET * module, top + QUIET * module, module, _stripes(code.matrix))
    below = top + CODE_SIDE + frame
    yield from _centred(f"{TYPE}  {TYPE_EN}", below + 8, 3.9, SOFT)
    yield from _centred(sheet.short_address, below + 15.5, 6.4, INK, bold=True)
    yield from _centred(EASY, below + 25, 5.4, INK)
    yield from _centred(EASY_EN, below + 30.5, 3.9, SOFT)


def _stripes(matrix: tuple) -> tuple[tuple[int, int, int], ...]:
    found = []
    for y, row in enumerate(matrix):
        x = 0
        for dark, run in groupby(row):
            length = len(list(run))
            if dark:
                found.append((x, y, length))
            x += length
    return tuple(found)


def _place(sheet: Sheet, colour: str) -> Iterator[Mark]:
    """Where the poster hangs: the name as large as it fits, community and cell, the number."""
    top = PAGE[1] - FOOT - 50
    yield Box(MARGIN, top, PAGE[0] - 2 * MARGIN, 0.5, colour)
    yield from _centred(sheet.title, top + 15, 12.5, colour, bold=True)
    y = top + 20.5
    for text, step, size, shade in (
            (sheet.title_en, 4.5, 4.6, SOFT), (sheet.cell, 8, 5.4, INK), (sheet.cell_en, 5, 3.9, SOFT), (f"编号 No. {sheet.number}", 7.5, 4.2, SOFT)):
        if text:
            y += step
            yield from _centred(text, y, size, shade)


def _foot(sheet: Sheet, colour: str) -> Iterator[Mark]:
    top = PAGE[1] - FOOT
    yield Box(0, top, PAGE[0], FOOT, colour)
    if sheet.phone:
        yield from _centred(f"{sheet.desk}  {DESK_EN}", top + 10, 4.6, WHITE)
        yield from _centred(sheet.phone, top + 23, 11.5, WHITE, bold=True)
    y = top + (33 if sheet.phone else 20)
    yield from _centred(DANGER, y, 5.2, WHITE)
    yield from _centred(DANGER_EN, y + 6, 3.9, WHITE)


def _centred(text: str, baseline: float, size: float, colour: str, *, bold: bool = False) -> Iterator[Line]:
    """In one line between the margins: smaller where it must be, in two lines before it gets too small to read."""
    room = PAGE[0] - 2 * MARGIN
    needed = face(bold).width(text, size)
    smallest = size * 0.62
    if needed * 0.62 > room:
        for number, part in enumerate(_halved(text, room, smallest, bold)):
            yield _line(part, baseline + (number * 2 - 1) * smallest * 0.62, smallest, colour, bold)
    else:
        yield _line(text, baseline, min(size, size * room / needed), colour, bold)


def _halved(text: str, room: float, size: float, bold: bool) -> list[str]:
    """Two lines that fit; what is longer still ends in an ellipsis."""
    spaces = [at for at, char in enumerate(text) if char == " "]
    middle = min(spaces, key=lambda at: abs(at - len(text) // 2), default=len(text) // 2)
    return [_fitting(part.strip(), room, size, bold) for part in (text[:middle], text[middle:])]


def _fitting(text: str, room: float, size: float, bold: bool) -> str:
    if face(bold).width(text, size) <= room:
        return text
    while face(bold).width(text + CUT, size) > room:
        text = text[:-1]
    return text + CUT


def _line(text: str, baseline: float, size: float, colour: str, bold: bool) -> Line:
    return Line((PAGE[0] - face(bold).width(text, size)) / 2, baseline, text, size, bold, colour)
