"""One version of the grid on the map and in lists: the cells, the chosen cell with its neighbours and vertices, the problems."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from flask import render_template, request
from sqlalchemy import select

from gridops.api.requests import ANY_STAFF, Call, reading
from gridops.models import Community, Grid, Street
from gridops.services import grid_editor, scope
from gridops.services.grid_drafts import coverage, drafting, features
from gridops.web import grid_words
from gridops.web.gate import staff_blueprint

blueprint = staff_blueprint("grid_page", __name__)


@blueprint.get("/grid/<int:grid_id>")
@reading(ANY_STAFF)
def show(call: Call, grid_id: int) -> str:
    grid = drafting.opened(call.session, grid_id, actor=call.actor)
    cells = [feature["properties"] for feature in features.cells(call.session, grid)]
    chosen = next((cell for cell in cells if cell["code"] == request.args.get("cell")), None)
    return render_template(
        "grid/editor.html", **frame(call, grid), communities=_communities(call, grid, cells), chosen=_in_full(call, grid, chosen),
        edits=drafting.last_edits(call.session, grid, limit=8), names=_names(call, cells),
        directions=grid_words.DIRECTIONS, script_words=grid_words.for_scripts())


def frame(call: Call, grid: Grid) -> dict[str, Any]:
    """What all pages of one version show."""
    street = call.session.get_one(Street, grid.street_code)
    keeps = grid.status == "draft" and scope.may_keep_grid(call.actor, grid.street_code)
    return {
        "call": call, "active": "grid", "grid": drafting.described(call.session, grid), "street": street, "zone": street.timezone, "keeps": keeps,
        "statuses": grid_words.STATUSES, "operations": grid_words.OPERATIONS, "area": grid_words.area, "problem_words": grid_words.PROBLEMS}


def _communities(call: Call, grid: Grid, cells: list[dict[str, Any]]) -> list[tuple[Community, list[dict[str, Any]]]]:
    by_community: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for cell in cells:
        by_community[cell["community"]].append(cell)
    found = call.session.scalars(select(Community).where(Community.street_code == grid.street_code).order_by(Community.code))
    return [(community, by_community[community.code]) for community in found]


def _names(call: Call, cells: list[dict[str, Any]]) -> dict[str, str]:
    """Code -> name in the reader's language."""
    return {cell["code"]: cell["name_en"] if call.locale == "en" and cell["name_en"] else cell["name"] for cell in cells}


def _in_full(call: Call, grid: Grid, cell: dict[str, Any] | None) -> dict[str, Any] | None:
    """The chosen cell with whom it touches, its vertices, and the places that could be its own."""
    if cell is None:
        return None
    drawn = grid_editor.drawn(call.session, grid, cell["community"])
    here = cell["code"] in drawn
    return cell | {
        "neighbours": grid_editor.neighbours(drawn, cell["code"]) if here else [],
        "vertices": grid_editor.vertices(drawn, cell["code"]) if here else [],
        "places": grid_editor.places_to_assign(call.session, cell["community"])}


@blueprint.get("/grid/<int:grid_id>/problems")
@reading(ANY_STAFF)
def problems(call: Call, grid_id: int) -> str:
    grid = drafting.opened(call.session, grid_id, actor=call.actor)
    found = coverage.coverage(call.session, grid)
    names = _names(call, [feature["properties"] for feature in features.cells(call.session, grid)])
    drawn: dict[str, Any] = {}
    for problem in found["problems"]:
        problem["mends"] = _mends(call, grid, problem, drawn)
    return render_template("grid/problems.html", **frame(call, grid), found=found, names=names)


def _mends(call: Call, grid: Grid, problem: dict[str, Any], drawn: dict[str, Any]) -> list[str]:
    """Cells that could take the ground: those that hold it now, or lie nearest to a gap."""
    if problem["kind"] == "gap":
        community = problem["subject"].partition("@")[0]
        if community not in drawn:
            drawn[community] = grid_editor.drawn(call.session, grid, community)
        return grid_editor.nearest(drawn[community], *problem["at"])
    return problem["cells"] if problem["kind"] in ("overlap", "compound_split", "building_split") else []
