"""A draft's cells from a GeoJSON file: all of them, by their codes; what the file does not name ends."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from geoalchemy2 import WKBElement
from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.errors import GeoError
from geo.shapes import read_area
from gridops.domain.actor import Actor
from gridops.errors import Invalid
from gridops.models import Cell, Community, Grid
from gridops.services import grids
from gridops.services.grid_drafts import drafting, editing
from gridops.services.grid_drafts.bodies import LONGEST_NAME
from gridops.services.grid_drafts.steps import Step
from gridops.services.imports.readers import UNSTORABLE
from gridops.services.shapes import same_shape, stored_area

Faults = dict[str, list[str]]
CELL_CODE = re.compile(r"[0-9]{15}")  # of the digits of ASCII alone: str.isdigit knows hundreds more


@dataclass(frozen=True)
class Wanted:
    code: str
    community: str
    values: dict[str, Any]
    boundary: WKBElement


def replace(
    session: Session, grid_id: int, features: Sequence[Any], crs: str, *, expected_revision: int, actor: Actor, now: datetime,
) -> dict[str, Any]:
    """As ``editing.edit`` answers. Features whose level is not "cell" are passed over; a cell without code gets the next free one.

    Raises as ``drafting.locked``, and Invalid with fields "features.N": a code of geo's, bad_cell_code, code_reused, duplicate_row.
    """
    grid = drafting.locked(session, grid_id, expected_revision=expected_revision, actor=actor)
    present = {cell.code: cell for cell in session.scalars(select(Cell).where(Cell.grid_id == grid.id))}
    wanted = _wanted(session, grid, features, crs, present)
    step = Step(session, grid)
    for code in present.keys() - wanted.keys():
        step.remove(present[code])
    for code, cell in sorted(wanted.items()):
        _put(session, step, present.get(code), cell)
    if step.touched:
        step.record("replace", actor=actor, now=now)
    return editing.answer(session, grid, step.touched, step.removed)


def _put(session: Session, step: Step, present: Cell | None, wanted: Wanted) -> None:
    if present is None:
        active = grids.active_cells(session, step.grid.street_code).get(wanted.code)
        lineage = {"lineage": active.lineage, "descends_from": active.descends_from} if active else {"lineage": uuid.uuid4()}
        step.add(code=wanted.code, community_code=wanted.community, boundary=wanted.boundary, **grids.name_of(wanted.code) | wanted.values, **lineage)
    else:
        changed = {name: value for name, value in wanted.values.items() if getattr(present, name) != value}
        shape = {} if same_shape(present.boundary, wanted.boundary) else {"boundary": wanted.boundary}
        if changed or shape:
            step.change(present, **changed, **shape)


def _wanted(session: Session, grid: Grid, features: Sequence[Any], crs: str, present: dict[str, Cell]) -> dict[str, Wanted]:
    communities = set(session.scalars(select(Community.code).where(Community.street_code == grid.street_code)))
    living = present.keys() | grids.active_cells(session, grid.street_code).keys()
    reader = _Reader(communities, grids.used_codes(session, grid.street_code) - living, crs)
    found: dict[str, Wanted] = {}
    free = {code: iter(grids.free_codes(session, code)) for code in communities}
    for number, feature in enumerate(features):
        cell = reader.read(number, feature, free)
        if cell is not None and cell.code in found:
            reader.faults[f"features.{number}"] = ["duplicate_row"]
        elif cell is not None:
            found[cell.code] = cell
    if reader.faults:
        raise Invalid(fields=reader.faults)
    return found


class _Reader:
    def __init__(self, communities: set[str], ended: set[str], crs: str) -> None:
        self.communities, self.ended, self.crs = communities, ended, crs
        self.faults: Faults = {}

    def read(self, number: int, feature: Any, free: dict[str, Iterator[str]]) -> Wanted | None:
        properties = feature.get("properties") if isinstance(feature, dict) else None
        if not isinstance(properties, dict) or properties.get("level", "cell") != "cell":
            return None if isinstance(properties, dict) else self._fault(number, "bad_feature")
        code = properties.get("code") or next(free.get(str(properties.get("community")), iter(())), None)
        if not isinstance(code, str) or CELL_CODE.fullmatch(code) is None or code[:12] not in self.communities:
            return self._fault(number, "bad_cell_code")
        if code in self.ended:
            return self._fault(number, "code_reused")
        try:
            shape = stored_area(read_area(feature, self.crs))
        except GeoError as error:
            return self._fault(number, error.code)
        return Wanted(code, code[:12], self._values(number, properties), shape)

    def _values(self, number: int, properties: dict[str, Any]) -> dict[str, Any]:
        """Only what the file speaks of."""
        values = {name: properties[name] for name in ("name", "name_en", "households") if name in properties}
        words = isinstance(values.get("name", "x"), str) and isinstance(values.get("name_en"), str | None)
        said = (values.get("name", ""), values.get("name_en") or "") if words else ()
        words = words and all(len(text) <= LONGEST_NAME and not UNSTORABLE.search(text) for text in said)
        living = values.get("households")
        if not words or not (living is None or (type(living) is int and 0 <= living < 2**31)):
            self._fault(number, "bad_feature")
        return values

    def _fault(self, number: int, code: str) -> None:
        self.faults[f"features.{number}"] = [code]
