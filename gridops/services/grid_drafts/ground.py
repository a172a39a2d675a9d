"""A community's cells in a draft, as shapes that an edit changes together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

import shapely
from shapely import Point
from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.edit import settle
from geo.shapes import Area, area_m2
from gridops.errors import Invalid
from gridops.models import Cell, Community, Grid
from gridops.services import cell_ground, grids
from gridops.services.grid_drafts.homes import flows, shared_out
from gridops.services.grid_drafts.steps import Step
from gridops.services.shapes import shape_of, stored_area

TOOK_OVER_M2 = 1.0  # ground smaller than this leaves no trace in descends_from


class Ground:
    """``shapes``: the cells that are drawn, by code."""

    def __init__(self, session: Session, grid: Grid, community: Community) -> None:
        self.session, self.grid, self.community = session, grid, community
        query = select(Cell).where(Cell.grid_id == grid.id, Cell.community_code == community.code).order_by(Cell.code)
        self.cells = {cell.code: cell for cell in session.scalars(query)}
        self.shapes: dict[str, Area] = {code: _plain(shape_of(cell.boundary)) for code, cell in self.cells.items() if cell.boundary is not None}

    @cached_property
    def outline(self) -> Area:
        """The community's border; of one without, the ground its cells have together."""
        return shape_of(self.community.boundary) or shapely.union_all(list(self.shapes.values()))

    @cached_property
    def homes(self) -> cell_ground.Homes:
        return cell_ground.homes(self.session, self.community.code)

    @cached_property
    def free_codes(self) -> list[str]:
        """Never used in any version, in order."""
        return grids.free_codes(self.session, self.community.code)

    def cell(self, code: str) -> Area:
        """Raises Invalid."""
        if code not in self.shapes:
            raise Invalid(code="cell_unknown", fields={"cell": ["cell_unknown"]})
        return self.shapes[code]

    def ranked(self, parts: Sequence[Area]) -> list[Area]:
        """Most households first, else largest."""
        named = {str(i): part for i, part in enumerate(parts)}
        living: dict[str | None, float] = {}
        for key, number in zip(self.homes.among(named), self.homes.households, strict=True):
            living[key] = living.get(key, 0.0) + number
        return [named[key] for key in sorted(named, key=lambda key: (-living.get(key, 0.0), -area_m2(named[key])))]

    def become(self, step: Step, after: Mapping[str, Area], *, names: Mapping[str, dict[str, str | None]] | None = None) -> None:
        """The cells are now these: codes that are new, gone or of another shape. Households and lineages follow the ground."""
        settled = settle(after, self.outline)
        moved = {code for code in settled.keys() | self.shapes.keys() if not _same(settled.get(code), self.shapes.get(code))}
        before = {code: shape for code, shape in self.shapes.items() if code in moved}
        now = {code: shape for code, shape in settled.items() if code in moved}
        shares = flows(before, now, self.homes)
        numbers = {code: self.cells[code].households for code in before}
        living = (dict.fromkeys(now, 0) if None not in numbers.values() else {}) | shared_out(numbers, shares)
        for code in sorted(before.keys() - now.keys()):
            step.remove(self.cells[code])
        self.session.flush()
        for code, shape in sorted(now.items()):
            self._store(step, code, shape, living.get(code), (names or {}).get(code, {}))
        self._descend(step, before, now)
        self.session.flush()

    def _store(self, step: Step, code: str, shape: Area, living: int | None, names: dict[str, str | None]) -> None:
        if code in self.cells:
            known = self.cells[code].households
            step.change(self.cells[code], boundary=stored_area(shape), households=known if living is None else living)
        else:
            named = grids.name_of(code) | names
            self.cells[code] = step.add(
                code=code, community_code=self.community.code, boundary=stored_area(shape), households=living, descends_from=[], **named)

    def _descend(self, step: Step, before: Mapping[str, Area], now: Mapping[str, Area]) -> None:
        """A new cell comes from all whose ground it took; one that was there before, from those that ended in it."""
        for code, shape in now.items():
            cell = self.cells[code]
            ended = [other for other in before if other != code and (code in step.added or other not in now)]
            taken = [self.cells[other] for other in ended if area_m2(shape.intersection(before[other])) > TOOK_OVER_M2]
            lineages = [str(other.lineage) for other in taken]
            if any(lineage not in cell.descends_from for lineage in lineages):
                step.change(cell, descends_from=list(dict.fromkeys([*cell.descends_from, *lineages])))


def _plain(shape: Area) -> Area:
    """Stored is always a multipolygon; of one part it is a polygon like what geo gives back."""
    parts = shapely.get_parts(shape)
    return parts[0] if len(parts) == 1 else shape


def _same(one: Area | None, other: Area | None) -> bool:
    return one is not None and other is not None and one.normalize().equals_exact(other.normalize(), 0.0)


def of_community(session: Session, grid: Grid, code: str) -> Ground:
    """Raises Invalid."""
    community = session.get(Community, code)
    if community is None or community.street_code != grid.street_code:
        raise Invalid(code="community_unknown", fields={"community": ["community_unknown"]})
    return Ground(session, grid, community)


def of_cell(session: Session, grid: Grid, code: str) -> Ground:
    """Raises Invalid."""
    community = session.scalar(select(Cell.community_code).where(Cell.grid_id == grid.id, Cell.code == code))
    if community is None:
        raise Invalid(code="cell_unknown", fields={"cell": ["cell_unknown"]})
    return of_community(session, grid, community)


def near(session: Session, grid: Grid, at: Sequence[float], *, vertex: bool) -> Ground:
    """The community whose cells have the vertex (or edge) nearest to the point; of several that share it, the one where most cells do."""
    place, found = Point(at), {}
    for cell in session.scalars(select(Cell).where(Cell.grid_id == grid.id, Cell.boundary.is_not(None))):
        shape = shape_of(cell.boundary)
        line = shapely.MultiPoint(shapely.get_coordinates(shape)) if vertex else shape.boundary
        found.setdefault(cell.community_code, []).append(round(line.distance(place), 9))
    if not found:
        raise Invalid(code="no_vertex" if vertex else "no_edge")
    return of_community(session, grid, min(found, key=lambda code: (min(found[code]), -found[code].count(min(found[code])), code)))
