"""QR codes that hang in the street: each leads to its place or cell for as long as it hangs, whatever becomes of the grid.

A place's cell is known by lineage. A cell that is no more leads to the one that holds the point where it was.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from geo.coords import Wgs84
from gridops.errors import Invalid, NotFound
from gridops.models import Cell, Place, Poster
from gridops.services import areas
from gridops.services.areas import Area
from gridops.services.place_cells import only_cell
from gridops.services.place_search import cells_of_lineages
from gridops.services.shapes import shape_of, stored_point

# Without what is taken for something else, read or typed: 0 o, 1 i l, 2 z, 5 s, 8 b, u v.
LETTERS = "34679acdefghjkmnpqrtwxy"
LENGTH = 9  # 41 bits: nobody finds a poster by trying, and a poster opens nothing but a form
LONGEST_TYPED = 40
SUBJECTS = ("cell", "compound", "building", "yard")


@dataclass(frozen=True)
class Aim:
    """Where a poster leads now: the place it hangs at, or the cell (where no cell is drawn any more, the community)."""

    poster: Poster
    place: Place | None
    area: Area

    def called(self, locale: str = "zh") -> str:
        return self.place.name if self.place else self.area.called(locale)


def make_missing(session: Session, found: list[Place | Area], now: datetime) -> dict[str, Poster]:
    """Code of each cell or place -> its poster, made where there was none."""
    known = posters_of(session, found)
    rows = [
        {"token": new_token(), "created_at": now, "place_id": None, "cell_lineage": None, "scans": 0}
        | (_of_place(item) if isinstance(item, Place) else _of_cell(session, item))
        for item in found if item.code not in known]
    if rows:
        session.execute(insert(Poster).values(rows).on_conflict_do_nothing())
    return posters_of(session, found) if rows else known


def _of_place(place: Place) -> dict:
    return {"place_id": place.id, "community_code": place.community_code, "point": place.point}


def _of_cell(session: Session, area: Area) -> dict:
    """Raises NotFound for an area that is no cell."""
    if area.level != "cell":
        raise NotFound()
    cell = session.get_one(Cell, area.id)
    inside = shape_of(cell.boundary).representative_point() if cell.boundary is not None else None
    point = stored_point(Wgs84(inside.x, inside.y)) if inside is not None else None
    return {"cell_lineage": cell.lineage, "community_code": cell.community_code, "point": point}


def new_token() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))


def find(session: Session, typed: str) -> Aim | None:
    """The poster with this token, in large or small letters; None for anything else."""
    token = typed.strip().lower()
    poster = session.scalar(select(Poster).where(Poster.token == token)) if 0 < len(token) <= LONGEST_TYPED else None
    return aim(session, poster) if poster else None


def get(session: Session, typed: str) -> Aim:
    """Raises Invalid ``poster_unknown``."""
    found = find(session, typed)
    if found is None:
        raise Invalid(code="poster_unknown", fields={"poster": ["There is no such poster."]})
    return found


def aim(session: Session, poster: Poster) -> Aim | None:
    """None where even the community is gone."""
    if poster.place_id is not None:
        place = session.get_one(Place, poster.place_id)
        area = only_cell(session, place) or areas.find_area(session, place.community_code)
        return Aim(poster, place, area) if area else None
    cell = cells_of_lineages(session, {poster.cell_lineage}).get(poster.cell_lineage) or _at_its_point(session, poster)
    area = cell or areas.find_area(session, poster.community_code)
    return Aim(poster, None, area) if area else None


def _at_its_point(session: Session, poster: Poster) -> Area | None:
    shape = shape_of(poster.point)
    found = areas.locate(session, Wgs84(shape.x, shape.y)) if shape is not None else None
    return found.deepest if isinstance(found, areas.Location) and found.community is not None else None


def count_scan(session: Session, poster: Poster) -> None:
    """That somebody scanned it; not who, when or from where."""
    session.execute(update(Poster).where(Poster.id == poster.id).values(scans=Poster.scans + 1))


def subjects(session: Session, code: str, kinds: Collection[str] = SUBJECTS) -> list[Place | Area]:
    """What in a community or cell may have a poster: cells by code, then places by code. Raises NotFound."""
    area = areas.get_area(session, code)
    cells = [area] if area.level == "cell" else areas.descendants(session, code, "cell")
    return [*(cells if "cell" in kinds else []), *_places(session, area, [kind for kind in kinds if kind != "cell"])]


def _places(session: Session, area: Area, kinds: list[str]) -> Iterable[Place]:
    query = select(Place).where(Place.kind.in_(kinds), Place.ended_at.is_(None)).order_by(Place.code)
    if area.level == "cell":
        return session.scalars(query.where(Place.cell_lineage == area.lineage))
    return session.scalars(query.where(Place.community_code.startswith(area.code, autoescape=True)))


def posters_of(session: Session, found: list[Place | Area]) -> dict[str, Poster]:
    """Code of a cell or place -> its poster, of those that have one."""
    by_place = {item.id: item.code for item in found if isinstance(item, Place)}
    by_lineage = {item.lineage: item.code for item in found if isinstance(item, Area)}
    rows = session.scalars(select(Poster).where(Poster.place_id.in_(by_place) | Poster.cell_lineage.in_(by_lineage)))
    return {by_place.get(row.place_id) or by_lineage[row.cell_lineage]: row for row in rows}


def titles(session: Session, found: list[Place | Area], locale: str = "zh") -> dict[str, str]:
    """Code -> name; of a building with its compound: 3号楼 says nothing alone."""
    ids = {item.parent_id for item in found if isinstance(item, Place) and item.parent_id is not None}
    above = dict(session.execute(select(Place.id, Place.name).where(Place.id.in_(ids))).all())
    return {item.code: _within(above.get(item.parent_id, ""), item.name) if isinstance(item, Place) else item.called(locale) for item in found}


def _within(compound: str, name: str) -> str:
    return name if name.startswith(compound) else compound + name


def subject(session: Session, code: str) -> Place | Area:
    """A place or an active cell by its code. Raises NotFound."""
    place = session.scalar(select(Place).where(Place.code == code, Place.ended_at.is_(None)))
    area = areas.find_area(session, code)
    if place is None and (area is None or area.level != "cell"):
        raise NotFound()
    return place or area
