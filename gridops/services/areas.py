"""Where a point belongs, and what areas are called.

The answers come from an index in memory that is exchanged as soon as a street, community, grid or cell has changed: every call
reads one row (area_revision) to know. Ownership is decided by geo, cell before community before street, so that a street whose
cells are not cut yet still locates. On a border the lowest code owns the point.
"""

from __future__ import annotations

import gc
import threading
import uuid
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import shapely
from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from geo.coords import AnyPoint, Wgs84, to_wgs84
from geo.locate import CellIndex
from gridops.errors import NotFound
from gridops.models import AreaRevision, Cell, Community, Grid, Street

LEVELS = ("street", "community", "cell")


@dataclass(frozen=True, slots=True)
class Area:
    """A street, community or cell of an active grid. ``id`` and ``lineage`` are a cell's."""

    code: str
    level: str
    name: str
    name_en: str | None
    households: int | None = None
    id: int | None = None
    lineage: uuid.UUID | None = None
    kind: str | None = None
    timezone: str | None = None

    def called(self, locale: str) -> str:
        return self.name_en if locale.startswith("en") and self.name_en else self.name


@dataclass(frozen=True, slots=True)
class Location:
    street: Area
    community: Area | None
    cell: Area | None

    @property
    def deepest(self) -> Area:
        return self.cell or self.community or self.street

    @property
    def area_code(self) -> str:
        return self.deepest.code


@dataclass(frozen=True, slots=True)
class Outside:
    """In no street at all. ``nearest`` (deepest level known there) and metres to it; both None where there is no area."""

    nearest: Area | None
    distance_m: float | None


class _Atlas:
    """All areas of one revision."""

    def __init__(self, areas: list[tuple[Area, object]]):
        self.by_code = {area.code: area for area, _ in areas}
        self.indexes = [self._index(level, areas) for level in reversed(LEVELS)]

    @staticmethod
    def _index(level: str, areas: list[tuple[Area, object]]) -> CellIndex:
        drawn = [(area, shape) for area, shape in areas if area.level == level and shape is not None]
        return CellIndex([area for area, _ in drawn], [shape for _, shape in drawn], [area.code for area, _ in drawn])

    def locate(self, point: Wgs84) -> Location | Outside:
        for index in self.indexes:
            found = index.locate(point.lng, point.lat)
            if found is not None:
                return self.location(found)
        return self._outside(point)

    def locate_many(self, xy: np.ndarray) -> list[Location | None]:
        answers: list[Location | None] = [None] * len(xy)
        for index in self.indexes:
            open_at = [i for i, answer in enumerate(answers) if answer is None]
            for i, found in zip(open_at, index.locate_many(xy[open_at]), strict=True):
                answers[i] = self.location(found) if found is not None else None
        return answers

    def location(self, area: Area) -> Location:
        over = {above.level: above for above in self.lineage_of(area.code)}
        return Location(over["street"], over.get("community"), over.get("cell"))

    def lineage_of(self, code: str) -> list[Area]:
        """The area and those above it: every code that its own starts with."""
        prefixes = (code[:length] for length in range(1, len(code) + 1))
        return [self.by_code[prefix] for prefix in prefixes if prefix in self.by_code]

    def _outside(self, point: Wgs84) -> Outside:
        found = [hit for index in self.indexes if (hit := index.nearest(point.lng, point.lat)) is not None]
        if not found:
            return Outside(None, None)
        area, distance_m = min(found, key=lambda hit: hit[1])
        return Outside(area, round(distance_m, 1))


_KEPT = 2  # the new one, and the one that longer transactions still see
_atlases: OrderedDict[uuid.UUID, _Atlas] = OrderedDict()
_building = threading.Lock()


def _atlas(session: Session, revision: uuid.UUID | None = None) -> _Atlas:
    if revision is None:
        session.flush()
        revision = session.execute(select(AreaRevision.revision)).scalar_one()
    known = _atlases.get(revision)
    if known is not None:
        return known
    with _building, _uncollected():
        if revision not in _atlases:
            _atlases[revision] = _Atlas(_streets(session) + _communities(session) + _cells(session))
            while len(_atlases) > _KEPT:
                _atlases.popitem(last=False)
        return _atlases[revision]


