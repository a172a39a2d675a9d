"""Cutting a street into cells."""

import pytest
from shapely import LineString, Point, box, unary_union
from sqlalchemy import select, update
from tests.imports.own_files import COMMUNITY, EAST, SECOND, SQUARES, STREET, WEST

from geo.coords import Wgs84
from gridops.errors import Invalid, NotFound
from gridops.models import Cell, Community, Grid, Place
from gridops.services import areas, cell_ground, grids
from gridops.services.cell_building import Size, build
from gridops.services.shapes import shape_of, stored_area, stored_point


def codes(session):
    return list(grids.active_cells(session, STREET))


def test_each_community_is_cut_by_itself_without_gap_or_overlap(town, now):
    built = build(town, STREET, Size(count=6), now=now)
    assert built.cells == {COMMUNITY: 6, SECOND: 6}
    cells = grids.active_cells(town, STREET)
    for community in (COMMUNITY, SECOND):
        shapes = [shape_of(cell.boundary) for cell in cells.values() if cell.community_code == community]
        assert unary_union(shapes).symmetric_difference(SQUARES[community]).area < 1e-15
        assert sum(shape.area for shape in shapes) == pytest.approx(SQUARES[community].area, rel=1e-12)


def test_codes_go_on_counting_and_never_come_back(town, now):
    build(town, STREET, Size(count=3), now=now)
    assert codes(town) == [COMMUNITY + "003", COMMUNITY + "004", COMMUNITY + "005", SECOND + "001", SECOND + "002", SECOND + "003"]
    assert not {WEST, EAST} & set(codes(town))
    assert [(grid.version, grid.status) for grid in town.scalars(select(Grid).order_by(Grid.version))] == [(1, "retired"), (2, "active")]


def test_cells_have_names_in_two_languages(town, now):
    build(town, STREET, Size(count=2), now=now)
    cell = grids.active_cells(town, STREET)[SECOND + "001"]
    assert (cell.name, cell.name_en) == ("第01网格", "Cell 01")


def test_the_same_cut_again_makes_no_version(town, now):
    build(town, STREET, Size(count=3), now=now)
    before = codes(town)
    assert build(town, STREET, Size(count=3), now=now).grid is None
    assert codes(town) == before


def test_a_community_that_comes_out_the_same_keeps_its_cells(town, now):
    build(town, STREET, Size(count=3), now=now)
    before = grids.active_cells(town, STREET)
    narrower = stored_area(SQUARES[SECOND].buffer(-0.001, join_style="mitre"))
    town.execute(update(Community).where(Community.code == SECOND).values(boundary=narrower))
    town.expire_all()
    build(town, STREET, Size(count=3), now=now)
    after = grids.active_cells(town, STREET)
    kept = [code for code in after if code.startswith(COMMUNITY)]
    assert [after[code].lineage for code in kept] == [before[code].lineage for code in kept]
    assert [code for code in after if code.startswith(SECOND)] == [SECOND + "004", SECOND + "005", SECOND + "006"]


def test_a_draft_waits_until_it_is_activated(town, now):
    built = build(town, STREET, Size(count=3), now=now, draft=True)
    assert codes(town) == [WEST, EAST]
    grids.activate(town, grids.draft(town, STREET, built.grid.version), now=now)
    assert len(codes(town)) == 6
    with pytest.raises(NotFound):
        grids.draft(town, STREET, built.grid.version)


def test_the_target_area_says_how_many(town, now):
    # A community is some 955 by 1109 m.
    assert build(town, STREET, Size(target_area_m2=100_000), now=now).cells == {COMMUNITY: 11, SECOND: 11}


def test_households_say_how_many_and_where(town, now):
    town.execute(update(Community).values(households=900))
    for number, lng in enumerate((121.4005, 121.4010, 121.4015)):
        town.add(Place(code=f"B{number}", kind="building", name="楼", community_code=COMMUNITY, households=300, point=stored_point(Wgs84(lng, 31.105))))
    town.flush()
    assert build(town, STREET, Size(households=300), now=now).cells == {COMMUNITY: 3, SECOND: 3}
    found = [areas.locate(town, Wgs84(lng, 31.105)).cell.code for lng in (121.4005, 121.4010, 121.4015)]
    assert len(set(found)) == 3


