"""History cannot be changed, and if somebody manages to, it shows."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import ProgrammingError

from gridops.models import Ticket
from gridops.services import trail
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


def test_a_changed_row_shows(fresh, now):
    with fresh.sessions() as session, session.begin():
        number = small_street.build(session, fresh.config, now).submit(session, now).ticket.number
    owner = create_engine(fresh.config.owner_database_url)
    with owner.begin() as connection:
        connection.execute(text("ALTER TABLE trail DISABLE TRIGGER trail_append_only"))
        connection.execute(text("UPDATE trail SET facts = '{}'"))
    owner.dispose()
    with fresh.sessions() as session:
        ticket = session.query(Ticket).filter_by(number=number).one()
        assert trail.verify(session, ticket) == ["row 1 does not fit the one before"]


def test_a_seal_covers_each_row_once(session, ticket, now):
    later = now + timedelta(minutes=6)
    sealed = trail.seal(session, later)
    session.flush()
    assert (sealed.rows, trail.seal(session, later)) == (1, None)


def test_a_row_of_the_last_minutes_waits_for_the_next_seal(session, ticket, now):
    assert trail.seal(session, now + timedelta(minutes=4)) is None
