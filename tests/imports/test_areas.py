"""Streets, communities and cells from files."""

from datetime import timedelta

import pytest
from shapely import Polygon, box
from shapely.geometry import mapping
from sqlalchemy import func, select
from tests.imports.own_files import COMMUNITY, EAST, SECOND, SQUARES, STREET, WEST, collection, counts, faults, feature, shapes, table, whole_town

from geo.coords import Wgs84, to_gcj02
from gridops.models import Cell, Community, Grid, Place, Street
from gridops.services import areas, cell_building, grids
from gridops.services.imports import stand_ins
from gridops.services.imports.areas import import_areas
from gridops.services.imports.readers import read_geojson
from gridops.services.shapes import shape_of, stored_point


def load(session, features, now, **options):
    return import_areas(session, features, now=now, **{"crs": "wgs84", **options})


def versions(session):
    return [(grid.version, grid.status) for grid in session.scalars(select(Grid).order_by(Grid.version))]


def test_a_file_makes_a_street_with_communities_and_an_active_grid(town):
    assert versions(town) == [(1, "active")]
    assert areas.locate(town, Wgs84(121.402, 31.105)).area_code == WEST
    assert town.get(Street, STREET).timezone == "Asia/Shanghai"


def test_the_same_file_again_changes_nothing(town, now):
    assert counts(load(town, whole_town(), now + timedelta(days=1))) == (0, 0, 5)
    assert versions(town) == [(1, "active")]


def test_names_and_households_are_corrected_without_a_new_version(town, now):
    report = load(town, table(f"code,level,name,households\n{WEST},cell,西格,321\n{COMMUNITY},社区,新名,900"), now)
    assert counts(report) == (0, 2, 0)
    assert versions(town) == [(1, "active")]
    assert areas.find_area(town, WEST).households == 321
    assert areas.area_name(town, COMMUNITY) == "新名"


def test_a_column_that_the_file_lacks_leaves_what_is_stored(town, now):
    load(town, table(f"code,level,name,households\n{COMMUNITY},community,甲,900"), now)
    load(town, table(f"code,level,name\n{COMMUNITY},community,乙"), now)
    assert town.get(Community, COMMUNITY).households == 900
    load(town, table(f"code,level,name,households\n{COMMUNITY},community,乙,"), now)
    assert town.get(Community, COMMUNITY).households is None


def test_other_shapes_of_cells_make_a_new_version_and_lineages_go_on(town, now):
    before = grids.active_cells(town, STREET)
    north, south = box(121.40, 31.105, 121.41, 31.11), box(121.40, 31.10, 121.41, 31.105)
    report = load(town, shapes(feature(WEST, north), feature(EAST, south)), now)
    assert counts(report) == (0, 2, 0)
    assert versions(town) == [(1, "retired"), (2, "active")]
    assert grids.active_cells(town, STREET)[WEST].lineage == before[WEST].lineage
    assert areas.locate(town, Wgs84(121.402, 31.109)).area_code == WEST


def test_communities_that_the_file_does_not_speak_of_keep_their_cells(town, now):
    report = load(town, shapes(feature(SECOND + "001", SQUARES[SECOND])), now)
    assert counts(report) == (1, 0, 0)
    assert list(grids.active_cells(town, STREET)) == [WEST, EAST, SECOND + "001"]


def test_cells_missing_from_their_communitys_file_end_and_are_named(town, now):
    report = load(town, shapes(feature(WEST, SQUARES[COMMUNITY])), now)
    assert counts(report) == (0, 2, 0)
    assert f"ended: {EAST}" in report.notes[0]
    assert list(grids.active_cells(town, STREET)) == [WEST]


def test_a_code_never_comes_back_for_another_cell(town, now):
    load(town, shapes(feature(WEST, SQUARES[COMMUNITY])), now)
    report = load(town, shapes(feature(WEST), feature(EAST)), now)
    assert faults(report) == [(2, "code", "code_reused")]
    assert versions(town) == [(1, "retired"), (2, "active")]


