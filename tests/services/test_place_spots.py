"""Two cells, three property firms, one compound across the border: the cell by building, the firm by compound; and what an address surely means."""

import pytest
from sqlalchemy import select
from tests.services.town import CELL_A, CELL_B, EAST, NOW, WEST, Town, square

from gridops.models import Trail
from gridops.services import place_search, spots
from gridops.services.jurisdictions import Responsible, spot_of
from gridops.services.place_cells import cells_of, only_cell
from tests import small_street


class Border:
    def __init__(self, session):
        self.session, self.town = session, Town(session)
        self.compounds = {
            "west": self.town.place("西苑", boundary=square(121.4301, 31.1901, 0.0003)),
            "both": self.town.place("界苑", boundary=square(121.4308, 31.1904, 0.0004)),
            "east": self.town.place("东苑", boundary=square(121.4315, 31.1901, 0.0003)),
        }
        for name, compound in self.compounds.items():
            self.town.department(f"firm-{name}", "PROPERTY", places=[compound])
        self.town.department("committee", "OWNERS_COMMITTEE", places=[self.compounds["both"]])
        self.buildings = {
            (name, cell.code): self._building(f"{name}-{cell.code[-1]}", self.compounds[name], cell)
            for name, cell in (
                ("west", self.town.cell_a), ("both", self.town.cell_a), ("both", self.town.cell_b), ("east", self.town.cell_b))
        }
        place_search.index_places(session)

    def _building(self, code, compound, cell):
        made = self.town.place(code, "building", parent=compound)
        made.name, made.cell_lineage = f"{code[-1]}号楼", cell.lineage
        return made

    def spot(self, place):
        return spots.find_spot(self.session, {"place_code": place.code}, None)

    def firm(self, spot, kind="PROPERTY"):
        found = spot_of(self.session, spot.area_code, spot.cell.id if spot.cell else None, spot.place_id, None)
        department = Responsible(self.session, found, [kind], NOW).find(kind)
        return department and department.code



@pytest.fixture
def border(session):
    return Border(session)


def test_the_firm_goes_by_the_compound_and_the_cell_by_the_building(border):
    found = {key: (border.spot(place).cell.code, border.firm(border.spot(place))) for key, place in border.buildings.items()}
    assert found == {
        ("west", CELL_A): (CELL_A, "firm-west"), ("both", CELL_A): (CELL_A, "firm-both"), ("both", CELL_B): (CELL_B, "firm-both"),
        ("east", CELL_B): (CELL_B, "firm-east"),
    }
    both = border.spot(border.buildings["both", CELL_B])
    assert border.firm(both, "OWNERS_COMMITTEE") == "committee"
    assert border.firm(border.spot(border.buildings["east", CELL_B]), "OWNERS_COMMITTEE") is None


def test_a_compound_across_the_border_has_no_cell_of_its_own_and_one_inside_has(border):
    assert [[cell.code for cell in cells_of(border.session, place)] for place in border.compounds.values()] == [[CELL_A], [CELL_A, CELL_B], [CELL_B]]
    assert only_cell(border.session, border.compounds["both"]) is None
    spot = border.spot(border.compounds["both"])
    assert (spot.cell, spot.area_code, border.firm(spot)) == (None, EAST, "firm-both")
    assert border.spot(border.compounds["west"]).cell.code == CELL_A


def test_without_a_boundary_a_compound_lies_where_its_buildings_do(border):
    border.compounds["both"].boundary = border.compounds["east"].boundary = None
    border.session.flush()
    assert [cell.code for cell in cells_of(border.session, border.compounds["both"])] == [CELL_A, CELL_B]
    assert only_cell(border.session, border.compounds["east"]).code == CELL_B


def test_the_same_by_the_address_that_a_resident_types(border):
    found = spots.find_spot(border.session, {"address": "界苑2号楼"}, None)
    assert (found.cell.code, found.by_address, border.firm(found)) == (CELL_B, "both-2", "firm-both")
    assert spots.find_spot(border.session, {"address": "界苑门口"}, None).place_id is None


class TestIntake:
    @pytest.fixture
    def street(self, session, config, now):
        built = small_street.build(session, config, now)
        town = Town.__new__(Town)
        town.session = session
        tower = town.place("T1", "building", community=small_street.COMMUNITY)
        tower.name, tower.address = "聚科大厦", "桂平路333号"
        tower.cell_lineage = spots.areas.find_area(session, small_street.EAST).lineage
        place_search.index_places(session)
        return built

    def test_a_sure_address_sets_place_and_cell_and_the_trail_says_so(self, street, session, now):
        receipt = street.submit(session, now, location=None, address="桂平路333号1502室")
        ticket = receipt.ticket
        assert (ticket.area_code, receipt.spot.by_address, receipt.report.address) == (small_street.EAST, "T1", "桂平路333号1502室")
        assert ticket.place_id == receipt.report.place_id is not None
        row = session.scalars(select(Trail).where(Trail.ticket_id == ticket.id)).first()
        assert row.facts["place_by_address"] == "T1"

    @pytest.mark.parametrize("address", ["桂平路", "桂平路333号对面", "聚科大", "333号"])
    def test_what_is_not_sure_stays_a_text(self, street, session, now, address):
        receipt = street.submit(session, now, location=None, address=address)
        assert (receipt.ticket.place_id, receipt.ticket.area_code, receipt.report.address) == (None, small_street.STREET, address)

    def test_a_street_that_was_named_is_searched_alone(self, street, session, now):
        town = Town(session)
        assert street.submit(session, now, location=None, address="桂平路333号", street=town.grid.street_code).ticket.place_id is None
        twin = town.place("T2", "building", community=WEST)
        twin.name = "聚科大厦"
        place_search.index_places(session, [twin.id])
        assert street.submit(session, now, location=None, address="聚科大厦").ticket.place_id is None
        assert street.submit(session, now, location=None, address="聚科大厦", street=small_street.STREET).ticket.place_id is not None

    def test_a_point_is_believed_before_a_text(self, street, session, now):
        assert street.submit(session, now, address="桂平路333号").ticket.area_code == small_street.WEST
