"""A list of addresses as a street has it: name, address, point. The rest is made: codes, kinds, communities, cells, compounds.

A row is known again by its code, else by its name and address (within its compound and street), so the same list again changes nothing.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy import Row as SqlRow
from sqlalchemy import false, or_, select
from sqlalchemy.orm import Session, aliased

from geo.coords import Wgs84, to_wgs84
from gridops.domain.area_codes import STREET_DIGITS
from gridops.domain.place_names import normalise, short
from gridops.models import Place
from gridops.services import areas, field_terms
from gridops.services.imports.cells import Cells
from gridops.services.imports.places import CODE, KINDS, PlaceImport, pointed
from gridops.services.imports.table import ImportReport, Row, Table, all_or_nothing

COLUMNS = ("name", "address", "lng", "lat", "crs", "kind", "households", "compound", "aliases", "code")
IN_CHINESE = {
    "name": "名称", "address": "地址", "lng": "经度", "lat": "纬度", "crs": "坐标系", "kind": "类型", "households": "户数", "compound": "所属小区",
    "aliases": "别名", "code": "编码",
}
KIND_WORDS = {"小区": "compound", "楼栋": "building", "楼宇": "building", "院落": "yard"}
COUNTY_DIGITS = 6
Key = tuple[str, str, str]  # normalised compound, name, address


@dataclass
class Line:
    """One row: where it lies, and how it is known again."""

    cells: Cells
    name: str
    address: str | None
    compound: str | None
    kind: str | None
    point: Wgs84 | None
    location: areas.Location | None = None

    @property
    def key(self) -> Key:
        return short(self.compound or ""), short(self.name), normalise(self.address or "")


def import_addresses(
    session: Session, table: Table, *, now: datetime, crs: str | None = None, skip_outside: bool = False,
    may_keep: Callable[[str], bool] | None = None,
) -> ImportReport:
    """Columns name, lng, lat, and what there is of COLUMNS, in English or Chinese. ``skip_outside``: leave out rows that lie in no street."""
    table = table.from_chinese(IN_CHINESE, field_terms.known(session))
    report = ImportReport(notes=list(table.notes))
    if not report.needs(table, "name"):
        return report
    report.knows(table, *COLUMNS)
    with all_or_nothing(session, report):
        AddressImport(session, report, crs, skip_outside).run(table, PlaceImport(session, report, None, now, may_keep))
    return report


class AddressImport:
    def __init__(self, session: Session, report: ImportReport, crs: str | None, skip_outside: bool):
        self.session, self.report, self.crs, self.skip_outside = session, report, crs, skip_outside
        self.guessed: Counter[str] = Counter()
        self.kind_words = field_terms.known(session).either_way(KIND_WORDS)

    def run(self, table: Table, places: PlaceImport) -> None:
        lines = self._once(self._located(list(filter(None, map(self._read, table)))))
        if self.report.errors:
            return
        known = Known(self.session, lines)
        compounds = self._compounds(lines, known)
        rows = [*compounds.values(), *(self._row(line, known, compounds) for line in lines)]
        if +self.guessed:
            numbers = ", ".join(f"{self.guessed[kind]} {kind}" for kind in ("building", "compound"))
            self.report.notes.append(f"kind not given, taken from the address: {numbers}")
        places.run(Table([], rows, progress=table.progress))

    def _read(self, row: Row) -> Line | None:
        cells = Cells(pointed(row), self.report, crs=self.crs)
        name = cells.text("name", required=True)
        kind = self.kind_words.get(cells.row.cells.get("kind", "")) or cells.choice("kind", KINDS, required=False)
        point = cells.point()
        if point is None and not cells.faulty:
            cells.fault("lng", "missing_value", "the point is missing")
        address, compound = cells.text("address", longest=500), cells.text("compound")
        cells.matching("code", CODE, "letters, digits, dot, - and _", required=False)
        return None if cells.faulty else Line(cells, name, address, compound, kind, to_wgs84(point))

    def _located(self, lines: list[Line]) -> list[Line]:
        found = areas.locate_many(self.session, np.array([(line.point.lng, line.point.lat) for line in lines]))
        for line, location in zip(lines, found, strict=True):
            line.location = location
            if location is None:
                self._outside(line)
            elif location.community is None:
                line.cells.fault("lng", "no_community", f"{line.name} lies in {location.street.name}, where no community is drawn")
        return [line for line in lines if line.location is not None]

    def _outside(self, line: Line) -> None:
        found = areas.locate(self.session, line.point)
        near = f", {found.distance_m / 1000:.1f} km from {areas.path_name(self.session, found.nearest.code)}" if found.nearest else ""
        if self.skip_outside:
            self.report.notes.append(f"row {line.cells.row.number}: {line.name} lies in no street{near}; left out")
        else:
            line.cells.fault("lng", "outside", f"{line.name} lies in no street{near}")

    def _once(self, lines: Iterable[Line]) -> list[Line]:
        """A list often has a place twice."""
        first: dict[tuple[str, Key], Line] = {}
        for line in lines:
            earlier = first.setdefault((line.location.street.code, line.key), line)
            if earlier is not line:
                same = f"{line.name} is the same place as row {earlier.cells.row.number}"
                self.report.notes.append(f"row {line.cells.row.number}: {same}; left out")
        return list(first.values())

    def _compounds(self, lines: list[Line], known: Known) -> dict[tuple[str, str], Row]:
        """(street, normalised name) -> its row. A compound belongs to the community where most of its buildings stand."""
        wanted: dict[tuple[str, str], list[Line]] = {}
        for line in lines:
            if line.compound:
                wanted.setdefault((line.location.street.code, short(line.compound)), []).append(line)
        return {key: self._compound(key, group, known) for key, group in wanted.items()}

    def _compound(self, key: tuple[str, str], group: list[Line], known: Known) -> Row:
        name = group[0].compound
        community = Counter(line.location.community.code for line in group).most_common(1)[0][0]
        there = known.compounds.get(key)
        if there is not None:
            return Row(group[0].cells.row.number, {"code": there.code, "kind": "compound", "name": there.name})
        code = made_code(community, ("", short(name), ""))
        return Row(group[0].cells.row.number, {"code": code, "kind": "compound", "name": name, "community": community})

    def _row(self, line: Line, known: Known, compounds: dict[tuple[str, str], Row]) -> Row:
        there, location = known.place(line), line.location
        code = line.cells.row.cells.get("code") or (there.code if there else made_code(location.community.code, line.key))
        kind = line.kind or (there.kind if there else guessed_kind(line))
        self.guessed[kind] += not line.kind and not there
        cells = {name: line.cells.row.cells[name] for name in ("address", "households", "aliases") if line.cells.has(name)}
        cells |= {"code": code, "kind": kind, "name": line.name, "community": location.community.code, "crs": "wgs84"}
        cells |= {"lng": repr(line.point.lng), "lat": repr(line.point.lat)}
        if line.compound:
            cells["parent"] = compounds[location.street.code, short(line.compound)].cells["code"]
        return Row(line.cells.row.number, cells)


class Known:
    """What is stored already in the streets of the list, under the names it would have there."""

    def __init__(self, session: Session, lines: list[Line]):
        above = aliased(Place)
        columns = (Place.code, Place.name, Place.address, Place.kind, Place.community_code, above.name.label("within"))
        streets = {line.location.street.code for line in lines}
        here = or_(false(), *(Place.community_code.startswith(street, autoescape=True) for street in sorted(streets)))
        query = select(*columns).outerjoin(above, above.id == Place.parent_id).where(here, Place.ended_at.is_(None)).order_by(Place.id.desc())
        self.places: dict[tuple[str, Key], SqlRow] = {}
        self.compounds: dict[tuple[str, str], SqlRow] = {}
        for row in session.execute(query):
            street = row.community_code[:STREET_DIGITS]
            self.places[street, (short(row.within or ""), short(row.name), normalise(row.address or ""))] = row
            if row.kind == "compound":
                self.compounds[street, short(row.name)] = row

    def place(self, line: Line) -> SqlRow | None:
        return self.places.get((line.location.street.code, line.key))


def made_code(community: str, key: Key) -> str:
    """The same for the same place on every import, wherever in the county its point moves to."""
    said = "|".join((community[:COUNTY_DIGITS], *key)).encode()
    return "P" + base64.b32encode(hashlib.sha256(said).digest()).decode()[:11]


def guessed_kind(line: Line) -> str:
    """A lane's number alone (共富路228弄) is a compound's address; anything else a building's."""
    return "compound" if not line.compound and normalise(line.address or "").endswith("弄") else "building"
