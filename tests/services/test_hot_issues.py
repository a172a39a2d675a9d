"""Hot issues: different people, one matter, few days. Surges against a cell's own weeks. Sites that come back. Nobody made known by them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gridops.domain.actor import SYSTEM
from gridops.services import tickets
from gridops.services.hot_issues import finding
from tests import small_street
from tests.small_street import COMMUNITY, DOMESTIC, EAST, IN_EAST, RUBBISH, STREET, WEST

ACCUSING = "E2107"  # noise of somebody: neighbours, a shop
DAY = timedelta(days=1)
ACROSS_THE_STREET = {"lng": 121.4055, "lat": 31.205, "crs": "wgs84"}  # some 48 m from where the others lie
NEXT_GATE = {"lng": 121.4065, "lat": 31.205, "crs": "wgs84"}  # some 140 m


@pytest.fixture
def street(session, config, now):
    return small_street.build(session, config, now)


@pytest.fixture
def say(session, street, now):
    """say(1, days=2) -> the report of person 1, two days ago, filed; person None leaves no phone."""

    def say(person=None, days=0.0, category=RUBBISH, **changes):
        contact = {} if person is None else {"contact": {"phone": f"138{person:08}"}}
        at = now - days * DAY
        receipt = street.submit(session, at, category=category, **contact, **changes)
        if category is not None:
            tickets.perform(session, receipt.ticket.number, "file", {"category": category}, actor=SYSTEM, now=at)
        return receipt

    return say


@pytest.fixture
def found(session, now):
    def found(kind="hot", code=STREET, days=0):
        session.flush()
        return finding.found(session, code, now=now + days * DAY)[kind]

    return found


def numbers(receipts):
    return sorted(receipt.ticket.number for receipt in receipts)


class TestHot:
    def test_three_people_in_three_days_at_one_spot(self, say, found):
        said = [say(person, days=person - 1) for person in (1, 2, 3)]
        issue, = found()
        assert (issue.people, issue.reports, issue.numbers, issue.category) == (3, 3, numbers(said), RUBBISH)
        assert issue.since == said[2].report.reported_at and issue.at == pytest.approx((121.405, 31.205)) and issue.area == WEST

    def test_two_people_are_few_however_often_they_call(self, say, found):
        for _ in range(10):
            say(1)
            say(2)
        assert found() == []

    def test_one_persons_fifty_reports_are_one_voice(self, say, found):
        for _ in range(50):
            say(1)
        say(2)
        assert found() == []
        say(3)
        assert (found()[0].people, found()[0].reports) == (3, 52)

    def test_four_days_are_too_long(self, say, found):
        for person, days in ((1, 0), (2, 1), (3, 3)):
            say(person, days=days)
        assert found() == []

    def test_days_are_the_streets_own(self, say, found):
        """It is ten in the morning: twelve hours ago is yesterday, sixty hours ago is the third day, whatever the hour."""
        for person, days in ((1, 0), (2, 0.5), (3, 2.4)):
            say(person, days=days)
        assert len(found()) == 1

    def test_who_leaves_no_phone_is_one_voice_with_all_the_others(self, say, found):
        for _ in range(5):
            say()
        say(1)
        assert found() == []
        say(2)
        assert found()[0].people == 3

    def test_another_category_or_spot_is_another_matter(self, say, found):
        say(1), say(2), say(3, category="E0409"), say(4, location=NEXT_GATE)
        assert found() == []

    def test_a_few_metres_apart_is_one_matter(self, say, found):
        say(1), say(2), say(3, location=ACROSS_THE_STREET)
        assert len(found()) == 1

    def test_a_matter_does_not_run_along_the_street(self, say, found):
        for step in range(9):
            for person in range(3):
                say(10 * step + person, location={"lng": 121.401 + step * 0.0005, "lat": 31.205, "crs": "wgs84"})
        assert len(found()) > 2

    def test_what_was_merged_counts_wherever_it_was_said(self, session, street, say, found, now):
        master, *others = say(1), say(2, location=NEXT_GATE), say(3, location=None, address="说不清")
        for other in others:
            tickets.perform(session, other.ticket.number, "merge", {"into": master.ticket.number}, actor=street.actors["clerk"], now=now)
        issue, = found()
        assert (issue.people, issue.numbers) == (3, numbers([master, *others]))

    def test_what_was_rejected_or_taken_back_does_not_count(self, session, street, say, found, now):
        for person in (1, 2, 3):
            receipt = say(person)
        tickets.perform(session, receipt.ticket.number, "reject", {"reason_code": "no_fact", "text": "无"}, actor=street.actors["clerk"], now=now)
        assert found() == []

    @pytest.mark.parametrize("category", [DOMESTIC, ACCUSING])
    def test_what_is_never_public_or_accuses_somebody_is_guarded(self, say, found, category):
        said = [say(person, category=category) for person in (1, 2, 3)]
        issue, = found()
        assert (issue.guarded, issue.people, issue.area, issue.numbers) == (True, 3, WEST, numbers(said))

    def test_what_waits_because_it_accuses_is_guarded_whatever_it_will_be(self, say, found):
        for person in (1, 2, 3):
            say(person).ticket.waiting_reason = "accuses_person"
        issue, = found()
        assert issue.guarded

    def test_it_is_never_in_one_issue_with_what_is_not(self, say, found):
        """Else the place and the words of an ordinary matter would be lost, or those of a guarded one told."""
        for person in (1, 2, 3):
            say(person), setattr(say(person).ticket, "never_public", True)
        assert [(issue.guarded, len(issue.numbers)) for issue in found()] == [(False, 3), (True, 3)]
        two = say(9, location=IN_EAST), say(8, location=IN_EAST)
        setattr(say(7, location=IN_EAST).ticket, "never_public", True)
        assert not any(number in issue.numbers for issue in found() for number in numbers(two)), "two and one are no three"

    def test_it_lasts_two_weeks(self, say, found):
        for person in (1, 2, 3):
            say(person)
        assert len(found(days=14)) == 1 and found(days=15) == []

    def test_of_an_area_only_what_lies_in_it(self, say, found):
        for person in (1, 2, 3):
            say(person, location=IN_EAST)
        assert [len(found(code=code)) for code in (STREET, COMMUNITY, EAST, WEST)] == [1, 1, 1, 0]


class TestSurges:
    @pytest.fixture
    def usual(self, say):
        """One a week in the west for two months."""
        for week in range(1, 9):
            say(week, days=7 * week)
        say(99, days=70, location=IN_EAST)

    def test_far_more_people_than_usual(self, usual, say, found):
        for person in range(7):
            say(100 + person, days=person % 6, location={"lng": 121.402 + person * 0.001, "lat": 31.205, "crs": "wgs84"})
        issue, = found("surge")
        assert (issue.people, issue.usual, issue.area) == (7, 1.0, WEST)
        assert found() == [], "each is another spot"

    def test_four_after_nothing_are_few(self, usual, say, found):
        for person in range(4):
            say(100 + person, location=IN_EAST)
        assert found("surge") == []

    def test_what_accuses_is_a_surge_of_its_own(self, usual, say, found):
        for person in range(7):
            say(100 + person, days=person % 6, category=ACCUSING)
        issue, = found("surge")
        assert (issue.guarded, issue.people, issue.area) == (True, 7, WEST)

    def test_one_caller_is_no_surge(self, usual, say, found):
        for _ in range(30):
            say(100)
        assert found("surge") == []

    def test_without_a_past_nothing_is_unusual(self, say, found):
        for person in range(20):
            say(person)
        assert found("surge") == []


class TestRepeats:
    def test_a_site_that_comes_back_after_closing(self, session, street, say, found, now):
        first = say(1, days=20)
        first.ticket.status, first.ticket.closed_at = "closed", now - 19 * DAY
        session.flush()
        again = say(2, days=10)
        issue, = found("repeat")
        assert (issue.returns, issue.people, issue.numbers) == (1, 2, numbers([first, again]))

    def test_a_site_that_accuses_is_guarded(self, session, say, found, now):
        first = say(1, days=20, category=ACCUSING)
        first.ticket.status, first.ticket.closed_at = "closed", now - 19 * DAY
        session.flush()
        say(2, days=10, category=ACCUSING)
        issue, = found("repeat")
        assert (issue.guarded, issue.returns) == (True, 1)

    def test_a_first_time_is_none(self, say, found):
        say(1)
        assert found("repeat") == []
