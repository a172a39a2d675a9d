"""Likely repeats for the clerk, and the few that the system joins by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from geoalchemy2.shape import from_shape
from shapely import Point
from sqlalchemy import select

from gridops.domain.actor import SYSTEM
from gridops.errors import NotAllowed
from gridops.models import Outbox, Place, Ticket, TicketLikeness, TicketMerge
from gridops.services import merging, repeats, tickets, trail
from gridops.services.reactions import REACTIONS
from tests import small_street
from tests.small_street import COMMUNITY, GAS, IN_WEST

BIN, AGAIN = "门口的垃圾桶满了好几天没有人清运，味道很大", "门口的垃圾桶满了好几天没人清运，味道很大！"
LIKE = "垃圾桶满了没人管，味道大得很，请来清一清"


@pytest.fixture
def street(session, config, now):
    return small_street.build(session, config, now)


@pytest.fixture
def told(session, street, now):
    """told(text, at=hours, ...): submitted, and all that follows done as a worker would."""

    def make(text=BIN, *, at=0, **changes):
        when = now + timedelta(hours=at)
        receipt = street.submit(session, when, description=text, **changes)
        while rows := session.scalars(select(Outbox).where(Outbox.done_at.is_(None)).order_by(Outbox.id)).all():
            for row in rows:
                REACTIONS[row.topic](session, row, when, None)
                row.done_at = when
            session.flush()
        return receipt

    return make


@pytest.fixture
def building(session):
    def make(no, lng):
        row = Place(
            code=f"P{no}", kind="building", name=f"幸福小区{no}号楼", community_code=COMMUNITY, point=from_shape(Point(lng, IN_WEST["lat"]), srid=4326))
        session.add(row)
        session.flush()
        return row

    return make


def at(lng):
    return {"lng": lng, "lat": IN_WEST["lat"], "crs": "wgs84"}


def test_a_true_repeat_is_joined_and_every_report_keeps_its_code_and_answer(session, street, told, now):
    first, second = told(), told(AGAIN, at=2)
    assert (first.ticket.status, second.ticket.status) == ("dispatched", "merged")
    assert second.ticket.merged_into == first.ticket.id and first.code != second.code
    assert second.ticket.automatic["by"] == "near_same_words" and second.ticket.automatic["into"] == first.ticket.number
    assert [report.id for report in merging.reports_of_family(session, first.ticket)] == [first.report.id, second.report.id]
    assert trail.verify(session, second.ticket) == trail.verify(session, first.ticket) == []


def test_a_clerk_takes_it_back(session, street, told, now):
    told()
    second = told(AGAIN, at=2).ticket
    tickets.perform(session, second.number, "unmerge", {"text": "不是一件事"}, actor=street.actors["clerk"], now=now + timedelta(hours=3))
    assert (second.status, second.merged_into) == ("reported", None)
    told("完全是另一件事情，和前面的没有关系", at=4)
    assert second.status == "reported", "nothing joins it again"


def test_the_same_words_at_neighbouring_buildings_are_never_joined(session, told, building):
    one, other = building(3, 121.4050), building(4, 121.4051)
    first, second = told(place_code=one.code, location=None), told(place_code=other.code, location=None, at=1)
    assert [r.ticket.status for r in (first, second)] == ["dispatched", "dispatched"]


def test_bare_points_before_neighbouring_buildings_are_never_joined(session, told, building):
    building(3, 121.4050), building(4, 121.4052)
    first, second = told(location=at(121.40503)), told(location=at(121.40517), at=1)
    assert [r.ticket.status for r in (first, second)] == ["dispatched", "dispatched"]


@pytest.mark.parametrize(("one", "other"), [("3号楼" + BIN, "4号楼" + BIN), ("3号楼" + BIN, BIN), ("东门" + BIN, "西门" + BIN)])
def test_texts_that_name_two_doors_are_never_joined(told, one, other):
    assert [told(text, at=hours).ticket.status for hours, text in enumerate((one, other))] == ["dispatched", "dispatched"]


@pytest.mark.parametrize("changes", [
    {"at": 24 * 8}, {"location": at(121.4054)}, {"location": None}, {"kind": "suggestion"}, {"category": "E0409"}, {"category": "E2404"}, {"category": GAS},
    {"description_": LIKE}, {"description_": "垃圾桶满了。"}, {"visibility": "protected"},
])
def test_what_only_a_person_may_weigh_stays_apart(told, changes):
    told()
    text = changes.pop("description_", BIN)
    assert told(text, **({"at": 1} | changes)).ticket.status != "merged"


def test_the_system_takes_nothing_into_what_was_handled(session, told):
    first = told().ticket
    first.status = "handled"
    session.flush()
    assert told(AGAIN, at=1).ticket.status != "merged"


def test_below_the_threshold_the_clerk_sees_it_in_the_order_of_likelihood(session, street, told):
    first, near = told(), told(LIKE, at=1).ticket
    far = told("小区" + LIKE, location=at(121.4065), at=2, category=None).ticket
    told("路灯坏了一个星期，晚上一片漆黑", at=3, category=None)
    found = repeats.likely(session, far, actor=street.actors["clerk"])
    assert [one.number for one in found] == [near.number, first.ticket.number]
    assert found[0].words > found[1].words and found[0].metres > 100 and found[0].apart == timedelta(hours=1)


def test_far_apart_the_words_are_found_in_the_community(session, street, told):
    first = told()
    other_end = told(AGAIN, at=1, location=at(121.4149)).ticket
    assert [one.number for one in repeats.likely(session, other_end, actor=SYSTEM)] == [first.ticket.number]


def test_what_is_never_public_is_not_in_the_index(session, street, told):
    first = told()
    session.delete(session.get_one(TicketLikeness, first.ticket.id))
    first.ticket.never_public = True
    repeats.remember(session, first.ticket)
    session.flush()
    assert session.get(TicketLikeness, first.ticket.id) is None
    assert repeats.likely(session, first.ticket, actor=SYSTEM) == []
    assert repeats.likely(session, told(AGAIN, at=1).ticket, actor=SYSTEM) == []


def test_the_door_itself_refuses_the_system_at_two_buildings(session, street, told, now):
    one, other = told("3号楼" + BIN).ticket, street.submit(session, now, description="4号楼" + BIN).ticket
    with pytest.raises(NotAllowed):
        tickets.perform(session, other.number, "merge", {"into": one.number}, actor=SYSTEM, now=now)
    assert session.scalars(select(TicketMerge)).all() == [] and session.get_one(Ticket, other.id).status == "reported"
