"""Versions of a street's grid: begin a draft, edit it, look it through, compare it, activate it."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify

from gridops.api import area_schemas, grid_examples as examples
from gridops.api import grid_schemas as schemas
from gridops.api.openapi import PREFIX, Blueprint
from gridops.api.places import takes_file
from gridops.api.requests import ANY_STAFF, Call, reading, writing
from gridops.api.shapes import fails
from gridops.services.cell_building import Size
from gridops.services.grid_drafts import activation, comparison, coverage, drafting, editing, features, rebasing, replacing

blueprint = Blueprint("grids", __name__, url_prefix=PREFIX, description="Versions of a street's cells")
STAFF = {"security": [{"bearer": []}]}


@blueprint.route("/streets/<code>/grids", methods=["GET"])
@reading(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.response(200, schemas.GridVersionsSchema, example=examples.VERSIONS)
@fails(blueprint, 401, 404)
def list_versions(call: Call, code: str) -> dict[str, Any]:
    """All versions of a street, newest first"""
    found = drafting.versions(call.session, code, actor=call.actor)
    return {"items": [drafting.summary(call.session, grid) for grid in found]}


@blueprint.route("/streets/<code>/grids", methods=["POST"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.GridBeginSchema, example=examples.BEGIN)
@blueprint.response(201, schemas.GridSchema, example=examples.GRID)
@fails(blueprint, 401, 403, 404, 422)
def begin_draft(call: Call, body: dict[str, Any], code: str) -> dict[str, Any]:
    """Begin a draft

    `start`: the active cells, no cells, or cells cut anew (with `cut` saying how large; else one per community).
    """
    size = Size(**body["cut"]) if "cut" in body else None
    grid = drafting.begin(
        call.session, code, start=body["start"], size=size, title=body.get("title"), actor=call.actor, now=call.now)
    return drafting.described(call.session, grid)


@blueprint.route("/grids/<int:grid>", methods=["GET"])
@reading(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.response(200, schemas.GridSchema, example=examples.GRID)
@fails(blueprint, 401, 404)
def show_grid(call: Call, grid: int) -> dict[str, Any]:
    """One version, with its latest edits and what was let stand on purpose"""
    return drafting.described(call.session, drafting.opened(call.session, grid, actor=call.actor))


@blueprint.route("/grids/<int:grid>/geojson", methods=["GET"])
@reading(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.GridPlacesQuerySchema, location="query")
@blueprint.response(200, area_schemas.FeaturesSchema, example=examples.FEATURES)
@fails(blueprint, 401, 404, 422)
def show_geojson(call: Call, query: dict[str, int], grid: int) -> Response:
    """Communities, cells and on request places, in WGS-84 to the last bit"""
    found = drafting.opened(call.session, grid, actor=call.actor)
    return jsonify(features.collection(call.session, found, with_places=bool(query["places"])))


@blueprint.route("/grids/<int:grid>/geojson", methods=["PUT"])
@writing(ANY_STAFF)
@takes_file
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.GridReplaceSchema, example=examples.REPLACE)
@blueprint.response(200, schemas.GridChangedSchema, example=examples.CHANGED)
@fails(blueprint, 401, 403, 404, 409, 413, 422)
def replace_cells(call: Call, body: dict[str, Any], grid: int) -> dict[str, Any]:
    """Replace a draft's cells by those of a file

    Features of another level are passed over; a cell without `code` gets the next free one of its `community`.
    """
    return replacing.replace(
        call.session, grid, body["features"], body["crs"], expected_revision=body["expected_revision"], actor=call.actor, now=call.now)


@blueprint.route("/grids/<int:grid>/edits", methods=["POST"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.GridEditSchema, example=examples.EDIT)
@blueprint.response(200, schemas.GridChangedSchema, example=examples.CHANGED)
@fails(blueprint, 401, 403, 404, 409, 422)
def edit_draft(call: Call, body: dict[str, Any], grid: int) -> dict[str, Any]:
    """One edit of a draft

    split {cell, line | parts, by?}, merge {cells, keep?}, move_vertex {at, to}, add_vertex {at}, remove_vertex {at},
    draw {community, polygon, name?}, assign {place, cell}, fill {at, cell}, rename {cell, name?, name_en?, households?},
    recut {community, count | households | target_area_m2, lines?}. Positions are [longitude, latitude] in WGS-84.
    """
    return editing.edit(call.session, grid, body, actor=call.actor, now=call.now)


@blueprint.route("/grids/<int:grid>/undo", methods=["POST"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.GridRevisionSchema, example=examples.REVISION)
@blueprint.response(200, schemas.GridChangedSchema, example=examples.CHANGED)
@fails(blueprint, 401, 403, 404, 409, 422)
def undo_edit(call: Call, body: dict[str, int], grid: int) -> dict[str, Any]:
    """Take the last edit back"""
    return editing.undo(call.session, grid, expected_revision=body["expected_revision"], actor=call.actor, now=call.now)


@blueprint.route("/grids/<int:grid>/coverage", methods=["GET"])
@reading(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.response(200, schemas.GridCoverageSchema, example=examples.COVERAGE)
@fails(blueprint, 401, 404)
def show_coverage(call: Call, grid: int) -> dict[str, Any]:
    """What is wrong with the cells, with areas in square metres"""
    return coverage.coverage(call.session, drafting.opened(call.session, grid, actor=call.actor))


@blueprint.route("/grids/<int:grid>/reasons", methods=["POST"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.GridReasonSchema, example=examples.REASON)
@blueprint.response(200, schemas.GridSchema, example=examples.GRID)
@fails(blueprint, 401, 403, 404, 409, 422)
def state_reason(call: Call, body: dict[str, str], grid: int) -> dict[str, Any]:
    """Say why a problem may stand"""
    found = coverage.state_reason(call.session, grid, **body, actor=call.actor, now=call.now)
    return drafting.described(call.session, found)


@blueprint.route("/grids/<int:grid>/discard", methods=["POST"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.GridDiscardSchema, example={})
@blueprint.response(200, schemas.GridSchema, example=examples.GRID)
@fails(blueprint, 401, 403, 404, 409, 422)
def discard_draft(call: Call, body: dict, grid: int) -> dict[str, Any]:
    """Give a draft up"""
    return drafting.described(call.session, drafting.discard(call.session, grid, actor=call.actor))


@blueprint.route("/grids/<int:grid>/comparison", methods=["GET"])
@reading(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.response(200, schemas.GridComparisonSchema, example=examples.COMPARISON)
@fails(blueprint, 401, 404)
def show_comparison(call: Call, grid: int) -> dict[str, Any]:
    """What a draft would move, beside the active version"""
    return comparison.compare(call.session, grid, actor=call.actor, now=call.now)


@blueprint.route("/grids/<int:grid>/rebase", methods=["POST"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.GridRevisionSchema, example=examples.REVISION)
@blueprint.response(200, schemas.GridRebasedSchema, example=examples.REBASED)
@fails(blueprint, 401, 403, 404, 409, 422)
def rebase_draft(call: Call, body: dict[str, int], grid: int) -> dict[str, Any]:
    """Take over what another version, active meanwhile, changed in communities that the draft left alone"""
    return rebasing.rebase(call.session, grid, expected_revision=body["expected_revision"], actor=call.actor, now=call.now)


@blueprint.route("/grids/<int:grid>/activation", methods=["POST"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.GridActivationSchema, example=examples.ACTIVATION)
@blueprint.response(200, schemas.GridSchema, example=examples.GRID)
@fails(blueprint, 401, 403, 404, 409, 422)
def activate_draft(call: Call, body: dict[str, Any], grid: int) -> dict[str, Any]:
    """Make a draft the active version, now or at an instant to come

    Open tickets, places, posts and rights move in the same transaction. Problems that stand forbid it, unless a `reason` is given.
    """
    return drafting.described(call.session, activation.activate(call.session, grid, **body, actor=call.actor, now=call.now))
