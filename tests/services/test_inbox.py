"""Who hears of what, and who may read it."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from gridops.domain.actor import Actor, Grant
from gridops.domain.lifecycle import TABLE
from gridops.models import InboxMessage, Outbox
from gridops.services import inbox, outbox
from gridops.services.reactions import REACTIONS
from tests import small_street


@pytest.fixture
def street(session, config, now):
    return small_street.build(session, config, now)


@pytest.fixture
def told(session, street, now):
    """Publishes a topic about a ticket and returns who was told: role names, and types of organisations."""
    types = {department.id: code for code, department in street.departments.items()}

    def told(ticket, topic, **payload):
        row = outbox.publish(session, topic, now=now, ticket_id=ticket.id, payload=payload)
        session.flush()
        inbox.tell(session, row, now)
        messages = session.scalars(select(InboxMessage).where(InboxMessage.outbox_id == row.id))
        return {message.role or types[message.department_id] for message in messages}

    return told


@pytest.fixture
def dispatched(session, street, now):
    """Rubbish in the western cell: sanitation leads, the urban office coordinates."""
    ticket = street.submit(session, now, contact={"name": "王小明", "phone": "13812345678"}).ticket
    _run(session, now)
    assert ticket.status == "dispatched"
    return ticket


def _run(session, now):
    while rows := session.scalars(select(Outbox).where(Outbox.done_at.is_(None)).order_by(Outbox.id)).all():
        for row in rows:
            REACTIONS[row.topic](session, row, now, None)
            row.done_at = now
        session.flush()


def test_a_new_report_is_told_to_the_clerk_of_its_street(session, street, told, now):
    assert told(street.submit(session, now).ticket, "report.submitted") == {"clerk"}


def test_a_dispatch_is_told_to_every_organisation_of_the_round_and_the_cell(dispatched, told):
    heard = told(dispatched, "ticket.dispatched")
    assert {"SANITATION", "URBAN_OFFICE"} <= heard and not heard & {"dispatcher", "grid_worker"}


@pytest.mark.parametrize(("topic", "heard"), [
    ("ticket.signed", {"URBAN_OFFICE"}),
    ("ticket.objected", {"URBAN_OFFICE", "dispatcher"}),
    ("ticket.overruled", {"SANITATION"}),
    ("ticket.handled", {"grid_worker", "clerk", "URBAN_OFFICE"}),
    ("ticket.returned", {"SANITATION", "URBAN_OFFICE"}),
    ("ticket.rated", {"SANITATION", "clerk"}),
    ("ticket.archived", set()),
    ("nobody.knows_this", set()),
])
def test_each_step_is_told_to_whom_it_concerns(dispatched, told, topic, heard):
    assert told(dispatched, topic) == heard


@pytest.mark.parametrize(("clock", "addressees", "heard"), [
    ("handle", ["handler"], {"SANITATION"}),
    ("accept", ["handler"], {"clerk"}),
    ("handle", ["head", "dispatcher"], {"SANITATION", "dispatcher"}),
    ("handle", ["leader"], {"leader"}),
    ("check", ["handler", "leader"], {"grid_worker", "clerk", "leader"}),
    ("sign", ["system"], set()),
])
def test_an_escalation_is_told_to_its_addressees(dispatched, told, clock, addressees, heard):
    assert told(dispatched, "clock.escalated", clock=clock, to=addressees, level=1) == heard


def test_an_ended_round_hears_that_it_is_over(session, dispatched, told):
    dispatched.round_id = None
    session.flush()
    assert {"SANITATION", "URBAN_OFFICE"} <= told(dispatched, "ticket.recalled")


def test_every_topic_of_the_lifecycle_has_a_row_even_if_nobody_is_told():
    topics = {row.topic for row in TABLE if row.topic}
    assert topics <= set(inbox.RECEIVERS)


def test_telling_twice_writes_once(session, street, now):
    ticket = street.submit(session, now).ticket
    row = outbox.publish(session, "report.submitted", now=now, ticket_id=ticket.id)
    session.flush()
    inbox.tell(session, row, now)
    inbox.tell(session, row, now)
    assert len(session.scalars(select(InboxMessage.id).where(InboxMessage.outbox_id == row.id)).all()) == 1


def test_no_message_holds_anything_of_the_reporter(session, dispatched):
    for message in session.scalars(select(InboxMessage)):
        assert set(message.facts) <= {"number", "status", *inbox.TOLD}
        text = json.dumps(message.facts, ensure_ascii=False)
        assert "王" not in text and "1381234" not in text and "垃圾" not in text


def test_an_organisation_reads_its_own_messages_only(session, street, dispatched):
    sanitation = inbox.inbox_for(session, street.actors["SANITATION"])
    assert {message.department_id for message in sanitation} == {street.departments["SANITATION"].id}
    assert inbox.inbox_for(session, street.actors["FIRE"]) == []


def test_a_grid_worker_hears_of_what_is_to_be_checked_in_the_own_cell_only(session, street, told, dispatched):
    told(dispatched, "ticket.handled")
    assert [m.topic for m in inbox.inbox_for(session, street.actors["worker_west"])] == ["ticket.handled"]
    assert inbox.inbox_for(session, street.actors["worker_east"]) == []


def test_a_role_of_another_street_and_a_reporter_read_nothing(session, street, told, dispatched):
    told(dispatched, "ticket.objected")
    neighbour = Actor("staff", "neighbour", account_id=None, grants=(Grant("dispatcher", "310199002"),))
    assert inbox.inbox_for(session, neighbour) == []
    assert inbox.inbox_for(session, Actor("reporter", "reporter", report_id=1)) == []
    assert inbox.inbox_for(session, street.actors["dispatcher"]), "while the dispatcher of the street does"


def test_messages_come_newest_first_in_pages(session, street, told, dispatched):
    for _ in range(5):
        told(dispatched, "ticket.overruled")
    actor = street.actors["SANITATION"]
    everything = [message.id for message in inbox.inbox_for(session, actor)]
    assert everything == sorted(everything, reverse=True) and len(everything) == 6
    first = inbox.inbox_for(session, actor, limit=4)
    second = inbox.inbox_for(session, actor, limit=4, before=first[-1].id)
    assert [message.id for message in [*first, *second]] == everything


def test_reading_marks_the_own_messages_only(session, street, told, dispatched, now):
    actor, other = street.actors["SANITATION"], street.actors["URBAN_OFFICE"]
    told(dispatched, "ticket.returned")
    assert (inbox.unread_count(session, actor), inbox.unread_count(session, actor, at_most=1)) == (2, 1)
    foreign = inbox.inbox_for(session, other)[0].id
    newest = inbox.inbox_for(session, actor)[0].id
    later = now + timedelta(minutes=5)
    assert inbox.mark_read(session, actor, [newest, foreign], now=later) == 1
    assert [message.id for message in inbox.inbox_for(session, actor, unread_only=True)] != [newest]
    assert inbox.mark_read(session, actor, now=later) == 1 and inbox.unread_count(session, actor) == 0
    assert inbox.unread_count(session, other) == 2
