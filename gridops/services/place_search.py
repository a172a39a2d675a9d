"""From a name or an address, as people type it, to places; the likeliest first.

Candidates come from the index of grams (gridops.domain.place_names says why "contains all that was typed" finds a name with a
character left out), the order from ``place_ranking``.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, false, func, or_, select
from sqlalchemy.orm import Session, aliased

from gridops.domain import place_names
from gridops.domain.area_codes import COMMUNITY_DIGITS
from gridops.models import Cell, Grid, Place, PlaceTerm
from gridops.services import areas
from gridops.services.areas import Area
from gridops.services.place_ranking import NEARLY, WORST, likeness
from gridops.services.place_terms import index_places

__all__ = ["Hit", "index_places", "resolve", "search"]

LONGEST = 100  # characters that are read of what was typed
CANDIDATES = 200
KINDS = {"name": 0, "alias": 1, "address": 2}
Scope = Collection[str] | None


@dataclass(frozen=True, slots=True)
class Hit:
    """``cell`` is the active one of a building or yard; ``within`` the name of the compound; ``matched``: name, alias or address."""

    place_id: int
    code: str
    name: str
    kind: str
    address: str | None
    community_code: str
    cell: Area | None
    score: float
    matched: str
    within: str | None = None

    @property
    def called(self) -> str:
        """A building with its compound: 3号楼 says nothing alone."""
        return f"{self.within}{self.name}" if self.within and not self.name.startswith(self.within) else self.name


class Found(NamedTuple):
    place_id: int
    kind: str
    term: str


def search(session: Session, text: str, *, prefixes: Scope, limit: int = 8) -> list[Hit]:
    """``prefixes``: codes of streets or communities to look in (a cell's stands for its community); None: everywhere."""
    typed = place_names.normalise(text[:LONGEST])
    if not typed or (prefixes is not None and not prefixes):
        return []
    best: dict[int, tuple[float, Found]] = {}
    for condition in _ways(typed):
        _rank(best, typed, session.execute(_candidates(condition, prefixes)).all())
        if sum(score >= NEARLY for score, _ in best.values()) >= limit:
            break
    ranked = sorted(best.values(), key=lambda item: _order(typed, *item))[:limit]
    return _hits(session, [(score, found) for score, found in ranked if score >= WORST])


def _ways(typed: str) -> Iterable[ColumnElement[bool]]:
    """From the surest to the most forgiving; the next is tried when the one before did not fill the list."""
    grams = PlaceTerm.grams
    if len(typed) == 1:
        yield grams.overlap([place_names.START + typed, typed + place_names.END])
        return
    yield grams.contains(place_names.typed_grams(typed))
    yield grams.contains(place_names.typed_grams(typed, from_start=False))
    if len(typed) > 3:
        left, right = place_names.halves(typed)
        yield or_(
            grams.contains(place_names.typed_grams(left)), grams.contains(place_names.typed_grams(right, from_start=False, to_end=True)))


def _candidates(condition: ColumnElement[bool], prefixes: Scope) -> Select:
    query = select(PlaceTerm.place_id, PlaceTerm.kind, PlaceTerm.term).where(condition)
    if prefixes is not None:
        query = query.join(Place, Place.id == PlaceTerm.place_id).where(within(prefixes))
    return query.order_by(func.length(PlaceTerm.term), PlaceTerm.place_id).limit(CANDIDATES)


def within(prefixes: Collection[str]) -> ColumnElement[bool]:
    return or_(false(), *(Place.community_code.startswith(prefix[:COMMUNITY_DIGITS], autoescape=True) for prefix in sorted(prefixes)))


def _rank(best: dict[int, tuple[float, Found]], typed: str, rows: Iterable) -> None:
    for found in (Found(*row) for row in rows):
        score = likeness(typed, found.term)
        if found.place_id not in best or score > best[found.place_id][0]:
            best[found.place_id] = (score, found)


def _order(typed: str, score: float, found: Found) -> tuple:
    return -round(score, 3), KINDS[found.kind], abs(len(found.term) - len(typed)), found.place_id


def _hits(session: Session, ranked: list[tuple[float, Found]]) -> list[Hit]:
    places = _places(session, [found.place_id for _, found in ranked])
    cells = cells_of_lineages(session, {place.cell_lineage for place, _ in places.values() if place.cell_lineage})
    return [_hit(*places[found.place_id], cells, score, found.kind) for score, found in ranked]


def _places(session: Session, ids: list[int]) -> dict[int, tuple]:
    if not ids:
        return {}
    above = aliased(Place)
    columns = (Place.id, Place.code, Place.name, Place.kind, Place.address, Place.community_code, Place.cell_lineage)
    query = select(*columns, above.name.label("within")).outerjoin(above, above.id == Place.parent_id).where(Place.id.in_(ids))
    return {row.id: (row, row.within) for row in session.execute(query)}


def cells_of_lineages(session: Session, lineages: Collection[uuid.UUID]) -> dict[uuid.UUID, Area]:
    """The active cells that carry them."""
    if not lineages:
        return {}
    query = select(Cell.lineage, Cell.code).join(Grid, Grid.id == Cell.grid_id).where(Cell.lineage.in_(lineages), Grid.status == "active")
    found = {row.lineage: areas.find_area(session, row.code) for row in session.execute(query)}
    return {lineage: area for lineage, area in found.items() if area is not None}


def _hit(place, above: str | None, cells: dict[uuid.UUID, Area], score: float, matched: str) -> Hit:
    return Hit(
        place.id, place.code, place.name, place.kind, place.address, place.community_code, cells.get(place.cell_lineage), score, matched, above)


def resolve(session: Session, text: str, *, prefixes: Scope) -> Hit | None:
    """The one place that is called so, or has this address; a flat counts as its building. None where nothing or more than one fits.

    Of a compound and a building of it with the same address the compound is meant.
    """
    typed = place_names.normalise(text[:LONGEST])
    for term in dict.fromkeys((typed, place_names.without_room(typed), place_names.short(text[:LONGEST]))):
        found = _exact(session, term, prefixes) if place_names.says_something(term) else []
        if found:
            only = _outermost(session, {row.place_id for row in found})
            return _hits(session, [(1.0, next(row for row in found if row.place_id == only))])[0] if only is not None else None
    return None


def _exact(session: Session, term: str, prefixes: Scope) -> list[Found]:
    condition = PlaceTerm.grams.contains(place_names.typed_grams(term, to_end=True)) & (PlaceTerm.term == term)
    return [Found(*row) for row in session.execute(_candidates(condition, prefixes))]


def _outermost(session: Session, ids: set[int]) -> int | None:
    """The one place that holds all others, else None."""
    rows = session.execute(select(Place.id, Place.parent_id).where(Place.id.in_(ids))).all()
    outside = [row.id for row in rows if row.parent_id not in ids]
    return outside[0] if len(outside) == 1 else None
