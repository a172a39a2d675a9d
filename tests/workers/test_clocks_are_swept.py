"""What time brings is done by workers because the beat sees that it is due; nothing about it lies in the queue."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from gridops.context import wall_clock
from gridops.db import transaction
from gridops.models import Clock, Escalation, InboxMessage
from gridops.services.sweep import something_is_due
from tests import small_street
from tests.workers.conftest import wait_until


def test_a_report_that_nobody_took_up_for_a_month_is_escalated_once_for_each_level(background):
    fresh = background.fresh
    with transaction(fresh.sessions) as session:
        street = small_street.build(session, fresh.config, wall_clock())
        ticket = street.submit(session, wall_clock() - timedelta(days=30), kind="consult").ticket
    background.start("beat")
    background.start("worker")
    background.start("worker")
    wait_until(lambda: not background.look(lambda session: something_is_due(session, wall_clock())))
    background.wait_done()
    fired = background.look(lambda s: s.execute(
        select(Clock.kind, Escalation.level).join(Clock, Clock.id == Escalation.clock_id).where(Clock.ticket_id == ticket.id)).all())
    assert len(fired) == len(set(fired)) and {("accept", 1), ("accept", 2), ("accept", 3), ("accept", 4)} <= set(fired)
    messages = background.look(lambda s: s.scalar(
        select(func.count()).where(InboxMessage.topic == "clock.escalated", InboxMessage.role == "leader")))
    assert messages >= 2
