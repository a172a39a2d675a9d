"""The lists of one version, whole or as far as an edit changed them: the chosen cell in full, and a row for each cell."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from gridops.api.requests import ANY_STAFF, Call, reading
from gridops.errors import NotFound
from gridops.models import Grid
from gridops.services import areas, grid_editor, poster_rights, scope
from gridops.services.duty import on_duty, overview
from gridops.services.grid_drafts import drafting, features
from gridops.services.people import access
from gridops.web import duty_words, grid_frame, grid_words
from gridops.web.gate import staff_blueprint

blueprint = staff_blueprint("grid_cell", __name__)
MOST_ROWS = 60  # with more of them changed the page is asked for as a whole


@blueprint.get("/grid/<int:grid_id>/changed")
@reading(ANY_STAFF)
def changed(call: Call, grid_id: int) -> str:
    """The parts of the page that the edit of some cells (``code``, repeated) changes. Raises NotFound."""
    grid = drafting.opened(call.session, grid_id, actor=call.actor)
    asked = set(request.args.getlist("code"))
    if len(asked) > MOST_ROWS:
        raise NotFound()
    wanted = request.args.get("cell", "")
    cells = [feature["properties"] for feature in features.cells(call.session, grid, asked | {wanted})]
    return render_template(
        "grid/changed.html", **grid_frame.frame(call, grid), **lists(call, grid, cells, wanted), rows=[cell for cell in cells if cell["code"] in asked])


def lists(call: Call, grid: Grid, cells: list[dict[str, Any]], wanted: str | None) -> dict[str, Any]:
    """What the lists show beside ``cells``."""
    chosen = next((cell for cell in cells if cell["code"] == wanted), None)
    return {
        "chosen": _in_full(call, grid, chosen), "names": grid_editor.names(call.session, grid, call.locale),
        "edits": drafting.last_edits(call.session, grid, limit=8), "directions": grid_words.DIRECTIONS, "post_words": duty_words.post}


def _in_full(call: Call, grid: Grid, cell: dict[str, Any] | None) -> dict[str, Any] | None:
    """The chosen cell with whom it touches, its vertices, the places that could be its own, and what hangs on it."""
    if cell is None:
        return None
    drawn = grid_editor.drawn(call.session, grid, cell["community"])
    here = cell["code"] in drawn
    return cell | {
        "neighbours": grid_editor.neighbours(drawn, cell["code"]) if here else [],
        "vertices": grid_editor.vertices(drawn, cell["code"]) if here else [],
        "places": grid_editor.places_to_assign(call.session, cell["community"]), "around": _around(call, cell["code"])}


def _around(call: Call, code: str) -> dict[str, Any] | None:
    """What the reader may see of the cell's work. None for a cell that is not of the active grid: nothing hangs on it yet."""
    if areas.find_area(call.session, code) is None:
        return None
    covers = scope.covers(call.actor, code)
    return {
        "open": grid_editor.open_tickets(call.session, code, actor=call.actor) if covers else None,
        "duty": overview.distinct(on_duty(call.session, code, call.now)) if covers else None,
        "roster": access.may_read(call.actor, code), "posters": poster_rights.may_print(call.actor, code)}
