"""What follows a new grid: tickets and places; posts and rights in test_regrid_heirs."""

from __future__ import annotations

import pytest
from shapely import box
from sqlalchemy import select

from geo.coords import Wgs84
from gridops.models import Alarm, AreaRevision, Cell, Grid, Outbox, Place, Ticket, Trail
from gridops.services import alarms, grids, tickets, trail
from gridops.services.reactions import REACTIONS
from gridops.services.regrid import tickets as following
from gridops.services.shapes import stored_area, stored_point
from tests import small_street
from tests.services.regridding import LATER, NEW_MIDDLE, NORTH, ONLY_EAST, WHOLE, regrid
from tests.small_street import COMMUNITY, EAST, IN_EAST, IN_WEST, STREET, WEST


@pytest.fixture
def street(session, config, now):
    return small_street.build(session, config, now)


@pytest.fixture
def regridded(session, street, now):
    return lambda shapes, **options: regrid(session, shapes, now, **options)


def where(session, ticket):
    session.refresh(ticket)
    cell = session.get(Cell, ticket.cell_id) if ticket.cell_id else None
    assert cell is None or session.get(Grid, cell.grid_id).status == "active"
    assert trail.verify(session, ticket) == []
    return ticket.area_code, cell.code if cell else None


def steps(session, ticket):
    return session.scalars(select(Trail).where(Trail.ticket_id == ticket.id).order_by(Trail.seq)).all()


class TestTickets:
    def test_an_open_ticket_moves_by_its_point_and_says_so(self, session, street, regridded, now):
        ticket = street.submit(session, now, location=IN_WEST).ticket
        regridded(NEW_MIDDLE)
        assert where(session, ticket) == (NORTH, NORTH)
        row = steps(session, ticket)[-1]
        assert (row.action, row.status_from, row.status_to, row.actor_kind) == ("regrid", "reported", "reported", "system")
        assert row.facts == {"from": WEST, "to": NORTH, "grid": 2}
        assert ticket.version == 2

    def test_where_the_cell_keeps_its_code_the_ticket_follows_in_silence(self, session, street, regridded, now):
        ticket = street.submit(session, now, location=IN_EAST).ticket
        regridded(NEW_MIDDLE)
        assert where(session, ticket) == (EAST, EAST)
        assert (len(steps(session, ticket)), ticket.version) == (1, 1)

    def test_a_closed_ticket_keeps_what_it_had(self, session, street, regridded, now):
        ticket = street.submit(session, now, location=IN_WEST, kind="consult").ticket
        before = ticket.cell_id
        tickets.perform(session, ticket.number, "answer", {"text": "已答复"}, actor=street.actors["clerk"], now=now)
        regridded(NEW_MIDDLE)
        session.refresh(ticket)
        assert (ticket.area_code, ticket.cell_id) == (WEST, before)

    @pytest.mark.parametrize(("end", "back"), [
        (("answer", {"text": "已答复"}), ("reopen", {"text": "没有解决"})),
        (("reject", {"reason_code": "not_a_matter", "text": "不予受理"}), ("reinstate", {"text": "重新受理"})),
    ])
    @pytest.mark.parametrize("shapes", [(NEW_MIDDLE,), (ONLY_EAST, NEW_MIDDLE)])
    def test_one_that_is_opened_again_comes_to_its_new_cell(self, session, street, regridded, now, end, back, shapes):
        ticket = street.submit(session, now, location=IN_WEST, kind="consult").ticket
        tickets.perform(session, ticket.number, *end, actor=street.actors["clerk"], now=now)
        for shape in shapes:
            regridded(shape)
        tickets.perform(session, ticket.number, *back, actor=street.actors["clerk"], now=now + LATER)
        row = session.scalars(select(Outbox).where(Outbox.ticket_id == ticket.id).order_by(Outbox.id.desc())).first()
        for _ in range(2):
            REACTIONS[row.topic](session, row, now + LATER, None)
        assert where(session, ticket) == (NORTH, NORTH)
        assert [step.action for step in steps(session, ticket)] == ["submit", end[0], back[0], "regrid"]

    def test_a_ticket_without_point_goes_to_the_cell_with_most_of_its_ground(self, session, street, regridded, now):
        ticket = street.submit(session, now, location=None, cell=EAST).ticket
        regridded(WHOLE)
        assert where(session, ticket) == (WEST, WEST)

    def test_a_tickets_building_says_where_it_goes(self, session, street, regridded, now):
        east = grids.active_cells(session, STREET)[EAST]
        session.add(Place(code="B1", kind="building", name="楼", community_code=COMMUNITY, cell_lineage=east.lineage, point=None,
                          boundary=stored_area(box(121.4185, 31.209, 121.419, 31.2095))))
        session.flush()
        ticket = street.submit(session, now, location=None, place_code="B1").ticket
        regridded({WEST: box(121.40, 31.20, 121.418, 31.21), NORTH: box(121.418, 31.20, 121.42, 31.21)})
        assert where(session, ticket) == (NORTH, NORTH)

    def test_a_cell_that_somebody_chose_against_the_point_counts_more_than_the_point(self, session, street, regridded, now):
        session.add(Place(code="C1", kind="compound", name="绿苑", community_code=COMMUNITY, point=stored_point(Wgs84(121.409, 31.205))))
        session.flush()
        ticket = street.submit(session, now, location=None, cell=EAST, place_code="C1").ticket
        regridded({WEST: box(121.40, 31.20, 121.411, 31.21), EAST: box(121.411, 31.20, 121.42, 31.21)})
        assert where(session, ticket) == (EAST, EAST)

    def test_what_has_no_place_stays_without(self, session, street, regridded, now):
        ticket = street.submit(session, now, location=None).ticket
        regridded(NEW_MIDDLE)
        assert where(session, ticket) == (STREET, None)

    def test_a_point_that_no_cell_holds_any_more_stays_in_its_community(self, session, street, regridded, now):
        ticket = street.submit(session, now, location=IN_EAST).ticket
        regridded({WEST: box(121.40, 31.20, 121.41, 31.21)})
        assert where(session, ticket) == (COMMUNITY, None)
        regridded(WHOLE)
        assert where(session, ticket) == (WEST, WEST)

    def test_its_open_alarm_goes_along(self, session, street, regridded, now):
        ticket = street.submit(session, now, location=IN_WEST).ticket
        alarms.raise_alarm(session, "no_rule", ticket.number, ticket.area_code, ticket.id, now=now)
        regridded(NEW_MIDDLE)
        assert session.scalar(select(Alarm.area_code).where(Alarm.ticket_id == ticket.id)) == NORTH


