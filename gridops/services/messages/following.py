"""What one published fact means outside the house. It stands in an outbox row of its own, on the low queue: no dispatch waits for a message,
and a message that cannot be written is a dead letter of its own."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from gridops.domain import messages as rules
from gridops.models import MessageSetting, Outbox, Ticket, Webhook
from gridops.services import field_terms, outbox
from gridops.services.messages import hooks, issues, residents, staff

WANTED = "messages.wanted"
LISTENED = "messages_listened_to"  # in session.info


class Fact(NamedTuple):
    """``source``: the outbox row of the fact, by which a message is known again. ``payload``: codes and numbers only."""

    source: int
    topic: str
    at: datetime
    payload: dict[str, Any]


def ask(session: Session, row: Outbox, *, now: datetime, context: Any) -> None:
    """In the transaction of the fact's receipt. Of what is about no ticket only a hot issue is told outside the inbox, and nothing is asked where
    nobody listens.
    """
    about_something = row.ticket_id is not None or row.topic in rules.WITHOUT_TICKET
    if about_something and row.topic in rules.TOLD and (_for_residents(row, context) or _somebody_listens(session)):
        kept = {"source": row.id, "topic": row.topic, "at": row.created_at.isoformat(), "payload": row.payload}
        outbox.publish(session, WANTED, now=now, ticket_id=row.ticket_id, payload=kept, queue="urgent" if row.queue == "urgent" else "low")


def _for_residents(row: Outbox, context: Any) -> bool:
    return context.config.sms is not None and row.topic in rules.EVENT_OF


def _somebody_listens(session: Session) -> bool:
    """Staff, organisations or programs; asked once in a transaction, however many facts it holds."""
    if LISTENED not in session.info:
        hook = select(Webhook.id).where(Webhook.ended_at.is_(None)).exists()
        session.info[LISTENED] = session.scalar(select(or_(select(MessageSetting.id).exists(), hook)))
    return session.info[LISTENED]


def follow(session: Session, row: Outbox, now: datetime, context: Any) -> None:
    """Writes each receiver's message once, however often the row comes."""
    kept = row.payload
    fact = Fact(kept["source"], kept["topic"], datetime.fromisoformat(kept["at"]), kept["payload"])
    with field_terms.spoken(session):
        _write(session, fact, row, now, context)


def _write(session: Session, fact: Fact, row: Outbox, now: datetime, context: Any) -> None:
    base = (context.config.public_url or "").rstrip("/")
    if fact.topic in rules.WITHOUT_TICKET:
        staff.write(session, context.vault, fact, issues.about(session, fact, base=base), now=now)
        return
    ticket = session.get_one(Ticket, row.ticket_id)
    if context.config.sms is not None:
        residents.write(session, context.vault, fact, ticket, base=base, now=now)
    staff.write(session, context.vault, fact, staff.about(session, fact, ticket, base=base), now=now)
    hooks.write(session, context.vault, fact, ticket, now=now)
