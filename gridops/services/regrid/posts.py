"""Posts, rights, duties and jurisdictions of a cell that ends go to the cell that takes its ground over; where none does, they end too.

They never go to the whole community: a new grid gives nobody more than he had, neither a right nor a duty.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.models import DutyClaim, DutyRule, Jurisdiction, PostDuty, Posting, RoleGrant, Street
from gridops.services import security_events
from gridops.services.people import hours

Heirs = Mapping[str, str | None]  # code of a cell that ends -> of the cell that takes over; None: none does


def move(session: Session, street_code: str, heirs: Heirs, *, actor: Actor, now: datetime) -> None:
    """What has ended already stays where it was."""
    if not heirs:
        return
    today = now.astimezone(ZoneInfo(session.get_one(Street, street_code).timezone)).date()
    _move_postings(session, heirs, today, now)
    _move_grants(session, heirs, actor, now)
    _move_claims(session, heirs, today)
    for duty in session.scalars(select(PostDuty).where(PostDuty.area_prefix.in_(heirs)).order_by(PostDuty.id)):
        _move_once(session, duty, "area_prefix", heirs, ("role", "class_code"))
    for jurisdiction in session.scalars(select(Jurisdiction).where(Jurisdiction.area_prefix.in_(heirs)).order_by(Jurisdiction.id)):
        _move_once(session, jurisdiction, "area_prefix", heirs, ("department_id",))
    _move_duty_rules(session, heirs, now)
    session.flush()


def standing(areas: Mapping[str, Any], today: date) -> Select[tuple[Posting]]:
    """Postings of these cells that have not ended: to be selected."""
    return select(Posting).where(Posting.area_code.in_(areas), _not_ended(today)).order_by(Posting.id)


def _not_ended(today: date) -> ColumnElement[bool]:
    return or_(Posting.ends_on.is_(None), Posting.ends_on >= today)


def _move_postings(session: Session, heirs: Heirs, today: date, now: datetime) -> None:
    for posting in session.scalars(standing(heirs, today)).all():
        heir = heirs[posting.area_code]
        twin = _twin(session, posting, heir, today) if heir else None
        if heir is None:
            _end(session, posting, today, now)
        elif twin is not None:
            _unite(session, posting, twin, today)
        else:
            posting.area_code = heir
        session.flush()


def _twin(session: Session, posting: Posting, heir: str, today: date) -> Posting | None:
    """The same post of the same person there, held on a day on which this one is held."""
    query = select(Posting).where(
        Posting.person_id == posting.person_id, Posting.role == posting.role, Posting.area_code == heir, _not_ended(today),
        or_(Posting.ends_on.is_(None), Posting.ends_on >= posting.starts_on))
    return session.scalar(query.where(Posting.starts_on <= (posting.ends_on or date.max)).order_by(Posting.id).limit(1))


def _end(session: Session, posting: Posting, today: date, now: datetime) -> None:
    if posting.starts_on > today:
        hours.drop(session, posting)
    else:
        posting.ends_on = today
        hours.stop(session, posting, now)


def _unite(session: Session, posting: Posting, twin: Posting, today: date) -> None:
    """Who has the same post in both cells keeps one of them, for as long as he had either, and comes to the shifts planned for both."""
    twin.starts_on = min(twin.starts_on, max(posting.starts_on, today))
    twin.ends_on = max(twin.ends_on, posting.ends_on) if twin.ends_on and posting.ends_on else None
    hours.hand_on(session, posting, twin, today)
    if posting.starts_on > today:
        hours.drop(session, posting)
    else:
        posting.ends_on = today


def _move_claims(session: Session, heirs: Heirs, today: date) -> None:
    held = DutyClaim.area_code.in_(heirs) & DutyClaim.released_on.is_(None) & DutyClaim.done_on.is_(None)
    for claim in session.scalars(select(DutyClaim).where(held).order_by(DutyClaim.id)):
        heir = heirs[claim.area_code]
        if heir is None:
            claim.released_on = max(today, claim.claimed_on)
        else:
            claim.area_code = heir


def _move_grants(session: Session, heirs: Heirs, actor: Actor, now: datetime) -> None:
    for grant in session.scalars(select(RoleGrant).where(RoleGrant.area_code.in_(heirs)).order_by(RoleGrant.id)).all():
        before, facts = grant.area_code, {"subject": grant.account_id, "role": grant.role}
        after = heirs[before]
        _move_once(session, grant, "area_code", heirs, ("account_id", "role", "department_id"))
        if after is None:
            security_events.record(session, "role_withdrawn", now=now, account_id=actor.account_id, area=before, **facts)
        else:
            security_events.record(session, "role_moved", now=now, account_id=actor.account_id, area=after, before=before, **facts)


def _move_once(session: Session, row: Any, column: str, heirs: Heirs, same: tuple[str, ...]) -> None:
    """The row goes where nobody takes over, and where it would stand already."""
    model, heir = type(row), heirs[getattr(row, column)]
    alike = (getattr(model, name).is_not_distinct_from(getattr(row, name)) for name in same)
    if heir is None or session.scalar(select(model.id).where(getattr(model, column) == heir, *alike)) is not None:
        session.delete(row)
    else:
        setattr(row, column, heir)
    session.flush()


def _move_duty_rules(session: Session, heirs: Heirs, now: datetime) -> None:
    """A moved rule is a new version, as decisions name the row they used.

    Where the heir has a rule of its own that one stands; of two that meet in one heir, the one that was made first.
    """
    current = select(DutyRule).where(DutyRule.valid_to.is_(None))
    for rule in session.scalars(current.where(DutyRule.area_prefix.in_(heirs)).order_by(DutyRule.id)).all():
        rule.valid_to = now
        session.flush()
        heir = heirs[rule.area_prefix]
        same = (DutyRule.category_code == rule.category_code, DutyRule.community_kind.is_not_distinct_from(rule.community_kind))
        if heir is not None and session.scalar(current.where(DutyRule.area_prefix == heir, *same)) is None:
            newest = session.scalar(select(func.max(DutyRule.version)).where(DutyRule.category_code == rule.category_code))
            kept = {name: getattr(rule, name) for name in ("category_code", "community_kind", "lead_type", "coordinate_type", "supports")}
            session.add(DutyRule(area_prefix=heir, version=newest + 1, valid_from=now, **kept))
            session.flush()
