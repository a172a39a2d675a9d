"""Worker, beat and database are killed while the clocks of 2,000 tickets call: every escalation fires exactly once, every message goes out at
least once and is marked."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from gridops.context import wall_clock
from gridops.db import reading, transaction
from gridops.models import Account, Clock, DeadLetter, Escalation, InboxMessage, MessageDelivery, MessagePolicy, MessageSetting, Outbox, Ticket
from gridops.services import trail
from gridops.services.messages import written
from gridops.vault import Vault
from tests.running import wait_until
from tests.small_street import STREET, SmallStreet

pytestmark = [pytest.mark.faults, pytest.mark.timeout(900)]
TICKETS = 2000
BACK_WITHIN = 90.0


@pytest.fixture
def vault(town) -> Vault:
    return Vault(town.system.config.vault_keys, town.system.config.secret_key)


@pytest.fixture
def late(town, vault) -> list[int]:
    """Questions that nobody has accepted in time, each from a phone of its own; the dispatcher wants the calls of clocks by e-mail."""
    now, street = wall_clock(), SmallStreet({}, {}, vault)
    at = _just_missed(town, street, now)
    with transaction(town.system.sessions) as session:
        session.add(MessagePolicy(street_code=STREET, off=[], upstream=False, changed_at=now))  # never quiet: the test may run at night
        dispatcher = session.scalars(select(Account.id).where(Account.username == "run-dispatcher")).one()
        session.add(MessageSetting(
            account_id=dispatcher, email_cipher=vault.encrypt("dispatcher@street.example", purpose=written.ADDRESS), locale="zh",
            wanted={"clock": ["email"]}, changed_at=now))
        return [_question(session, street, at, number) for number in range(TICKETS)]


def _question(session, street: SmallStreet, at: datetime, number: int) -> int:
    asked = street.submit(session, at, kind="consult", category=None, description="几点开门", contact={"phone": f"138{number:08d}"})
    return asked.ticket.id


def _just_missed(town, street: SmallStreet, now: datetime) -> datetime:
    """The latest hour from which the time to accept has run out: on a working day an hour ago, on a Sunday on Friday."""
    with reading(town.system.sessions) as session:
        for hours in range(1, 24 * 15):
            at = now - timedelta(hours=hours)
            ticket = _question(session, street, at, TICKETS)
            due_by = session.scalar(select(Clock.due_by).where(Clock.ticket_id == ticket, Clock.kind == "accept"))
            if due_by < now:
                return at
    raise AssertionError("no working time within two weeks")


def test_every_escalation_fires_once_and_every_message_goes_out_and_is_marked(town, vault, late):
    look = _Look(town, late)
    kills = [("worker", lambda: look.escalations() >= TICKETS // 4), ("beat", lambda: look.escalations() >= TICKETS), ("postgres", lambda: look.sent() >= 500),
             ("worker", lambda: look.sent() >= TICKETS)]
    for name, reached in kills:
        wait_until(reached, within=240, every=0.2, why=town.system.log)
        assert look.undone(), "a kill after everything is done proves nothing"
        print(f"{name} killed at {look.escalations()} escalations, {look.sent()} messages sent")
        killed = town.system.kill(name)
        town.system.wait_replaced(name, killed, within=BACK_WITHIN)
        wait_until(town.system.is_ready, within=BACK_WITHIN, why=town.system.log)
    took = wait_until(lambda: not look.undone(), within=400, every=0.5, why=town.system.log)
    print(f"all done {took:.1f} s after the last kill; begun twice: {look.begun_twice()}")
    look.assert_each_fired_once()
    look.assert_each_told_and_marked(town.system.home / "messages")


class _Look:
    """What stands in the database of these tickets."""

    def __init__(self, town, ids: list[int]):
        self._sessions, self._ids = town.system.sessions, ids

    def _all(self, query):
        with reading(self._sessions) as session:
            return session.execute(query).all()

    def escalations(self) -> int:
        return self._all(select(func.count()).select_from(Escalation).where(Escalation.ticket_id.in_(self._ids)))[0][0]

    def sent(self) -> int:
        return self._all(select(func.count()).select_from(MessageDelivery).where(MessageDelivery.state == "sent"))[0][0]

    def begun_twice(self) -> int:
        return self._all(select(func.count()).select_from(MessageDelivery).where(MessageDelivery.attempts > 1))[0][0]

    def undone(self) -> bool:
        due = select(Clock.id).where(Clock.ticket_id.in_(self._ids), Clock.status == "running", Clock.next_alert_at < wall_clock()).limit(1)
        rows = select(Outbox.id).where(Outbox.done_at.is_(None)).limit(1)
        waiting = select(MessageDelivery.id).where(MessageDelivery.state == "waiting").limit(1)
        return any(self._all(query) for query in (due, rows, waiting))

    def assert_each_fired_once(self) -> None:
        fired = self._all(select(Escalation.ticket_id, Clock.kind, Escalation.level).join(Clock, Clock.id == Escalation.clock_id).where(
            Escalation.ticket_id.in_(self._ids)))
        assert Counter(fired) == Counter((ticket, "accept", level) for ticket in self._ids for level in (1, 2))
        told = self._all(select(InboxMessage.ticket_id, InboxMessage.role).where(
            InboxMessage.topic == "clock.escalated", InboxMessage.ticket_id.in_(self._ids)))
        assert Counter(told) == Counter((ticket, role) for ticket in self._ids for role in ("clerk", "dispatcher"))
        assert self._all(select(DeadLetter.topic, DeadLetter.error)) == []
        with reading(self._sessions) as session:
            assert [fault for ticket in session.scalars(select(Ticket).where(Ticket.id.in_(self._ids))) for fault in trail.verify(session, ticket)] == []

    def assert_each_told_and_marked(self, folder) -> None:
        rows = self._all(select(
            MessageDelivery.ticket_id, MessageDelivery.channel, MessageDelivery.topic, MessageDelivery.state, MessageDelivery.id, MessageDelivery.created_at
        ).where(MessageDelivery.ticket_id.in_(self._ids)))
        wanted = [(ticket, channel, topic, "sent") for ticket in self._ids for channel, topic in (("text", "received"), ("email", "clock.escalated"))]
        assert Counter(tuple(row)[:4] for row in rows) == Counter(wanted)
        names = {row.channel: set() for row in rows}
        for row in rows:
            names[row.channel].add(f"gridops-{row.id}-{int(row.created_at.timestamp())}")
        texts = Counter(json.loads(line)["id"] for line in (folder / "sms.jsonl").read_text("utf-8").splitlines())
        assert names["text"] <= set(texts)
        assert names["email"] <= {path.stem for path in (folder / "mail").iterdir()}
        print(f"text messages that went out twice: {sum(count > 1 for count in texts.values())} of {len(texts)}")
