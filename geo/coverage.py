"""Do the cells cover the boundary, the whole boundary and nothing but the boundary?

gap: a stretch of the boundary no cell covers. overlap: two cells on the same ground. outside: a cell's ground beyond the
boundary. orphan: a cell that has no ground inside the boundary at all. sliver: a part of a cell narrower on average than
SLIVER_M, measured as twice its area by its perimeter. multipart: a cell in several parts.
Ground smaller than NOISE_M2 is arithmetic, not a finding; it still counts in the sums. A thousand cells take some 0.2 s.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import STRtree
from shapely.geometry.base import BaseGeometry

from geo.errors import GeoError
from geo.locate import SNAP_DEG
from geo.shapes import Area, area_m2, length_m

NOISE_M2 = 0.01
SLIVER_M = 3.0
SPLIT_M2 = 1.0  # a cell that holds less of a compound than this does not split it


@dataclass(frozen=True, slots=True)
class Patch:
    """Ground that is wrong; `cells` are positions in the list that was given, none for a gap."""

    cells: tuple[int, ...]
    shape: BaseGeometry
    area_m2: float


@dataclass(frozen=True, slots=True)
class Coverage:
    gaps: list[Patch]
    overlaps: list[Patch]
    outside: list[Patch]
    orphans: list[Patch]
    slivers: list[Patch]
    multipart: list[Patch]
    gap_m2: float
    overlap_m2: float
    outside_m2: float

    @property
    def complete(self) -> bool:
        """Every place of the boundary has exactly one cell, as far as arithmetic can tell."""
        return not (self.gaps or self.overlaps or self.outside)


@dataclass(frozen=True, slots=True)
class Addresses:
    """Positions of points that no cell owns, and of those inside several with the positions of these cells."""

    in_none: list[int]
    in_two: list[tuple[int, tuple[int, ...]]]


def report(boundary: Area, cells: Sequence[Area]) -> Coverage:
    """Everything found, each list in the order of the cells. Shapes must be valid: see shapes.checked_area."""
    missed = boundary.difference(shapely.union_all(cells))
    shared = _shared(cells)
    beyond = [Patch((i,), ground, area_m2(ground)) for i, ground in enumerate(shapely.difference(list(cells), boundary))]
    outside = _above_noise(beyond)
    return Coverage(
        gaps=_above_noise([Patch((), part, area_m2(part)) for part in shapely.get_parts(missed)]),
        overlaps=_above_noise(shared),
        outside=outside,
        orphans=[patch for patch in outside if not _has_ground(cells[patch.cells[0]], boundary)],
        slivers=_slivers(cells),
        multipart=[Patch((i,), cell, area_m2(cell)) for i, cell in enumerate(cells) if shapely.get_num_geometries(cell) > 1],
        gap_m2=area_m2(missed),
        overlap_m2=sum(patch.area_m2 for patch in shared),
        outside_m2=sum(patch.area_m2 for patch in beyond),
    )


def addresses(cells: Sequence[Area], xy: np.ndarray) -> Addresses:
    """Points (n, 2) in WGS-84 that belong to no cell, or lie inside two: by the same tolerance as CellIndex, so an edge is neither.

    Errors: bad_coordinate.
    """
    degrees = np.asarray(xy, dtype=float).reshape(-1, 2)
    if not np.isfinite(degrees).all():
        raise GeoError("bad_coordinate", "a point is not finite")
    points, tree = shapely.points(degrees), STRtree(np.array(cells, dtype=object))
    owned = np.unique(tree.query(points, predicate="dwithin", distance=SNAP_DEG)[0])
    asked, inside = tree.query(points, predicate="within")
    deep = ~shapely.dwithin(shapely.boundary(tree.geometries[inside]), points[asked], SNAP_DEG) if len(asked) else np.zeros(0, dtype=bool)
    in_none = np.setdiff1d(np.arange(len(points)), owned)
    return Addresses([int(i) for i in in_none], list(_several(asked[deep], inside[deep])))


def splits(cells: Sequence[Area], whole: Sequence[Area]) -> list[Patch]:
    """Of shapes that should stay whole those that are not: the cells that hold more than SPLIT_M2 of one, the shape, its area."""
    shapes, tree = np.array(whole, dtype=object), STRtree(np.array(cells, dtype=object))
    asked, near = tree.query(shapes, predicate="intersects")
    grounds = shapely.intersection(shapes[asked], tree.geometries[near])
    held = np.array([area_m2(ground) > SPLIT_M2 for ground in grounds], dtype=bool)
    return [Patch(holders, whole[i], area_m2(whole[i])) for i, holders in _several(asked[held], near[held])]


def _several(asked: np.ndarray, found: np.ndarray) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Each of `asked` that has more than one of `found`, with them, in order."""
    for i in np.flatnonzero(np.bincount(asked.astype(int)) > 1):
        yield int(i), tuple(sorted(int(j) for j in found[asked == i]))


def _above_noise(patches: Sequence[Patch]) -> list[Patch]:
    return [patch for patch in patches if patch.area_m2 > NOISE_M2]


def _has_ground(cell: Area, boundary: Area) -> bool:
    return area_m2(cell.intersection(boundary)) > NOISE_M2


def _shared(cells: Sequence[Area]) -> list[Patch]:
    every = np.array(cells, dtype=object)
    pairs = STRtree(every).query(every, predicate="intersects").T
    ahead = pairs[pairs[:, 0] < pairs[:, 1]]
    ahead = ahead[np.lexsort((ahead[:, 1], ahead[:, 0]))]
    common = shapely.intersection(every[ahead[:, 0]], every[ahead[:, 1]])
    return [Patch((int(i), int(j)), ground, area_m2(ground)) for (i, j), ground in zip(ahead, common, strict=True)]


def _slivers(cells: Sequence[Area]) -> list[Patch]:
    parts, owner = shapely.get_parts(list(cells), return_index=True)
    found = [Patch((int(i),), part, area_m2(part)) for part, i in zip(parts, owner, strict=True)]
    return [patch for patch in found if 2 * patch.area_m2 < SLIVER_M * length_m(patch.shape)]
