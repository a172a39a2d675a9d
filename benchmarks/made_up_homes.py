"""Seeded households for a real street that has none: compounds with buildings in rows, and single houses between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely import Polygon
from shapely.affinity import rotate, translate

from geo.plane import plane_of
from geo.shapes import Area

SITE_M, HOUSES_PER_KM2 = 260.0, 150
IN_A_HOUSE = (6, 40)  # households
# Six floors with two to four flats each on one to three stairs, and towers; what one building of a compound has.
IN_A_BUILDING = (12, 24, 36, 48, 72, 96)


@dataclass(frozen=True, slots=True)
class Homes:
    """`xy` (n, 2) in WGS-84 with `households` (n,); `compounds` with the households of each."""

    xy: np.ndarray
    households: np.ndarray
    compounds: list[Polygon]
    of_compound: np.ndarray


def homes_of(street: Area, seed: int) -> Homes:
    rng, plane = np.random.default_rng(seed), plane_of(street)
    ground = plane.shape_to_metres(street)
    shapely.prepare(ground)
    compounds = [_compound(rng, site) for site in _sites(rng, ground)]
    standing = [(compound, buildings, number) for compound, buildings, number in compounds if ground.covers(compound)]
    single = _scattered(rng, ground, int(ground.area / 1e6 * HOUSES_PER_KM2))
    spots = np.vstack([single, *(buildings for _, buildings, _ in standing)])
    households = [rng.integers(*IN_A_HOUSE, len(single)), *(np.full(len(buildings), number) for _, buildings, number in standing)]
    shapes = shapely.transform([compound for compound, _, _ in standing], plane.to_degrees)
    totals = [number * len(buildings) for _, buildings, number in standing]
    return Homes(plane.to_degrees(spots), np.concatenate(households).astype(float), list(shapes), np.array(totals, dtype=float))


def _sites(rng: np.random.Generator, ground: Area) -> np.ndarray:
    """Middles of compounds: of places in a lattice that is denser in some parts of the street than in others, at most 2,000."""
    west, south, east, north = ground.bounds
    lattice = np.stack(np.meshgrid(np.arange(west, east, SITE_M), np.arange(south, north, SITE_M)), axis=-1).reshape(-1, 2) + SITE_M / 2
    centre, reach = rng.uniform((west, south), (east, north)), max(east - west, north - south) / 2
    built = rng.random(len(lattice)) < np.exp(-np.hypot(*(lattice - centre).T) / reach)
    return lattice[built & shapely.contains_xy(ground, *lattice.T)][:2000]


def _compound(rng: np.random.Generator, site: np.ndarray) -> tuple[Polygon, np.ndarray, int]:
    """(outline, buildings, households of each building), in metres; it keeps within its place of the lattice."""
    width, depth, angle = *rng.uniform(60, 170, 2), rng.uniform(0, 90)
    columns, rows = max(1, int(width // 45)), max(1, int(depth // 40))
    x, y = np.meshgrid((np.arange(columns) + 0.5) / columns - 0.5, (np.arange(rows) + 0.5) / rows - 0.5)
    buildings = shapely.multipoints(np.column_stack([x.ravel() * width, y.ravel() * depth]))
    outline = shapely.box(-width / 2, -depth / 2, width / 2, depth / 2)
    placed = [translate(rotate(shape, angle, origin=(0, 0)), *site) for shape in (outline, buildings)]
    return placed[0], shapely.get_coordinates(placed[1]), int(rng.choice(IN_A_BUILDING))


def _scattered(rng: np.random.Generator, ground: Area, number: int) -> np.ndarray:
    xy = rng.uniform(ground.bounds[:2], ground.bounds[2:], (number * 4, 2))
    return xy[shapely.contains_xy(ground, *xy.T)][:number]
