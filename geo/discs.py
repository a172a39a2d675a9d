"""Which points lie close together? Discs that each hold as many different voices as can be, for matters told from nearly the same spot.

Unlike density clusters, a disc cannot run along a whole street: no two of its points are further apart than twice its radius.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Hashable, Iterator, Sequence

import numpy as np
import shapely
from shapely import STRtree

from geo.errors import GeoError
from geo.plane import Plane


def fullest_discs(xy: np.ndarray, voices: Sequence[Collection[Hashable]], *, radius_m: float) -> np.ndarray:
    """A label per point, shape (n,): 0 is the disc around a point that holds the most different voices, 1 the fullest of what is left, …

    `xy` (n, 2) in WGS-84 degrees; `voices` are those heard at each point. Every point gets a disc, alone if need be; ties go to the
    earliest in the list. Errors: bad_coordinate, bad_request (lengths differ, a radius that is not positive).
    """
    degrees = np.asarray(xy, dtype=float).reshape(-1, 2)
    if not np.isfinite(degrees).all():
        raise GeoError("bad_coordinate", "a point is not finite")
    if len(degrees) != len(voices) or not radius_m > 0:
        raise GeoError("bad_request", "every point needs its voices, and the radius must be positive")
    near = _neighbours(degrees, radius_m)
    labels = np.full(len(degrees), -1)
    left = set(range(len(degrees)))
    for taken in _taken(near, voices, left):
        labels[sorted(taken)] = labels.max() + 1
        left -= taken
    return labels


def _taken(near: list[set[int]], voices: Sequence[Collection[Hashable]], left: set[int]) -> Iterator[set[int]]:
    """Discs, fullest first; ``left`` shrinks between them. A disc only ever loses voices, so the best guess that still holds is the best."""
    guesses = [(-_heard(points, voices), centre) for centre, points in enumerate(near)]
    heapq.heapify(guesses)
    while guesses:
        guess, centre = heapq.heappop(guesses)
        points = near[centre] & left
        if centre in left and -guess == (heard := _heard(points, voices)):
            yield points
        elif centre in left:
            heapq.heappush(guesses, (-heard, centre))


def _neighbours(degrees: np.ndarray, radius_m: float) -> list[set[int]]:
    """Of each point those within the radius, itself included."""
    near: list[set[int]] = [set() for _ in degrees]
    if not len(degrees):
        return near
    points = shapely.points(Plane(*np.median(degrees, axis=0)).to_metres(degrees))
    for one, other in STRtree(points).query(points, predicate="dwithin", distance=radius_m).T:
        near[one].add(int(other))
    return near


def _heard(points: set[int], voices: Sequence[Collection[Hashable]]) -> int:
    return len(set().union(*(voices[point] for point in points)))
