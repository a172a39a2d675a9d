"""The typeface of posters: Noto Sans CJK SC, which Debian brings as fonts-noto-cjk. It holds every character that a name may have."""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path

from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTFont

from gridops.errors import Unavailable

FOLDERS = ("/usr/share/fonts/opentype/noto", "/usr/share/fonts/noto-cjk", "/usr/share/fonts/google-noto-cjk", "/usr/local/share/fonts")
NAMES = {False: "NotoSansCJK-Regular.ttc", True: "NotoSansCJK-Bold.ttc"}
FACE = 2  # of the collection: the forms of letters that mainland China writes
UNKNOWN = ".notdef"
PACKAGE = "fonts-noto-cjk"


def file_of(bold: bool) -> Path:
    """Raises Unavailable ``font_missing``."""
    found = next((path for folder in FOLDERS if (path := Path(folder, NAMES[bold])).is_file()), None)
    if found is None:
        raise Unavailable("Posters need the font Noto Sans CJK: install %(package)s.", code="font_missing", package=PACKAGE)
    return found


class Face:
    """One weight, in units of its em."""

    def __init__(self, bold: bool):
        font = TTFont(file_of(bold), fontNumber=FACE, lazy=True)
        self._names, self._glyphs = font.getBestCmap(), font.getGlyphSet()
        self._em = font["head"].unitsPerEm
        self._outlines: dict[str, tuple[str, float]] = {}

    def width(self, text: str, size: float) -> float:
        """In the unit of ``size``."""
        return sum(self._outline(char)[1] for char in text) * size

    def outline(self, text: str, x: float, baseline: float, size: float) -> str:
        """SVG path data with the first letter's origin at (x, baseline), y downwards."""
        scale, parts = size / self._em, []
        for char in text:
            pen = SVGPathPen(self._glyphs, ntos=lambda number: f"{number:.2f}".rstrip("0").rstrip("."))
            self._glyphs[self._name(char)].draw(TransformPen(pen, (scale, 0, 0, -scale, x, baseline)))
            parts.append(pen.getCommands())
            x += self._outline(char)[1] * size
        return "".join(parts)

    def _outline(self, char: str) -> tuple[str, float]:
        if char not in self._outlines:
            name = self._name(char)
            self._outlines[char] = (name, self._glyphs[name].width / self._em)
        return self._outlines[char]

    def _name(self, char: str) -> str:
        return self._names.get(ord(char), UNKNOWN)


@lru_cache(maxsize=256)
def outline(bold: bool, text: str, x: float, baseline: float, size: float) -> str:
    """Kept: most lines of a poster are those of all posters."""
    return face(bold).outline(text, x, baseline, size)


@cache
def face(bold: bool) -> Face:
    return Face(bold)
