"""Likely repeats for the clerk, and the few that the system joins by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from geoalchemy2.shape import from_shape
from shapely import Point
from sqlalchemy import select, text

from gridops.domain.actor import SYSTEM
from gridops.domain.area_codes import COMMUNITY_DIGITS
from gridops.domain.lifecycle import OPEN
from gridops.domain.wording import WORDLESS
from gridops.errors import NotAllowed
from gridops.models import Outbox, Place, Ticket, TicketLikeness, TicketMerge
from gridops.services import merging, repeats, tickets, trail
from gridops.services.reactions import REACTIONS
from gridops.services.shapes import point_of, within
from tests import small_street
from tests.api.counting import statements
from tests.small_street import COMMUNITY, GAS, IN_WEST, STREET

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


def keys(session, ticket):
    """As the database has them; None: the ticket is not in the index."""
    return session.scalar(select(TicketLikeness.keys).where(TicketLikeness.ticket_id == ticket.id))


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
    first.ticket.never_public = True
    session.flush()
    repeats.remember(session, first.ticket)
    assert keys(session, first.ticket) is None
    assert repeats.likely(session, first.ticket, actor=SYSTEM) == []
    assert repeats.likely(session, told(AGAIN, at=1).ticket, actor=SYSTEM) == []


MANY_MORE = """
    INSERT INTO ticket OVERRIDING SYSTEM VALUE
    SELECT (jsonb_populate_record(one, jsonb_build_object('id', 1000000 + n, 'number', 'X' || n))).*
    FROM ticket one, generate_series(1, 300) n WHERE one.id = :id
"""


def test_the_index_is_asked_once_and_the_tickets_nearby_through_their_own(session, street, told):
    told()
    ticket = told("小区" + LIKE, at=1, location=at(121.4051)).ticket
    with statements(session.connection().engine) as sent:
        assert repeats.likely(session, ticket, actor=SYSTEM)
    with statements(session.connection().engine) as when_dispatched:
        repeats.told_here(session, ticket, metres=30, apart=timedelta(days=7))
    assert (len(sent), len(when_dispatched)) == (1, 1) and "ticket_likeness" not in when_dispatched[0]
    session.flush()
    session.execute(text(MANY_MORE), {"id": ticket.id})  # among two any index costs the same
    session.execute(text("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off"))
    query = select(Ticket.id).where(within(Ticket.point, point_of(ticket.point), 100), Ticket.status.in_(OPEN))
    plan = session.scalars(text("EXPLAIN " + str(query.compile(session.bind, compile_kwargs={"literal_binds": True})))).all()
    assert any("ix_ticket_open_point" in line for line in plan), plan


class TestWhatTheIndexKeeps:
    def test_other_words_take_the_keys_away_at_once_and_the_next_hour_enters_the_new_ones(self, session, told):
        ticket = told().ticket
        before = keys(session, ticket)
        ticket.description = "***" + LIKE
        session.flush()
        assert keys(session, ticket) is None
        assert repeats.remember_missing(session, limit=10) == 1
        assert keys(session, ticket) == repeats._keys(ticket) != before

    @pytest.mark.parametrize("change", [{"never_public": True}, {"area_code": STREET}, {"reported_at": datetime(2024, 1, 1, tzinfo=UTC)}, {"status": "closed"}])
    def test_keys_that_no_longer_hold_go_with_the_change(self, session, told, change):
        ticket = told().ticket
        for name, value in change.items():
            setattr(ticket, name, value)
        session.flush()
        assert keys(session, ticket) is None

    def test_what_changes_nothing_about_the_words_leaves_them(self, session, told):
        ticket = told().ticket
        ticket.version, ticket.status, ticket.area_code = ticket.version + 1, "handled", ticket.area_code[:COMMUNITY_DIGITS] + "999"
        session.flush()
        assert keys(session, ticket) is not None

    def test_a_merged_ticket_has_none_and_has_them_again_when_it_comes_back(self, session, street, told, now):
        told()
        second = told(AGAIN, at=2).ticket
        assert keys(session, second) is None
        tickets.perform(session, second.number, "unmerge", {"text": "不是一件事"}, actor=street.actors["clerk"], now=now + timedelta(hours=3))
        told("完全是另一件事情，和前面的没有关系", at=4)
        assert keys(session, second) == repeats._keys(second)

    def test_open_tickets_from_before_there_was_an_index_are_entered_a_few_at_a_time_the_newest_first(self, session, street, told, now):
        older, over, hidden, newer = (street.submit(session, now, description=text).ticket for text in (BIN, LIKE, BIN, LIKE))
        over.status, hidden.never_public = "closed", True
        session.flush()
        assert [repeats.remember_missing(session, limit=1), keys(session, newer) is None, keys(session, older)] == [1, False, None]
        assert [repeats.remember_missing(session, limit=1) for _ in range(2)] == [1, 0]
        assert keys(session, older) is not None and keys(session, over) is keys(session, hidden) is None

    def test_a_report_without_words_is_entered_without_keys(self, session, told):
        ticket = told(WORDLESS).ticket
        assert keys(session, ticket) == [] and repeats.remember_missing(session, limit=10) == 0


def test_the_door_itself_refuses_the_system_at_two_buildings(session, street, told, now):
    one, other = told("3号楼" + BIN).ticket, street.submit(session, now, description="4号楼" + BIN).ticket
    with pytest.raises(NotAllowed):
        tickets.perform(session, other.number, "merge", {"into": one.number}, actor=SYSTEM, now=now)
    assert session.scalars(select(TicketMerge)).all() == [] and session.get_one(Ticket, other.id).status == "reported"
