"""What a log-in or an organisation wants to hear outside the inbox, by which ways and at which hours."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gridops.domain import messages as rules
from gridops.domain.actor import Actor
from gridops.domain.contact import normalise_phone
from gridops.errors import Invalid, NotFound, TooMany
from gridops.models import Account, Department, MessageDelivery, MessageSetting
from gridops.services import security_events
from gridops.services.messages import written
from gridops.services.messages.policies import HALF_QUIET
from gridops.vault import Vault

# One @, no white space, a dot in the domain: whether it is read is found out by sending to it.
EMAIL = re.compile(r"[^@\s,;<>\"]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
LONGEST_EMAIL = 200
NO_CHOICE = "Not a valid choice."
TRIAL = "settings.tried"
MOST_TRIALS, HOUR = 10, timedelta(hours=1)
TRIED = {
    "zh": ("gridops：这是一条测试消息", "这是一条测试消息：您的设置有效。"),
    "en": ("gridops: this is a test", "This is a test message: your settings work."),
}


class Wish(NamedTuple):
    """Addresses in clear, None where there is none; ``wanted``: group -> ways."""

    email: str | None
    phone: str | None
    locale: str
    wanted: dict[str, list[str]]
    quiet_from: time | None
    quiet_until: time | None
    digest_at: time | None


NOTHING = Wish(None, None, "zh", {}, None, None, None)


def own(session: Session, vault: Vault, owner: Account | Department) -> Wish:
    row = _row(session, owner)
    if row is None:
        return NOTHING
    email, phone = (vault.decrypt(one, purpose=written.ADDRESS) if one else None for one in (row.email_cipher, row.phone_cipher))
    return Wish(email, phone, row.locale, {g: list(row.wanted.get(g, ())) for g in rules.GROUPS if row.wanted.get(g)}, row.quiet_from, row.quiet_until, row.digest_at)


def owner_of(session: Session, actor: Actor, department: str | None) -> Account | Department:
    """The actor's own log-in, or an organisation that the actor works for. Raises NotFound."""
    if department is None:
        return session.get_one(Account, actor.account_id)
    found = session.scalar(select(Department).where(Department.code == department, Department.id.in_(actor.department_ids)))
    if found is None:
        raise NotFound()
    return found


def departments_of(session: Session, actor: Actor) -> Sequence[Department]:
    return session.scalars(select(Department).where(Department.id.in_(actor.department_ids)).order_by(Department.name)).all()


def save(session: Session, vault: Vault, owner: Account | Department, wish: Wish, *, actor: Actor, now: datetime) -> Wish:
    """Raises Invalid ``settings_invalid`` with a code for each field."""
    fields = _problems(wish)
    if fields:
        raise Invalid("These settings do not fit together.", code="settings_invalid", fields=fields)
    row = _row(session, owner) or MessageSetting(**_owned(owner))
    row.email_cipher = vault.encrypt(wish.email, purpose=written.ADDRESS) if wish.email else None
    row.phone_cipher = vault.encrypt(normalise_phone(wish.phone), purpose=written.ADDRESS) if wish.phone else None
    row.locale, row.wanted = wish.locale, {group: sorted(ways) for group, ways in wish.wanted.items() if ways}
    row.quiet_from, row.quiet_until, row.digest_at, row.changed_at = wish.quiet_from, wish.quiet_until, wish.digest_at, now
    session.add(row)
    of = owner.code if isinstance(owner, Department) else None
    security_events.record(session, "message_settings", now=now, account_id=actor.account_id, department=of)
    session.flush()
    return own(session, vault, owner)


def attempt(session: Session, vault: Vault, owner: Account | Department, *, now: datetime) -> int:
    """A message by each way that there is an address for; what became of it is seen among the deliveries. How many.

    Raises TooMany: nobody is to be troubled with them who never asked.
    """
    lately = select(func.count(MessageDelivery.id)).where(MessageDelivery.topic == TRIAL, MessageDelivery.created_at > now - HOUR)
    if session.scalar(lately.filter_by(**_owned(owner))) >= MOST_TRIALS:
        raise TooMany(details={"retry_after": int(HOUR.total_seconds())})
    wish = own(session, vault, owner)
    subject, text = TRIED[wish.locale]
    rows = [
        written.row(vault, channel, address, text, topic=TRIAL, now=now, subject=subject, locale=wish.locale, urgent=True, **_owned(owner))
        for channel, address in (("email", wish.email), ("text", wish.phone)) if address]
    return written.put(session, rows)


def _row(session: Session, owner: Account | Department) -> MessageSetting | None:
    return session.scalar(select(MessageSetting).filter_by(**_owned(owner)))


def _owned(owner: Account | Department) -> dict[str, int]:
    return {"account_id" if isinstance(owner, Account) else "department_id": owner.id}


def _problems(wish: Wish) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    if wish.email and (len(wish.email) > LONGEST_EMAIL or not EMAIL.fullmatch(wish.email)):
        fields["email"] = ["This is not an e-mail address."]
    if wish.phone and not _is_phone(wish.phone):
        fields["phone"] = ["This is not a phone number."]
    if wish.locale not in rules.LOCALES:
        fields["locale"] = [NO_CHOICE]
    if (wish.quiet_from is None) != (wish.quiet_until is None):
        fields["quiet_until"] = [HALF_QUIET]
    return fields | _of_ways(wish.wanted, {"email": wish.email, "text": wish.phone})


def _of_ways(wanted: Mapping[str, Any], addresses: Mapping[str, str | None]) -> dict[str, list[str]]:
    if set(wanted) - set(rules.GROUPS) or any(way not in rules.TO_PEOPLE for ways in wanted.values() for way in ways):
        return {"wanted": [NO_CHOICE]}
    lacking = sorted({way for ways in wanted.values() for way in ways if not addresses[way]})
    return {{"email": "email", "text": "phone"}[way]: ["To be told this way, an address is needed."] for way in lacking}


def _is_phone(text: str) -> bool:
    try:
        return bool(normalise_phone(text))
    except Invalid:
        return False
