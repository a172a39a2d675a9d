"""A street small enough to keep in mind: one community, two square cells side by side, and the organisations its tickets need.

    Xinghe Street 310199001 > Linden Community 310199001001 > cells …001 (west) and …002 (east)
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from geoalchemy2.shape import from_shape
from shapely.geometry import MultiPolygon, box
from sqlalchemy import select
from sqlalchemy.orm import Session

from config import Config
from gridops.domain.actor import Actor, Grant, reporter
from gridops.models import Account, Assignment, Cell, Community, Department, Grid, Jurisdiction, Place, Poster, Street, Ticket
from gridops.services import intake, posters, seed, tickets
from gridops.services.actions import support
from gridops.services.areas import Area
from gridops.vault import Vault

STREET, COMMUNITY = "310199001", "310199001001"
WEST, EAST = COMMUNITY + "001", COMMUNITY + "002"
IN_WEST, IN_EAST = {"lng": 121.405, "lat": 31.205, "crs": "wgs84"}, {"lng": 121.415, "lat": 31.205, "crs": "wgs84"}
RUBBISH, GAS, ILLEGAL_BUILDING, DOMESTIC = "E0110", "E0502", "E0101", "E2404"
TYPES = ("GRID_CENTER", "URBAN_OFFICE", "SANITATION", "ENFORCEMENT", "PROPERTY", "EMERGENCY_OFFICE", "FIRE", "POLICE")
WITHOUT_LOGIN = ("GAS_CO",)


@dataclass
class SmallStreet:
    departments: dict[str, Department]
    actors: dict[str, Actor]
    vault: Vault

    def department_actor(self, type_code: str) -> Actor:
        return self.actors[type_code]

    def submit(self, session: Session, now: datetime, **changes) -> intake.Receipt:
        submission = {"kind": "complaint", "description": "垃圾堆在路口", "location": IN_WEST, "category": RUBBISH} | changes
        return intake.submit(session, submission, actor=Actor("reporter", "reporter"), now=now, vault=self.vault, channel="api")

    def without_support(self, session: Session, number: str, now: datetime) -> None:
        """The coordinator does without every support that has not answered."""
        ticket = session.scalars(select(Ticket).where(Ticket.number == number)).one()
        of_round = select(Department, Assignment.role, Assignment.status).join(Assignment, Assignment.department_id == Department.id)
        parties = session.execute(of_round.where(Assignment.round_id == ticket.round_id)).all()
        actor = next(self.standing_for(row.Department) for row in parties if row.role == "coordinate")
        for department, role, status in parties:
            if role == "support" and status in support.OPEN:
                body = {"text": "不需要", "department": department.code}
                tickets.perform(session, number, "waive_support", body, actor=actor, now=now)

    def standing_for(self, department: Department) -> Actor:
        """Somebody of the organisation; a clerk where it has no log-in."""
        if department.has_login:
            return self.actors[department.type_code]
        return self.actors["clerk"].acting_for(department.id, "值班电话")

    def reporter_of(self, receipt: intake.Receipt) -> Actor:
        return reporter(receipt.report.id)


def build(session: Session, config: Config, now: datetime) -> SmallStreet:
    seed.ensure_defaults(session, now)
    _areas(session, now)
    departments = _departments(session)
    return SmallStreet(departments, _actors(session, departments, now), Vault(config.vault_keys, config.secret_key))


def _square(west: float, east: float):
    return from_shape(MultiPolygon([box(west, 31.20, east, 31.21)]), srid=4326)


def _areas(session: Session, now: datetime) -> None:
    session.add(Street(code=STREET, name="星河街道", name_en="Xinghe Street", phone="021-60000000", boundary=_square(121.40, 121.42)))
    session.flush()
    session.add(Community(code=COMMUNITY, street_code=STREET, name="菩提居民区", kind="commercial", boundary=_square(121.40, 121.42)))
    grid = Grid(street_code=STREET, version=1, status="active", created_at=now, activated_at=now)
    session.add(grid)
    session.flush()
    for code, name, west, east in ((WEST, "西网格", 121.40, 121.41), (EAST, "东网格", 121.41, 121.42)):
        session.add(Cell(grid_id=grid.id, community_code=COMMUNITY, code=code, name=name, boundary=_square(west, east)))
    session.flush()


def _departments(session: Session) -> dict[str, Department]:
    found = {}
    for type_code in (*TYPES, *WITHOUT_LOGIN):
        department = Department(
            code=f"D-{type_code}", type_code=type_code, name=f"{type_code} 单位", duty_phone="021-61111111",
            has_login=type_code not in WITHOUT_LOGIN)
        session.add(department)
        session.flush()
        session.add(Jurisdiction(department_id=department.id, area_prefix=STREET))
        found[type_code] = department
    session.flush()
    return found


def _actors(session: Session, departments: dict[str, Department], now: datetime) -> dict[str, Actor]:
    places = {"clerk": STREET, "clerk2": STREET, "dispatcher": STREET, "leader": STREET, "worker_west": WEST, "worker_east": EAST}
    roles = {"clerk2": "clerk", "worker_west": "grid_worker", "worker_east": "grid_worker"}
    actors = {name: _actor(session, name, Grant(roles.get(name, name), area), now) for name, area in places.items()}
    for type_code, department in departments.items():
        if department.has_login:
            actors[type_code] = _actor(session, type_code, Grant("department", STREET, department.id), now)
    return actors


def _actor(session: Session, name: str, grant: Grant, now: datetime) -> Actor:
    account = Account(username=f"small-{name}", password_hash="-", name=name, created_at=now)
    session.add(account)
    session.flush()
    return Actor("staff", name, account_id=account.id, grants=(grant,))


def again(session: Session, ticket: Ticket) -> Ticket:
    session.refresh(ticket)
    return ticket


def hang(session: Session, subject: Place | Area, now: datetime) -> Poster:
    """The poster of a place or cell, made when it is first asked for."""
    return posters.make_missing(session, [subject], now)[subject.code]
