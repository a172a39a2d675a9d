"""Buildings and yards go to the cell that holds their point; what has no point follows its cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import shapely
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from gridops.models import Cell, Place
from gridops.services.regrid.takeover import Takeover
from gridops.services.shapes import shape_of

_MOVE = text(
    "UPDATE place SET cell_lineage = moved.lineage FROM unnest(CAST(:ids AS bigint[]), CAST(:lineages AS uuid[])) AS moved (id, lineage) "
    "WHERE place.id = moved.id"
)


def rehome(session: Session, takeover: Takeover, before: Sequence[Cell]) -> int:
    """``before``: the cells that were active until now. How many places changed their cell."""
    session.flush()
    moved = list(changes(session, takeover, before))
    if moved:
        session.execute(_MOVE, {"ids": [row.id for row, _ in moved], "lineages": [lineage for _, lineage in moved]})
        _forget(session, {row.id for row, _ in moved})
    return len(moved)


def changes(session: Session, takeover: Takeover, before: Sequence[Cell]) -> Iterator[tuple[Any, Any]]:
    """(row of the place: id, kind, code, …, lineage it gets) for each that changes."""
    columns = (Place.id, Place.kind, Place.code, Place.cell_lineage, Place.point, Place.boundary, Place.households)
    query = select(*columns).where(Place.community_code.startswith(takeover.grid.street_code)).order_by(Place.id)
    rows = [row for row in session.execute(query) if row.kind != "compound" or row.cell_lineage is not None]
    old = {cell.lineage: cell for cell in before}
    for row, here in zip(rows, _located(takeover, rows), strict=True):
        wanted = _lineage(takeover, old.get(row.cell_lineage), here, row)
        if wanted != row.cell_lineage:
            yield row, wanted


def _located(takeover: Takeover, rows: Sequence[Any]) -> list[Cell | None]:
    shapes = [shape_of(row.point) or shape_of(row.boundary) for row in rows]
    points = [shape.point_on_surface() if shape is not None and row.kind != "compound" else None for row, shape in zip(rows, shapes, strict=True)]
    known = [i for i, point in enumerate(points) if point is not None]
    found: list[Cell | None] = [None] * len(rows)
    for i, code in zip(known, takeover.at(shapely.get_coordinates([points[i] for i in known])), strict=True):
        found[i] = takeover.by_code.get(code or "")
    return found


def _lineage(takeover: Takeover, old: Cell | None, here: Cell | None, row: Any) -> Any:
    """Where a cell has stayed as it was, so does the place: somebody may have said its cell by hand."""
    if old is not None and takeover.is_unchanged(old):
        return old.lineage
    if here is not None:
        return here.lineage
    if row.cell_lineage in takeover.by_lineage:
        return row.cell_lineage
    heir = takeover.heir(old) if old is not None else None
    return heir.lineage if heir else None


def _forget(session: Session, ids: set[int]) -> None:
    for row in [row for row in session.identity_map.values() if isinstance(row, Place) and row.id in ids]:
        session.expire(row, ["cell_lineage"])
