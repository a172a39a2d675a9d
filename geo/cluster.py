"""Clusters dense in metres and in time: where, and when, does the same thing keep coming?

DBSCAN: a report with at least `min_points` reports (itself included) within `radius_m` and `within` of it is a core; cores
that reach one another make a cluster; a report that only touches a core joins the nearest one, ties to the earliest in the
list. The rest is noise. The answer depends on the reports alone, not on chance.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
import shapely
from shapely import STRtree

from geo.errors import GeoError
from geo.plane import Plane

NOISE = -1


def density_clusters(
    xy: np.ndarray, at: Sequence[datetime], *, radius_m: float, within: timedelta, min_points: int
) -> np.ndarray:
    """A label per report, shape (n,): 0, 1, … in the order of each cluster's first core in the list, or NOISE.

    `xy` (n, 2) in WGS-84 degrees, `at` aware instants. Memory grows with the number of pairs within `radius_m`.
    Errors: bad_coordinate, bad_request (lengths differ, an instant without zone, a limit that is not positive).
    """
    degrees = _checked(xy, at, radius_m, within, min_points)
    if not len(degrees):
        return np.zeros(0, dtype=int)
    seconds = np.array([instant.timestamp() for instant in at])
    i, j, metres = _pairs(degrees, seconds, radius_m, within.total_seconds())
    core = np.bincount(i, minlength=len(degrees)) >= min_points
    root = _components(i[core[i] & core[j]], j[core[i] & core[j]], len(degrees))
    owner = np.where(core, root, NOISE)
    _adopt(owner, root, i, j, metres, core)
    return _numbered(owner)


def _checked(xy: np.ndarray, at: Sequence[datetime], radius_m: float, within: timedelta, min_points: int) -> np.ndarray:
    degrees = np.asarray(xy, dtype=float).reshape(-1, 2)
    if not np.isfinite(degrees).all():
        raise GeoError("bad_coordinate", "a point is not finite")
    if len(degrees) != len(at) or any(instant.tzinfo is None for instant in at):
        raise GeoError("bad_request", "every point needs an instant with its zone")
    if not (radius_m > 0 and within > timedelta(0) and min_points >= 1):
        raise GeoError("bad_request", "radius, time span and number must be positive")
    return degrees


def _pairs(degrees: np.ndarray, seconds: np.ndarray, radius_m: float, span_s: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Neighbours (i, j) both ways round, each with itself too, and the metres between."""
    metric = Plane(*np.median(degrees, axis=0)).to_metres(degrees)
    points = shapely.points(metric)
    i, j = STRtree(points).query(points, predicate="dwithin", distance=radius_m)
    close = np.abs(seconds[i] - seconds[j]) <= span_s
    i, j = i[close], j[close]
    return i, j, np.hypot(*(metric[i] - metric[j]).T)


def _components(i: np.ndarray, j: np.ndarray, size: int) -> np.ndarray:
    """For each of `size` nodes the lowest node it is joined to by the edges (i, j)."""
    root = np.arange(size)
    while True:
        before = root.copy()
        np.minimum.at(root, root[i], root[j])
        while (root[root] != root).any():
            root = root[root]
        if (root == before).all():
            return root


def _adopt(owner: np.ndarray, root: np.ndarray, i: np.ndarray, j: np.ndarray, metres: np.ndarray, core: np.ndarray) -> None:
    edge = ~core[i] & core[j]
    child, parent = i[edge], j[edge]
    order = np.lexsort((parent, metres[edge], child))
    _, first = np.unique(child[order], return_index=True)
    best = order[first]
    owner[child[best]] = root[parent[best]]


def _numbered(owner: np.ndarray) -> np.ndarray:
    found = np.unique(owner[owner != NOISE])
    return np.where(owner == NOISE, NOISE, np.searchsorted(found, owner))
