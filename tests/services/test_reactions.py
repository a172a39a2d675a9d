"""What workers do by themselves, and what they leave to people, with the reason."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from gridops.domain.actor import SYSTEM
from gridops.models import Alarm, Assignment, Clock, Department, Escalation, InboxMessage, Outbox, Round, Ticket
from gridops.services import intake, outbox_relay, sweep, tickets, trail
from gridops.services.reactions import AHEAD, REACTIONS, TOGETHER
from tests import small_street


@pytest.fixture
def street(session, config, now):
    return small_street.build(session, config, now)


@pytest.fixture
def react(session, now):
    """Runs every undone outbox row as a worker would, in order, until none is left."""

    def run(at=now):
        while rows := session.scalars(select(Outbox).where(Outbox.done_at.is_(None)).order_by(Outbox.id)).all():
            for row in rows:
                REACTIONS[row.topic](session, row, at, None)
                row.done_at = at
            session.flush()

    return run


def test_a_clear_matter_is_dispatched_by_itself(street, session, now, react):
    ticket = street.submit(session, now).ticket
    react()
    assert ticket.status == "dispatched"
    assert ticket.lead_id == street.departments["SANITATION"].id
    assert ticket.automatic["by"] == "category_chosen"


def test_a_second_delivery_changes_nothing(street, session, now, react):
    ticket = street.submit(session, now).ticket
    react()
    version, row = ticket.version, session.scalars(select(Outbox).where(Outbox.topic == "report.submitted")).one()
    told = len(session.scalars(select(InboxMessage.id)).all())
    REACTIONS[row.topic](session, row, now, None)
    assert ticket.version == version and len(session.scalars(select(InboxMessage.id)).all()) == told


@pytest.mark.parametrize(("changes", "reason"), [
    ({"category": None}, "no_category"),
    ({"kind": "consult"}, "answer_wanted"),
    ({"category": "E2404"}, "accuses_person"),
])
def test_the_rest_waits_for_a_person_and_says_why(street, session, now, react, changes, reason):
    ticket = street.submit(session, now, **changes).ticket
    react()
    assert (ticket.status, ticket.waiting_reason) == ("reported", reason)


def test_what_a_worker_found_on_patrol_may_be_handled_on_the_spot(street, session, now, react):
    patrol = {"kind": "complaint", "description": "路口有垃圾", "location": small_street.IN_WEST, "category": small_street.RUBBISH}
    worker = street.actors["worker_west"]
    ticket = intake.submit(session, patrol, actor=worker, now=now, vault=street.vault, channel="patrol").ticket
    react()
    assert (ticket.status, ticket.waiting_reason) == ("reported", "worker_on_site")
    assert "self_handle" in tickets.allowed_actions(session, ticket, worker, now=now)


def test_no_organisation_is_an_alarm_never_silence(street, session, now, react):
    ticket = street.submit(session, now, category="C0101").ticket
    react()
    assert (ticket.status, ticket.waiting_reason) == ("filed", "no_organisation")
    alarm = session.scalars(select(Alarm).where(Alarm.kind == "no_organisation")).one()
    assert (alarm.subject, alarm.settled_at) == (ticket.number, None)


def test_a_refused_dispatch_leaves_nothing_behind(street, session, now, react):
    """The ticket stands as it was filed: its clock for being dispatched runs on, and the trail knows of no attempt."""
    ticket = street.submit(session, now, category="C0101").ticket
    react()
    session.expire_all()
    clocks = dict(session.execute(select(Clock.kind, Clock.status).where(Clock.ticket_id == ticket.id)).all())
    assert clocks == {"accept": "met", "promise": "running", "dispatch": "running"}
    assert (ticket.version, ticket.round_id, ticket.due_by is not None) == (2, None, True)
    assert trail.verify(session, ticket) == [] and ticket.trail_seq == 2


def test_a_batch_treats_each_ticket_as_if_it_were_alone(street, session, now):
    """One is dispatched, one has no organisation, one waits for a clerk, one is dispatched again: the catalogue is read once for all."""
    categories = (small_street.RUBBISH, "C0101", None, small_street.RUBBISH)
    made = [street.submit(session, now, category=category).ticket for category in categories]
    rows = session.scalars(select(Outbox).where(Outbox.topic == "report.submitted").order_by(Outbox.id)).all()
    for row in rows:
        row.relayed_at = now
    ids, numbers = [row.id for row in rows], [ticket.number for ticket in made]
    session.flush()
    assert outbox_relay.react_together(session, ids, REACTIONS, now=now, context=None, together=TOGETHER, ahead_for=AHEAD) == ids
    done = {ticket.number: ticket for ticket in session.scalars(select(Ticket).where(Ticket.number.in_(numbers)))}
    assert [(done[number].status, done[number].waiting_reason) for number in numbers] == [
        ("dispatched", None), ("filed", "no_organisation"), ("reported", "no_category"), ("dispatched", None)]
    roles = select(Assignment.role, Department.code).join(Department).join(Round, Round.id == Assignment.round_id)
    first, last = ([*session.execute(roles.where(Round.ticket_id == done[number].id).order_by(Assignment.id))] for number in (numbers[0], numbers[-1]))
    assert first == last and [role for role, _ in first][:2] == ["lead", "coordinate"]
    assert all(trail.verify(session, ticket) == [] for ticket in done.values())


def test_naming_one_settles_the_alarm(street, session, now, react):
    ticket = street.submit(session, now, category="C0101").ticket
    react()
    tickets.perform(
        session, ticket.number, "dispatch", {"lead": "D-ENFORCEMENT"}, actor=street.actors["dispatcher"], now=now)
    session.expire_all()
    assert session.scalars(select(Alarm).where(Alarm.kind == "no_organisation")).one().settled_at == now


class TestTheSweep:
    def sweep(self, session, at):
        while sweep.sweep(session, now=at):
            session.flush()

    def test_an_unsigned_ticket_counts_as_signed(self, street, session, now, react):
        """Rubbish has four work hours, which end before a work day: dispatched Wed 10:00, deemed signed at 15:30."""
        ticket = street.submit(session, now).ticket
        react()
        self.sweep(session, now + timedelta(hours=5.5))
        assert ticket.status == "dispatched"
        self.sweep(session, now + timedelta(hours=5.5, seconds=1))
        assert ticket.status == "in_progress"

    def test_an_emergency_is_never_deemed_signed(self, street, session, now, react):
        ticket = street.submit(session, now, category=small_street.GAS).ticket
        react()
        self.sweep(session, now + timedelta(minutes=11))
        assert ticket.status == "dispatched"
        assert "next_on_duty" in session.scalars(select(Escalation.addressee).where(Escalation.level == 2)).one()

    def test_each_level_fires_once(self, street, session, now, react):
        street.submit(session, now)
        react()
        for hours in (1, 30, 30, 60, 500, 500):
            self.sweep(session, now + timedelta(hours=hours))
        fired = session.execute(select(Escalation.clock_id, Escalation.revision, Escalation.level)).all()
        assert len(fired) == len(set(fired)) > 6

    def test_after_seven_quiet_days_a_closed_ticket_is_archived(self, street, session, now, react):
        ticket = street.submit(session, now, kind="consult").ticket
        react()
        tickets.perform(session, ticket.number, "answer", {"text": "见公告"}, actor=street.actors["clerk"], now=now)
        self.sweep(session, now + timedelta(days=6))
        assert ticket.status == "closed"
        self.sweep(session, now + timedelta(days=7, seconds=1))
        assert ticket.status == "archived"

    def test_what_is_not_due_is_not_touched(self, street, session, now):
        street.submit(session, now)
        assert sweep.something_is_due(session, now) is False
        assert sweep.sweep(session, now=now) == 0

    def test_a_ticket_that_cannot_be_swept_holds_up_nobody(self, street, session, now, monkeypatch):
        broken, whole = street.submit(session, now).ticket, street.submit(session, now).ticket
        real = sweep._sweep_ticket

        def fail_on_one(session, ticket, at):
            if ticket.number == broken.number:
                raise RuntimeError("broken row")
            real(session, ticket, at)

        monkeypatch.setattr(sweep, "_sweep_ticket", fail_on_one)
        self.sweep(session, now + timedelta(hours=1))
        told = session.scalars(select(Escalation.ticket_id)).all()
        assert set(told) == {whole.id}
        assert session.scalars(select(Alarm.kind)).all() == ["sweep_failed"]

    def test_a_deemed_sign_is_the_systems_act(self, street, session, now, react):
        ticket = street.submit(session, now).ticket
        react()
        tickets.perform(session, ticket.number, "sign", {}, actor=SYSTEM, now=now)
        assert tickets.allowed_actions(session, ticket, street.actors["SANITATION"], now=now)[:2] == ["request_transfer", "contact"]
