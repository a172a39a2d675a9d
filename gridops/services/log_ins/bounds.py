"""How far an administrator of rights reaches: accounts of his own areas, never his own, and never the last one of his kind."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists, false, func, or_, select, true
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.domain.permissions import kept_apart
from gridops.errors import Conflict, Forbidden, NotFound
from gridops.models import Account, RoleGrant

KEEPERS = ("security_admin",)
LOCK = 4_207_014  # two administrators who take each other's rights at once: the second sees what the first did


def check_keeper(actor: Actor) -> None:
    """Raises Forbidden."""
    if actor.kind != "system" and not actor.roles.intersection(KEEPERS):
        raise Forbidden()


def keeps(actor: Actor, area_code: str) -> bool:
    return actor.kind == "system" or any(area_code.startswith(area) for area in actor.areas(*KEEPERS))


def in_reach(actor: Actor) -> ColumnElement[bool]:
    """A condition on Account: some right within the actor's areas, or none anywhere."""
    if actor.kind == "system":
        return true()
    of_account = RoleGrant.account_id == Account.id
    here = or_(false(), *(RoleGrant.area_code.startswith(area, autoescape=True) for area in actor.areas(*KEEPERS)))
    return or_(exists().where(of_account, here), ~exists().where(of_account))


def seen(session: Session, number: int, actor: Actor, *, lock: bool = False) -> Account:
    """Raises Forbidden, NotFound."""
    check_keeper(actor)
    query = select(Account).where(Account.id == number, in_reach(actor))
    account = session.scalar(query.with_for_update() if lock else query)
    if account is None:
        raise NotFound()
    return account


def changed(session: Session, number: int, actor: Actor) -> Account:
    """To change what it may do: locked, and somebody else's. Raises Forbidden (also ``own_account``), NotFound."""
    session.execute(select(func.pg_advisory_xact_lock(LOCK)))
    account = seen(session, number, actor, lock=True)
    if account.id == actor.account_id:
        raise Forbidden(code="own_account")
    return account


def taken(session: Session, number: int, actor: Actor) -> Account:
    """To change the account as a whole: whoever holds its password holds all its rights. Raises also Forbidden ``account_beyond``."""
    account = changed(session, number, actor)
    if not is_whole(session, account, actor):
        raise Forbidden(code="account_beyond")
    return account


def is_whole(session: Session, account: Account, actor: Actor) -> bool:
    return all(keeps(actor, grant.area_code) for grant in grants_of(session, account))


def grants_of(session: Session, account: Account) -> list[RoleGrant]:
    return list(session.scalars(select(RoleGrant).where(RoleGrant.account_id == account.id).order_by(RoleGrant.id)))


def check_apart(session: Session, account: Account, role: str) -> None:
    """Raises Conflict ``roles_apart``."""
    if kept_apart({role, *(grant.role for grant in grants_of(session, account))}):
        raise Conflict("Whoever reads the audit may not hold system or security rights as well: use another account.", code="roles_apart")


def check_not_last(session: Session, account: Account, *, without: int | None = None) -> None:
    """``without``: the grant that goes; None: all of them. Raises Conflict ``last_security_admin``."""
    held = [grant for grant in grants_of(session, account) if grant.role in KEEPERS]
    kept = [grant for grant in held if without is not None and grant.id != without]
    if held and not kept and account.disabled_at is None and not _others(session, account):
        raise Conflict(code="last_security_admin")


def _others(session: Session, account: Account) -> bool:
    of_kind = select(RoleGrant.id).join(Account, Account.id == RoleGrant.account_id)
    return bool(session.scalar(select(of_kind.where(
        RoleGrant.role.in_(KEEPERS), Account.disabled_at.is_(None), Account.id != account.id).exists())))
