"""Cutting a street's communities into cells of a new grid version.

Each community is cut by itself, so that a cell never crosses a community's border. Compounds, buildings and yards with an outline stay
whole unless somebody says why one may be split; borders follow given lines (roads, walls) where they can; balance comes after both. A cell
that comes out exactly as a present one is that cell, with its code and lineage; any other gets the next number that the community has
never used, west to east in rows from north to south. When every cell is as before there is no new version.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from shapely import LineString
from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.cells import cut
from geo.errors import GeoError
from geo.locate import CellIndex
from geo.shapes import Area, area_m2
from gridops.errors import Invalid, NotFound
from gridops.models import Cell, Community, Grid, Place, Street
from gridops.services import cell_ground, grids
from gridops.services.shapes import same_shape, shape_of, stored_area

_NOTHING_M2 = 0.01
_TOOK_OVER_M2 = 1.0  # ground smaller than this is no descent


@dataclass(frozen=True)
class Size:
    """How large a cell shall be: exactly one is given. ``count`` is per community."""

    target_area_m2: float | None = None
    households: int | None = None
    count: int | None = None

    def __post_init__(self) -> None:
        given = [value for value in (self.target_area_m2, self.households, self.count) if value is not None]
        if len(given) != 1 or not given[0] > 0:
            raise Invalid("Say exactly one of area, households or count, above zero.", code="bad_size")


@dataclass(frozen=True)
class StreetPlan:
    """The cells of all communities; ``counts`` per community that was cut; ``not_cut`` are communities without a boundary, which keep theirs."""

    plans: list[grids.CellPlan]
    counts: dict[str, int]
    not_cut: list[str]


@dataclass(frozen=True)
class Built:
    """``grid`` is None when nothing changed; ``cells`` counts per community code; ``not_cut`` are communities without a boundary."""

    grid: Grid | None
    cells: dict[str, int]
    not_cut: list[str]


def build(
    session: Session, street_code: str, size: Size, *, now: datetime, draft: bool = False, lines: Sequence[LineString] = (),
    may_split: Mapping[str, str] | None = None,
) -> Built:
    """``may_split``: place code -> why it may be split, kept with the version. Raises as plan_street."""
    reasons = cell_ground.checked_reasons(session, street_code, may_split or {})
    planned = plan_street(session, street_code, size, lines=lines, may_split=reasons)
    before = {cell.lineage for cell in grids.active_cells(session, street_code).values()}
    if {plan.lineage for plan in planned.plans} == before:
        return Built(None, planned.counts, planned.not_cut)
    grid = grids.add_grid(session, street_code, planned.plans, now=now, active=not draft)
    grid.reasons = reasons_of(session, planned.plans, reasons, now=now)
    session.flush()
    return Built(grid, planned.counts, planned.not_cut)


def plan_street(
    session: Session, street_code: str, size: Size, *, lines: Sequence[LineString] = (), may_split: Mapping[str, str] | None = None,
) -> StreetPlan:
    """Every drawn community cut, with the active cells of the others.

    Raises NotFound, and Invalid: bad_size, nothing_to_cut, too_many_cells, households_unknown, place_unknown, reason_missing, or geo's code.
    """
    if session.get(Street, street_code) is None:
        raise NotFound("There is no street %(street)s.", street=street_code)
    communities = session.scalars(select(Community).where(Community.street_code == street_code).order_by(Community.code)).all()
    drawn = [community for community in communities if community.boundary is not None]
    if not drawn:
        raise Invalid("No community of this street has a boundary.", code="nothing_to_cut")
    reasons = cell_ground.checked_reasons(session, street_code, may_split or {})
    active = list(grids.active_cells(session, street_code).values())
    cut_anew = {community.code: plans_for(session, community, size, present=active, lines=lines, may_split=reasons) for community in drawn}
    undrawn = [community.code for community in communities if community.boundary is None]
    kept = [grids.plan_of(cell) for cell in active if cell.community_code in undrawn]
    plans = [*kept, *(plan for of_community in cut_anew.values() for plan in of_community)]
    return StreetPlan(plans, {code: len(of_community) for code, of_community in cut_anew.items()}, undrawn)


def plans_for(
    session: Session, community: Community, size: Size, *, present: Iterable[Cell] = (), lines: Sequence[LineString] = (),
    may_split: Mapping[str, str] | None = None,
) -> list[grids.CellPlan]:
    """The community's cells cut anew; one that is vertex for vertex as one of ``present`` goes on as that cell. Raises Invalid as plan_street."""
    shapes = shapes_for(session, community, size, lines=lines, may_split=may_split)
    own = [cell for cell in present if cell.community_code == community.code]
    free = iter(grids.free_codes(session, community.code))
    living = _living(session, community, shapes)
    plans = []
    for shape, households in zip(shapes, living, strict=True):
        stored = stored_area(shape)
        same = next((cell for cell in own if same_shape(cell.boundary, stored)), None)
        code = None if same else next(free, None)
        if not same and code is None:
            raise Invalid("%(community)s would need more than 999 cell numbers.", code="too_many_cells", community=community.code)
        plans.append(grids.plan_of(same) if same else grids.CellPlan(
            code, community.code, boundary=stored, households=households, descends_from=_origins(shape, own), **grids.name_of(code)))
    return plans


