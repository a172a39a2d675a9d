"""A sheet as SVG for whoever puts it into a layout of his own. Letters are outlines: it looks the same where the font is not installed,
and print shops take it as it is; <title> and <desc> say in words what it shows."""

from __future__ import annotations

from functools import singledispatch
from xml.sax.saxutils import escape

from gridops.posters.fonts import outline
from gridops.posters.layout import Sheet, marks
from gridops.posters.marks import PAGE, Box, Code, Line, Mark


def svg(sheet: Sheet) -> bytes:
    """Raises Unavailable ``font_missing``."""
    found = marks(sheet)
    words = "\n".join(mark.text for mark in found if isinstance(mark, Line))
    width, height = PAGE
    return "\n".join([
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}mm" height="{height:g}mm" viewBox="0 0 {width:g} {height:g}" role="img"'
        ' aria-labelledby="title desc" xml:lang="zh-CN">',
        f'<title id="title">{escape(sheet.title)}</title>', f'<desc id="desc">{escape(words)}</desc>',
        f'<rect width="{width:g}" height="{height:g}" fill="#ffffff"/>', *map(_drawn, found), "</svg>", "",
    ]).encode()


@singledispatch
def _drawn(mark: Mark) -> str:
    raise TypeError(mark)


@_drawn.register
def _(mark: Box) -> str:
    corner = f' rx="{mark.radius:g}"' if mark.radius else ""
    return f'<rect x="{mark.x:g}" y="{mark.y:g}" width="{mark.width:g}" height="{mark.height:g}"{corner} fill="{mark.colour}"/>'


@_drawn.register
def _(mark: Line) -> str:
    return f'<path fill="{mark.colour}" d="{outline(mark.bold, mark.text, mark.x, mark.y, mark.size)}"/>'


@_drawn.register
def _(mark: Code) -> str:
    """In whole modules, so that no rounding opens a seam."""
    path = "".join(f"M{x} {y}h{length}v1h-{length}z" for x, y, length in mark.stripes)
    place = f"translate({mark.x:g} {mark.y:g}) scale({mark.module:.6g})"
    return f'<path transform="{place}" shape-rendering="crispEdges" fill="{mark.colour}" d="{path}"/>'
