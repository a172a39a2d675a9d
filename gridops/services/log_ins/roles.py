"""Roles given and taken back, within the giver's own areas."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor, Grant
from gridops.domain.permissions import STAFF_ROLES
from gridops.errors import Conflict, Forbidden, Invalid, NotFound
from gridops.models import Account, Department, Jurisdiction, Place, RoleGrant
from gridops.services import accounts, areas, scope, security_events
from gridops.services.log_ins import bounds

COUNTY_DIGITS = 6
NO_AREA, NOT_YOUR_AREA = "There is no such area.", "This area is not yours to give rights in."
NO_ROLE, NO_DEPARTMENT = "There is no such role.", "There is no such organisation, or it works elsewhere, too."
NEEDS_DEPARTMENT, WITHOUT_LOGIN = "Choose the organisation.", "This organisation works without log-in."


def give(
    session: Session, number: int, role: str, area: str, *, department: str | None = None, actor: Actor, now: datetime,
) -> Account:
    """``department``: its code, for the role department. Raises NotFound, Forbidden, Invalid, Conflict ``roles_apart``, ``role_held``."""
    account = bounds.changed(session, number, actor)
    add(session, account, grant_of(session, role, area, department, actor=actor), actor=actor, now=now)
    return account


def add(session: Session, account: Account, grant: Grant, *, actor: Actor, now: datetime) -> None:
    """To an account that is locked. Raises Conflict."""
    bounds.check_apart(session, account, grant.role)
    held = [(known.role, known.area_code, known.department_id) for known in bounds.grants_of(session, account)]
    if (grant.role, grant.area, grant.department_id) in held:
        raise Conflict(code="role_held")
    accounts.grant_role(session, account, grant, actor=actor, now=now)


def take(session: Session, number: int, grant_id: int, *, actor: Actor, now: datetime) -> Account:
    """Counts from the next request on. Raises NotFound, Forbidden, Conflict ``last_security_admin``."""
    account = bounds.changed(session, number, actor)
    grant = session.scalar(select(RoleGrant).where(RoleGrant.id == grant_id, RoleGrant.account_id == account.id))
    if grant is None:
        raise NotFound()
    if not bounds.keeps(actor, grant.area_code):
        raise Forbidden(code="account_beyond")
    bounds.check_not_last(session, account, without=grant.id)
    session.delete(grant)
    session.flush()
    security_events.record(
        session, "role_withdrawn", now=now, account_id=actor.account_id, subject=account.id, role=grant.role, area=grant.area_code)
    return account


def grant_of(session: Session, role: str, area: str, department: str | None, *, actor: Actor) -> Grant:
    """As it was typed. Raises Forbidden, Invalid with what is wrong of each field."""
    bounds.check_keeper(actor)
    wrong: dict[str, list[str]] = {} if role in STAFF_ROLES else {"role": [NO_ROLE]}
    fault = _area_fault(session, role, area, actor)
    if fault:
        wrong["area"] = [fault]
    found = _department(session, department, actor, wrong) if role == "department" else None
    if wrong:
        raise Invalid(fields=wrong)
    return Grant(role, area, found)


def _area_fault(session: Session, role: str, area: str, actor: Actor) -> str | None:
    if not bounds.keeps(actor, area):
        return NOT_YOUR_AREA
    if role in scope.WITHOUT_TICKETS and area.isascii() and area.isdigit() and len(area) == COUNTY_DIGITS:
        return None  # a county, before or above its streets
    try:
        areas.get_area(session, area)
    except NotFound:
        return NO_AREA
    return None


def _department(session: Session, code: str | None, actor: Actor, wrong: dict[str, list[str]]) -> int | None:
    found = session.scalar(select(Department).where(Department.code == code, Department.ended_at.is_(None))) if code else None
    if found is None or not _works_here(session, found, actor):
        wrong["department"] = [NO_DEPARTMENT if code else NEEDS_DEPARTMENT]
    elif not found.has_login:
        wrong["department"] = [WITHOUT_LOGIN]
    return found.id if found else None


def _works_here(session: Session, department: Department, actor: Actor) -> bool:
    """And nowhere else: its log-in sees its tickets wherever they are."""
    return bool(departments(session, actor, only=department.id))


def departments(session: Session, actor: Actor, *, only: int | None = None) -> list[Department]:
    """With log-in or without, all of whose jurisdiction lies in the actor's areas."""
    rows: Sequence[Any] = session.execute(
        select(Department, Jurisdiction.area_prefix, Place.community_code).join(Jurisdiction, Jurisdiction.department_id == Department.id)
        .outerjoin(Place, Place.id == Jurisdiction.place_id)
        .where(Department.ended_at.is_(None), Department.id == only if only else Department.id.is_not(None)).order_by(Department.code)).all()
    beyond = {row.Department.id for row in rows if not bounds.keeps(actor, row.area_prefix or row.community_code)}
    return list(dict.fromkeys(row.Department for row in rows if row.Department.id not in beyond))
