"""A recount beside people at work, and two workers at one recount: on a database that really commits."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from gridops.domain.actor import SYSTEM
from gridops.errors import GridopsError
from gridops.models import Clock, ClockRecount, Ticket, Trail
from gridops.services import tickets, trail
from gridops.services.timing import calendar_versions, recount
from tests import small_street
from tests.small_street import ILLEGAL_BUILDING, STREET

TICKETS = 12


@pytest.fixture
def asked(fresh, now):
    """Twelve tickets under way, a version with tomorrow off, and a recount that nobody has begun."""
    with fresh.sessions() as session, session.begin():
        street = small_street.build(session, fresh.config, now)
        leader = street.actors["leader"]
        numbers = [street.submit(session, now, category=ILLEGAL_BUILDING).ticket.number for _ in range(TICKETS)]
        for number in numbers:
            tickets.perform(session, number, "file", {"category": ILLEGAL_BUILDING, "condition_no": 2}, actor=SYSTEM, now=now)
            tickets.perform(session, number, "dispatch", {}, actor=SYSTEM, now=now)
        before = calendar_versions.in_force(session, STREET)
        given = {
            "periods": before.periods, "rest_weekdays": before.rest_weekdays, "known_until": before.known_until,
            "days": [{"day": (now + timedelta(days=1)).date(), "kind": "holiday", "name": "停电"}]}
        calendar_versions.publish(session, STREET, given, reason="停电", expected=None, actor=leader, now=now)
        made = recount.ask(session, STREET, expected=None, reason="停电", actor=leader, now=now)
        return made.id, numbers, street.actors["ENFORCEMENT"]


def test_each_ticket_is_recounted_once_while_people_sign_and_two_workers_run(fresh, asked, now):
    recount_id, numbers, lead = asked
    barrier, failed = threading.Barrier(4), []

    def run(act):
        try:
            barrier.wait()
            act()
        except Exception as error:  # noqa: BLE001 - told below
            failed.append(error)

    def work():
        with fresh.sessions() as session, session.begin():
            recount.go_on(session, recount_id, now=now)

    def sign(mine):
        for number in mine:
            try:
                with fresh.sessions() as session, session.begin():
                    tickets.perform(session, number, "sign", {}, actor=lead, now=now)
            except GridopsError as error:
                failed.append(error)

    acts = [work, work, lambda: sign(numbers[::2]), lambda: sign(numbers[1::2])]
    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failed == []
    with fresh.sessions() as session:
        rows = dict(session.execute(select(Trail.ticket_id, func.count()).where(Trail.action == recount.ACTION).group_by(Trail.ticket_id)).all())
        found = session.scalars(select(Ticket)).all()
        assert list(rows.values()) == [1] * TICKETS and {ticket.status for ticket in found} == {"in_progress"}
        assert [fault for ticket in found for fault in trail.verify(session, ticket)] == []
        assert session.get(ClockRecount, recount_id).status == "done"
        live = session.scalars(select(Clock).where(Clock.kind == "handle", Clock.status == "running")).all()
        assert {clock.due_by for clock in live} == {live[0].due_by} and {clock.revision for clock in live} == {1}
