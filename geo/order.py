"""The order in which new cells are numbered."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import shapely

from geo.plane import Plane
from geo.shapes import Area, area_m2


def in_reading_order(cells: Sequence[Area]) -> list[Area]:
    """West to east, then north to south, as a page is read: each row goes from west to east, rows follow from north to south.

    A row is as high as a cell is wide on average, counted from the northern edge; a cell is where its centroid is.
    """
    return [cells[i] for i in reading_order(cells)]


def reading_order(cells: Sequence[Area]) -> list[int]:
    """Positions of `cells` in reading order; equal rows and longitudes are settled by latitude, then by position."""
    if not cells:
        return []
    plane = Plane(*shapely.total_bounds(np.array(cells, dtype=object))[[0, 3]])
    centres = plane.to_metres(shapely.get_coordinates(shapely.centroid(cells)))
    row_m = math.sqrt(sum(area_m2(cell) for cell in cells) / len(cells))
    rows = np.floor(-centres[:, 1] / row_m)
    return [int(i) for i in np.lexsort((-centres[:, 1], centres[:, 0], rows))]
