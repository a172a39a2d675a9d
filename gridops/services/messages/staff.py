"""What staff and organisations hear outside the inbox: the same as in it, by the ways and at the hours that each has chosen.

The words say number, matter and step, never what a resident wrote: whoever may read that opens the ticket.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session

from gridops.domain import messages as rules
from gridops.models import Account, Clock, Escalation, InboxMessage, MessageSetting, RoleGrant, Street, Ticket
from gridops.services import areas, promise_words, story_words
from gridops.services.messages import policies, templates, written
from gridops.services.messages.residents import matter
from gridops.services.messages.topic_words import topic_words
from gridops.services.story_words import said
from gridops.vault import Vault

DUE = ("时限：{due}", "Due: {due}")
TEXTS_LAST = timedelta(hours=12)  # a text message about work that comes a day late is in the way


class About(NamedTuple):
    """What a fact is about. ``words``: locale -> the placeholders of its template."""

    street_code: str
    area_code: str
    ticket_id: int | None
    words: Callable[[str], dict[str, str]]


def about(session: Session, fact: Any, ticket: Ticket, *, base: str) -> About:
    zone = session.get_one(Street, ticket.street_code).timezone
    return About(ticket.street_code, ticket.area_code, ticket.id, lambda locale: facts(session, fact, ticket, base=base, locale=locale, zone=zone))


def write(session: Session, vault: Vault, fact: Any, subject: About, *, now: datetime) -> int:
    """How many are new. ``fact``: following.Fact."""
    group = rules.GROUP_OF.get(fact.topic)
    if group is None:
        return 0
    zone = session.get_one(Street, subject.street_code).timezone
    rows: list[dict[str, Any]] = []
    for setting in _listening(session, fact.source):
        rows += _of(session, vault, setting, setting.wanted.get(group, ()), fact, subject, zone, now)
    return written.put(session, rows)


def _listening(session: Session, source: int) -> Iterator[MessageSetting]:
    """Whoever reads one of the inbox messages of this fact, and has said how else to be told."""
    told, grant = InboxMessage, RoleGrant
    by_role = and_(told.role.is_not(None), grant.role == told.role, told.area_code.startswith(grant.area_code))
    by_unit = and_(told.department_id.is_not(None), grant.department_id == told.department_id)
    held = exists().where(grant.account_id == MessageSetting.account_id, or_(by_role, by_unit)).correlate(told, MessageSetting)
    active = exists().where(Account.id == MessageSetting.account_id, Account.disabled_at.is_(None))
    mine = or_(told.account_id == MessageSetting.account_id, told.department_id == MessageSetting.department_id, held)
    heard = exists().where(told.outbox_id == source, mine).correlate(MessageSetting)
    return session.scalars(
        select(MessageSetting).where(heard, or_(MessageSetting.department_id.is_not(None), active)).order_by(MessageSetting.id))


def _of(
    session: Session, vault: Vault, setting: MessageSetting, ways: Any, fact: Any, subject: About, zone: str, now: datetime,
) -> Iterator[dict[str, Any]]:
    for channel in rules.TO_PEOPLE:
        address = {"email": setting.email_cipher, "text": setting.phone_cipher}[channel]
        if channel not in ways or address is None:
            continue
        words = templates.current(session, subject.street_code, "staff", fact.topic, setting.locale)
        known = subject.words(setting.locale)
        text = rules.filled(words.text, known)
        yield written.row(
            vault, channel, vault.decrypt(address, purpose=written.ADDRESS), text if channel == "email" else " ".join(text.splitlines()),
            topic=fact.topic, now=now, source_id=fact.source, ticket_id=subject.ticket_id, area_code=subject.area_code, account_id=setting.account_id,
            department_id=setting.department_id, locale=setting.locale, template_id=words.template_id, subject=rules.filled(words.subject, known),
            urgent=fact.topic in rules.URGENT, give_up_by=now + TEXTS_LAST if channel == "text" else None, **_when(setting, channel, fact, zone, now))


def _when(setting: MessageSetting, channel: str, fact: Any, zone: str, now: datetime) -> dict[str, Any]:
    """At once where it is urgent; else with the digest, or after the quiet hours. A digest comes by e-mail only."""
    if fact.topic in rules.URGENT:
        return {"due_at": now}
    if setting.digest_at is not None and channel == "email":
        return {"state": "held", "due_at": rules.next_time(now, zone, setting.digest_at)}
    return {"due_at": rules.not_before(now, zone, policies.quiet(setting))}


def facts(session: Session, fact: Any, ticket: Ticket, *, base: str, locale: str, zone: str) -> dict[str, str]:
    """Placeholders of a template for staff."""
    by = _due(session, fact, ticket)
    return {
        "street": areas.area_name(session, ticket.street_code, locale), "number": ticket.number, "matter": matter(session, ticket, locale),
        "area": areas.path_name(session, ticket.area_code, locale), "event": topic_words(fact.topic, fact.payload, locale),
        "status": said(story_words.STATUS.get(ticket.status, (ticket.status, ticket.status)), locale),
        "due": said(DUE, locale).format(due=promise_words.day_words(by, zone, locale)) if by else "",
        "link": f"{base}/tickets/{ticket.number}" if base else ""}


def _due(session: Session, fact: Any, ticket: Ticket) -> datetime | None:
    """Of the clock that calls, else of the ticket."""
    called = fact.payload.get("escalation")
    if called is None:
        return ticket.due_by
    return session.scalar(select(Clock.due_by).join(Escalation, Escalation.clock_id == Clock.id).where(Escalation.id == called))
