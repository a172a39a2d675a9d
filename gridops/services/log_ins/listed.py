"""Accounts in an administrator's reach, found and shown with what they may do. Nothing of a password, and no hours of anybody's work."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.models import Account, Department, LoginSession, Person, RoleGrant
from gridops.services import areas
from gridops.services.log_ins import bounds

STATES = ("open", "closed", "locked", "given", "none")  # given: the password is still the one that somebody gave; none: no rights


def find(
    session: Session, actor: Actor, *, now: datetime, q: str | None = None, role: str | None = None, area: str | None = None,
    state: str | None = None, after: str | None = None, limit: int = 50, locale: str = "zh",
) -> list[dict[str, Any]]:
    """By user name, from ``after`` on. Three statements. Raises Forbidden."""
    bounds.check_keeper(actor)
    query = select(Account, Person.code).outerjoin(Person, Person.id == Account.person_id).where(bounds.in_reach(actor), *_filters(now, q, role, area, state))
    query = query.where(Account.username > after) if after else query
    rows = session.execute(query.order_by(Account.username).limit(limit)).all()
    grants = _grants(session, [account.id for account, _ in rows], actor, locale)
    return [_shown(account, code, grants[account.id], now) for account, code in rows]


def one(session: Session, number: int, actor: Actor, *, now: datetime, locale: str) -> dict[str, Any]:
    """Raises Forbidden, NotFound."""
    account = bounds.seen(session, number, actor)
    code = session.scalar(select(Person.code).where(Person.id == account.person_id)) if account.person_id else None
    open_sessions = session.scalar(select(func.count()).where(LoginSession.account_id == account.id, LoginSession.expires_by > now))
    return _shown(account, code, _grants(session, [account.id], actor, locale)[account.id], now) | {
        "sessions": open_sessions, "own": account.id == actor.account_id, "whole": bounds.is_whole(session, account, actor)}


def held(session: Session, actor: Actor, locale: str) -> list[dict[str, Any]]:
    """What somebody may do himself."""
    return _grants(session, [actor.account_id or 0], actor, locale)[actor.account_id or 0]


def _filters(now: datetime, q: str | None, role: str | None, area: str | None, state: str | None) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if q:
        found.append(or_(Account.username.contains(q.casefold(), autoescape=True), Account.name.contains(q, autoescape=True)))
    held = [RoleGrant.role == role] if role else []
    held += [RoleGrant.area_code.startswith(area, autoescape=True)] if area else []
    if held:
        found.append(select(RoleGrant.id).where(RoleGrant.account_id == Account.id, *held).exists())
    return found + ([_in_state(state, now)] if state in STATES else [])


def _in_state(state: str, now: datetime) -> ColumnElement[bool]:
    usable = Account.disabled_at.is_(None)
    return {
        "open": usable, "closed": Account.disabled_at.is_not(None), "locked": and_(usable, Account.locked_until > now),
        "given": and_(usable, Account.password_given), "none": ~select(RoleGrant.id).where(RoleGrant.account_id == Account.id).exists(),
    }[state]


def _grants(session: Session, numbers: list[int], actor: Actor, locale: str) -> dict[int, list[dict[str, Any]]]:
    query = select(RoleGrant, Department).outerjoin(Department, Department.id == RoleGrant.department_id)
    rows = session.execute(query.where(RoleGrant.account_id.in_(numbers)).order_by(RoleGrant.id)).all()
    named = areas.path_names(session, locale) if rows else str
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for grant, department in rows:
        found[grant.account_id].append({
            "id": grant.id, "role": grant.role, "area": grant.area_code, "area_name": named(grant.area_code),
            "department": _called(department, locale), "yours": bounds.keeps(actor, grant.area_code)})
    return found


def _called(department: Department | None, locale: str) -> dict[str, str] | None:
    if department is None:
        return None
    return {"code": department.code, "name": department.name_en if locale.startswith("en") and department.name_en else department.name}


def _shown(account: Account, person: str | None, grants: list[dict[str, Any]], now: datetime) -> dict[str, Any]:
    return {
        "id": account.id, "username": account.username, "name": account.name, "person": person, "created_at": account.created_at,
        "closed_at": account.disabled_at, "locked": account.locked_until is not None and account.locked_until > now,
        "second_factor": account.totp_cipher is not None, "password_given": account.password_given, "grants": grants}
