"""Who leads, coordinates and supports, as the columns of a taxonomy or of duty rules say it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from gridops.domain.routing import COMMITTEE_TRACKS, may_lead
from gridops.services.imports.cells import Cells

COLUMNS = ("lead_dept", "coordinate_dept", "support_depts")


def read_roles(cells: Cells, types: Collection[str], track: str | None) -> dict[str, Any]:
    """{lead_type, coordinate_type, supports}; names types that are not known, stand twice, or may not lead on this track."""
    lead, coordinate = (_type(cells, types, name, cells.text(name, required=True)) for name in COLUMNS[:2])
    supports = [_support(cells, types, item) for item in cells.items("support_depts")]
    named = [lead, *(support["type"] for support in supports)]
    if len(set(named)) < len(named):
        cells.fault("support_depts", "twice_in_roles", "a department type leads and supports, or supports twice")
    if lead and track and not may_lead(lead, track):
        cells.fault("lead_dept", "committee_may_not_lead", f"a committee leads only {', '.join(sorted(COMMITTEE_TRACKS))}")
    return {"lead_type": lead, "coordinate_type": coordinate, "supports": supports}


def _support(cells: Cells, types: Collection[str], item: str) -> dict[str, Any]:
    """``PROPERTY`` or ``PROPERTY:what it does``."""
    code, _, duty = item.partition(":")
    return {"type": _type(cells, types, "support_depts", code.strip()), "duty": duty.strip() or None}


def _type(cells: Cells, types: Collection[str], column: str, code: str | None) -> str | None:
    if code and code not in types:
        cells.fault(column, "unknown_department_type", f"there is no department type {code}")
    return code
