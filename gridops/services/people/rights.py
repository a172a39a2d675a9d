"""A log-in follows the posts of its person: a role that came from a post ends with it and goes where the post went.

A role "came from a post" when the person held a post of that role there. Roles given for other reasons are not touched, and none is
given to somebody who had none: a list of staff is not a decision about rights. So none becomes wider either: who moves from a cell to
a whole community is given that right by whoever gives rights.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.domain.actor import SYSTEM, Actor, Grant
from gridops.domain.permissions import STAFF_ROLES
from gridops.domain.posts import ROLES, holds
from gridops.models import Account, Person, Posting, RoleGrant
from gridops.services import accounts, security_events
from gridops.services.people import access

FROM_POSTS = tuple(role for role in ROLES if role in STAFF_ROLES)


def follow(session: Session, person_ids: Collection[int], *, actor: Actor, now: datetime) -> int:
    """How many rights changed. Asking again changes nothing."""
    session.flush()
    rows = session.execute(
        select(RoleGrant, Account).join(Account, Account.id == RoleGrant.account_id)
        .where(Account.person_id.in_(person_ids), Account.disabled_at.is_(None), RoleGrant.role.in_(FROM_POSTS)).order_by(RoleGrant.id)).all()
    posts = _posts(session, {account.person_id for _, account in rows})
    return sum(_settle(session, grant, account, posts.get(account.person_id, []), actor, now) for grant, account in rows)


def _posts(session: Session, person_ids: Collection[int]) -> dict[int, list[Posting]]:
    found: dict[int, list[Posting]] = {}
    for post in session.scalars(select(Posting).where(Posting.person_id.in_(person_ids), Posting.area_code.is_not(None)).order_by(Posting.id)):
        found.setdefault(post.person_id, []).append(post)
    return found


def _settle(session: Session, grant: RoleGrant, account: Account, posts: list[Posting], actor: Actor, now: datetime) -> int:
    today = access.today_in(session, grant.area_code, now)
    here = [post for post in posts if (post.role, post.area_code) == (grant.role, grant.area_code)]
    if not here or any(post.ends_on is None or post.ends_on >= today for post in here):
        return 0
    session.delete(grant)
    session.flush()
    security_events.record(
        session, "role_withdrawn", now=now, account_id=actor.account_id, subject=account.id, role=grant.role, area=grant.area_code)
    for area in _held(posts, grant.role, today) - _granted(session, account, grant.role):
        if len(area) < len(grant.area_code):
            continue
        accounts.grant_role(session, account, Grant(grant.role, area), actor=actor, now=now)
    return 1


def _held(posts: Iterable[Posting], role: str, day: date) -> set[str]:
    return {post.area_code for post in posts if post.role == role and post.area_code and holds(post.starts_on, post.ends_on, day)}


def _granted(session: Session, account: Account, role: str) -> set[str]:
    return set(session.scalars(select(RoleGrant.area_code).where(RoleGrant.account_id == account.id, RoleGrant.role == role)))


def close_log_ins(session: Session, now: datetime) -> int:
    """Of everybody who has left, and rights of posts that have ended since. Called once a day and more often without harm."""
    query = select(Account, Person.left_on).join(Person, Person.id == Account.person_id).where(
        Account.disabled_at.is_(None), Person.left_on.is_not(None))
    closed = 0
    for account, left_on in session.execute(query.order_by(Account.id)).all():
        if left_on <= access.today_of(session, account.person_id, now):
            accounts.disable(session, account, actor=SYSTEM, now=now)
            closed += 1
    everybody = session.scalars(select(Account.person_id).where(Account.person_id.is_not(None), Account.disabled_at.is_(None))).all()
    return closed + follow(session, set(everybody), actor=SYSTEM, now=now)
