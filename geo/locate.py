"""Which cell a point is in: exactly one answer, or none.

A cell owns its inside, its edges, and everything within SNAP_DEG of them: 1e-9 degrees, a tenth of a millimetre. Where several cells
own a point (edges, corners) the lowest order key wins, whatever order the cells came in. Cells cut from one boundary share
their vertices, and a vertex computed on a longer edge lies within 1e-13 degrees of it, so the tolerance closes every crack
that arithmetic can leave and no point of a community falls between its cells.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from shapely import Point, STRtree

from geo.errors import GeoError
from geo.plane import Plane
from geo.shapes import Area

SNAP_DEG = 1e-9


class CellIndex:
    """An immutable index over areas in WGS-84.

    `ids` are whatever the caller wants back; `order_keys` must be unique (bad_request otherwise) and decide shared edges.
    Shapes must be polygons with an area (not_a_polygon, empty_shape) and are taken to be valid: see shapes.checked_area.
    """

    def __init__(self, ids: Sequence[Hashable], shapes: Sequence[Area], order_keys: Sequence[str]) -> None:
        if not len(ids) == len(shapes) == len(order_keys):
            raise GeoError("bad_request", "ids, shapes and order keys must be equally many")
        if len(set(order_keys)) != len(order_keys):
            raise GeoError("bad_request", "order keys must be unique")
        order = sorted(range(len(ids)), key=order_keys.__getitem__)
        # Sorted by key, the winner among several hits is simply the smallest position in the tree.
        self._ids = [ids[i] for i in order]
        self._shapes = _areas([shapes[i] for i in order])
        self._tree = STRtree(self._shapes)

    def __len__(self) -> int:
        return len(self._ids)

    def locate(self, lng: float, lat: float) -> Any | None:
        """The id of the cell that owns the point; None outside every cell, and for a point that is not finite."""
        if not (math.isfinite(lng) and math.isfinite(lat)):
            return None
        hits = self._tree.query(Point(lng, lat), predicate="dwithin", distance=SNAP_DEG)
        if len(hits) == 1:
            return self._ids[hits[0]]
        return self._ids[hits.min()] if len(hits) else None

    def locate_many(self, xy: np.ndarray) -> list[Any | None]:
        """`xy` of shape (n, 2), degrees -> n ids or None, each equal to what `locate` answers."""
        degrees = np.asarray(xy, dtype=float).reshape(-1, 2)
        points = shapely.points(degrees)
        points[~np.isfinite(degrees).all(axis=1)] = None
        asked, hits = self._tree.query(points, predicate="dwithin", distance=SNAP_DEG)
        winner = np.full(len(points), len(self._ids))
        np.minimum.at(winner, asked, hits)
        answers = [*self._ids, None]
        return [answers[i] for i in winner]

    def nearest(self, lng: float, lat: float) -> tuple[Any, float] | None:
        """(id, metres) of the nearest cell, 0.0 when inside; ties go to the lowest order key. None when there is no cell.

        Nearness is judged in the plane at the cells' middle latitude, the distance given in the plane at the point.
        """
        inside = self.locate(lng, lat)
        if inside is not None:
            return inside, 0.0
        if not self._ids or not (math.isfinite(lng) and math.isfinite(lat)):
            return None
        plane, tree = self._metric
        place = Point(plane.to_metres(np.array([[lng, lat]]))[0])
        winner = tree.query_nearest(place, all_matches=True).min()
        return self._ids[winner], self._distance_m(winner, lng, lat)

    def _distance_m(self, position: int, lng: float, lat: float) -> float:
        shape = Plane(lng, lat).shape_to_metres(self._shapes[position])
        return float(shape.distance(Point(0, 0)))

    @cached_property
    def _metric(self) -> tuple[Plane, STRtree]:
        west, south, east, north = shapely.total_bounds(self._shapes)
        plane = Plane((west + east) / 2, (south + north) / 2)
        return plane, STRtree(shapely.transform(self._shapes, plane.to_metres))


def _areas(shapes: Sequence[Area]) -> np.ndarray:
    found = np.array(shapes, dtype=object).reshape(len(shapes))
    if not np.isin(shapely.get_type_id(found), (3, 6)).all():
        raise GeoError("not_a_polygon", "only polygons and multi-polygons can own points")
    if shapely.is_empty(found).any():
        raise GeoError("empty_shape", "an empty shape cannot own points")
    return found
