"""A street changes its staff by XLSX: every open ticket still has a person who verifies and one who checks, before and after."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import or_, select

from gridops.domain.actor import SYSTEM, Actor, Grant
from gridops.domain.lifecycle import OPEN
from gridops.domain.posts import holds
from gridops.models import Outbox, Person, Posting, Ticket
from gridops.services import ticket_workers
from gridops.services.exports.records import Record
from gridops.services.exports.writers import write
from gridops.services.imports.people import import_people
from gridops.services.imports.readers import read
from gridops.services.people import posts
from gridops.services.reactions import REACTIONS
from tests import small_street
from tests.services.staffing import Staff
from tests.small_street import COMMUNITY, EAST, IN_EAST, STREET, WEST

COLUMNS = ["code", "name", "role", "area", "starts_on"]
BEFORE = [("A1", "甲", "grid_worker", WEST), ("A2", "乙", "grid_worker", EAST), ("A3", "丙", "grid_leader", COMMUNITY)]
AFTER = [("A2", "乙", "grid_worker", WEST), ("B1", "丁", "grid_worker", EAST), ("B2", "戊", "grid_leader", COMMUNITY)]


def workbook(rows, starts_on) -> bytes:
    return write(COLUMNS, [Record(dict(zip(COLUMNS, (*row, starts_on), strict=True))) for row in rows], "xlsx")


@pytest.fixture
def street(session, config, now):
    return small_street.build(session, config, now)


@pytest.fixture
def load(session, street, now):
    def load(rows, starts_on):
        report = import_people(
            session, read(workbook(rows, starts_on), "staff.xlsx"), now=now, vault=street.vault, actor=SYSTEM, complete=STREET)
        assert not report.errors
        react(session, now)

    return load


def react(session, now):
    session.flush()
    due = select(Outbox).where(Outbox.done_at.is_(None), Outbox.available_at <= now).order_by(Outbox.id)
    while rows := session.scalars(due).all():
        for row in rows:
            REACTIONS[row.topic](session, row, now, None)
            row.done_at = now
        session.flush()
    ticket_workers.give_wanted(session, now, limit=100)  # as workers do each second


def without_person(session, now) -> list[str]:
    """Numbers of open tickets whose verifier or checker is nobody, or nobody who has a post today."""
    posted = {
        post.person_id for post, person in session.execute(select(Posting, Person).join(Person, Person.id == Posting.person_id))
        if holds(post.starts_on, post.ends_on, now.date()) and (person.left_on is None or person.left_on > now.date())}
    wrong = or_(Ticket.verifier_id.is_(None), Ticket.checker_id.is_(None), Ticket.verifier_id.not_in(posted), Ticket.checker_id.not_in(posted))
    return list(session.scalars(select(Ticket.number).where(Ticket.status.in_(OPEN), wrong)))


def test_every_open_ticket_still_has_a_person(session, street, load, now):
    load(BEFORE, "2026-01-01")
    tickets = [street.submit(session, now, location=place).ticket for place in (small_street.IN_WEST, IN_EAST, None) for _ in range(4)]
    react(session, now)
    assert without_person(session, now) == []
    load(AFTER, "2026-03-04")
    assert without_person(session, now) == []
    names = dict(session.execute(select(Person.id, Person.name)).all())
    assert {names[ticket.checker_id] for ticket in tickets[:4]} == {"乙"} and {names[ticket.checker_id] for ticket in tickets[4:8]} == {"丁"}


def test_who_is_moved_in_the_middle_of_a_night_leaves_his_tickets_to_who_is_posted_there(session, street, now):
    staff, keeper = Staff(session), Actor("staff", "office", grants=(Grant("grid_office", STREET),))
    moved = staff.post("moved", area=WEST)
    staff.shift(moved, "2026-03-03 22:00", "2026-03-04 12:00")
    ticket = street.submit(session, now).ticket
    react(session, now)
    assert session.get_one(Person, ticket.checker_id).name == "moved"
    staff.post("stays", area=WEST)
    posts.move_post(session, moved.id, on=date(2026, 3, 4), area=EAST, actor=keeper, now=now)
    react(session, now)
    session.refresh(ticket)
    assert {session.get_one(Person, one).name for one in (ticket.verifier_id, ticket.checker_id)} == {"stays"}
