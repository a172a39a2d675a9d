"""The cells of one street from a file: either corrected in place, or a new version of its grid."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from geoalchemy2 import WKBElement
from sqlalchemy.orm import Session

from gridops.services import grids
from gridops.services.imports.table import ImportReport, Row, put
from gridops.services.shapes import same_shape


@dataclass
class Draft:
    """A street, community or cell as the file has it."""

    row: Row
    code: str
    level: str
    values: dict[str, Any]
    boundary: WKBElement | None

    @property
    def parent(self) -> str:
        return self.code[:-3]


class CellImport:
    def __init__(self, session: Session, report: ImportReport, street: str, by_community: dict[str, dict[str, Draft]]):
        self.session, self.report, self.street, self.by_community = session, report, street, by_community
        self.active = grids.active_cells(session, street)

    def store(self, now: datetime) -> None:
        self._check_codes()
        if self.report.errors:
            return
        redrawn = {community for community, drafts in self.by_community.items() if self._redrawn(community, drafts)}
        outcomes = Counter(self._outcome(draft) for drafts in self.by_community.values() for draft in drafts.values())
        if redrawn:
            plans = self._plans(redrawn)
            ended = sorted(self.active.keys() - {plan.code for plan in plans})
            outcomes["changed"] += len(ended)
            grid = grids.add_grid(self.session, self.street, plans, now=now)
            self.report.notes.append(_version_note(self.street, grid.version, ended))
        else:
            self._correct()
        for outcome, number in outcomes.items():
            setattr(self.report, outcome, getattr(self.report, outcome) + number)

    def _check_codes(self) -> None:
        used = grids.used_codes(self.session, self.street) - self.active.keys()
        for draft in (draft for drafts in self.by_community.values() for draft in drafts.values()):
            if draft.code in used:
                self.report.fault(draft.row, "code", "code_reused", f"{draft.code} was another cell's in an earlier grid")
            elif draft.boundary is None and draft.code not in self.active:
                self.report.fault(draft.row, "geometry", "missing_shape", f"the new cell {draft.code} needs a shape")

    def _redrawn(self, community: str, drafts: dict[str, Draft]) -> bool:
        if all(draft.boundary is None for draft in drafts.values()):
            return False
        before = {code for code, cell in self.active.items() if cell.community_code == community}
        return before != drafts.keys() or any(self._shape_differs(draft) for draft in drafts.values())

    def _shape_differs(self, draft: Draft) -> bool:
        return draft.boundary is not None and not same_shape(self.active[draft.code].boundary, draft.boundary)

    def _outcome(self, draft: Draft) -> str:
        cell = self.active.get(draft.code)
        if cell is None:
            return "created"
        differs = any(getattr(cell, name) != value for name, value in draft.values.items())
        return "changed" if differs or self._shape_differs(draft) else "unchanged"

    def _plans(self, redrawn: set[str]) -> list[grids.CellPlan]:
        drafts = {code: draft for cells in self.by_community.values() for code, draft in cells.items()}
        kept = [cell for cell in self.active.values() if cell.community_code not in redrawn and cell.code not in drafts]
        return [*(grids.plan_of(cell) for cell in kept), *(self._plan(drafts[code]) for code in sorted(drafts))]

    def _plan(self, draft: Draft) -> grids.CellPlan:
        cell = self.active.get(draft.code)
        if cell is None:
            return grids.CellPlan(draft.code, draft.parent, boundary=draft.boundary, **draft.values)
        shape = {} if draft.boundary is None else {"boundary": draft.boundary}
        return grids.plan_of(cell, **draft.values, **shape)

    def _correct(self) -> None:
        for drafts in self.by_community.values():
            for draft in drafts.values():
                put(self.active[draft.code], draft.values)


def _version_note(street: str, version: int, ended: list[str]) -> str:
    note = f"street {street}: the cells are now version {version}"
    return f"{note}; ended: {', '.join(ended)}" if ended else note
