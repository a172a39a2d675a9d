"""How households follow the ground: by the buildings that are known, else by area."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import shapely

from geo.shapes import Area
from gridops.services.cell_ground import Homes

Flows = dict[tuple[str, str], float]


def flows(before: Mapping[str, Area], after: Mapping[str, Area], living: Homes) -> Flows:
    """{(cell before, cell after): part of the first one's households that live in the second}; parts below a millionth are left out."""
    weights = _weights(before, after, living)
    known = {key for key, weight in weights.items() if weight > 0}
    counted = {key[0] for key in known}
    by_area = {key: area for key, area in _grounds(before, after).items() if key[0] not in counted}
    totals: dict[str, float] = {}
    for (cell, _), weight in weights.items():
        totals[cell] = totals.get(cell, 0.0) + weight
    shares = {key: weights[key] / totals[key[0]] for key in known}
    shares |= {key: area / before[key[0]].area for key, area in by_area.items()}
    return {(cell, target): share for (cell, target), share in shares.items() if target and share > 1e-6}


def _weights(before: Mapping[str, Area], after: Mapping[str, Area], living: Homes) -> Flows:
    """Households by pair of cells; "" for those in no cell afterwards."""
    found: Flows = {}
    for cell, target, number in zip(living.among(before), living.among(after), living.households, strict=True):
        if cell is not None:
            found[cell, target or ""] = found.get((cell, target or ""), 0.0) + number
    return found


def _grounds(before: Mapping[str, Area], after: Mapping[str, Area]) -> Flows:
    """Common ground by pair of cells, in square degrees."""
    codes, targets = list(before), list(after)
    shapes, others = np.array(list(before.values()), dtype=object), np.array(list(after.values()), dtype=object)
    if not len(shapes) or not len(others):
        return {}
    ours, theirs = shapely.STRtree(others).query(shapes, predicate="intersects")
    areas = shapely.area(shapely.intersection(shapes[ours], others[theirs]))
    return {(codes[i], targets[j]): float(area) for i, j, area in zip(ours, theirs, areas, strict=True) if area > 0}


def shared_out(numbers: Mapping[str, int | None], shares: Flows) -> dict[str, int]:
    """Whole households of each cell after, adding up to those before as far as their ground still has a cell. Unknown ones count nothing."""
    found: dict[str, int] = {}
    for cell, number in numbers.items():
        parts = {target: share for (source, target), share in shares.items() if source == cell}
        if number is None or not parts:
            continue
        for target, part in _whole(number, parts).items():
            found[target] = found.get(target, 0) + part
    return found


def _whole(number: int, parts: Mapping[str, float]) -> dict[str, int]:
    """Largest remainders; ties by code."""
    exact = {target: number * share for target, share in parts.items()}
    whole = {target: int(value + 1e-9) for target, value in exact.items()}
    missing = round(sum(exact.values())) - sum(whole.values())
    for target in sorted(exact, key=lambda target: (whole[target] - exact[target], target))[:missing]:
        whole[target] += 1
    return whole
