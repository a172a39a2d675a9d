"""What surrounds every page of one version of the grid."""

from __future__ import annotations

from typing import Any

from gridops.api.requests import Call
from gridops.models import Grid, Street
from gridops.services import scope
from gridops.services.grid_drafts import drafting
from gridops.web import grid_words


def frame(call: Call, grid: Grid) -> dict[str, Any]:
    """Names and words for the templates; ``keeps``: the reader may change it."""
    street = call.session.get_one(Street, grid.street_code)
    keeps = grid.status == "draft" and scope.may_keep_grid(call.actor, grid.street_code)
    return {
        "call": call, "active": "grid", "grid": drafting.described(call.session, grid), "street": street, "zone": street.timezone, "keeps": keeps,
        "statuses": grid_words.STATUSES, "operations": grid_words.OPERATIONS, "area": grid_words.area, "problem_words": grid_words.PROBLEMS}
