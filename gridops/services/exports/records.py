"""The records of each kind, in the columns that the import of the same kind reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import Any

from shapely.geometry.base import BaseGeometry
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from gridops.errors import Invalid
from gridops.models import (
    CalendarVersion, CategoryVersion, Cell, Community, Department, DepartmentType, DutyRule, FilingCondition, Grid, Jurisdiction, Person,
    Place, PostDuty, Posting, Report, Street, UpstreamOrder,
)
from gridops.services.imports import areas, departments, orders, people, places, taxonomy
from gridops.services.people.access import posted_in
from gridops.services.shapes import point_of, shape_of
from gridops.vault import Vault


@dataclass(frozen=True)
class Record:
    """Cells are str, int, float, bool or None; the geometry is in WGS-84."""

    cells: dict[str, Any]
    geometry: BaseGeometry | None = None


def collect_areas(session: Session) -> tuple[list[str], list[Record]]:
    """Streets, communities, cells of active grids: parents first."""
    cells = select(Cell).join(Grid, Grid.id == Cell.grid_id).where(Grid.status == "active")
    queries = (("street", select(Street)), ("community", select(Community)), ("cell", cells))
    columns = [name for name in areas.COLUMNS if name != "crs"]
    found = [(level, area) for level, query in queries for area in session.scalars(query.order_by("code"))]
    return [*columns, "crs"], [_area(level, area, columns) for level, area in found]


def _area(level: str, area: Any, columns: list[str]) -> Record:
    cells = {name: getattr(area, name, None) for name in columns} | {"level": level}
    cells["takes_unlocated"] = cells["takes_unlocated"] or None
    return Record(cells | {"crs": "wgs84"}, shape_of(area.boundary))


def collect_places(session: Session, area: str = "") -> tuple[list[str], list[Record]]:
    """``area``: a street's or community's code, or its beginning."""
    here = Place.community_code.startswith(area, autoescape=True)
    rows = session.scalars(select(Place).where(here).order_by(Place.code)).all()
    codes = dict(session.execute(select(Place.id, Place.code).where(Place.id.in_(select(Place.parent_id).where(here)))).all())
    query = select(Cell.lineage, Cell.code).join(Grid, Grid.id == Cell.grid_id).where(Grid.status == "active")
    cells = dict(session.execute(query).all())
    return list(places.COLUMNS), [_place(place, codes, cells) for place in rows]


def _place(place: Place, codes: dict[int, str], cells: dict[Any, str]) -> Record:
    point, shape = point_of(place.point), shape_of(place.boundary)
    record = {
        "code": place.code, "kind": place.kind, "name": place.name, "aliases": ";".join(place.aliases), "address": place.address,
        "community": place.community_code, "cell": cells.get(place.cell_lineage), "parent": codes.get(place.parent_id),
        "households": place.households, "lng": point and point.lng, "lat": point and point.lat, "crs": "wgs84",
        "ended": place.ended_at is not None,
    }
    return Record(record, shape)


def collect_department_types(session: Session) -> tuple[list[str], list[Record]]:
    rows = session.scalars(select(DepartmentType).order_by(DepartmentType.code))
    columns = ["dept_type", "name_zh", "name_en", "support_duty_zh", "support_duty_en"]
    values = ((row.code, row.name, row.name_en, row.support_duty, row.support_duty_en) for row in rows)
    return columns, [Record(dict(zip(columns, value, strict=True))) for value in values]


def collect_taxonomy(session: Session) -> tuple[list[str], list[Record]]:
    query = select(CategoryVersion).where(CategoryVersion.valid_to.is_(None)).order_by(CategoryVersion.code)
    versions = session.scalars(query).all()
    current = select(DutyRule).where(DutyRule.valid_to.is_(None), DutyRule.area_prefix.is_(None), DutyRule.community_kind.is_(None))
    rules = {rule.category_code: rule for rule in session.scalars(current)}
    extras = list(dict.fromkeys(name for version in versions for name in version.extra))
    columns = [*taxonomy.NEEDED, "legal_basis", *extras]
    return columns, [_category(version, rules.get(version.code)) for version in versions]


def _category(version: CategoryVersion, rule: DutyRule | None) -> Record:
    cells: dict[str, Any] = {"code": version.code, "legal_basis": version.legal_basis}
    cells |= {column: getattr(version, name) for column, name in (taxonomy.TEXTS | taxonomy.FLAGS).items()}
    cells |= {name: getattr(version, name) for name in taxonomy.CHOICES}
    if rule:
        supports = [f"{item['type']}:{item['duty']}" if item["duty"] else item["type"] for item in rule.supports]
        cells |= {"lead_dept": rule.lead_type, "coordinate_dept": rule.coordinate_type, "support_depts": ";".join(supports)}
    return Record(cells | version.extra)


def collect_conditions(session: Session) -> tuple[list[str], list[Record]]:
    """What ``import taxonomy --conditions`` reads."""
    query = select(CategoryVersion.code, FilingCondition).join(FilingCondition).where(CategoryVersion.valid_to.is_(None))
    rows = session.execute(query.order_by(CategoryVersion.code, FilingCondition.condition_no))
    return [*taxonomy.CONDITION_COLUMNS, *taxonomy.IN_CHINESE, "limit_confidence"], [_condition(code, condition) for code, condition in rows]


def _condition(code: str, condition: FilingCondition) -> Record:
    return Record({
        "code": code, "condition_no": condition.condition_no, "filing_condition": condition.filing,
        "closing_condition": condition.closing, "filing_condition_zh": condition.filing_zh, "closing_condition_zh": condition.closing_zh,
        "limit_value": f"{condition.limit_value.normalize():f}", "limit_unit": condition.limit_unit,
        "limit_confidence": condition.extra.get("limit_confidence"),
    })


def collect_departments(session: Session) -> tuple[list[str], list[Record]]:
    codes = dict(session.execute(select(Place.id, Place.code)).all())
    where: dict[int, list[Jurisdiction]] = {}
    for row in session.scalars(select(Jurisdiction).order_by(Jurisdiction.id)):
        where.setdefault(row.department_id, []).append(row)
    rows = session.scalars(select(Department).order_by(Department.code))
    return list(departments.COLUMNS), [_department(row, where.get(row.id, []), codes) for row in rows]


def _department(department: Department, where: list[Jurisdiction], codes: dict[int, str]) -> Record:
    same = ("code", "name", "name_en", "phone", "duty_phone", "has_login")
    return Record({name: getattr(department, name) for name in same} | {
        "type": department.type_code, "ended": department.ended_at is not None,
        "areas": ";".join(sorted(row.area_prefix for row in where if row.area_prefix)),
        "places": ";".join(sorted(codes[row.place_id] for row in where if row.place_id)),
    })


def collect_people(session: Session, vault: Vault | None, area: str = "") -> tuple[list[str], list[Record]]:
    """Without a vault the column phone is left out, and an import of that file leaves the phones alone. ``area``: posts in it and below."""
    codes = dict(session.execute(select(Place.id, Place.code)).all())
    query = select(Posting, Person).join(Person, Person.id == Posting.person_id).outerjoin(Place, Place.id == Posting.place_id)
    query = query.where(posted_in(area)) if area else query
    rows = session.execute(query.order_by(Person.code, Posting.starts_on, Posting.id))
    columns = [name for name in people.COLUMNS if vault or name != "phone"]
    return columns, [_post(post, person, codes, vault) for post, person in rows]


def _post(post: Posting, person: Person, codes: dict[int, str], vault: Vault | None) -> Record:
    cells = {
        "code": person.code, "name": person.name, "home_organisation": person.home_organisation, "role": post.role,
        "part_time": post.part_time, "title": post.title, "area": post.area_code, "place": codes.get(post.place_id),
        "duties": ";".join(post.duties), "starts_on": post.starts_on.isoformat(), "ends_on": post.ends_on and post.ends_on.isoformat(),
    }
    if vault:
        cells["phone"] = vault.decrypt(person.phone_cipher, purpose=people.PHONE) if person.phone_cipher else None
    return Record(cells)


def collect_post_duties(session: Session) -> tuple[list[str], list[Record]]:
    rows = session.scalars(select(PostDuty).order_by(PostDuty.area_prefix, PostDuty.role, PostDuty.class_code))
    columns = ["area", "role", "class", "text"]
    return columns, [Record(dict(zip(columns, (row.area_prefix, row.role, row.class_code, row.text), strict=True))) for row in rows]


def collect_calendar(session: Session, street: str | None) -> tuple[list[str], list[Record]]:
    query = select(CalendarVersion).where(CalendarVersion.valid_to.is_(None), CalendarVersion.street_code.is_not_distinct_from(street))
    version = session.scalar(query)
    if version is None:
        raise Invalid("There is no calendar of this street.", code="no_calendar")
    columns = ["day", "kind", "name"]
    return columns, [Record({"day": row.day.isoformat(), "kind": row.kind, "name": row.name}) for row in version.days]


def collect_orders(session: Session) -> tuple[list[str], list[Record]]:
    """Without name and phone: a reporter's contact leaves the system only one by one and with a reason."""
    load = selectinload(UpstreamOrder.report)
    rows = session.scalars(select(UpstreamOrder).options(load).order_by(UpstreamOrder.source, UpstreamOrder.external_number)).all()
    codes = dict(session.execute(select(Place.id, Place.code)).all())
    kept = list(dict.fromkeys(name for order in rows for name in order.row))
    columns = [name for name in orders.COLUMNS if name not in ("name", "phone", "title", "street")]
    return [*columns, *kept], [_order(order, order.report, codes) for order in rows]


def _order(order: UpstreamOrder, report: Report, codes: dict[int, str]) -> Record:
    given = report.given_point or {}
    return Record({
        "number": order.external_number, "received_at": _instant(report.occurred_at), "due_by": _instant(order.external_due_by),
        "kind": report.kind, "content": report.description, "category": order.category_text, "secret": order.secret,
        "reply_wanted": order.reply_wanted, "visibility": report.visibility, "address": report.address,
        "place": codes.get(report.place_id) if not given else None, "lng": given.get("lng"), "lat": given.get("lat"),
        "crs": given.get("crs"), **order.row,
    })


def _instant(at: Any) -> str | None:
    return at.astimezone(UTC).isoformat() if at else None
