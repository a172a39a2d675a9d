"""Who may print posters: whoever keeps the grid, the desk, and those who lead a cell, in their own area."""

from __future__ import annotations

from gridops.domain.actor import Actor
from gridops.domain.permissions import GRID_KEEPERS
from gridops.errors import NotFound

PRINTERS = (*GRID_KEEPERS, "clerk", "grid_leader", "cadre")


def may_print(actor: Actor, area_code: str) -> bool:
    return actor.kind == "system" or any(area_code.startswith(area) for area in actor.areas(*PRINTERS))


def require(actor: Actor, area_code: str) -> None:
    """Raises NotFound."""
    if not may_print(actor, area_code):
        raise NotFound()
