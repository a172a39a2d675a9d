"""A person may have several log-ins: what he may not do with one he may not do with another."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.models import Account, RoleGrant


def accounts_of(session: Session, actor: Actor) -> set[int]:
    """All log-ins of the person who acts; none of a reporter or the system."""
    if actor.account_id is None:
        return set()
    person = select(Account.person_id).where(Account.id == actor.account_id).scalar_subquery()
    return {actor.account_id, *session.scalars(select(Account.id).where(Account.person_id == person))}


def own_departments(session: Session, actor: Actor) -> set[int]:
    """The organisations of the person who acts, by any log-in, and the one he acts for."""
    own = set(actor.department_ids) | ({actor.on_behalf_of} - {None})
    others = accounts_of(session, actor) - {actor.account_id}
    if others:
        granted = select(RoleGrant.department_id).where(RoleGrant.role == "department", RoleGrant.account_id.in_(others))
        own |= set(session.scalars(granted)) - {None}
    return own