def test_buildings_of_an_ended_cell_move_to_the_cell_that_holds_them(town, now):
    ended = grids.active_cells(town, STREET)[EAST].lineage
    town.add(Place(code="B1", kind="building", name="1号楼", community_code=COMMUNITY, cell_lineage=ended, point=stored_point(Wgs84(121.408, 31.105))))
    load(town, shapes(feature(WEST, SQUARES[COMMUNITY])), now)
    assert town.scalar(select(Place.cell_lineage)) == grids.active_cells(town, STREET)[WEST].lineage


def test_shapes_of_a_chinese_map_are_converted(session, now):
    square = box(121.40, 31.10, 121.41, 31.12)
    shifted = Polygon([(p.lng, p.lat) for p in (to_gcj02(Wgs84(*xy)) for xy in square.exterior.coords)])
    load(session, shapes(feature(STREET, shifted)), now, crs="gcj02")
    stored = shape_of(session.get(Street, STREET).boundary)
    assert stored.symmetric_difference(square).area < 1e-12


def test_a_coordinate_system_is_never_guessed(session, now):
    assert faults(load(session, shapes(feature(STREET)), now, crs=None)) == [(1, "crs", "missing_crs")]
    assert faults(load(session, shapes(feature(STREET, crs="gcj")), now, crs=None)) == [(1, "geometry", "bad_crs")]
    assert counts(load(session, shapes(feature(STREET, crs="wgs84")), now, crs=None)) == (1, 0, 0)


def test_a_boundary_that_crosses_itself_is_named_with_its_place(session, now):
    bow = Polygon([(121.4, 31.1), (121.41, 31.11), (121.41, 31.1), (121.4, 31.11)])
    report = load(session, shapes(feature(STREET), feature("310199002", bow)), now)
    assert faults(report) == [(2, "geometry", "self_crossing")]
    assert "121.405000 31.105000" in report.errors[0].message
    assert session.scalar(select(func.count()).select_from(Street)) == 0


def broken(code, **geometry):
    return {**feature(code, False), "geometry": geometry}


@pytest.mark.parametrize(("features", "fault"), [
    ([feature(STREET, level="village")], (1, "level", "bad_choice")),
    ([feature("31019900", SQUARES[STREET], level="street")], (1, "code", "bad_code")),
    ([feature(STREET, level="community")], (1, "code", "bad_code")),
    ([feature(STREET, name="")], (1, "name", "missing_value")),
    ([feature(STREET, name="长" * 201)], (1, "name", "too_long")),
    ([feature(STREET, timezone="Asia/Nowhere")], (1, "timezone", "bad_timezone")),
    ([feature(STREET), feature(STREET)], (2, "code", "duplicate_row")),
    ([feature(STREET), feature("310199002001", SQUARES[COMMUNITY])], (2, "code", "unknown_parent")),
    ([feature(STREET), feature(COMMUNITY, households="many")], (2, "households", "not_a_number")),
    ([feature(STREET), feature(COMMUNITY, kind="castle")], (2, "kind", "bad_choice")),
    ([feature(STREET), feature(COMMUNITY), feature(WEST, False)], (3, "geometry", "missing_shape")),
    ([broken(STREET, type="Point", coordinates=[121.4, 31.1])], (1, "geometry", "not_a_polygon")),
    ([broken(STREET, type="Polygon", coordinates=[[[999, 1], [2, 2], [3, 1], [999, 1]]])], (1, "geometry", "bad_coordinate")),
    ([feature(STREET, takes_unlocated=1), feature("310199002", SQUARES[SECOND], takes_unlocated=1)], (2, "takes_unlocated", "duplicate_row")),
    ([feature(STREET, takes_unlocated="maybe")], (1, "takes_unlocated", "not_a_flag")),
])
def test_a_bad_row_is_named_and_nothing_is_written(session, now, features, fault):
    report = load(session, shapes(*features), now)
    assert fault in faults(report)
    assert counts(report) == (0, 0, 0)
    assert session.scalar(select(func.count()).select_from(Street)) == 0


def test_every_missing_column_is_named(session, now):
    assert faults(load(session, table("code,village\n1,2"), now)) == [(0, "level", "missing_column"), (0, "name", "missing_column")]