class TestLatecomers:
    """A report may be located in the old grid and be committed after the new one."""

    @pytest.fixture
    def late(self, session, street, regridded, now):
        old = grids.active_cells(session, STREET)[WEST]
        regridded(NEW_MIDDLE)
        ticket = street.submit(session, now, location=IN_WEST).ticket
        ticket.cell_id, ticket.area_code = old.id, WEST
        session.flush()
        return ticket

    def test_its_own_reaction_moves_it_first(self, session, late, now):
        row = session.scalar(select(Outbox).where(Outbox.topic == "report.submitted", Outbox.ticket_id == late.id))
        REACTIONS[row.topic](session, row, now, None)
        assert where(session, late) == (NORTH, NORTH)
        assert [step.action for step in steps(session, late)][:2] == ["submit", "regrid"]

    def test_the_activations_reaction_sweeps_and_finds_nothing_the_second_time(self, session, late, now):
        row = session.scalar(select(Outbox).where(Outbox.topic == "grid.activated"))
        assert row.payload["street"] == STREET
        REACTIONS[row.topic](session, row, now, None)
        assert where(session, late) == (NORTH, NORTH)
        assert following.follow(session, STREET, now=now) == 0


class TestPlaces:
    def test_buildings_go_to_the_cell_that_holds_their_point(self, session, street, regridded, now):
        west = grids.active_cells(session, STREET)[WEST]
        for code, lng in (("B1", 121.401), ("B2", 121.405)):
            session.add(Place(code=code, kind="building", name=code, community_code=COMMUNITY, cell_lineage=west.lineage, point=stored_point(Wgs84(lng, 31.205))))
        session.flush()
        regridded(NEW_MIDDLE)
        cells = grids.active_cells(session, STREET)
        found = dict(session.execute(select(Place.code, Place.cell_lineage)).all())
        assert found == {"B1": cells[WEST].lineage, "B2": cells[NORTH].lineage}

    def test_a_building_said_to_be_in_a_cell_that_stays_as_it_was_stays_there(self, session, street, regridded, now):
        east = grids.active_cells(session, STREET)[EAST]
        session.add(Place(code="B1", kind="building", name="楼", community_code=COMMUNITY, cell_lineage=east.lineage, point=stored_point(Wgs84(121.405, 31.205))))
        session.flush()
        regridded(NEW_MIDDLE)
        assert session.scalar(select(Place.cell_lineage)) == east.lineage


def test_edits_of_a_draft_leave_the_revision_of_areas_alone_and_activation_renews_it(session, street, regridded, now):
    def revision():
        return session.scalar(select(AreaRevision.revision))

    before = revision()
    draft = regridded(NEW_MIDDLE, active=False)
    cell = session.scalar(select(Cell).where(Cell.grid_id == draft.id, Cell.code == NORTH))
    cell.boundary = stored_area(box(121.402, 31.20, 121.409, 31.21))
    session.flush()
    session.delete(cell)
    session.flush()
    assert revision() == before
    grids.activate(session, draft, now=now)
    assert revision() != before


def test_one_version_is_active_at_a_time(session, street, regridded, now):
    regridded(NEW_MIDDLE)
    regridded(WHOLE)
    found = session.execute(select(Grid.version, Grid.status).order_by(Grid.version)).all()
    assert found == [(1, "retired"), (2, "retired"), (3, "active")]
    assert session.scalar(select(Ticket.id)) is None
