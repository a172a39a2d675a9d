"""Cutting a community of a draft anew, by the same rules as `gridops cells build`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shapely import LineString
from sqlalchemy.orm import Session

from geo.shapes import Area
from gridops.errors import Invalid
from gridops.models import Community, Grid
from gridops.services import cell_building, cell_ground


def pieces(session: Session, grid: Grid, community: Community, body: Mapping[str, Any]) -> list[Area]:
    """Raises Invalid: bad_size, nothing_to_cut, too_many_cells, households_unknown, or geo's code."""
    if community.boundary is None:
        raise Invalid(code="nothing_to_cut")
    size = cell_building.Size(body.get("target_area_m2"), body.get("households"), body.get("count"))
    lines = [LineString(line) for line in body.get("lines", ())]
    return cell_building.shapes_for(session, community, size, lines=lines, may_split=may_split(grid))


def whole_shapes(session: Session, grid: Grid, community: Community) -> list[Area]:
    """What stays in one cell: compounds and buildings of which nobody has said why they may be split."""
    return cell_ground.whole_shapes(session, community.code, may_split=may_split(grid))


def may_split(grid: Grid) -> dict[str, str]:
    """Place code -> the reason stated for this version."""
    return {reason["subject"]: reason["reason"] for reason in grid.reasons if reason["kind"] in ("compound_split", "building_split")}