def put(session, code, kind, shape, **facts):
    session.add(Place(code=code, kind=kind, name=code, community_code=COMMUNITY, boundary=stored_area(shape), **facts))
    session.flush()


def holding(session, shape):
    """Cells that have ground of it."""
    cells = grids.active_cells(session, STREET).values()
    return [cell for cell in cells if shape_of(cell.boundary).intersection(shape).area > 1e-12]


def test_new_cells_know_the_households_of_their_buildings(town, now):
    town.execute(update(Community).where(Community.code == SECOND).values(boundary=None))
    for number, lng in enumerate((121.402, 121.408)):
        put(town, f"B{number}", "building", Point(lng, 31.105).buffer(0.0001), households=100 + number)
    built = build(town, STREET, Size(households=100), now=now, draft=True)
    assert built.grid is not None
    found = {cell.code: cell.households for cell in town.scalars(select(Cell).where(Cell.grid_id == built.grid.id))}
    assert [found[code] for code in sorted(found) if code.startswith(COMMUNITY)] == [100, 101]


@pytest.mark.parametrize(("households", "size", "count"), [(900, 300, 3), (130, 100, 1), (140, 100, 2), (20, 100, 1), (1030, 100, 10)])
def test_the_count_comes_as_near_to_the_wanted_households_as_it_can(town, now, households, size, count):
    town.execute(update(Community).values(households=households))
    assert build(town, STREET, Size(households=size), now=now).cells[COMMUNITY] == count


def test_the_buildings_say_how_many_live_there_when_the_community_does_not(town, now):
    town.execute(update(Community).where(Community.code == SECOND).values(boundary=None))
    put(town, "C1", "compound", box(121.401, 31.101, 121.404, 31.104), households=999)
    compound = town.scalar(select(Place.id).where(Place.code == "C1"))
    for number, lng in enumerate((121.4015, 121.403)):
        put(town, f"B{number}", "building", Point(lng, 31.1025).buffer(0.0001), households=100, parent_id=compound)
    put(town, "C2", "compound", box(121.406, 31.106, 121.408, 31.108), households=100)
    assert build(town, STREET, Size(households=100), now=now).cells == {COMMUNITY: 3}
    whole = [holding(town, box(121.401, 31.101, 121.404, 31.104)), holding(town, box(121.406, 31.106, 121.408, 31.108))]
    assert [len(cells) for cells in whole] == [1, 1]


def test_a_place_that_has_ended_counts_for_nothing(town, now):
    """Neither its households nor its outline: the house was pulled down."""
    town.execute(update(Community).where(Community.code == SECOND).values(households=None))
    middle = SQUARES[SECOND].centroid
    town.add(Place(code="GONE", kind="building", name="旧楼", community_code=SECOND, households=500, ended_at=now,
                   point=stored_point(Wgs84(middle.x, middle.y)), boundary=stored_area(middle.buffer(0.0005))))
    town.flush()
    assert not cell_ground.homes(town, SECOND) and cell_ground.whole_shapes(town, SECOND) == []


def test_a_cell_comes_from_the_cells_whose_ground_it_took(town, now):
    before = {code: str(cell.lineage) for code, cell in grids.active_cells(town, STREET).items()}
    build(town, STREET, Size(count=1), now=now)
    after = grids.active_cells(town, STREET)
    assert sorted(after[COMMUNITY + "003"].descends_from) == sorted([before[WEST], before[EAST]])
    assert after[SECOND + "001"].descends_from == []


def test_borders_follow_a_road(town, now):
    road = LineString([(121.39, 31.1034), (121.42, 31.1034)])
    build(town, STREET, Size(count=3), now=now, lines=[road])
    south, north = box(121.4, 31.1, 121.41, 31.1034), box(121.4, 31.1034, 121.41, 31.11)
    assert {len(holding(town, south)), len(holding(town, north))} == {1, 2}


HOUSE = box(121.4045, 31.104, 121.4055, 31.106)


