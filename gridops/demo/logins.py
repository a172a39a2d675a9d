"""Log-ins of the demonstration: random passwords, told once in a file that only its owner may read."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.demo.ground import COMMUNITIES, STREET
from gridops.demo.people import Names
from gridops.domain.actor import SYSTEM, Actor, Grant
from gridops.models import Department, Person, Posting
from gridops.services import accounts

ADMINISTRATORS = ("system_admin", "security_admin", "audit_admin")
OF_THE_STREET = ("clerk", "clerk", "dispatcher", "dispatcher", "grid_office", "leader", *ADMINISTRATORS)
PATROL = 2  # grid workers who go wherever they are needed in the street
OF_EACH_COMMUNITY = ("grid_worker", "grid_leader")
OF_COMMUNITIES = (*OF_EACH_COMMUNITY, "cadre", "volunteer", "party_member")
WITH_ALL = 2  # so many communities have log-ins for all these roles


@dataclass(frozen=True)
class Wanted:
    """One log-in to be made."""

    role: str
    username: str
    name: str
    area: str
    department: Department | None = None
    person_id: int | None = None


@dataclass(frozen=True)
class Login:
    """``listed`` is its entry in demo-logins.json."""

    actor: Actor
    listed: dict[str, str | None]

    @property
    def role(self) -> str:
        return self.listed["role"]

    @property
    def area(self) -> str:
        return self.listed["area"]


def create(session: Session, names: Names, *, now: datetime) -> list[Login]:
    wanted = [*_of_the_street(names), *_of_the_watch(session), *_of_communities(session), *_of_departments(session, names)]
    return [_create(session, one, now) for one in wanted]


def _create(session: Session, one: Wanted, now: datetime) -> Login:
    grant = Grant(one.role, one.area, one.department.id if one.department else None)
    password = secrets.token_urlsafe(12)
    account = accounts.create_account(
        session, one.username, password, name=one.name, grants=[grant], actor=SYSTEM, now=now, person_id=one.person_id)
    listed = {
        "role": one.role, "username": one.username, "password": password, "area": one.area,
        "department": one.department.code if one.department else None,
    }
    return Login(Actor("staff", one.name, account_id=account.id, grants=(grant,)), listed)


def _of_the_street(names: Names) -> Iterator[Wanted]:
    for role in dict.fromkeys(OF_THE_STREET):
        for number in range(1, OF_THE_STREET.count(role) + 1):
            yield Wanted(role, f"{role.replace('_', '-')}{number}", names.next(), STREET)


def _of_the_watch(session: Session) -> Iterator[Wanted]:
    """Grid workers of the whole street, who are on duty at night and on rest days."""
    posted = select(Person).join(Posting, Posting.person_id == Person.id).where(Posting.area_code == STREET).order_by(Person.id)
    for number, person in enumerate(session.scalars(posted.limit(PATROL)), 1):
        yield Wanted("grid_worker", f"patrol{number}", person.name, STREET, person_id=person.id)


def _of_communities(session: Session) -> Iterator[Wanted]:
    """The people who are posted there, each responsible in the whole community."""
    rows = session.execute(
        select(Person, Posting.role, Posting.area_code).join(Posting, Posting.person_id == Person.id)
        .where(Posting.role.in_(OF_COMMUNITIES), Posting.area_code.is_not(None)).order_by(Person.id)).all()
    for spec in COMMUNITIES:
        for role in OF_COMMUNITIES if spec.serial <= WITH_ALL else OF_EACH_COMMUNITY:
            person = next(row.Person for row in rows if row.role == role and row.area_code.startswith(spec.code))
            yield Wanted(role, f"{role.replace('_', '-')}-{spec.serial}", person.name, spec.code, person_id=person.id)


def _of_departments(session: Session, names: Names) -> Iterator[Wanted]:
    """The first of each role is named when the system starts: an organisation that has work on its desk."""
    busiest_first = (Department.type_code != "SANITATION", Department.id)
    for department in session.scalars(select(Department).where(Department.has_login).order_by(*busiest_first)):
        yield Wanted("department", department.code.lower().replace("_", "-"), f"{names.next()}（{department.name}）", STREET, department)
