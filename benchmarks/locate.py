"""One point and many in 50,000 cells, against the bare tree of shapely. Prints ratios of one run."""

from __future__ import annotations

import time

import numpy as np
import shapely
from shapely import Point, STRtree

from geo.locate import CellIndex


def run() -> list[tuple[str, str]]:
    columns, rows = 250, 200
    shapes = [shapely.box(121 + i / 500, 31 + j / 500, 121 + (i + 1) / 500, 31 + (j + 1) / 500) for i in range(columns) for j in range(rows)]
    keys = [f"{number:06d}" for number in range(len(shapes))]
    index, tree = CellIndex(keys, shapes, keys), STRtree(shapes)
    places = np.random.default_rng(3).uniform((121, 31), (121.5, 31.4), (5000, 2))
    ours = _fastest(lambda: [index.locate(lng, lat) for lng, lat in places.tolist()])
    bare = _fastest(lambda: [tree.query(Point(lng, lat), predicate="intersects") for lng, lat in places.tolist()])
    many = np.random.default_rng(4).uniform((121, 31), (121.5, 31.4), (100_000, 2))
    batch = _fastest(lambda: index.locate_many(many), tries=3)
    return [
        ("locate one point in 50,000 cells ÷ bare STRtree query (goal ≤ 2)", f"{ours / bare:.2f}  ({ours / 5000 * 1e6:.1f} µs)"),
        ("100,000 points in one call", f"{batch:.2f} s"),
    ]


def _fastest(work, tries: int = 5) -> float:
    return min(_timed(work) for _ in range(tries))


def _timed(work) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
