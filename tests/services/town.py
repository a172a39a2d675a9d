"""A small street of our own for routing: two communities, cells, compounds, departments and duty rules, made as a test needs them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import shapely
from geoalchemy2.shape import from_shape
from shapely import MultiPolygon

from gridops.models import (
    CalendarDay, CalendarVersion, Category, CategoryVersion, Cell, Community, Department, DepartmentType, DutyRule, Grid, Jurisdiction,
    Place, Street,
)
from gridops.services import routing

NOW = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)  # Wednesday 10:00 in Shanghai
STREET, EAST, WEST = "310104001", "310104001001", "310104001002"
CELL_A, CELL_B = EAST + "001", EAST + "002"
DUTIES = {"SANITATION": "清运垃圾", "PROPERTY": "保持现场", "VOLUNTEER": None}


def square(lng, lat, size=0.001):
    return from_shape(MultiPolygon([shapely.box(lng, lat, lng + size, lat + size)]), srid=4326)


class Town:
    """Cells A and B lie side by side in the eastern community, whose kind is public_sold; lng 121.43 to 121.432."""

    def __init__(self, session):
        self.session = session
        self.add(Street(code=STREET, name="示范街道", phone="021-60000000"))
        self.add(Community(code=EAST, street_code=STREET, name="东居民区", kind="public_sold"))
        self.add(Community(code=WEST, street_code=STREET, name="西居民区", kind="commercial"))
        self.grid = self.add(Grid(street_code=STREET, version=1, status="active", created_at=NOW))
        self.cell_a, self.cell_b = self._cell(CELL_A, "第一网格", 121.430), self._cell(CELL_B, "第二网格", 121.431)

    def add(self, row):
        self.session.add(row)
        self.session.flush()
        return row

    def _cell(self, code, name, lng):
        return self.add(Cell(grid_id=self.grid.id, community_code=EAST, code=code, name=name, boundary=square(lng, 31.190)))

    def calendar(self, holidays=()):
        return self.add(CalendarVersion(
            version=1, periods=[["09:00", "12:00"], ["13:30", "17:30"]], rest_weekdays=[6, 7], known_until=date(2026, 12, 31),
            valid_from=NOW, days=[CalendarDay(day=day, kind="holiday") for day in holidays]))

    def type(self, code):
        found = self.session.get(DepartmentType, code)
        return found or self.add(DepartmentType(code=code, name=code, name_en=code.title(), support_duty=DUTIES.get(code)))

    def department(self, code, type_code, *, areas=(), places=(), **fields):
        self.type(type_code)
        made = self.add(Department(code=code, type_code=type_code, name=fields.pop("name", f"{code}单位"), **fields))
        for area in areas:
            self.add(Jurisdiction(department_id=made.id, area_prefix=area))
        for place in places:
            self.add(Jurisdiction(department_id=made.id, place_id=place.id))
        return made

    def place(self, code, kind="compound", *, parent=None, boundary=None, community=EAST):
        return self.add(Place(
            code=code, kind=kind, name=code, community_code=community, parent_id=parent.id if parent else None, boundary=boundary))

    def category(self, code="E0110", track="government"):
        self.add(Category(code=code))
        return self.add(CategoryVersion(
            code=code, version=1, valid_from=NOW, kind="event", class_code="01", class_name="市容环境", class_name_en="City",
            name="暴露垃圾", name_en="Exposed rubbish", scope="both", urgency="routine", track=track, check_mode="photo"))

    def rule(self, category, lead, coordinate="GRID_CENTER", supports=(), *, area=None, kind=None, version=1):
        rows = [{"type": row, "duty": None} if isinstance(row, str) else {"type": row[0], "duty": row[1]} for row in supports]
        for code in (lead, coordinate, *(row["type"] for row in rows)):
            self.type(code)
        return self.add(DutyRule(
            category_code=category.code, area_prefix=area, community_kind=kind, version=version, lead_type=lead,
            coordinate_type=coordinate, supports=rows, valid_from=NOW))

    def replace_rule(self, old, category, lead, **fields):
        old.valid_to = NOW + timedelta(hours=1)
        self.session.flush()
        return self.rule(category, lead, version=old.version + 1, **fields)

    def centre(self, **fields):
        return self.department("CENTRE", "GRID_CENTER", areas=[STREET], name="城运中心", name_en="Operations centre", **fields)

    def decide(self, category, *, area=CELL_A, place=None, point=None, cell=None):
        return routing.decide(
            self.session, category_version=category, area_code=area, cell_id=cell.id if cell else None,
            place_id=place.id if place else None, now=NOW, point=point)
