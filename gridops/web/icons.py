"""The icon of the site as PNG, drawn from icon.svg when it is first asked for: phones take no SVG for their home screen."""

from __future__ import annotations

import io
from functools import cache
from typing import NamedTuple
from xml.etree import ElementTree

from PIL import Image, ImageColor, ImageDraw

from gridops.web.frame import STATIC

SVG = "{http://www.w3.org/2000/svg}"
VIEW = 28  # the drawing's own width and height
FINER = 4  # drawn larger and made smaller, for smooth corners
GROUND = "#ffffff"


class Size(NamedTuple):
    pixels: int
    inset: float  # share of the edge that a phone's own mask may cut away


SIZES = {"180": Size(180, 0.12), "192": Size(192, 0.12), "512": Size(512, 0.12), "512-maskable": Size(512, 0.22)}


@cache
def png(name: str) -> bytes:
    size = SIZES[name]
    edge = size.pixels * FINER
    canvas = Image.new("RGB", (edge, edge), GROUND)
    scale, start = edge * (1 - 2 * size.inset) / VIEW, edge * size.inset
    pen = ImageDraw.Draw(canvas)
    for x, y, side, radius, colour in _tiles():
        corner = (start + x * scale, start + y * scale)
        pen.rounded_rectangle((*corner, corner[0] + side * scale, corner[1] + side * scale), radius * scale, fill=colour)
    written = io.BytesIO()
    canvas.resize((size.pixels, size.pixels), Image.Resampling.LANCZOS).save(written, "PNG", optimize=True)
    return written.getvalue()


def _tiles():
    """(x, y, side, radius, colour) of each square; a group's opacity is mixed into the ground."""
    drawing = ElementTree.parse(STATIC / "icon.svg").getroot()
    for group in (drawing, *drawing.iter(SVG + "g")):
        for rect in group.findall(SVG + "rect"):
            colour = _mixed(rect.get("fill") or group.get("fill"), float(group.get("opacity", 1)))
            yield *(float(rect.get(name)) for name in ("x", "y", "width", "rx")), colour


def _mixed(colour: str, opacity: float) -> tuple[int, ...]:
    over, under = ImageColor.getrgb(colour), ImageColor.getrgb(GROUND)
    return tuple(round(a * opacity + b * (1 - opacity)) for a, b in zip(over, under, strict=True))
