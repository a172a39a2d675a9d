"""Races of the intake side on the real database, really committed: two tickets become one matter once, or not at all."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy import func, select

from gridops.db import transaction
from gridops.domain.actor import SYSTEM
from gridops.models import Clock, Outbox, Rating, Report, Ticket, TicketMerge, VoidRequest
from gridops.services import merging, tickets, trail
from gridops.services.reactions import REACTIONS
from tests import small_street
from tests.services.test_round_races import at_once
from tests.small_street import RUBBISH

OPEN_CLOCKS = ("running", "paused")


@pytest.fixture
def street(fresh, now):
    with transaction(fresh.sessions) as session:
        return small_street.build(session, fresh.config, now)


@pytest.fixture
def submit(fresh, street, now):
    def make() -> str:
        with transaction(fresh.sessions) as session:
            return street.submit(session, now).ticket.number

    return make


@pytest.fixture
def do(fresh, street, now):
    def act(number, action, who, **body):
        actor = street.actors.get(who, who)
        with transaction(fresh.sessions) as session:
            return tickets.perform(session, number, action, body, actor=actor, now=now).status

    return act


@pytest.fixture
def named(fresh):
    def find(session, number):
        return session.scalars(select(Ticket).where(Ticket.number == number)).one()

    return find


@pytest.mark.parametrize("go", range(5))
def test_merged_into_each_other_at_once_one_stays(fresh, submit, do, named, go):
    one, other = submit(), submit()
    answers = at_once(lambda: do(one, "merge", "clerk", into=other), lambda: do(other, "merge", "clerk2", into=one))
    assert answers["merged"] == 1 and sum(answers.values()) == 2, answers
    with fresh.sessions() as session:
        statuses = sorted(named(session, number).status for number in (one, other))
        assert statuses == ["merged", "reported"]
        assert session.scalar(select(func.count()).select_from(TicketMerge)) == 1
        assert all(trail.verify(session, named(session, number)) == [] for number in (one, other))


@pytest.mark.parametrize("go", range(5))
def test_merge_against_dispatch(fresh, submit, do, named, go):
    """Whoever comes second is refused: nothing is merged that an organisation has, nothing dispatched that was merged."""
    child, master = submit(), submit()
    do(child, "file", "clerk", category=RUBBISH)
    answers = at_once(lambda: do(child, "merge", "clerk", into=master), lambda: do(child, "dispatch", SYSTEM))
    assert len(answers) == 2 and answers["not_allowed"] == 1, answers
    with fresh.sessions() as session:
        ticket = named(session, child)
        live = Counter(session.scalars(select(Clock.kind).where(Clock.ticket_id == ticket.id, Clock.status.in_(OPEN_CLOCKS))))
        assert (ticket.status, bool(live)) in (("merged", False), ("dispatched", True))


def test_twenty_merge_one_ticket_into_twenty(fresh, submit, do, named):
    child, masters = submit(), [submit() for _ in range(20)]
    answers = at_once(*(lambda into=into: do(child, "merge", "clerk", into=into) for into in masters))
    assert answers == {"merged": 1, "not_allowed": 19}
    with fresh.sessions() as session:
        assert session.scalar(select(func.count()).select_from(TicketMerge)) == 1


def test_of_neighbours_who_say_not_solved_at_once_one_reopens(fresh, street, submit, do, named):
    master, children = submit(), [submit() for _ in range(7)]
    for child in children:
        do(child, "merge", "clerk", into=master)
    do(master, "answer", "clerk", text="已处理")
    with fresh.sessions() as session:
        reports = [(named(session, number).number, session.scalars(select(Report.id).where(Report.ticket_id == named(session, number).id)).one())
                   for number in (master, *children)]
    said = {"solved": False, "satisfaction": 1}
    answers = at_once(*(lambda number=number, report=report: do(number, "rate", small_street.reporter(report), **said) for number, report in reports))
    assert answers == {"filed": 1, "not_allowed": 7}
    with fresh.sessions() as session:
        assert named(session, master).reopen_count == 1
        assert session.scalar(select(func.count()).select_from(Rating)) == 1


def test_a_resident_rates_while_the_ticket_is_merged(fresh, submit, do, named):
    """The word is kept where the matter is, or refused as a lost race; it is never lost between two tickets."""
    child, master = submit(), submit()
    with fresh.sessions() as session:
        report = session.scalars(select(Report.id).where(Report.ticket_id == named(session, child).id)).one()
    answers = at_once(
        lambda: do(child, "merge", "clerk", into=master), lambda: do(child, "withdraw", small_street.reporter(report), reason="不用了"))
    assert "merged" in answers or "voided" in answers, answers
    with fresh.sessions() as session:
        root = merging.root_of(session, named(session, child))
        withdrawn = session.get_one(Report, report).withdrawn_at is not None
        assert withdrawn == ("voided" in answers or answers["reported"] > 0 or answers["merged"] == 2), (answers, root.status)


def test_two_ask_to_void_at_once(fresh, submit, do):
    number = submit()
    answers = at_once(*(lambda who=who: do(number, "request_void", who, reason="误录") for who in ("clerk", "clerk2")))
    assert answers == {"reported": 1, "void_requested": 1}
    with fresh.sessions() as session:
        assert session.scalar(select(func.count()).select_from(VoidRequest)) == 1


LONG = "门口的垃圾桶满了好几天没有人清运，味道很大"


@pytest.fixture
def understand(fresh):
    """As a worker does with the report of one ticket: it holds its row and looks for an older one."""

    def run(number):
        with transaction(fresh.sessions) as session:
            row = session.scalars(select(Outbox).join(Ticket, Ticket.id == Outbox.ticket_id).where(
                Ticket.number == number, Outbox.topic == "report.submitted")).one()
            REACTIONS[row.topic](session, row, row.created_at, None)
            return session.get_one(Ticket, row.ticket_id).status

    return run


@pytest.mark.parametrize("go", range(3))
def test_two_workers_on_two_repeats_never_join_both_ways(fresh, street, now, named, understand, go):
    with transaction(fresh.sessions) as session:
        numbers = [street.submit(session, now, description=LONG).ticket.number for _ in range(2)]
    at_once(*(lambda number=number: understand(number) for number in numbers))
    with fresh.sessions() as session:
        first, second = (named(session, number) for number in numbers)
        assert first.status == "dispatched" and second.status in ("merged", "dispatched")
        assert session.scalar(select(func.count()).select_from(TicketMerge)) == (second.status == "merged")
        assert all(trail.verify(session, ticket) == [] for ticket in (first, second))


@pytest.mark.parametrize("go", range(3))
def test_a_worker_joins_while_a_clerk_merges_the_other_way(fresh, street, now, do, named, understand, go):
    """Never both ways. The worker lets a clerk go first; a clerk whose ticket changed meanwhile is told so, and then neither is merged."""
    with transaction(fresh.sessions) as session:
        older, newer = (street.submit(session, now, description=LONG, category=None).ticket.number for _ in range(2))
    understand(older)
    at_once(lambda: understand(newer), lambda: do(older, "merge", "clerk", into=newer))
    with fresh.sessions() as session:
        found = [named(session, number) for number in (older, newer)]
        merged = [ticket for ticket in found if ticket.status == "merged"]
        assert len(merged) <= 1 and session.scalar(select(func.count()).select_from(TicketMerge)) == len(merged)
        assert all(trail.verify(session, ticket) == [] for ticket in found)
