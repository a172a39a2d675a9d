"""Workers enter into the index what it lacks, by themselves, whatever happens meanwhile."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from gridops import db
from gridops.context import Context
from gridops.models import Ticket, TicketLikeness
from gridops.services import repeats
from gridops.vault import Vault
from tests import small_street
from workers import chores

COUNT = 7


@pytest.fixture
def tickets(fresh, now):
    """From before there was an index."""
    with db.transaction(fresh.sessions) as session:
        street = small_street.build(session, fresh.config, now)
        return [street.submit(session, now, description=f"{number}号楼门口的垃圾桶满了没有人清运").ticket.id for number in range(COUNT)]


@pytest.fixture
def context(fresh, now, monkeypatch):
    monkeypatch.setattr(chores, "READ_BATCH", 2)
    return Context(fresh.config, fresh.sessions, Vault(fresh.config.vault_keys, fresh.config.secret_key), lambda: now)


def entered(fresh):
    with fresh.sessions() as session:
        return dict(session.execute(select(TicketLikeness.ticket_id, TicketLikeness.keys)).all())


def test_the_hourly_look_enters_them_all_and_the_next_one_nothing_more(fresh, tickets, context):
    chores.keep_house(context)
    assert sorted(entered(fresh)) == tickets and all(entered(fresh).values())
    with db.transaction(fresh.sessions) as session:
        assert repeats.remember_missing(session, limit=10) == 0


def test_it_goes_on_where_it_was_broken_off(fresh, tickets, context, monkeypatch):
    """What was committed stays, the batch that was lost comes again."""
    remember, calls = repeats.remember, []

    def broken_off(session, *found):
        remember(session, *found)
        calls.append(found)
        if len(calls) == 2:
            raise RuntimeError("killed")

    monkeypatch.setattr(repeats, "remember", broken_off)
    with pytest.raises(RuntimeError):
        chores.keep_house(context)
    assert sorted(entered(fresh)) == tickets[-2:]
    chores.keep_house(context)
    assert sorted(entered(fresh)) == tickets


def test_a_ticket_in_somebodys_hands_is_left_for_the_next_hour_and_never_entered_with_words_that_are_going(fresh, tickets, context):
    with fresh.sessions() as held:
        held.execute(update(Ticket).where(Ticket.id == tickets[3]).values(description="***"))
        chores.keep_house(context)
        assert sorted(entered(fresh)) == [one for one in tickets if one != tickets[3]]
        held.commit()
    chores.keep_house(context)
    assert entered(fresh)[tickets[3]] == []


def test_words_that_are_taken_away_take_their_keys_with_them_or_neither_goes(fresh, tickets, context):
    chores.keep_house(context)
    before = entered(fresh)
    with fresh.sessions() as session:
        session.execute(update(Ticket).where(Ticket.id == tickets[0]).values(description="***"))
        session.rollback()
    assert entered(fresh) == before
    with db.transaction(fresh.sessions) as session:
        session.execute(update(Ticket).where(Ticket.id == tickets[0]).values(description="***"))
    assert sorted(entered(fresh)) == tickets[1:]