def shapes_for(
    session: Session, community: Community, size: Size, *, lines: Sequence[LineString] = (), may_split: Mapping[str, str] | None = None,
) -> list[Area]:
    """Where the community's cells would be, in reading order. Raises Invalid as plan_street."""
    boundary = shape_of(community.boundary)
    homes = cell_ground.homes(session, community.code) if size.households else None
    wanted = _count(community, boundary, size, homes)
    if wanted > grids.MOST_CELLS:
        raise Invalid("%(community)s would get more than 999 cells.", code="too_many_cells", community=community.code)
    whole = cell_ground.whole_shapes(session, community.code, may_split=(may_split or {}).keys())
    weighed = {"points": homes.xy, "weights": homes.households} if homes else {}
    try:
        return cut(boundary, count=wanted, keep_whole=whole, lines=lines, **weighed)
    except GeoError as error:
        raise Invalid("%(community)s cannot be cut: %(why)s", code=error.code, community=community.code, why=error.message) from error


def reasons_of(session: Session, plans: Sequence[grids.CellPlan], may_split: Mapping[str, str], *, now: datetime) -> list[dict]:
    """For Grid.reasons: of the places that may be split those that are."""
    cells = [shape_of(plan.boundary) for plan in plans if plan.boundary is not None]
    places = session.scalars(select(Place).where(Place.code.in_(may_split), Place.boundary.is_not(None)).order_by(Place.code))
    return [
        {"kind": "compound_split" if place.kind == "compound" else "building_split", "subject": place.code,
         "reason": may_split[place.code], "by": None, "at": now.isoformat()}
        for place in places if sum(area_m2(cell.intersection(shape_of(place.boundary))) > _NOTHING_M2 for cell in cells) > 1
    ]


def _count(community: Community, boundary: Area, size: Size, homes: cell_ground.Homes | None) -> int:
    if size.count:
        return size.count
    if size.target_area_m2:
        return max(1, round(area_m2(boundary) / size.target_area_m2))
    households = community.households or (homes.households.sum() if homes else 0)
    if not households:
        raise Invalid("%(community)s has no number of households.", code="households_unknown", community=community.code)
    fewer = max(1, int(households / size.households))
    return min((fewer, fewer + 1), key=lambda count: abs(households / count / size.households - 1))


def _living(session: Session, community: Community, shapes: Sequence[Area]) -> list[int | None]:
    """Households of each cell as far as places know them; None where no place of the community does."""
    homes = cell_ground.homes(session, community.code)
    if not homes:
        return [None] * len(shapes)
    positions = range(len(shapes))
    index = CellIndex(positions, shapes, [f"{i:03}" for i in positions])
    found = zip(index.locate_many(homes.xy), homes.households, strict=True)
    sums = [0.0] * len(shapes)
    for cell, households in found:
        if cell is not None:
            sums[cell] += households
    return [round(number) for number in sums]


def _origins(shape: Area, own: Sequence[Cell]) -> list[str]:
    drawn = [cell for cell in own if cell.boundary is not None]
    return [str(cell.lineage) for cell in drawn if area_m2(shape.intersection(shape_of(cell.boundary))) > _TOOK_OVER_M2]
