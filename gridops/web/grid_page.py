"""One version of the grid on the map and in lists: the cells, and the problems with what mends them."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from flask import render_template, request
from sqlalchemy import select

from gridops.api.requests import ANY_STAFF, Call, reading
from gridops.models import Community, Grid
from gridops.services import grid_editor
from gridops.services.grid_drafts import coverage, drafting, features
from gridops.web import grid_cell, grid_frame, grid_words
from gridops.web.gate import staff_blueprint

blueprint = staff_blueprint("grid_page", __name__)


@blueprint.get("/grid/<int:grid_id>")
@reading(ANY_STAFF)
def show(call: Call, grid_id: int) -> str:
    grid = drafting.opened(call.session, grid_id, actor=call.actor)
    cells = [feature["properties"] for feature in features.cells(call.session, grid)]
    return render_template(
        "grid/editor.html", **grid_frame.frame(call, grid), **grid_cell.lists(call, grid, cells, request.args.get("cell")),
        communities=_communities(call, grid, cells), most_rows=grid_cell.MOST_ROWS, script_words=grid_words.for_scripts())


def _communities(call: Call, grid: Grid, cells: list[dict[str, Any]]) -> list[tuple[Community, list[dict[str, Any]]]]:
    by_community: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for cell in cells:
        by_community[cell["community"]].append(cell)
    found = call.session.scalars(select(Community).where(Community.street_code == grid.street_code).order_by(Community.code))
    return [(community, by_community[community.code]) for community in found]


@blueprint.get("/grid/<int:grid_id>/problems")
@reading(ANY_STAFF)
def problems(call: Call, grid_id: int) -> str:
    grid = drafting.opened(call.session, grid_id, actor=call.actor)
    found = coverage.coverage(call.session, grid)
    names = grid_editor.names(call.session, grid, call.locale)
    drawn: dict[str, Any] = {}
    for problem in found["problems"]:
        problem["mends"] = _mends(call, grid, problem, drawn)
    places = grid_editor.place_names(call.session, {problem["place"] for problem in found["problems"] if problem["place"]})
    return render_template("grid/problems.html", **grid_frame.frame(call, grid), found=found, names=names, places=places)


def _mends(call: Call, grid: Grid, problem: dict[str, Any], drawn: dict[str, Any]) -> list[str]:
    """Cells that could take the ground: those that hold it now, or lie nearest to a gap."""
    if problem["kind"] == "gap":
        community = problem["subject"].partition("@")[0]
        if community not in drawn:
            drawn[community] = grid_editor.drawn(call.session, grid, community)
        return grid_editor.nearest(drawn[community], *problem["at"])
    return problem["cells"] if problem["kind"] in ("overlap", "compound_split", "building_split") else []
