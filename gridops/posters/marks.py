"""What a sheet consists of. Millimetres from the upper left corner; a letter's size is its em."""

from __future__ import annotations

from dataclasses import dataclass

PAGE = (210.0, 297.0)  # A4
WHITE, INK, SOFT = "#ffffff", "#16211e", "#4a5954"


@dataclass(frozen=True)
class Box:
    x: float
    y: float
    width: float
    height: float
    colour: str
    radius: float = 0


@dataclass(frozen=True)
class Line:
    """One line of text. ``x`` is its left edge, ``y`` its baseline."""

    x: float
    y: float
    text: str
    size: float
    bold: bool = False
    colour: str = INK


@dataclass(frozen=True)
class Code:
    """A QR code's dark squares, merged to stripes (x, y, length) in modules; the quiet zone is left to the sheet."""

    x: float
    y: float
    module: float
    stripes: tuple[tuple[int, int, int], ...]
    colour: str = "#000000"


Mark = Box | Line | Code