@contextmanager
def _uncollected() -> Iterator[None]:
    """Nothing that is made here is garbage, and looking for some among 50,000 cells takes twice the time of making them."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _streets(session: Session) -> list[tuple[Area, object]]:
    rows = _read(session, select(Street.code, Street.name, Street.name_en, Street.timezone, func.ST_AsBinary(Street.boundary).label("shape")))
    return [(Area(r.code, "street", r.name, r.name_en, timezone=r.timezone), shape) for r, shape in rows]


def _communities(session: Session) -> list[tuple[Area, object]]:
    shape = func.ST_AsBinary(Community.boundary).label("shape")
    rows = _read(session, select(Community.code, Community.name, Community.name_en, Community.households, Community.kind, shape))
    return [(Area(r.code, "community", r.name, r.name_en, r.households, kind=r.kind), shape) for r, shape in rows]


def _cells(session: Session) -> list[tuple[Area, object]]:
    shape = func.ST_AsBinary(Cell.boundary).label("shape")
    query = select(Cell.code, Cell.name, Cell.name_en, Cell.households, Cell.id, Cell.lineage, shape)
    rows = _read(session, query.join(Grid, Grid.id == Cell.grid_id).where(Grid.status == "active"))
    return [(Area(r.code, "cell", r.name, r.name_en, r.households, r.id, r.lineage), shape) for r, shape in rows]


def _read(session: Session, query: Select) -> Iterable[tuple[Row, object]]:
    """Each row with its shape. All shapes are read in one call: a city's cells one by one would take seconds."""
    rows = session.execute(query).all()
    return zip(rows, shapely.from_wkb([row.shape for row in rows]), strict=True)


def locate(session: Session, point: AnyPoint, *, revision: uuid.UUID | None = None) -> Location | Outside:
    """The one cell, community and street that own the point, as deep as areas are drawn there.

    ``revision`` is the present one (area_revision), for a caller who has just read it together with something else.
    """
    return _atlas(session, revision).locate(to_wgs84(point))


def locate_many(session: Session, xy: np.ndarray) -> list[Location | None]:
    """`xy` of shape (n, 2), WGS-84 degrees -> n answers, each as `locate`; None outside every street."""
    return _atlas(session).locate_many(np.asarray(xy, dtype=float).reshape(-1, 2))


def find_area(session: Session, code: str) -> Area | None:
    return _atlas(session).by_code.get(code)


def get_area(session: Session, code: str) -> Area:
    """Raises NotFound."""
    area = find_area(session, code)
    if area is None:
        raise NotFound()
    return area


def location_of(session: Session, code: str) -> Location:
    """The levels above an area, itself included. Raises NotFound."""
    return _atlas(session).location(get_area(session, code))


def area_name(session: Session, code: str, locale: str = "zh") -> str:
    """The code itself where the area is gone: a retired cell's tickets must still be listed."""
    area = find_area(session, code)
    return area.called(locale) if area else code


def path_name(session: Session, code: str, locale: str = "zh") -> str:
    """For people who do not know cells: a cell with its community before it."""
    return path_names(session, locale)(code)


def path_names(session: Session, locale: str = "zh") -> Callable[[str], str]:
    """``path_name`` for many codes: the atlas is asked for once, not for every row of a list."""
    atlas = _atlas(session)

    def named(code: str) -> str:
        area = atlas.by_code.get(code)
        location = atlas.location(area) if area else None
        if location is None or location.cell is None or location.community is None:
            return area.called(locale) if area else code
        return f"{location.community.called(locale)} {location.cell.called(locale)}"

    return named


def descendants(session: Session, code: str, level: str | None = None) -> list[Area]:
    """All areas below, in code order; `level` keeps one level only."""
    areas = _atlas(session).by_code.values()
    below = [a for a in areas if a.code != code and a.code.startswith(code) and level in (None, a.level)]
    return sorted(below, key=lambda area: area.code)


def children(session: Session, code: str) -> list[Area]:
    """The next level down. Raises NotFound."""
    level = LEVELS.index(get_area(session, code).level) + 1
    return descendants(session, code, LEVELS[level]) if level < len(LEVELS) else []


def all_streets(session: Session) -> list[Area]:
    return sorted((a for a in _atlas(session).by_code.values() if a.level == "street"), key=lambda area: area.code)
