"""Who must move: in lists by the clock that is due first, in messages by the organisation a clock binds."""

from sqlalchemy import select

from gridops.domain.actor import SYSTEM
from gridops.models import Clock, Escalation, InboxMessage
from gridops.services import inbox, outbox, tickets
from tests import small_street


def test_a_clock_that_calls_names_the_organisation_it_binds(session, config, now):
    street = small_street.build(session, config, now)
    number = street.submit(session, now).ticket.number
    tickets.perform(session, number, "file", {"category": small_street.RUBBISH}, actor=SYSTEM, now=now)
    dispatched = tickets.perform(session, number, "dispatch", {}, actor=SYSTEM, now=now)
    clock = session.scalar(select(Clock).where(Clock.ticket_id == dispatched.id, Clock.kind == "handle"))
    escalation = Escalation(clock_id=clock.id, ticket_id=dispatched.id, revision=0, level=1, addressee="handler", fired_at=now)
    session.add(escalation)
    session.flush()
    payload = {"clock": "handle", "to": ["handler"], "level": 1, "escalation": escalation.id}
    row = outbox.publish(session, "clock.escalated", now=now, ticket_id=dispatched.id, payload=payload)
    session.flush()
    inbox.tell(session, row, now)
    facts = session.scalars(select(InboxMessage.facts).where(InboxMessage.outbox_id == row.id)).first()
    assert facts["department"] == street.departments["SANITATION"].code
