"""Giving neighbouring cells the same vertices.

A cut made on one side of an edge puts a vertex there that the cell on the other side does not have. Here every such vertex is
put into that edge too, so that neighbours run along exactly the same points: a shape that is rounded, moved or converted
point by point afterwards opens no crack.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from shapely import MultiPolygon, Polygon, STRtree

from geo.shapes import Area

# Far above what intersecting two edges can err by (1e-13), far below a millimetre.
ON_EDGE_DEG = 1e-11


def knit(cells: Sequence[Area], fixed: Area | None = None) -> list[Area]:
    """The same cells, each edge broken at every vertex of another cell that lies on it.

    Vertices closer than ON_EDGE_DEG become one: that of `fixed`, which stays where it is, else the first in the list.
    """
    merged = _merged(cells, shapely.get_coordinates(fixed))
    vertices = np.unique(shapely.get_coordinates(merged), axis=0)
    index = STRtree(shapely.points(vertices))
    return [_knitted(cell, index, vertices) for cell in merged]


def _merged(cells: Sequence[Area], fixed: np.ndarray) -> np.ndarray:
    merged = np.array(cells, dtype=object)
    every = np.concatenate([fixed, shapely.get_coordinates(merged)])
    unique, first, back = np.unique(every, axis=0, return_index=True, return_inverse=True)
    points = shapely.points(unique)
    near, other = STRtree(points).query(points, predicate="dwithin", distance=ON_EDGE_DEG)
    earliest = first.copy()
    np.minimum.at(earliest, near, first[other])
    return shapely.set_coordinates(merged, every[earliest[back.ravel()]][len(fixed) :])


def _knitted(cell: Area, index: STRtree, vertices: np.ndarray) -> Area:
    parts = [
        Polygon(_ring(part.exterior, index, vertices), [_ring(hole, index, vertices) for hole in part.interiors])
        for part in shapely.get_parts(cell)
    ]
    return parts[0] if len(parts) == 1 else MultiPolygon(parts)


def _ring(ring: shapely.LinearRing, index: STRtree, vertices: np.ndarray) -> np.ndarray:
    xy = shapely.get_coordinates(ring)
    edges = shapely.linestrings(np.stack([xy[:-1], xy[1:]], axis=1))
    edge, vertex = index.query(edges, predicate="dwithin", distance=ON_EDGE_DEG)
    found = vertices[vertex]
    new = ~((found == xy[edge]).all(axis=1) | (found == xy[edge + 1]).all(axis=1))
    if not new.any():
        return xy
    edge, found = edge[new], found[new]
    along = ((found - xy[edge]) ** 2).sum(axis=1)
    order = np.lexsort((along, edge))
    return np.insert(xy, edge[order] + 1, found[order], axis=0)
