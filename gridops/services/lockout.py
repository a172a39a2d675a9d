"""Five failures lock an account for fifteen minutes.

Whoever knows a user name could lock its owner out for ever, so the owner's own address (one from which he logged in within the
last month) is counted by itself: strangers' failures do not lock it, five failures there do.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gridops.models import Account, SecurityEvent
from gridops.services import security_events

FAILURES_TO_LOCK = 5
LOCKED_FOR = timedelta(minutes=15)
KNOWN_FOR = timedelta(days=30)


def is_locked(session: Session, account: Account, address: str | None, now: datetime) -> bool:
    """For a log-in from ``address``."""
    if not is_locked_for_strangers(account, now):
        return False
    known = address is not None and _count(session, account, "logged_in", address, now - KNOWN_FOR) > 0
    return not known or _count(session, account, "login_failed", address, now - LOCKED_FOR) >= FAILURES_TO_LOCK


def is_locked_for_strangers(account: Account, now: datetime) -> bool:
    return account.locked_until is not None and account.locked_until > now


def count_failure(session: Session, account: Account, address: str | None, now: datetime) -> None:
    if is_locked_for_strangers(account, now):
        return
    account.failed_logins += 1
    if account.failed_logins >= FAILURES_TO_LOCK:
        account.failed_logins, account.locked_until = 0, now + LOCKED_FOR
        security_events.record(session, "account_locked", now=now, account_id=account.id, address=address)


def forget_failures(account: Account, now: datetime) -> None:
    """After a right log-in. A lock against strangers stays: it would otherwise open with each log-in of the owner."""
    account.failed_logins = 0
    if not is_locked_for_strangers(account, now):
        account.locked_until = None


def _count(session: Session, account: Account, kind: str, address: str, since: datetime) -> int:
    here = SecurityEvent.facts["address"].astext == address
    query = select(func.count()).where(SecurityEvent.account_id == account.id, SecurityEvent.kind == kind, SecurityEvent.at > since, here)
    return session.scalar(query)
