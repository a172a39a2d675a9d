"""Cutting a street into cells."""

import pytest
from shapely import unary_union
from sqlalchemy import select, update
from tests.imports.own_files import COMMUNITY, EAST, SECOND, SQUARES, STREET, WEST

from geo.coords import Wgs84
from gridops.errors import Invalid, NotFound
from gridops.models import Community, Grid, Place
from gridops.services import areas, grids
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
