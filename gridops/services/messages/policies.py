"""What a street tells its residents outside the page, at which hours, and which phones want to hear nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from gridops.domain import messages as rules
from gridops.domain.actor import Actor
from gridops.domain.contact import normalise_phone
from gridops.errors import Forbidden, Invalid, NotAllowed
from gridops.models import Contact, MessagePolicy, MessageRefusal, MessageSetting, Report
from gridops.services import security_events
from gridops.services.contacts import PHONE
from gridops.vault import Vault

HALF_QUIET = "Quiet hours need a beginning and an end."
EDITORS = ("leader", "grid_office", "system_admin")  # of a street's words, and of what it tells
DESK = ("clerk", "dispatcher")  # they hear it from callers


def check_editor(actor: Actor, street_code: str) -> None:
    """Raises Forbidden."""
    if not may_edit(actor, street_code):
        raise Forbidden()


def may_edit(actor: Actor, street_code: str) -> bool:
    return bool(actor.roles_at(street_code).intersection(EDITORS))


def of_street(session: Session, street_code: str) -> MessagePolicy:
    """The street's own; else, not in the session, that all events are told, by day only, and not to whom the city tells itself."""
    found = session.get(MessagePolicy, street_code)
    return found or MessagePolicy(
        street_code=street_code, off=[], quiet_from=rules.QUIET[0], quiet_until=rules.QUIET[1], upstream=False)


def quiet(of: MessagePolicy | MessageSetting) -> tuple[time, time] | None:
    """Midnight is an hour like others."""
    return (of.quiet_from, of.quiet_until) if of.quiet_from is not None and of.quiet_until is not None else None


def save(
    session: Session, street_code: str, *, off: Iterable[str], quiet_from: time | None, quiet_until: time | None, upstream: bool, actor: Actor,
    now: datetime,
) -> MessagePolicy:
    """Raises Forbidden; Invalid for an event that there is not, or half of the quiet hours."""
    check_editor(actor, street_code)
    unknown = sorted(set(off) - set(rules.EVENTS))
    if unknown:
        raise Invalid(fields={"off": ["Not a valid choice."]})
    if (quiet_from is None) != (quiet_until is None):
        raise Invalid(fields={"quiet_until": [HALF_QUIET]})
    policy = session.get(MessagePolicy, street_code) or MessagePolicy(street_code=street_code)
    policy.off, policy.quiet_from, policy.quiet_until, policy.upstream = [e for e in rules.EVENTS if e in set(off)], quiet_from, quiet_until, upstream
    policy.changed_at, policy.changed_by = now, actor.account_id
    session.add(policy)
    security_events.record(session, "message_policy", now=now, account_id=actor.account_id, street=street_code, off=policy.off, upstream=upstream)
    session.flush()
    return policy


def take_down(session: Session, vault: Vault, phone: str, *, wanted: bool, actor: Actor, now: datetime) -> None:
    """At the desk, for a caller who says so. Raises Forbidden, Invalid ``phone_invalid``."""
    if not actor.roles.intersection(DESK):
        raise Forbidden()
    index = vault.blind_index(normalise_phone(phone), purpose=PHONE)
    accept_again(session, index) if wanted else refuse(session, index, via="desk", now=now, entered_by=actor.account_id)


def refuse(session: Session, phone_index: bytes, *, via: str, now: datetime, entered_by: int | None = None) -> None:
    row = insert(MessageRefusal).values(phone_index=phone_index, via=via, at=now, entered_by=entered_by)
    session.execute(row.on_conflict_do_nothing())


def accept_again(session: Session, phone_index: bytes) -> None:
    session.execute(delete(MessageRefusal).where(MessageRefusal.phone_index == phone_index))


def refusing(session: Session, indexes: Iterable[bytes]) -> set[bytes]:
    """Which of these phones want no messages."""
    return {bytes(one) for one in session.scalars(select(MessageRefusal.phone_index).where(MessageRefusal.phone_index.in_(list(indexes))))}


def wanted_by(session: Session, report: Report) -> bool | None:
    """Whether the phone of this report wants messages; None where there is none."""
    index = _phone_of(session, report)
    return None if index is None else not refusing(session, [index])


def choose(session: Session, report: Report, *, wanted: bool, now: datetime) -> None:
    """By the holder of the tracking code, for the phone as a whole. Raises NotAllowed ``no_phone``."""
    index = _phone_of(session, report)
    if index is None:
        raise NotAllowed("No phone was given with this report.", code="no_phone")
    accept_again(session, index) if wanted else refuse(session, index, via="link", now=now)


def _phone_of(session: Session, report: Report) -> bytes | None:
    if report.contact_id is None or report.visibility == "anonymous":
        return None
    return session.scalar(select(Contact.phone_index).where(Contact.id == report.contact_id))
