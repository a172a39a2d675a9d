"""Accounts made, closed and opened again; passwords that are shown once; sessions ended; a lost second factor taken off."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from gridops.domain.actor import Actor, Grant
from gridops.errors import Conflict, Invalid, NotAllowed
from gridops.models import Account, LoginSession, Person, Posting
from gridops.services import accounts, passwords, security_events
from gridops.services.log_ins import bounds
from gridops.services.people import access
from gridops.vault import Vault

LONGEST_NAME = 60
NO_PERSON, HAS_ONE = "There is no such person in your area.", "This person has a log-in already."
NEEDED, TOO_LONG = "Please fill this in.", "At most 60 characters."


class Made(NamedTuple):
    """``password`` is told once; only its hash is stored, and its owner chooses another at the first log-in."""

    account: Account
    password: str


def add(
    session: Session, username: str, name: str, grant: Grant, *, person: str | None = None, actor: Actor, now: datetime,
) -> Made:
    """``grant``: as roles.grant_of gave it. ``person``: staff number. Raises Forbidden, Invalid."""
    bounds.check_keeper(actor)
    if not name.strip() or len(name) > LONGEST_NAME:
        raise Invalid(fields={"name": [TOO_LONG if name.strip() else NEEDED]})
    person_id = _person(session, person, actor, now) if person else None
    password = passwords.made()
    account = accounts.create_account(session, username, password, name=name.strip(), grants=[grant], actor=actor, now=now, person_id=person_id)
    account.password_given = True
    return Made(account, password)


def _person(session: Session, code: str, actor: Actor, now: datetime) -> int:
    found = session.scalar(select(Person).where(Person.code == code).with_for_update())
    posted = session.scalars(select(Posting).where(Posting.person_id == found.id)).all() if found else []
    if found is None or found.left_on is not None or not any(bounds.keeps(actor, access.area_of(session, post) or "-") for post in posted):
        raise Invalid(fields={"person": [NO_PERSON]})
    if session.scalar(select(Account.id).where(Account.person_id == found.id, Account.disabled_at.is_(None))):
        raise Invalid(fields={"person": [HAS_ONE]})
    return found.id


def reset_password(session: Session, number: int, *, actor: Actor, now: datetime) -> Made:
    """Also unlocks, and ends the account's sessions. Raises NotFound, Forbidden, NotAllowed ``account_closed``."""
    account = bounds.taken(session, number, actor)
    if account.disabled_at is not None:
        raise NotAllowed(code="account_closed")
    password = passwords.made()
    accounts.set_password(session, account, password, actor=actor, now=now)
    account.password_given = True
    return Made(account, password)


def close(session: Session, number: int, *, actor: Actor, now: datetime) -> Account:
    """Raises NotFound, Forbidden, Conflict ``last_security_admin``. A closed one stays as it is."""
    account = bounds.taken(session, number, actor)
    if account.disabled_at is None:
        bounds.check_not_last(session, account)
        accounts.disable(session, account, actor=actor, now=now)
    return account


def open_again(session: Session, number: int, *, actor: Actor, now: datetime) -> Account:
    """With the rights it had. Raises NotFound, Forbidden, Conflict ``person_left``."""
    account = bounds.taken(session, number, actor)
    if account.disabled_at is None:
        return account
    person = session.get(Person, account.person_id) if account.person_id else None
    if person is not None and person.left_on is not None:
        raise Conflict(code="person_left")
    account.disabled_at, account.failed_logins, account.locked_until = None, 0, None
    security_events.record(session, "account_enabled", now=now, account_id=actor.account_id, subject=account.id)
    return account


def end_sessions(session: Session, number: int, *, actor: Actor, now: datetime) -> int:
    """How many there were. Raises NotFound, Forbidden."""
    account = bounds.taken(session, number, actor)
    ended = session.scalars(delete(LoginSession).where(LoginSession.account_id == account.id).returning(LoginSession.account_id)).all()
    security_events.record(session, "sessions_ended", now=now, account_id=actor.account_id, subject=account.id, sessions=len(ended))
    return len(ended)


def take_second_factor(session: Session, number: int, *, vault: Vault, actor: Actor, now: datetime) -> Account:
    """Of somebody who lost his phone. Ends the sessions. Raises NotFound, Forbidden, NotAllowed ``no_second_factor``."""
    account = bounds.taken(session, number, actor)
    if account.totp_cipher is None:
        raise NotAllowed(code="no_second_factor")
    accounts.set_totp(session, account, None, vault=vault, actor=actor, now=now)
    account.totp_used_step = None
    session.execute(delete(LoginSession).where(LoginSession.account_id == account.id))
    return account
