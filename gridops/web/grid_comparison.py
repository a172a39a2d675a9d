"""The draft beside the active version: two maps that move together."""

from __future__ import annotations

from flask import render_template

from gridops.api.requests import ANY_STAFF, Call, reading
from gridops.services import grids
from gridops.services.grid_drafts import drafting
from gridops.web import grid_page
from gridops.web.gate import staff_blueprint

blueprint = staff_blueprint("grid_comparison", __name__)


@blueprint.get("/grid/<int:grid_id>/comparison")
@reading(ANY_STAFF)
def show(call: Call, grid_id: int) -> str:
    grid = drafting.opened(call.session, grid_id, actor=call.actor)
    active = grids.active_grid(call.session, grid.street_code)
    return render_template("grid/comparison.html", **grid_page.frame(call, grid), before=active.id if active else None)
