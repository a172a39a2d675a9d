"""Compounds, buildings and yards.

A compound belongs to a community and may span cells; a building or yard belongs to one cell. Community and cell come from the
columns, or the parent, or the point. A polygon is the boundary; a GeoJSON point, or the columns lng and lat, the point. An ended
place is kept for its tickets and found no more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from geo.coords import AnyPoint, Wgs84
from gridops.models import AreaRevision, Place
from gridops.services import areas
from gridops.services.imports.cells import Cells
from gridops.services.imports.table import ImportReport, Row, Table, all_or_nothing, put
from gridops.services.place_terms import index_places
from gridops.services.shapes import same_shape, shape_of, stored_area, stored_point

KINDS = ("compound", "building", "yard")
COLUMNS = ("code", "kind", "name", "aliases", "address", "community", "cell", "parent", "households", "lng", "lat", "crs", "ended")
BATCH = 5000
CODE = r"[0-9A-Za-z][0-9A-Za-z._-]{0,63}"


@dataclass
class Draft:
    cells: Cells
    code: str
    kind: str
    values: dict[str, Any]
    point: AnyPoint | None
    parent: str | None


def import_places(
    session: Session, table: Table, *, now: datetime, crs: str | None = None, may_keep: Callable[[str], bool] | None = None,
) -> ImportReport:
    """Columns code, kind (compound, building, yard), name; aliases separated by ";". ``may_keep``: may places of this community be written?"""
    report = ImportReport(notes=list(table.notes))
    if not report.needs(table, "code", "kind", "name"):
        return report
    report.knows(table, *COLUMNS)
    with all_or_nothing(session, report):
        PlaceImport(session, report, crs, now, may_keep).run(table)
    return report


class PlaceImport:
    def __init__(self, session: Session, report: ImportReport, crs: str | None, now: datetime, may_keep: Callable[[str], bool] | None = None):
        self.session, self.report, self.crs, self.now = session, report, crs, now
        self.may_keep = may_keep or (lambda community: True)
        session.flush()
        self.revision = session.scalars(select(AreaRevision.revision)).one()
        self.areas = {area.code: area for area in areas.descendants(session, "")}
        self.stored: dict[str, Place] = {}
        self.parents: dict[str, str | None] = {}
        self.drafts: dict[str, Draft] = {}
        self.touched: list[Place] = []

    def _load(self, table: Table) -> None:
        """What the file speaks of, and nothing else: one place among a hundred thousand must not read them all."""
        named = sorted({row.cells[column] for row in table.rows for column in ("code", "parent") if row.cells.get(column)})
        above = aliased(Place)
        query = select(Place, above.code).outerjoin(above, above.id == Place.parent_id)
        for start in range(0, len(named), BATCH):
            for place, parent in self.session.execute(query.where(Place.code.in_(named[start : start + BATCH]))):
                self.stored[place.code], self.parents[place.code] = place, parent

    def run(self, table: Table) -> None:
        self._load(table)
        for row in table:
            self._read(Cells(pointed(row), self.report, crs=self.crs))
        # Compounds first: a building may take its community from the compound it stands in.
        self.drafts = dict(sorted(self.drafts.items(), key=lambda item: (item[1].kind != "compound", item[0])))
        for draft in self.drafts.values():
            self._settle(draft)
        if not self.report.errors:
            self._store()

    def _read(self, cells: Cells) -> None:
        code = cells.matching("code", CODE, "letters, digits, dot, - and _")
        kind = cells.choice("kind", KINDS)
        values = self._values(cells)
        point, parent = cells.point(), cells.text("parent")
        if code in self.drafts:
            cells.fault("code", "duplicate_row", f"{code} stands in row {self.drafts[code].cells.row.number} already")
        elif code and kind:
            self.drafts[code] = Draft(cells, code, kind, values, point, parent)

    def _values(self, cells: Cells) -> dict[str, Any]:
        values: dict[str, Any] = {"name": cells.text("name", required=True)}
        shape = cells.area()
        values |= {"boundary": stored_area(shape)} if shape is not None else {}
        values |= {"aliases": cells.items("aliases")} if cells.has("aliases") else {}
        values |= {"address": cells.text("address", longest=500)} if cells.has("address") else {}
        values |= {"households": cells.whole("households") or 0} if cells.has("households") else {}
        return values | ({"ended": cells.flag("ended")} if cells.has("ended") else {})

    def _settle(self, draft: Draft) -> None:
        """Where it belongs: said, of the parent, as stored, or by its point."""
        cells, stored = draft.cells, self.stored.get(draft.code)
        if draft.parent:
            self._check_parent(cells, draft)
        cell = self._area(cells, "cell")
        community = self._area(cells, "community") or (cell[:-3] if cell else None)
        if community is None and draft.parent in self.drafts:
            community = self.drafts[draft.parent].values.get("community_code")
        elif community is None and draft.parent in self.stored:
            community = self.stored[draft.parent].community_code
        here = self._located(draft)
        if community is None and here and here.community:
            community = here.community.code
        community = community or (stored.community_code if stored else None)
        if community is None and not cells.faulty:
            cells.fault("community", "missing_value", "neither community nor cell, parent or point says where this is")
        for code in {community, stored.community_code if stored else community} - {None}:
            if not self.may_keep(code):
                cells.fault("community", "not_yours", f"you may not change places of the community {code}")
        draft.values["community_code"] = community
        if draft.kind != "compound":
            self._settle_cell(draft, cell, here)

    def _settle_cell(self, draft: Draft, cell: str | None, here: areas.Location | None) -> None:
        found = self.areas.get(cell) if cell else here.cell if here else None
        if found and not found.code.startswith(draft.values["community_code"] or ""):
            draft.cells.fault("cell", "wrong_parent", f"the cell {found.code} is not in the community {draft.values['community_code']}")
        if found or cell or draft.point:
            draft.values["cell_lineage"] = found.lineage if found else None

    def _check_parent(self, cells: Cells, draft: Draft) -> None:
        stored = self.stored.get(draft.parent)
        if not self._is_compound(draft.parent):
            cells.fault("parent", "unknown_place", f"there is no compound or yard {draft.parent}")
        elif stored and not self.may_keep(stored.community_code):
            cells.fault("parent", "not_yours", f"you may not change places of the community {stored.community_code}")
        elif draft.code in self._above(draft.code):
            cells.fault("parent", "wrong_parent", f"{draft.code} cannot stand in itself")

    def _above(self, code: str) -> set[str]:
        """In what the place stands, to the outermost, as the file and what is stored have it."""
        found: set[str] = set()
        above = self._parent(code)
        while above and above not in found:
            found.add(above)
            above = self._parent(above)
        return found

    def _parent(self, code: str) -> str | None:
        draft = self.drafts.get(code)
        if draft is not None and draft.cells.has("parent"):
            return draft.parent
        if code not in self.parents:
            above = aliased(Place)
            self.parents[code] = self.session.scalar(select(above.code).join(Place, Place.parent_id == above.id).where(Place.code == code))
        return self.parents[code]

    def _is_compound(self, code: str) -> bool:
        place = self.drafts.get(code) or self.stored.get(code)
        return place is not None and place.kind != "building"

    def _area(self, cells: Cells, column: str) -> str | None:
        code = cells.text(column)
        if code is None:
            return None
        area = self.areas.get(code)
        if area is None or area.level != column:
            return cells.fault(column, "unknown_area", f"there is no {column} {code}")
        return code

    def _located(self, draft: Draft) -> areas.Location | None:
        point = draft.point
        if point is None and "boundary" in draft.values:
            middle = shape_of(draft.values["boundary"]).representative_point()
            point = Wgs84(middle.x, middle.y)
        found = areas.locate(self.session, point, revision=self.revision) if point else None
        if isinstance(found, areas.Outside):
            near = f"; {areas.path_name(self.session, found.nearest.code)} is {found.distance_m:.0f} m away" if found.nearest else ""
            return draft.cells.fault("lng", "outside", f"the point is in no street{near}")
        return found

    def _store(self) -> None:
        for draft in self.drafts.values():
            self._put(draft)
        self.session.flush()
        for draft in self.drafts.values():
            if draft.cells.has("parent"):
                self.stored[draft.code].parent_id = self.stored[draft.parent].id if draft.parent else None
        self.session.flush()
        index_places(self.session, [place.id for place in self.touched])

    def _put(self, draft: Draft) -> None:
        values = draft.values | {"kind": draft.kind} | ({"point": stored_point(draft.point)} if draft.point else {})
        stored = self.stored.get(draft.code)
        if "ended" in values:
            values["ended_at"] = ((stored.ended_at if stored else None) or self.now) if values.pop("ended") else None
        if stored is None:
            self.stored[draft.code] = Place(code=draft.code, **values)
            self.session.add(self.stored[draft.code])
            self.touched.append(self.stored[draft.code])
            return self.report.count("created")
        for name in ("point", "boundary"):
            if name in values and same_shape(getattr(stored, name), values[name]):
                del values[name]
        moved = draft.cells.has("parent") and self.parents[draft.code] != draft.parent
        changed = put(stored, values) or moved
        self.touched += [stored] if changed else []
        self.report.count("changed" if changed else "unchanged")


def pointed(row: Row) -> Row:
    """A GeoJSON point becomes the columns lng and lat; its shape is then no polygon."""
    geometry = row.geometry
    if not isinstance(geometry, dict) or geometry.get("type") != "Point":
        return row
    pair = geometry.get("coordinates")
    lng, lat = (str(pair[0]), str(pair[1])) if isinstance(pair, list) and len(pair) >= 2 else ("", "nothing")
    return replace(row, cells=row.cells | {"lng": lng, "lat": lat}, geometry=None)
