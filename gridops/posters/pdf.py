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
_writing = threading.Lock()  # a document holds both fonts and all its pages in memory while it is made


def pdf(sheets: Iterable[Sheet], *, title: str, done: Callable[[int], None] = lambda count: None) -> bytes:
    """One page each. ``done`` hears how many pages are laid out. Raises Unavailable ``font_missing``."""
    with _writing:
        pages = [marks(sheet) for sheet in sheets]
        document = _document(title, pages)
        for number, page in enumerate(pages, 1):
            document.add_page()
            for mark in page:
                _draw(mark, document)
            done(number)
        return bytes(document.output())


def _document(title: str, pages: list[list[Mark]]) -> FPDF:
    """With the letters that the pages need: all 44,000 would take 200 MB and a second."""
    document = FPDF(format="A4")
    document.set_margin(0)
    document.set_auto_page_break(False)
    document.set_title(title)
    document.set_lang("zh-CN")
    for bold in (False, True):
        letters = {ord(char) for page in pages for mark in page if isinstance(mark, Line) and mark.bold is bold for char in mark.text}
        document.add_font(FAMILY, "B" if bold else "", file_of(bold), collection_font_number=FACE, unicode_range=sorted(letters))
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
