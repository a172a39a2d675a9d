"""The cells of one version, asked which of them holds a point and which takes over from a cell of another version."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from functools import cached_property

import numpy as np
import shapely
from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.locate import CellIndex
from gridops.domain.area_codes import COMMUNITY_DIGITS
from gridops.models import Cell, Community, Grid
from gridops.services.shapes import same_shape, shape_of


def active_grid(session: Session, street_code: str) -> Grid | None:
    return session.scalar(select(Grid).where(Grid.street_code == street_code, Grid.status == "active"))


class Takeover:
    def __init__(self, session: Session, grid: Grid) -> None:
        self.session, self.grid = session, grid
        self.cells: list[Cell] = list(session.scalars(select(Cell).where(Cell.grid_id == grid.id).order_by(Cell.code)))
        self.by_code = {cell.code: cell for cell in self.cells}
        self.by_lineage: dict[uuid.UUID, Cell] = {cell.lineage: cell for cell in self.cells}
        self._drawn = [cell for cell in self.cells if cell.boundary is not None]
        self._shapes = np.array([shape_of(cell.boundary) for cell in self._drawn], dtype=object)
        self._heirs: dict[int, Cell | None] = {}
        self._unchanged: dict[int, bool] = {}

    def at(self, xy: np.ndarray) -> list[str | None]:
        """(n, 2) in WGS-84 -> the code of the cell, else the community, that owns each point; None outside the street's communities."""
        cells = self._index.locate_many(xy)
        if None not in cells:
            return cells
        return [cell or community for cell, community in zip(cells, self._communities.locate_many(xy), strict=True)]

    @cached_property
    def _index(self) -> CellIndex:
        codes = [cell.code for cell in self._drawn]
        return CellIndex(codes, list(self._shapes), codes)

    @cached_property
    def _communities(self) -> CellIndex:
        query = select(Community.code, Community.boundary).where(
            Community.street_code == self.grid.street_code, Community.boundary.is_not(None))
        rows = self.session.execute(query).all()
        codes = [row.code for row in rows]
        return CellIndex(codes, [shape_of(row.boundary) for row in rows], codes)

    def is_unchanged(self, old: Cell) -> bool:
        """The same cell is here, of the same shape."""
        if old.id not in self._unchanged:
            same = self.by_lineage.get(old.lineage)
            self._unchanged[old.id] = same is not None and same_shape(same.boundary, old.boundary)
        return self._unchanged[old.id]

    def heir(self, old: Cell) -> Cell | None:
        """The same cell, else the one that has most of its ground, else the one that says it comes from it."""
        if old.id not in self._heirs:
            self._heirs[old.id] = self.by_lineage.get(old.lineage) or self._on_its_ground(old) or self._descendant(old)
        return self._heirs[old.id]

    def _on_its_ground(self, old: Cell) -> Cell | None:
        if old.boundary is None or not len(self._shapes):
            return None
        common = shapely.area(shapely.intersection(self._shapes, shape_of(old.boundary)))
        return self._drawn[int(common.argmax())] if common.max() > 0 else None

    def _descendant(self, old: Cell) -> Cell | None:
        return next((cell for cell in self.cells if str(old.lineage) in cell.descends_from), None)

    def heirs(self, before: Iterable[Cell]) -> dict[str, str | None]:
        """The code of each cell that ends -> its heir's, None where no cell takes over."""
        return {cell.code: heir.code if (heir := self.heir(cell)) else None for cell in self.ended(before)}

    def area_after(self, old: Cell) -> str:
        """Its heir's code, else its community's."""
        heir = self.heir(old)
        return heir.code if heir else old.code[:COMMUNITY_DIGITS]

    def ended(self, before: Iterable[Cell]) -> Sequence[Cell]:
        return [cell for cell in before if cell.code not in self.by_code]