def test_a_building_stays_whole_until_somebody_says_why_not(town, now):
    put(town, "B1", "building", HOUSE)
    build(town, STREET, Size(count=2), now=now)
    assert len(holding(town, HOUSE)) == 1
    grid = build(town, STREET, Size(count=2), now=now, may_split={"B1": " 两个门洞分属两格 "}).grid
    assert len(holding(town, HOUSE)) == 2
    assert [(reason["kind"], reason["subject"], reason["reason"]) for reason in grid.reasons] == [("building_split", "B1", "两个门洞分属两格")]


def test_a_reason_that_was_not_needed_is_not_kept(town, now):
    put(town, "B1", "building", box(121.4005, 31.1005, 121.4006, 31.1006))
    assert build(town, STREET, Size(count=2), now=now, may_split={"B1": "扩建"}).grid.reasons == []


def test_a_building_that_sticks_out_of_its_compound_stays_with_it(town, now):
    put(town, "C1", "compound", box(121.4042, 31.104, 121.4050, 31.106))
    put(town, "B1", "building", box(121.4045, 31.1045, 121.40535, 31.105))
    build(town, STREET, Size(count=2), now=now)
    assert {len(holding(town, shape_of(shape))) for shape in town.scalars(select(Place.boundary))} == {1}


@pytest.mark.parametrize(("may_split", "code"), [({"B9": "因为"}, "place_unknown"), ({"B1": " "}, "reason_missing")])
def test_what_may_be_split_is_a_place_with_a_reason(town, now, may_split, code):
    put(town, "B1", "building", HOUSE)
    with pytest.raises(Invalid) as raised:
        build(town, STREET, Size(count=2), now=now, may_split=may_split)
    assert raised.value.code == code


def test_a_compound_with_a_boundary_stays_in_one_cell(town, now):
    compound = SQUARES[COMMUNITY].buffer(-0.004)
    town.add(Place(code="C1", kind="compound", name="绿苑", community_code=COMMUNITY, boundary=stored_area(compound)))
    town.flush()
    build(town, STREET, Size(count=4), now=now)
    touched = [cell for cell in grids.active_cells(town, STREET).values() if shape_of(cell.boundary).intersection(compound).area > 1e-12]
    assert len(touched) == 1


def test_a_community_without_boundary_is_named_and_keeps_its_cells(town, now):
    town.execute(update(Community).where(Community.code == COMMUNITY).values(boundary=None))
    built = build(town, STREET, Size(count=2), now=now)
    assert built.not_cut == [COMMUNITY]
    assert codes(town) == [WEST, EAST, SECOND + "001", SECOND + "002"]


@pytest.mark.parametrize(("size", "code"), [({"count": 1000}, "too_many_cells"), ({"households": 10}, "households_unknown")])
def test_a_cut_that_cannot_be_says_why_and_changes_nothing(town, now, size, code):
    with pytest.raises(Invalid) as raised:
        build(town, STREET, Size(**size), now=now)
    assert raised.value.code == code
    assert codes(town) == [WEST, EAST]


def test_numbers_that_run_out_are_an_error(town, now):
    town.execute(update(Community).where(Community.code != COMMUNITY).values(boundary=None))
    last = grids.CellPlan(COMMUNITY + "998", COMMUNITY, "末", stored_area(SQUARES[COMMUNITY]))
    grids.add_grid(town, STREET, [last], now=now)
    with pytest.raises(Invalid) as raised:
        build(town, STREET, Size(count=2), now=now)
    assert raised.value.code == "too_many_cells"


@pytest.mark.parametrize("size", [{}, {"count": 0}, {"count": 2, "households": 3}, {"target_area_m2": -1.0}])
def test_a_size_is_exactly_one_positive_number(size):
    with pytest.raises(Invalid):
        Size(**size)


def test_streets_that_cannot_be_cut_are_named(session, town, now):
    with pytest.raises(NotFound):
        build(session, "310199009", Size(count=2), now=now)
    session.execute(update(Community).values(boundary=None))
    session.expire_all()
    with pytest.raises(Invalid) as raised:
        build(session, STREET, Size(count=2), now=now)
    assert raised.value.code == "nothing_to_cut"
