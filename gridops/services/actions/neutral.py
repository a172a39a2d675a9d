"""Who decides gains nothing from it, whichever log-in he uses and for whomever he acts."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.errors import Forbidden
from gridops.models import Account, RoleGrant
from gridops.services.work import Work


def refuse_interested(work: Work, gainers: Iterable[int | None]) -> None:
    """Raises Forbidden where one of these organisations is the actor's own, by any log-in of his."""
    if own_departments(work.session, work.actor).intersection(gainers):
        raise Forbidden("Who would gain from the decision does not make it.", code="interested_party")


def refuse_who_asked(work: Work, account_id: int | None) -> None:
    """Who entered a request for an organisation without log-in has heard one side only."""
    if account_id is not None and account_id in accounts_of(work.session, work.actor):
        raise Forbidden("Who asked for it does not decide on it.", code="interested_party")


def accounts_of(session: Session, actor: Actor) -> set[int]:
    """All log-ins of the person who acts."""
    if actor.account_id is None:
        return set()
    person = select(Account.person_id).where(Account.id == actor.account_id).scalar_subquery()
    return {actor.account_id, *session.scalars(select(Account.id).where(Account.person_id == person))}


def own_departments(session: Session, actor: Actor) -> set[int]:
    own = set(actor.department_ids) | ({actor.on_behalf_of} - {None})
    others = accounts_of(session, actor) - {actor.account_id}
    if others:
        granted = select(RoleGrant.department_id).where(RoleGrant.role == "department", RoleGrant.account_id.in_(others))
        own |= set(session.scalars(granted)) - {None}
    return own
