"""Sheets as one PDF. Text stays text; only the letters that occur are embedded, so a hundred pages are hardly larger than one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from functools import singledispatch

from fpdf import FPDF

from gridops.posters import colours
from gridops.posters.fonts import FACE, file_of
from gridops.posters.layout import Sheet, marks
from gridops.posters.marks import Box, Code, Line, Mark

POINTS = 72 / 25.4  # a letter's size is in points, everything else in millimetres
FAMILY = "sheet"
_writing = threading.Lock()  # a document holds both fonts in memory while it is made, some 200 MB


def pdf(sheets: Iterable[Sheet], *, title: str, done: Callable[[int], None] = lambda count: None) -> bytes:
    """One page each. ``done`` hears how many pages are laid out. Raises Unavailable ``font_missing``."""
    with _writing:
        document = _document(title)
        for number, sheet in enumerate(sheets, 1):
            document.add_page()
            for mark in marks(sheet):
                _draw(mark, document)
            done(number)
        return bytes(document.output())


def _document(title: str) -> FPDF:
    document = FPDF(format="A4")
    document.set_margin(0)
    document.set_auto_page_break(False)
    document.set_title(title)
    document.set_lang("zh-CN")
    for bold in (False, True):
        document.add_font(FAMILY, "B" if bold else "", file_of(bold), collection_font_number=FACE)
    return document


@singledispatch
def _draw(mark: Mark, document: FPDF) -> None:
    raise TypeError(mark)


@_draw.register
def _(mark: Box, document: FPDF) -> None:
    document.set_fill_color(*colours.channels(mark.colour))
    document.rect(mark.x, mark.y, mark.width, mark.height, "F", round_corners=bool(mark.radius), corner_radius=mark.radius)


@_draw.register
def _(mark: Line, document: FPDF) -> None:
    document.set_font(FAMILY, "B" if mark.bold else "", mark.size * POINTS)
    document.set_text_color(*colours.channels(mark.colour))
    document.text(mark.x, mark.y, mark.text)


@_draw.register
def _(mark: Code, document: FPDF) -> None:
    """A hair wider than the module: neighbouring stripes must not show a white seam when a viewer smooths edges."""
    document.set_fill_color(*colours.channels(mark.colour))
    size, hair = mark.module, 0.02
    for x, y, length in mark.stripes:
        document.rect(mark.x + x * size, mark.y + y * size, length * size, size + hair, "F")
