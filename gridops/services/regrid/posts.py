"""Posts, rights, duties and jurisdictions of a cell that ends go to the cell that takes its ground over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.models import DutyClaim, DutyRule, Jurisdiction, PostDuty, Posting, RoleGrant, Street
from gridops.services import security_events


def move(session: Session, street_code: str, goes_to: Mapping[str, str], *, actor: Actor, now: datetime) -> None:
    """``goes_to``: code of a cell that ends -> the area that takes over. What has ended already stays where it was."""
    if not goes_to:
        return
    today = now.astimezone(ZoneInfo(session.get_one(Street, street_code).timezone)).date()
    _move_postings(session, goes_to, today)
    _move_grants(session, goes_to, actor, now)
    open_here = DutyClaim.area_code.in_(goes_to) & DutyClaim.released_on.is_(None) & DutyClaim.done_on.is_(None)
    for claim in session.scalars(select(DutyClaim).where(open_here)):
        claim.area_code = goes_to[claim.area_code]
    for duty in session.scalars(select(PostDuty).where(PostDuty.area_prefix.in_(goes_to)).order_by(PostDuty.id)):
        _move_once(session, duty, "area_prefix", goes_to, ("role", "class_code"))
    for jurisdiction in session.scalars(select(Jurisdiction).where(Jurisdiction.area_prefix.in_(goes_to)).order_by(Jurisdiction.id)):
        _move_once(session, jurisdiction, "area_prefix", goes_to, ("department_id",))
    _move_duty_rules(session, goes_to, now)
    session.flush()


def _move_duty_rules(session: Session, goes_to: Mapping[str, str], now: datetime) -> None:
    """A moved rule is a new version, as decisions name the row they used. Where the heir has a rule of its own that one stands."""
    current = select(DutyRule).where(DutyRule.valid_to.is_(None))
    for rule in session.scalars(current.where(DutyRule.area_prefix.in_(goes_to)).order_by(DutyRule.id)).all():
        rule.valid_to = now
        session.flush()
        same = (DutyRule.category_code == rule.category_code, DutyRule.community_kind.is_not_distinct_from(rule.community_kind))
        if session.scalar(current.where(DutyRule.area_prefix == goes_to[rule.area_prefix], *same)) is None:
            newest = session.scalar(select(func.max(DutyRule.version)).where(DutyRule.category_code == rule.category_code))
            kept = {name: getattr(rule, name) for name in ("category_code", "community_kind", "lead_type", "coordinate_type", "supports")}
            session.add(DutyRule(area_prefix=goes_to[rule.area_prefix], version=newest + 1, valid_from=now, **kept))
            session.flush()


def standing(goes_to: Mapping[str, str], today: Any):
    """Postings of these cells that have not ended: to be selected."""
    return select(Posting).where(
        Posting.area_code.in_(goes_to), or_(Posting.ends_on.is_(None), Posting.ends_on >= today)).order_by(Posting.id)


def _move_postings(session: Session, goes_to: Mapping[str, str], today: Any) -> None:
    """Who has the same post in both cells keeps one of them."""
    for posting in session.scalars(standing(goes_to, today)).all():
        twin = select(Posting.id).where(
            Posting.person_id == posting.person_id, Posting.role == posting.role, Posting.area_code == goes_to[posting.area_code],
            or_(Posting.ends_on.is_(None), Posting.ends_on >= today))
        if session.scalar(twin.limit(1)) is not None:
            posting.ends_on = today
        else:
            posting.area_code = goes_to[posting.area_code]
        session.flush()


def _move_grants(session: Session, goes_to: Mapping[str, str], actor: Actor, now: datetime) -> None:
    """Where no cell takes over but the whole community, the right ends: a new grid gives nobody more than he had."""
    for grant in session.scalars(select(RoleGrant).where(RoleGrant.area_code.in_(goes_to)).order_by(RoleGrant.id)).all():
        before, after = grant.area_code, goes_to[grant.area_code]
        if len(after) < len(before):
            session.delete(grant)
            security_events.record(
                session, "role_withdrawn", now=now, account_id=actor.account_id, subject=grant.account_id, role=grant.role, area=before)
            continue
        _move_once(session, grant, "area_code", goes_to, ("account_id", "role", "department_id"))
        security_events.record(
            session, "role_moved", now=now, account_id=actor.account_id, subject=grant.account_id, role=grant.role, area=after, before=before)


def _move_once(session: Session, row: Any, column: str, goes_to: Mapping[str, str], same: tuple[str, ...]) -> None:
    """The row goes where it would stand already."""
    model, target = type(row), goes_to[getattr(row, column)]
    alike = (getattr(model, name).is_not_distinct_from(getattr(row, name)) for name in same)
    there = select(model.id).where(getattr(model, column) == target, *alike)
    if session.scalar(there) is not None:
        session.delete(row)
    else:
        setattr(row, column, target)
    session.flush()
