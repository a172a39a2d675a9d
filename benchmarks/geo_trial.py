"""The geometry on real polygons and points: ``make trial``, or ``python -m benchmarks.geo_trial [--data FOLDER]``.

Needs no system. The files are not part of the project; a measurement whose file is not there says so and is left out.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import shapely

from benchmarks.claims import Claims
from benchmarks.made_up_homes import Homes, homes_of
from geo.cells import cut
from geo.coords import array_to_wgs84
from geo.coverage import report, splits
from geo.locate import CellIndex
from geo.shapes import Area, area_m2, compactness, read_area
from gridops.services.grids import MOST_CELLS
from gridops.services.imports import stand_ins

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data"
STREETS, ADDRESSES = "geo/shanghai_streets_osm_wgs84.geojson", "geo/sh_addresses_dev.csv"
COUNCILS, INCIDENTS = "incidents/la_neighborhood_councils_99_wgs84.geojson", "incidents/la311_2018jan_10000.csv"
SMALL_STREET_M2, SMALL_M2, LARGE_M2 = 20e6, 0.1e6, 1e6
HOUSEHOLDS, WITHIN = 400, 0.2


def streets(data: Path) -> dict[str, Area]:
    return {feature["properties"]["official_name"]: read_area(feature) for feature in _features(data / STREETS)}


def city(claims: Claims, data: Path) -> None:
    """Every street cut by target size."""
    every = streets(data)
    sizes = {name: SMALL_M2 if area_m2(street) <= SMALL_STREET_M2 else LARGE_M2 for name, street in every.items()}
    start = time.perf_counter()
    parts = {name: cells_by_size(street, sizes[name]) for name, street in every.items()}
    took = time.perf_counter() - start
    _covered(claims, "streets cut by size (0.1 km² up to 20 km² of street, 1 km² beyond)", every, parts)
    claims.holds("the whole city in under 60 s", took < 60, f"{took:.1f} s")
    large = {name: street for name, street in every.items() if area_m2(street) / SMALL_M2 > MOST_CELLS}
    fine = {name: cells_by_size(street, SMALL_M2) for name, street in large.items()}
    _covered(claims, "streets too large for three digits at 0.1 km², in stand-in communities", large, fine)


def cells_by_size(street: Area, target_m2: float) -> list[list[Area]]:
    """The cells of each stand-in community: one, or as many as let none need more than three digits."""
    communities = cut(street, count=stand_ins.needed(street, target_m2))
    return [cut(community, target_area_m2=target_m2) for community in communities]


def _covered(claims: Claims, what: str, every: dict[str, Area], parts: dict[str, list[list[Area]]]) -> None:
    cells = {name: [cell for community in communities for cell in community] for name, communities in parts.items()}
    found = [report(every[name], of_street) for name, of_street in cells.items()]
    flat = [cell for of_street in cells.values() for cell in of_street]
    claims.figure(what, f"{len(every)} streets, {sum(map(len, parts.values()))} communities, {len(flat)} cells")
    claims.claim("  gap and overlap at most 1 m² in each", sum(abs(one.gap_m2) + abs(one.overlap_m2) <= 1 for one in found), len(found))
    claims.figure("  the largest gap and overlap", f"{max(one.gap_m2 + one.overlap_m2 + one.outside_m2 for one in found):.6f} m²")
    claims.claim("  slivers", sum(len(one.slivers) for one in found), 0)
    claims.holds("  every community within three digits", all(len(c) <= MOST_CELLS for communities in parts.values() for c in communities))
    round_ = np.array([compactness(cell) for cell in flat])
    claims.figure("  compactness (Polsby and Popper): median, least 5 %", f"{np.median(round_):.2f}, {np.quantile(round_, 0.05):.2f}")


def households(claims: Claims, data: Path) -> None:
    """Made-up households, seeded: single buildings, then the same with compounds that stay whole."""
    every = streets(data)
    homes = {name: homes_of(street, seed) for seed, (name, street) in enumerate(every.items())}
    number = sum(len(of_street.compounds) for of_street in homes.values())
    claims.figure("made-up homes", f"{sum(len(h.xy) for h in homes.values())} buildings, {number} compounds")
    _balanced(claims, f"cells within ±20 % of {HOUSEHOLDS} households, buildings as points", every, homes, whole=False)
    small = {name: street for name, street in every.items() if area_m2(street) <= SMALL_STREET_M2}
    _balanced(claims, f"the same with every compound whole, in the {len(small)} streets up to 20 km²", small, homes, whole=True)


def _balanced(claims: Claims, what: str, every: dict[str, Area], homes: dict[str, Homes], *, whole: bool) -> None:
    start, near, forbidden, broken, missing = time.perf_counter(), [], [], 0, 0
    for name, street in every.items():
        living = homes[name]
        wanted = max(1, round(living.households.sum() / HOUSEHOLDS))
        cells = cut(street, count=wanted, points=living.xy, weights=living.households, keep_whole=living.compounds if whole else ())
        missing += wanted - len(cells)
        broken += len(splits(cells, living.compounds)) if whole else 0
        near.append(np.abs(_held(cells, living) / HOUSEHOLDS - 1) <= WITHIN)
        forbidden.append(_bound(cells, living) if whole else np.zeros(len(cells), dtype=bool))
    good, bound = np.concatenate(near), np.concatenate(forbidden)
    claims.figure(what, f"{good.mean():.1%} of {len(good)} cells, in {time.perf_counter() - start:.0f} s")
    excuse = ", or a compound of more than 40 % of a cell stands in them" if whole else ""
    claims.holds(f"  at least 95 %{excuse}", (good | bound).mean() >= 0.95, f"{(good | bound).mean():.1%}")
    if whole:
        claims.figure("  cells without such a compound, within ±20 %", f"{good[~bound].mean():.1%} of {(~bound).sum()}")
        claims.claim("  compounds that were split", broken, 0)
        claims.figure("  cells fewer than asked", missing)


def _held(cells: list[Area], living: Homes) -> np.ndarray:
    positions = range(len(cells))
    owners = CellIndex(positions, cells, [f"{i:06d}" for i in positions]).locate_many(living.xy)
    return np.bincount(owners, weights=living.households, minlength=len(cells))


def _bound(cells: list[Area], living: Homes) -> np.ndarray:
    """Cells with a compound, inside or across their border, that is too large to change sides: more than the whole band of ±20 %."""
    large = np.array(living.compounds, dtype=object)[living.of_compound > 2 * WITHIN * HOUSEHOLDS]
    touched = shapely.STRtree(large).query(np.array(cells, dtype=object), predicate="intersects")[0]
    return np.isin(np.arange(len(cells)), touched)


def addresses(claims: Claims, data: Path) -> None:
    """What happens to addresses whose GCJ-02 is taken for WGS-84."""
    every = streets(data)
    rows = _rows(data / ADDRESSES)
    index = CellIndex(list(every), list(every.values()), list(every))
    given = np.array([(row["lng_gcj02"], row["lat_gcj02"]) for row in rows], dtype=float)
    right, wrong = index.locate_many(array_to_wgs84(given, "gcj02")), index.locate_many(given)
    inside = [(a, b) for a, b in zip(right, wrong, strict=True) if a is not None]
    claims.claim("addresses in the street the file says", sum((a or "") == row["street_pip"] for a, row in zip(right, rows, strict=True)), len(rows))
    moved, lost = sum(b is not None and a != b for a, b in inside), sum(b is None for _, b in inside)
    claims.figure("addresses in a street", f"{len(inside)} of {len(rows)}")
    claims.figure("  without conversion in another street", f"{moved} ({moved / len(inside):.1%})")
    claims.figure("  without conversion in no street", f"{lost} ({lost / len(inside):.1%})")


def los_angeles(claims: Claims, data: Path) -> None:
    """The city's own assignment of requests to neighbourhood councils."""
    features = _features(data / COUNCILS)
    ids, shapes = [feature["properties"]["nc_id"] for feature in features], [read_area(feature) for feature in features]
    index = CellIndex(ids, shapes, [f"{i:0>3}" for i in ids])
    rows = [row for row in _rows(data / INCIDENTS) if row["latitude"]]
    xy = np.array([(row["longitude"], row["latitude"]) for row in rows], dtype=float)
    found = list(zip(index.locate_many(xy), rows, xy.tolist(), strict=True))
    inside = [(owner, row["nc"], place) for owner, row, place in found if owner is not None]
    apart = [other for other in inside if other[0] != other[1]]
    agree = 1 - len(apart) / len(inside)
    claims.figure("Los Angeles: points with coordinates, of them in a polygon", f"{len(rows)}, {len(inside)}")
    claims.holds("  the city's nc agrees, at least 98 %", agree >= 0.98, f"{agree:.2%}")
    for why, number in Counter(map(partial(_difference, dict(zip(ids, shapes, strict=True))), apart)).most_common():
        claims.figure(f"  the rest: {why}", number)