def test_a_street_that_takes_unlocated_reports_takes_over(town, now):
    load(town, shapes(feature(STREET, takes_unlocated=1)), now)
    load(town, shapes(feature("310199002", SQUARES[SECOND], takes_unlocated=1)), now)
    assert town.scalars(select(Street.code).where(Street.takes_unlocated)).all() == ["310199002"]


def unnumbered(*names):
    features = [{"type": "Feature", "properties": {"name": name}, "geometry": mapping(box(121 + i, 31, 121.5 + i, 32))} for i, name in enumerate(names)]
    return read_geojson(collection(*features)).renamed({}, {"level": "street"})


def test_streets_without_codes_get_provisional_ones_and_the_same_again(session, now):
    assert counts(load(session, unnumbered("甲", "乙", "甲"), now, assign_codes="310199")) == (3, 0, 0)
    assert counts(load(session, unnumbered("甲", "乙", "甲"), now, assign_codes="310199")) == (0, 0, 3)
    load(session, unnumbered("丙", "甲", "乙", "甲"), now, assign_codes="310199")
    names = dict(session.execute(select(Street.code, Street.name)).all())
    assert names == {"310199001": "甲", "310199002": "乙", "310199003": "甲", "310199004": "丙"}


def test_a_street_without_communities_gets_one_that_stands_in(session, now):
    for _ in range(2):
        report = load(session, shapes(feature(STREET)), now, stand_in_community=True)
    assert counts(report) == (0, 0, 2)
    community = session.scalars(select(Community)).one()
    assert (community.code, community.name) == (STREET + "900", f"名{STREET}")
    assert areas.locate(session, Wgs84(121.405, 31.115)).area_code == STREET + "900"


def large():
    """150 km²: 1,500 cells of the smallest size."""
    return shapes(feature(STREET, box(121.40, 31.10, 121.53, 31.21), name_en="Large"))


def test_a_street_too_large_for_three_digits_gets_several(session, now):
    assert counts(load(session, large(), now, stand_in_community=True)) == (3, 0, 0)
    assert counts(load(session, large(), now, stand_in_community=True)) == (0, 0, 3)
    found = session.scalars(select(Community).order_by(Community.code)).all()
    assert [(one.code, one.name, one.name_en) for one in found] == [
        (STREET + "900", f"名{STREET}第1片", "Large, part 1"), (STREET + "901", f"名{STREET}第2片", "Large, part 2")]
    one, other = (shape_of(community.boundary) for community in found)
    assert one.union(other).symmetric_difference(box(121.40, 31.10, 121.53, 31.21)).area < 1e-12 > one.intersection(other).area
    cells = cell_building.plan_street(session, STREET, cell_building.Size(target_area_m2=stand_ins.CELL_M2)).plans
    assert len(cells) == pytest.approx(1500, rel=0.02)


def test_communities_that_stand_in_stay_as_many(session, now):
    load(session, shapes(feature(STREET)), now, stand_in_community=True)
    load(session, large(), now, stand_in_community=True)
    assert session.scalars(select(Community.code)).all() == [STREET + "900"]


def test_no_community_stands_in_where_real_ones_are(town, now):
    load(town, whole_town(), now, stand_in_community=True)
    assert town.scalar(select(func.count()).select_from(Community)) == 2


def test_cells_of_a_retired_grid_stay_for_the_tickets_that_have_them(town, now):
    load(town, shapes(feature(WEST, SQUARES[COMMUNITY])), now)
    assert town.scalar(select(func.count()).select_from(Cell).where(Cell.code == EAST)) == 1


@pytest.mark.parametrize(("given", "kept"), [("#C8102E", "#c8102e"), ("c8102e", "#c8102e"), ("", None)])
def test_a_street_has_the_colour_of_its_posters(town, now, given, kept):
    assert not load(town, table(f"code,level,name,colour\n{STREET},street,甲,{given}"), now).errors
    assert town.get(Street, STREET).colour == kept


def test_what_is_no_colour_is_refused(town, now):
    report = load(town, table(f"code,level,name,colour\n{STREET},street,甲,green"), now)
    assert [(row.column, row.code) for row in report.errors] == [("colour", "bad_colour")]
