"""What is near and may be the same matter, and joining it instead of reporting it twice."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from geo.coords import Wgs84
from gridops.domain.actor import SYSTEM, reporter
from gridops.domain.wording import WORDLESS
from gridops.errors import NotFound
from gridops.models import Report, Ticket
from gridops.services import followers, similar, story, tickets, trail
from tests import small_street
from tests.small_street import DOMESTIC, GAS, IN_EAST, IN_WEST, RUBBISH, STREET

WEST = Wgs84(IN_WEST["lng"], IN_WEST["lat"])
NEXT_DOOR = Wgs84(IN_WEST["lng"] + 0.0004, IN_WEST["lat"])  # about 38 m


@pytest.fixture
def street(session, config, now):
    return small_street.build(session, config, now)


@pytest.fixture
def near(session, now):
    def near(point=WEST, *, at=now, **asked):
        return [found.number for found in similar.similar(session, point, area=STREET, now=at, **asked)]

    return near


@pytest.fixture
def follow(session, street, now):
    def follow(number, **given):
        return followers.follow(session, number, given, actor=small_street.Actor("reporter", "reporter"), now=now, vault=street.vault)

    return follow


class TestWhatIsNear:
    def test_the_same_category_or_words_that_are_alike(self, street, session, now, near):
        rubbish = street.submit(session, now).ticket.number
        noise = street.submit(session, now, description="楼上半夜装修太吵", category=None).ticket.number
        assert near(category=RUBBISH) == [rubbish]
        assert near(text="半夜楼上还在装修") == [noise]
        assert near(category=RUBBISH, text="半夜楼上还在装修") == [rubbish, noise]
        assert set(near()) == {rubbish, noise}

    def test_a_report_without_words_is_alike_to_nothing_but_its_category(self, street, session, now, near):
        wordless = street.submit(session, now, description=WORDLESS).ticket.number
        assert near(text=WORDLESS, category="E2203") == [] and near(text=WORDLESS, category=RUBBISH) == [wordless]

    def test_only_within_a_hundred_metres_and_thirty_days(self, street, session, now, near):
        number = street.submit(session, now).ticket.number
        assert near(NEXT_DOOR, category=RUBBISH) == [number]
        assert near(Wgs84(IN_WEST["lng"] + 0.0012, IN_WEST["lat"]), category=RUBBISH) == []
        assert near(category=RUBBISH, at=now + timedelta(days=30, seconds=1)) == []

    def test_distances_are_told_in_steps(self, street, session, now):
        street.submit(session, now)
        assert [found.distance_m for found in similar.similar(session, NEXT_DOOR, area=STREET, now=now)] == [40]

    @pytest.mark.parametrize("changes", [{"category": DOMESTIC}])
    def test_what_is_never_public_is_not_told(self, street, session, now, near, changes):
        street.submit(session, now, **changes)
        assert near() == [] and near(category=changes["category"]) == []

    def test_what_is_closed_is_not_told(self, street, session, now, near):
        number = street.submit(session, now, kind="consult").ticket.number
        tickets.perform(session, number, "answer", {"text": "周二开门"}, actor=street.actors["clerk"], now=now)
        assert near() == []

    def test_no_word_and_no_name_of_anybody_is_in_it(self, street, session, now):
        street.submit(session, now, contact={"name": "王芳", "phone": "13800001234"})
        said = json.dumps([asdict(found) for found in similar.similar(session, WEST, area=STREET, now=now)], default=str, ensure_ascii=False)
        assert "垃圾堆在路口" not in said and "王芳" not in said and "1380000" not in said


class TestJoining:
    def test_a_follower_has_a_code_of_his_own_and_the_ticket_counts_him(self, street, session, now, follow):
        first = street.submit(session, now)
        joined = follow(first.ticket.number, text="我家楼下也是", contact={"phone": "13900001234"})
        assert joined.code != first.code and joined.report.ticket_id == first.ticket.id
        assert session.scalar(select(func.count()).where(Report.ticket_id == first.ticket.id)) == 2
        assert session.scalar(select(func.count(Ticket.id))) == 1
        assert trail.verify(session, first.ticket) == []

    def test_he_sees_each_step_and_nothing_of_the_other_reporter(self, street, session, now, follow):
        first = street.submit(session, now, contact={"name": "王芳", "phone": "13800001234"})
        joined = follow(first.ticket.number)
        tickets.perform(session, first.ticket.number, "file", {"category": RUBBISH}, actor=SYSTEM, now=now)
        told = json.dumps(story.tell(session, joined.report, now=now, locale="zh"), default=str, ensure_ascii=False)
        assert "垃圾堆在路口" not in told and "王芳" not in told
        mine = [step["text"] for step in story.tell(session, joined.report, now=now, locale="zh")["steps"]]
        others = [step["text"] for step in story.tell(session, first.report, now=now, locale="zh")["steps"]]
        assert mine[0] == "已收到您的反映" and "又有居民反映了同一件事" not in mine
        assert "又有居民反映了同一件事" in others

    def test_not_solved_from_a_follower_reopens(self, street, session, now, follow):
        first = street.submit(session, now, kind="consult")
        joined = follow(first.ticket.number)
        tickets.perform(session, first.ticket.number, "answer", {"text": "周二开门"}, actor=street.actors["clerk"], now=now)
        rating = {"solved": False, "satisfaction": 2}
        tickets.perform(session, first.ticket.number, "rate", rating, actor=reporter(joined.report.id), now=now)
        assert first.ticket.status != "closed"

    def test_whoever_said_nothing_is_known_to_the_street_alone(self, street, session, now, follow):
        number = street.submit(session, now).ticket.number
        assert follow(number, contact={"phone": "13900001234"}).report.visibility == "protected"
        anonymous = follow(number, visibility="anonymous", contact={"phone": "13900001234"}).report
        assert anonymous.contact_id is None

    def test_a_merged_ticket_is_not_joined_but_the_one_at_the_top(self, street, session, now, follow):
        top, under = street.submit(session, now).ticket, street.submit(session, now).ticket
        tickets.perform(session, under.number, "merge", {"into": top.number}, actor=street.actors["clerk"], now=now)
        with pytest.raises(NotFound):
            follow(under.number)

    @pytest.mark.parametrize("category", [DOMESTIC])
    def test_what_nobody_may_know_of_looks_missing(self, street, session, now, follow, category):
        number = street.submit(session, now, category=category).ticket.number
        for wanted in (number, "260304-99999"):
            with pytest.raises(NotFound):
                follow(wanted)

    def test_an_emergency_can_be_joined(self, street, session, now, follow):
        number = street.submit(session, now, category=GAS, location=IN_EAST).ticket.number
        assert follow(number).ticket.emergency

    def test_a_follower_who_complains_about_an_organisation_is_protected_even_where_he_chose_his_name(self, street, session, now, follow):
        number = street.submit(session, now).ticket.number
        assert follow(number, visibility="named", text="物业不作为，投诉物业公司").report.visibility == "protected"
        assert follow(number, visibility="named", text="我家楼下也是").report.visibility == "named"