def _difference(councils: dict[str, Area], case: tuple[str, str, list[float]]) -> str:
    owner, said, (lng, lat) = case
    if said not in councils:
        return "the city names no council"
    holders = [name for name, shape in councils.items() if shapely.intersects_xy(shape, lng, lat)]
    if said in holders:
        return "in both polygons, which overlap there"
    metres = CellIndex([said], [councils[said]], [said]).nearest(lng, lat)[1]
    near = next((f"within {limit} m" for limit in (1, 10, 50, 200) if metres <= limit), "more than 200 m")
    return f"{near} from the polygon the city names"


def _features(path: Path) -> list[dict]:
    return json.loads(path.read_text(encoding="utf-8"))["features"]


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


MEASUREMENTS: tuple[tuple[Callable[[Claims, Path], None], tuple[str, ...]], ...] = (
    (city, (STREETS,)), (households, (STREETS,)), (addresses, (STREETS, ADDRESSES)), (los_angeles, (COUNCILS, INCIDENTS)),
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.geo_trial", description=__doc__)
    parser.add_argument("--data", type=Path, default=FOLDER, help=f"folder of the files (default {FOLDER})")
    data, claims = parser.parse_args().data, Claims()
    for measure, files in MEASUREMENTS:
        missing = [file for file in files if not (data / file).exists()]
        if missing:
            print(f"nothing to try for {measure.__name__}: not here: {', '.join(missing)}")
        else:
            measure(claims, data)
    if claims.rows:
        print(f"\n{claims.table()}")
    return 1 if claims.failed else 0


if __name__ == "__main__":
    sys.exit(main())
