"""Accounts of staff, log-in with lockout, and the sessions behind bearer tokens and cookies."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor, Grant
from gridops.domain.permissions import STAFF_ROLES
from gridops.errors import GridopsError, Invalid, NotFound, NotLoggedIn
from gridops.models import Account, LoginSession, RoleGrant
from gridops.services import lockout, passwords, security_events
from gridops.vault import Vault, totp_step

IDLE = timedelta(minutes=60)
LONGEST_SESSION = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)  # a session in use is prolonged at most this often: reading must not write each time
TOTP_PURPOSE = "account.totp"
NAME_INVALID, NAME_TAKEN = "A user name has 2 to 64 characters without spaces.", "This user name is taken."
PRESENT_WRONG, PASSWORD_SAME = "The present password is wrong.", "Please choose another password than the present one."


@dataclass(frozen=True)
class Login:
    """``token`` is shown once; only its hash is stored."""

    token: str
    expires_by: datetime
    csrf: str
    actor: Actor


@dataclass(frozen=True)
class Refused:
    """The attempt itself was written down: the edge commits first and raises ``error`` after that."""

    error: GridopsError


class Live(NamedTuple):
    actor: Actor
    csrf: str
    expires_by: datetime
    stale: bool  # worth prolonging
    password_given: bool = False  # its owner has to choose another first


def log_in(
    session: Session, username: str, password: str, totp: str | None, *, now: datetime, vault: Vault,
    idle: timedelta = IDLE, address: str | None = None,
) -> Login | Refused:
    """Unknown, disabled, locked and wrong look and last the same; only a missing ``totp`` is told, to who has the password."""
    # Locked to the end of the transaction: guesses at one account go one by one, so that none slips past the count.
    account = session.scalar(select(Account).where(Account.username == _plain(username)).with_for_update())
    right = passwords.matches(password, account.password_hash if account else None)
    if account is None or account.disabled_at is not None or lockout.is_locked(session, account, address, now) or not right:
        return _refused(session, account, now, address)
    if account.totp_cipher is not None:
        if not totp:
            return Refused(NotLoggedIn("Please enter the code of your authenticator as well.", code="totp_required"))
        if not _totp_right(account, totp, vault, now):
            return _refused(session, account, now, address)
    return _opened(session, account, password, now, idle, address)


def actor_of(session: Session, token: str, *, now: datetime) -> Live:
    """Raises NotLoggedIn for a token that is unknown, over, or of a disabled account."""
    found = session.execute(
        select(LoginSession, Account, RoleGrant)
        .join(Account, Account.id == LoginSession.account_id)
        .outerjoin(RoleGrant, RoleGrant.account_id == Account.id)
        .where(LoginSession.token_hash == _hash(token), LoginSession.expires_by > now, Account.disabled_at.is_(None))
        .order_by(RoleGrant.id)
    ).all()
    if not found:
        raise NotLoggedIn()
    login, account, _ = found[0]
    actor = _actor(account, [row.RoleGrant for row in found if row.RoleGrant is not None])
    return Live(actor, login.csrf, login.expires_by, now - login.last_seen_at >= SEEN_EVERY, account.password_given)


def prolong(session: Session, token: str, *, now: datetime) -> None:
    """Moves the idle timeout on, never beyond 12 hours after the log-in."""
    login = session.get(LoginSession, _hash(token))
    if login is not None and login.expires_by > now:
        idle = login.expires_by - login.last_seen_at
        latest = max(login.expires_by, login.created_at + LONGEST_SESSION)
        login.expires_by, login.last_seen_at = min(now + idle, latest), now


def log_out(session: Session, token: str, *, now: datetime) -> None:
    ended = delete(LoginSession).where(LoginSession.token_hash == _hash(token)).returning(LoginSession.account_id)
    account_id = session.scalar(ended)
    if account_id is not None:
        security_events.record(session, "logged_out", now=now, account_id=account_id)


def create_account(
    session: Session, username: str, password: str, *, name: str, grants: Iterable[Grant], actor: Actor, now: datetime,
    person_id: int | None = None,
) -> Account:
    """Raises Invalid ``username_taken``, ``username_invalid``, ``password_too_short``, ``role_unknown``."""
    username = _plain(username)
    _check_username(session, username)
    account = Account(
        username=username, password_hash=passwords.hashed(password), name=name, person_id=person_id, created_at=now, failed_logins=0,
    )
    session.add(account)
    session.flush()
    for grant in grants:
        grant_role(session, account, grant, actor=actor, now=now)
    security_events.record(session, "account_created", now=now, account_id=actor.account_id, subject=account.id)
    return account


def account_called(session: Session, username: str) -> Account:
    """Raises NotFound."""
    account = session.scalar(select(Account).where(Account.username == _plain(username)))
    if account is None:
        raise NotFound("There is no account %(username)s.", username=username)
    return account


def all_accounts(session: Session) -> list[tuple[Account, list[RoleGrant]]]:
    """With what they may do, by user name."""
    grants: dict[int, list[RoleGrant]] = defaultdict(list)
    for grant in session.scalars(select(RoleGrant).order_by(RoleGrant.id)):
        grants[grant.account_id].append(grant)
    return [(account, grants[account.id]) for account in session.scalars(select(Account).order_by(Account.username))]


def grant_role(session: Session, account: Account, grant: Grant, *, actor: Actor, now: datetime) -> None:
    if grant.role not in STAFF_ROLES or (grant.role == "department") != (grant.department_id is not None):
        raise Invalid("This role is unknown or lacks its department.", code="role_unknown", fields={"role": ["role_unknown"]})
    session.add(RoleGrant(account_id=account.id, role=grant.role, area_code=grant.area, department_id=grant.department_id))
    security_events.record(
        session, "role_granted", now=now, account_id=actor.account_id, subject=account.id, role=grant.role, area=grant.area,
    )
    session.flush()


def set_password(session: Session, account: Account, password: str, *, actor: Actor, now: datetime) -> None:
    """Also unlocks, and ends every session of the account."""
    account.password_hash, account.failed_logins, account.locked_until = passwords.hashed(password), 0, None
    account.password_given = False
    session.execute(delete(LoginSession).where(LoginSession.account_id == account.id))
    security_events.record(session, "password_set", now=now, account_id=actor.account_id, subject=account.id)


def change_own_password(session: Session, token: str, present: str, new: str, *, actor: Actor, now: datetime) -> None:
    """Ends every other session of the account. Raises Invalid: ``password_wrong``, ``password_same``, ``password_too_short``."""
    account = session.get_one(Account, actor.account_id, with_for_update=True)
    if not passwords.matches(present, account.password_hash):
        raise Invalid(code="password_wrong", fields={"present": [PRESENT_WRONG]})
    if present == new:
        raise Invalid(code="password_same", fields={"password": [PASSWORD_SAME]})
    account.password_hash, account.password_given = passwords.hashed(new), False
    session.execute(delete(LoginSession).where(LoginSession.account_id == account.id, LoginSession.token_hash != _hash(token)))
    security_events.record(session, "password_changed", now=now, account_id=account.id)


def set_totp(session: Session, account: Account, secret: bytes | None, *, vault: Vault, actor: Actor, now: datetime) -> None:
    """``secret``: at least 16 random bytes, shown to its owner once as base32; None switches the second factor off."""
    account.totp_cipher = vault.encrypt(secret.hex(), purpose=TOTP_PURPOSE) if secret else None
    security_events.record(session, "totp_set" if secret else "totp_removed", now=now, account_id=actor.account_id, subject=account.id)


def disable(session: Session, account: Account, *, actor: Actor, now: datetime) -> None:
    account.disabled_at = now
    session.execute(delete(LoginSession).where(LoginSession.account_id == account.id))
    security_events.record(session, "account_disabled", now=now, account_id=actor.account_id, subject=account.id)


def _plain(username: str) -> str:
    return username.strip().casefold()


def _hash(token: str) -> bytes:
    return sha256(token.encode(errors="replace")).digest()


def _refused(session: Session, account: Account | None, now: datetime, address: str | None) -> Refused:
    security_events.record(session, "login_failed", now=now, account_id=account.id if account else None, address=address)
    if account is not None:
        lockout.count_failure(session, account, address, now)
    return Refused(NotLoggedIn(
        "The user name or password is wrong, or the account is locked for 15 minutes after five failures.", code="login_failed",
    ))


def _totp_right(account: Account, code: str, vault: Vault, now: datetime) -> bool:
    """Each code counts once (RFC 6238, 5.2)."""
    step = totp_step(bytes.fromhex(vault.decrypt(account.totp_cipher, purpose=TOTP_PURPOSE)), code, now)
    if step is None or step <= (account.totp_used_step or 0):
        return False
    account.totp_used_step = step
    return True


def _opened(session: Session, account: Account, password: str, now: datetime, idle: timedelta, address: str | None) -> Login:
    lockout.forget_failures(account, now)
    if passwords.is_outdated(account.password_hash):
        account.password_hash = passwords.hashed(password)
    token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(24)
    login = LoginSession(
        token_hash=_hash(token), account_id=account.id, csrf=csrf, created_at=now, last_seen_at=now, expires_by=now + idle,
    )
    session.add(login)
    security_events.record(session, "logged_in", now=now, account_id=account.id, address=address)
    grants = session.scalars(select(RoleGrant).where(RoleGrant.account_id == account.id).order_by(RoleGrant.id)).all()
    return Login(token, login.expires_by, csrf, _actor(account, grants))


def _actor(account: Account, grants: Iterable[RoleGrant]) -> Actor:
    held = tuple(Grant(row.role, row.area_code, row.department_id) for row in grants)
    return Actor(kind="staff", name=account.name, account_id=account.id, grants=held)


def _check_username(session: Session, username: str) -> None:
    if not 2 <= len(username) <= 64 or any(char.isspace() for char in username):
        raise Invalid(NAME_INVALID, code="username_invalid", fields={"username": [NAME_INVALID]})
    if session.scalar(select(Account.id).where(Account.username == username)) is not None:
        raise Invalid(NAME_TAKEN, code="username_taken", fields={"username": [NAME_TAKEN]})
