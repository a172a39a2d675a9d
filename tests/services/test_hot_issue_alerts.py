"""The leader's inbox hears of each hot issue once while it lasts."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from gridops.models import InboxMessage, Outbox
from gridops.services import inbox, tickets
from gridops.services.hot_issues import alerts
from gridops.services.reactions import REACTIONS
from tests.services.test_hot_issues import DAY, say, street  # noqa: F401
from tests.small_street import IN_EAST, STREET, WEST


@pytest.fixture
def watch(session, now):
    """The hourly look, and what follows from it; how many issues were new."""

    def watch(days=0.0):
        at = now + days * DAY
        session.flush()
        fresh = alerts.watch(session, at)
        session.flush()
        for row in session.scalars(select(Outbox).where(Outbox.topic == alerts.FOUND, Outbox.done_at.is_(None))).all():
            REACTIONS[row.topic](session, row, at, None)
            row.done_at = at
        session.flush()
        return fresh

    return watch


def heard(session, role="leader"):
    return session.scalars(select(InboxMessage).where(InboxMessage.topic == alerts.FOUND, InboxMessage.role == role)).all()


def test_the_streets_leader_and_the_cells_grid_leader_hear_of_it_once(session, street, say, watch):  # noqa: F811
    for person in (1, 2, 3):
        say(person)
    assert [watch(), watch(0.1), watch(3)] == [1, 0, 0]
    assert [row.area_code for row in heard(session)] == [STREET] and [row.area_code for row in heard(session, "grid_leader")] == [WEST]
    assert [row.topic for row in inbox.inbox_for(session, street.actors["leader"])] == [alerts.FOUND]


def test_more_of_the_same_is_no_news(session, say, watch):  # noqa: F811
    for person in (1, 2, 3):
        say(person, days=2)
    watch(-1)
    for person in (4, 5, 6):
        say(person)
    assert watch() == 0 and len(heard(session)) == 1


def test_after_it_was_over_it_is_news_again(session, say, watch):  # noqa: F811
    for person in (1, 2, 3):
        say(person)
    watch(), watch(13)
    for person in (1, 2, 3):
        say(person, days=-40)
    assert watch(40) == 1 and len(heard(session)) == 2


def test_another_matter_is_other_news(session, say, watch):  # noqa: F811
    for person in (1, 2, 3):
        say(person), say(person, location=IN_EAST)
    assert watch() == 2


def test_filed_under_another_category_it_is_still_the_same(session, street, say, watch, now):  # noqa: F811
    said = [say(person) for person in (1, 2, 3)]
    watch()
    for receipt in said:
        body = {"category": "E0111", "reason": "改小类"}
        tickets.perform(session, receipt.ticket.number, "recategorise", body, actor=street.actors["clerk"], now=now)
    assert watch(0.1) == 0


def test_a_site_is_news_when_it_comes_back_the_second_time(session, say, watch, now):  # noqa: F811
    for days, fresh in ((40, 0), (25, 0), (10, 1)):
        receipt = say(1, days=days)
        receipt.ticket.status, receipt.ticket.closed_at = "closed", now - (days - 1) * DAY
        assert watch(-days + 2) == fresh


def test_the_message_holds_codes_only(session, say, watch):  # noqa: F811
    for person in (1, 2, 3):
        say(person)
    watch()
    assert set(heard(session)[0].facts) == {"hot_issue", "key", "category", "people"}


def test_what_accuses_somebody_is_told_to_the_leader_alone(session, street, say, watch):  # noqa: F811
    for person in (1, 2, 3):
        say(person, category="E2107")
    assert watch() == 1
    assert [row.area_code for row in heard(session)] == [STREET] and heard(session, "grid_leader") == []
    assert set(heard(session)[0].facts) == {"hot_issue", "key", "category", "people"}
