"""Tables on paper: A4 across, with what they are of at the top, the headings again on each page, and who exported them when at the foot.

Text stays text, and only the letters that occur are embedded. The typeface is that of the posters: it has every character that a name may have.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from fpdf import FPDF
from fpdf.enums import TableBordersLayout
from fpdf.fonts import FontFace

from gridops.posters.fonts import FACE, file_of

FAMILY = "paper"
MARGIN, FOOT = 12.0, 14.0  # millimetres
TITLE, HEADING, TEXT, SMALL = 15, 11, 8.5, 7.5  # points
LINE = 4.6
MOST_ROWS = 3000  # of all tables together: more is no paper for people
GREY, PALE, RULE = (90, 96, 92), (238, 242, 239), (170, 176, 172)
DIGITS = "0123456789 {nb}/"
_writing = threading.Lock()  # a document holds the typeface and all its pages in memory while it is made


@dataclass(frozen=True)
class Block:
    """A table. ``figures``: the columns that hold numbers, to the right; ``widths`` in proportion to each other; ``last_is_sum``."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    figures: frozenset[int] = frozenset()
    widths: Sequence[float] = ()
    last_is_sum: bool = False


@dataclass(frozen=True)
class Paper:
    """``facts`` stand below the title: what it is of, which time, what is left out. ``foot`` says who exported it when."""

    title: str
    facts: Sequence[str]
    blocks: Sequence[Block]
    foot: str
    page: str  # "第 %s 页，共 %s 页"
    language: str = "zh-CN"
    too_long: str = field(default="")  # said where rows were left out


class _Document(FPDF):
    def __init__(self, paper: Paper):
        super().__init__(orientation="landscape", format="A4")
        self.paper = paper

    def footer(self) -> None:
        self.set_y(-FOOT + 2)
        self.set_font(FAMILY, "", SMALL)
        self.set_text_color(*GREY)
        half = (self.w - 2 * MARGIN) / 2
        self.cell(half * 1.4, 5, self.paper.foot)
        self.cell(half * 0.6, 5, self.paper.page % (self.page_no(), "{nb}"), align="R")


def write(paper: Paper) -> bytes:
    """Raises Unavailable ``font_missing``."""
    with _writing:
        document = _begun(paper)
        _head(document, paper)
        left = MOST_ROWS
        for block in paper.blocks:
            _draw(document, block, block.rows[:left])
            left = max(0, left - len(block.rows))
        if sum(len(block.rows) for block in paper.blocks) > MOST_ROWS:
            _line(document, paper.too_long, SMALL, GREY)
        return bytes(document.output())


def _begun(paper: Paper) -> _Document:
    document = _Document(paper)
    document.set_margins(MARGIN, MARGIN)
    document.set_auto_page_break(True, FOOT)
    document.set_title(paper.title)
    document.set_lang(paper.language)
    letters = sorted({ord(char) for text in _texts(paper) for char in text if char.isprintable()})
    for bold in (False, True):
        document.add_font(FAMILY, "B" if bold else "", file_of(bold), collection_font_number=FACE, unicode_range=letters)
    document.add_page()
    return document


def _texts(paper: Paper) -> Iterator[str]:
    yield from (paper.title, paper.foot, paper.page, paper.too_long, DIGITS, *paper.facts)
    for block in paper.blocks:
        yield from (block.title, *block.headings)
        for row in block.rows:
            yield from row


def _head(document: _Document, paper: Paper) -> None:
    _line(document, paper.title, TITLE, (0, 0, 0), bold=True)
    for fact in paper.facts:
        _line(document, fact, TEXT, GREY)


def _line(document: _Document, text: str, size: float, colour: tuple[int, int, int], *, bold: bool = False) -> None:
    document.set_font(FAMILY, "B" if bold else "", size)
    document.set_text_color(*colour)
    document.multi_cell(0, size * 0.52, text, new_x="LMARGIN", new_y="NEXT")


def _draw(document: _Document, block: Block, rows: Sequence[Sequence[str]]) -> None:
    """A title stays with its table: where hardly a row would fit below it, both go to the next page."""
    if document.get_y() > document.h - FOOT - 40:
        document.add_page()
    document.ln(3)
    _line(document, block.title, HEADING, (0, 0, 0), bold=True)
    document.ln(1)
    document.set_font(FAMILY, "", TEXT)
    document.set_text_color(0, 0, 0)
    document.set_draw_color(*RULE)
    document.set_line_width(0.1)
    with document.table(
        line_height=LINE, padding=(0.6, 1.2), col_widths=tuple(block.widths) or None, borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        text_align=tuple("RIGHT" if column in block.figures else "LEFT" for column in range(len(block.headings))),
        headings_style=FontFace(emphasis="BOLD", fill_color=PALE),
    ) as table:
        for row in (block.headings, *rows):
            last = block.last_is_sum and row is rows[-1]
            table.row([_plain(cell) for cell in row], style=FontFace(emphasis="BOLD") if last else None)


def _plain(text: str) -> str:
    """What cannot be printed would have no letter."""
    return "".join(char if char.isprintable() else " " for char in text)
