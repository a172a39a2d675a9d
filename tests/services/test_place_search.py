"""Places found by what people type, and the one that is surely meant."""

import pytest
from tests.services.town import CELL_A, CELL_B, EAST, STREET, WEST, Town

from gridops.models import PlaceTerm
from gridops.services import place_search


class Found:
    """A town with a compound across both cells, its buildings, and neighbours with names that are nearly the same."""

    def __init__(self, session):
        self.session, self.town = session, Town(session)
        self.green = self.add("C1", "compound", "共富花园", "共富路228弄", aliases=["共富一村"])
        self.first = self.add("B1", "building", "1号楼", None, parent=self.green, cell=self.town.cell_a)
        self.second = self.add("B2", "building", "二号楼", None, parent=self.green, cell=self.town.cell_b)
        self.tower = self.add("B3", "building", "桂林聚科商务园", "桂平路333号", cell=self.town.cell_a)
        self.other = self.add("B4", "building", "桂林科技商务楼", "桂平路33号", community=WEST)
        place_search.index_places(session)

    def add(self, code, kind, name, address, *, parent=None, cell=None, aliases=(), community=EAST):
        place = self.town.place(code, kind, parent=parent, community=community)
        place.name, place.address, place.aliases, place.cell_lineage = name, address, list(aliases), cell.lineage if cell else None
        self.session.flush()
        return place

    def codes(self, text, prefixes=(STREET,), **options):
        return [hit.code for hit in place_search.search(self.session, text, prefixes=prefixes, **options)]

    def sure(self, text, prefixes=(STREET,)):
        hit = place_search.resolve(self.session, text, prefixes=prefixes)
        return hit and hit.code


@pytest.fixture
def found(session):
    return Found(session)


@pytest.mark.parametrize("typed", [
    "共富花园", "共富园", "富花园", "共富花", "共花园", "共富", "花园", "共富路228弄", "共富路22弄", "上海市共富路 228 弄", "共富1村", "共富花圆", "共富花园小区",
])
def test_a_compound_by_name_alias_address_with_a_slip_or_unfinished(found, typed):
    assert found.codes(typed)[0] == "C1"


@pytest.mark.parametrize(("typed", "code"), [
    ("共富花园1号楼", "B1"), ("共富花园一号", "B1"), ("共富路228弄2号", "B2"), ("共富花园2栋", "B2"), ("桂平路333号桂林聚科商务园", "B3"),
    ("桂林聚科商务圆区", "B3"), ("桂平路33号", "B4"),
])
def test_a_building_by_its_compound_and_number_or_by_more_than_it_is_called(found, typed, code):
    assert found.codes(typed)[0] == code


def test_a_hit_says_what_it_is(found):
    hit = place_search.search(found.session, "共富花园1号楼", prefixes=[STREET])[0]
    assert (hit.name, hit.within, hit.called, hit.kind, hit.community_code) == ("1号楼", "共富花园", "共富花园1号楼", "building", EAST)
    assert (hit.cell.code, hit.matched, hit.score) == (CELL_A, "name", 1.0)
    assert place_search.search(found.session, "共富路228弄", prefixes=None)[0].cell is None


def test_only_within_the_areas_asked_for(found):
    assert found.codes("桂林", [EAST]) == ["B3"]
    assert found.codes("桂林", [WEST]) == ["B4"]
    assert set(found.codes("桂林", None)) == {"B3", "B4"}
    assert found.codes("桂林", []) == found.codes("桂林", ["310105"]) == []
    assert found.codes("桂林", [CELL_B]) == ["B3"]  # a cell's code stands for its community


@pytest.mark.parametrize("typed", ["", "  ", "，。", "不存在的名字", "%", "_", "\\", "'"])
def test_what_fits_nothing_finds_nothing(found, typed):
    assert found.codes(typed) == []


def test_at_most_as_many_as_wanted(found):
    assert len(found.codes("共富", limit=2)) == 2
    assert found.codes("共", limit=9)[0] == "C1"
    assert found.codes("园", limit=9)[:2] == ["C1", "B3"]


@pytest.mark.parametrize(("text", "code"), [
    ("共富花园", "C1"), ("共富花园小区", "C1"), ("共富路228弄", "C1"), ("共富花园2号楼301室", "B2"), ("上海市宝山区共富路228弄1号", "B1"), ("桂平路333号", "B3"),
    ("共富花", None), ("共富花园门口", None), ("1号楼", None), ("桂林", None), ("", None),
])
def test_a_text_is_sure_only_when_it_is_the_name_or_address_of_one_place(found, text, code):
    assert found.sure(text) == code


def test_two_places_of_one_name_are_not_sure_until_the_area_tells_them_apart(found):
    twin = found.add("B9", "building", "桂林聚科商务园", None, community=WEST)
    place_search.index_places(found.session, [twin.id])
    assert (found.sure("桂林聚科商务园"), found.sure("桂林聚科商务园", [WEST]), found.sure("桂平路333号")) == (None, "B9", "B3")


def test_of_a_compound_and_its_building_with_one_address_the_compound_is_meant(found):
    found.first.address = "共富路228弄"
    place_search.index_places(found.session, [found.first.id])
    assert found.sure("共富路228弄") == "C1"


def test_a_compound_renamed_takes_its_buildings_with_it(found):
    found.green.name, found.green.aliases, found.green.address = "康乐新村", [], None
    assert place_search.index_places(found.session, [found.green.id]) == 3
    assert found.codes("康乐新村1号") == ["B1", "B2", "C1"]
    assert found.codes("共富花园") == []


def test_an_ended_place_is_found_no_more(found, now):
    found.tower.ended_at = now
    place_search.index_places(found.session, [found.tower.id])
    assert (found.codes("聚科"), found.sure("桂平路333号")) == ([], None)
    assert found.session.query(PlaceTerm).filter_by(place_id=found.tower.id).count() == 0


@pytest.mark.parametrize("typed", ["菩提小区", "菩提", "菩提区", "菩小区", "提小区", "菩提小", "菩提小区2号楼"])
def test_the_word_for_an_estate_may_be_said_or_not(found, typed):
    estate = found.add("C5", "compound", "菩提小区", None)
    found.add("B5", "building", "2号楼", None, parent=estate)
    place_search.index_places(found.session, [estate.id])
    assert found.codes(typed)[0] == ("B5" if "2" in typed else "C5")
    assert found.sure("菩提") == found.sure("菩提小区") == "C5"
