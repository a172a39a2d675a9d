"""Shapes for the tests, all made up, in degrees around (121, 31)."""

from __future__ import annotations

import math

import numpy as np
import shapely
from hypothesis import strategies as st
from shapely import MultiPolygon, Polygon

METRE = 1e-5  # degrees, near enough


def box(x: float, y: float, w: float, h: float) -> Polygon:
    """A rectangle from roughly x, y, w, h in metres."""
    return shapely.box(121 + x * METRE, 31 + y * METRE, 121 + (x + w) * METRE, 31 + (y + h) * METRE)


def comb(teeth: int) -> Polygon:
    """A street of long thin teeth: nearly every straight line cuts it in many pieces."""
    back = box(0, 0, 200 * teeth, 100)
    return shapely.union_all([back, *(box(200 * i, 0, 90, 900) for i in range(teeth))])


def ring() -> Polygon:
    """A square with a hole in the middle."""
    return box(0, 0, 1500, 1500).difference(box(400, 500, 600, 500))


def archipelago() -> MultiPolygon:
    """Two parts worth several cells each and an islet worth less than half a cell."""
    return MultiPolygon([box(0, 0, 1000, 700), box(1200, 100, 600, 600), box(2000, 0, 50, 50)])


@st.composite
def stars(draw: st.DrawFn) -> Polygon:
    """Any polygon seen whole from its middle: concave, spiky, of 5 to 30 corners."""
    radii = draw(st.lists(st.integers(60, 2000), min_size=5, max_size=30))
    turn = draw(st.floats(0, 6.2))
    angle = turn + np.arange(len(radii)) * 2 * math.pi / len(radii)
    spokes = np.array(radii) * METRE
    return Polygon(np.column_stack([121 + spokes * np.cos(angle), 31 + spokes * np.sin(angle)]))
