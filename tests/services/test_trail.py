"""History cannot be changed, and if somebody manages to, it shows."""

from __future__ import annotations

from datetime import timedelta, timezone

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import ProgrammingError

from gridops.cli import main
from gridops.models import Clock, Ticket, Trail
from gridops.services import tickets, trail
from tests import small_street


@pytest.fixture
def ticket(session, config, now):
    return small_street.build(session, config, now).submit(session, now).ticket


@pytest.mark.parametrize("table", ["trail", "trail_seal", "escalation", "security_event"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_the_applications_role_can_neither_update_nor_delete(session, table, statement):
    with pytest.raises(ProgrammingError, match="permission denied|append-only"), session.begin_nested():
        session.execute(text(statement.format(table)))


def test_not_even_the_owner_can_without_taking_the_guard_away(fresh):
    owner = create_engine(fresh.config.owner_database_url)
    with owner.connect() as connection, pytest.raises(ProgrammingError, match="append-only"):
        connection.execute(text("DELETE FROM trail"))
    owner.dispose()


@pytest.fixture
def sealed(fresh, now):
    """The number of a ticket with two rows under a seal."""
    with fresh.sessions() as session, session.begin():
        street = small_street.build(session, fresh.config, now)
        ticket = street.submit(session, now).ticket
        tickets.perform(session, ticket.number, "comment", {"text": "x"}, actor=street.actors["clerk"], now=now)
    with fresh.sessions() as session, session.begin():
        trail.seal(session, now + timedelta(minutes=6))
    return ticket.number


def tamper(fresh, statement):
    owner = create_engine(fresh.config.owner_database_url)
    with owner.begin() as connection:
        connection.execute(text("ALTER TABLE trail DISABLE TRIGGER trail_append_only"))
        connection.execute(text(statement))
    owner.dispose()


CHANGED, CUT = "UPDATE trail SET facts = '{}' WHERE seq = 1", "DELETE FROM trail WHERE seq = 2"
CUT_WITH_ITS_HEAD = CUT + "; UPDATE ticket SET trail_seq = 1, trail_head = (SELECT hash FROM trail WHERE seq = 1)"


@pytest.mark.parametrize(("statement", "fault"), [
    (CHANGED, "row 1 does not fit the one before"), (CUT, "the head does not match the last row"), (CUT_WITH_ITS_HEAD, None)])
def test_a_changed_or_cut_row_shows(fresh, sealed, statement, fault):
    tamper(fresh, statement)
    with fresh.sessions() as session:
        assert trail.verify(session, session.query(Ticket).filter_by(number=sealed).one()) == [fault] * bool(fault)
        found = list(trail.verify_all(session))
        assert found[: bool(fault)] == [f"ticket {sealed}: {fault}"] * bool(fault)
        assert [line.startswith("seal ") for line in found[bool(fault):]] == [True] * (statement != CHANGED)


def test_a_whole_trail_has_no_faults(fresh, sealed):
    with fresh.sessions() as session:
        assert list(trail.verify_all(session)) == []


def test_the_operator_hears_of_it(fresh, sealed, monkeypatch):
    for name, value in fresh.environment.items():
        monkeypatch.setenv(name, value)
    whole = CliRunner().invoke(main, ["trail", "verify"])
    assert (whole.exit_code, whole.stdout) == (0, "every row and every seal fits\n")
    tamper(fresh, CHANGED)
    torn = CliRunner().invoke(main, ["trail", "verify"])
    assert (torn.exit_code, sealed in torn.stdout) == (1, True)


def test_a_seal_covers_each_row_once(session, ticket, now):
    later = now + timedelta(minutes=6)
    sealed = trail.seal(session, later)
    session.flush()
    assert (sealed.rows, trail.seal(session, later)) == (1, None)


def test_a_row_of_the_last_minutes_waits_for_the_next_seal(session, ticket, now):
    assert trail.seal(session, now + timedelta(minutes=4)) is None


def test_an_instant_of_another_zone_fits_when_it_is_read_again(fresh, now):
    with fresh.sessions() as session, session.begin():
        street = small_street.build(session, fresh.config, now)
        number = street.submit(session, now).ticket.number
        here = now.astimezone(timezone(timedelta(hours=8)))
        tickets.perform(session, number, "comment", {"text": "x"}, actor=street.actors["clerk"], now=here)
    with fresh.sessions() as session:
        assert trail.verify(session, session.scalars(select(Ticket)).one()) == []


class TestWhatItSaysOfClocks:
    """Indicators can be counted from the trail alone, so each row names what its action did to the clocks."""

    def events(self, session, ticket):
        rows = session.scalars(select(Trail).where(Trail.ticket_id == ticket.id).order_by(Trail.seq))
        return [(row.action, change["kind"], change["event"]) for row in rows for change in row.facts.get("clocks", [])]

    def test_each_start_and_each_end_is_there_with_its_due(self, session, config, now):
        street = small_street.build(session, config, now)
        ticket = street.submit(session, now).ticket
        tickets.perform(session, ticket.number, "file", {"category": small_street.RUBBISH}, actor=street.actors["clerk"], now=now)
        tickets.perform(session, ticket.number, "dispatch", {}, actor=street.actors["dispatcher"], now=now)
        assert self.events(session, ticket)[:5] == [
            ("submit", "accept", "started"), ("submit", "promise", "started"), ("file", "accept", "met"), ("file", "dispatch", "started"),
            ("dispatch", "dispatch", "met")]
        assert {("dispatch", "sign", "started"), ("dispatch", "handle", "started")} <= set(self.events(session, ticket))

    def test_a_clock_of_an_organisation_names_it(self, session, config, now):
        street = small_street.build(session, config, now)
        ticket = street.submit(session, now).ticket
        tickets.perform(session, ticket.number, "file", {"category": small_street.RUBBISH}, actor=street.actors["clerk"], now=now)
        tickets.perform(session, ticket.number, "dispatch", {}, actor=street.actors["dispatcher"], now=now)
        row = session.scalar(select(Trail).where(Trail.ticket_id == ticket.id, Trail.action == "dispatch"))
        handle = next(change for change in row.facts["clocks"] if change["kind"] == "handle")
        clock = session.scalar(select(Clock).where(Clock.ticket_id == ticket.id, Clock.kind == "handle"))
        assert (handle["department_id"], handle["due_by"]) == (ticket.lead_id, clock.due_by.isoformat())
