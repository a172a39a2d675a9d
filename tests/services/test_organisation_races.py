"""Two people of one organisation at once, on the real database."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from gridops import db
from gridops.domain.actor import SYSTEM, Actor, Grant
from gridops.domain.result_texts import MOST
from gridops.errors import Invalid, NotAllowed
from gridops.models import Assignment, Outbox, ResultText, Ticket
from gridops.services import accounts, tickets
from gridops.services.organisation import colleagues, result_texts
from tests import small_street
from tests.small_street import RUBBISH, STREET


@pytest.fixture
def town(fresh, now):
    with db.transaction(fresh.sessions) as session:
        street = small_street.build(session, fresh.config, now)
        department = street.departments["SANITATION"].id
        people = [
            accounts.create_account(session, f"p{no}", "a long enough password", name=f"p{no}", grants=[Grant("department", STREET, department)], actor=SYSTEM, now=now).id
            for no in range(2)]
        number = street.submit(session, now).ticket.number
        tickets.perform(session, number, "file", {"category": RUBBISH}, actor=SYSTEM, now=now)
        tickets.perform(session, number, "dispatch", {"support": []}, actor=SYSTEM, now=now)
    return street, department, people, number


def at_once(fresh, *works):
    """Each in a transaction and thread of its own; what was raised stands in the place of the result."""

    def run(work):
        try:
            with db.transaction(fresh.sessions) as session:
                return work(session)
        except (Invalid, NotAllowed) as error:
            return error

    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(run, works))


def test_the_same_press_twice_at_once_tells_once(fresh, town, now):
    street, department, people, number = town
    actor = Actor("staff", "p0", account_id=people[0], grants=(Grant("department", STREET, department),))
    done = at_once(fresh, *[lambda session: colleagues.give(session, number, people[1], actor=actor, now=now)] * 6)
    assert sorted(done) == [False] * 5 + [True]
    with fresh.sessions() as session:
        assert len(session.scalars(select(Outbox.id).where(Outbox.topic == colleagues.GIVEN)).all()) == 1


def test_a_dispatch_taken_back_meanwhile_leaves_nothing_given_or_is_after_it(fresh, town, now):
    street, department, people, number = town
    actor = street.actors["SANITATION"]
    for no in range(8):
        recalled, given = at_once(
            fresh, lambda session: tickets.perform(session, number, "recall", {"text": "派错"}, actor=street.actors["dispatcher"], now=now),
            lambda session, no=no: colleagues.give(session, number, people[no % 2], actor=actor, now=now))
        assert given is True or given.code == "nothing_in_hand"
        with db.transaction(fresh.sessions) as session:
            ticket = session.scalars(select(Ticket).where(Ticket.number == number)).one()
            assert ticket.status == "filed"
            tickets.perform(session, number, "dispatch", {"support": []}, actor=SYSTEM, now=now)
            new = session.scalars(select(Assignment).where(Assignment.round_id == ticket.round_id, Assignment.role == "lead")).one()
            assert new.given_to is None  # a new round begins with nobody


def test_texts_stay_within_their_number_and_names_are_one(fresh, town, now):
    street, department, people, number = town
    actor = street.actors["SANITATION"]
    with db.transaction(fresh.sessions) as session:
        session.add_all(ResultText(department_id=department, name=f"n{no}", text="x", changed_at=now) for no in range(MOST - 2))
    keep = [
        lambda session, name=name: result_texts.keep(session, department, {"name": name, "text": "已办"}, actor=actor, now=now)
        for name in ("甲", "甲", "乙", "丙", "丁")]
    done = at_once(fresh, *keep)
    assert sum(isinstance(one, ResultText) for one in done) == 2
    with fresh.sessions() as session:
        names = session.scalars(select(ResultText.name).where(ResultText.department_id == department)).all()
        assert len(names) == MOST == len(set(names))
