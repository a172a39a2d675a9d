"""Which cell, community and street own a point."""

import uuid

import numpy as np
import pytest
from shapely import box

from geo.coords import Gcj02, Wgs84, to_gcj02
from gridops.errors import NotFound
from gridops.models import Cell, Community, Grid, Street
from gridops.services import area_map, areas
from gridops.services.shapes import stored_area


def draw(west, south, east, north):
    return stored_area(box(west, south, east, north))


@pytest.fixture
def town(session, now):
    """Two streets side by side on 121.40–121.42: the west one with a community of two cells, the east one with nothing below."""
    session.add_all([
        Street(code="310199001", name="西街道", name_en="West", boundary=draw(121.40, 31.10, 121.41, 31.12)),
        Street(code="310199002", name="东街道", boundary=draw(121.41, 31.10, 121.42, 31.12)),
    ])
    session.flush()
    session.add_all([
        Community(code="310199001001", street_code="310199001", name="甲社区", households=900, boundary=draw(121.40, 31.10, 121.41, 31.11)),
        Community(code="310199001002", street_code="310199001", name="乙社区", boundary=draw(121.40, 31.11, 121.41, 31.12)),
    ])
    session.flush()
    return add_grid(session, now, version=1, status="active")


def add_grid(session, now, *, version, status, codes=("310199001001001", "310199001001002")):
    grid = Grid(street_code="310199001", version=version, status=status, created_at=now)
    session.add(grid)
    session.flush()
    boxes = [draw(121.40, 31.10, 121.405, 31.11), draw(121.405, 31.10, 121.41, 31.11)]
    cells = zip(codes, boxes, strict=True)
    session.add_all(
        Cell(grid_id=grid.id, community_code="310199001001", code=code, lineage=uuid.uuid4(), name=f"网格{code[-2:]}", boundary=shape)
        for code, shape in cells
    )
    session.flush()
    return grid


def codes_at(session, lng, lat):
    found = areas.locate(session, Wgs84(lng, lat))
    return found.street.code, found.community and found.community.code, found.cell and found.cell.code


def test_a_point_belongs_to_its_cell_community_and_street(session, town):
    assert codes_at(session, 121.402, 31.105) == ("310199001", "310199001001", "310199001001001")


def test_a_community_without_cells_and_a_street_without_communities_still_locate(session, town):
    assert codes_at(session, 121.405, 31.115) == ("310199001", "310199001002", None)
    assert codes_at(session, 121.415, 31.105) == ("310199002", None, None)


def test_the_area_code_of_a_location_is_its_deepest(session, town):
    assert areas.locate(session, Wgs84(121.402, 31.105)).area_code == "310199001001001"
    assert areas.locate(session, Wgs84(121.415, 31.105)).area_code == "310199002"


@pytest.mark.parametrize(("lng", "lat", "owner"), [
    (121.405, 31.105, "310199001001001"),  # between two cells
    (121.40, 31.10, "310199001001001"),  # a corner of the street
    (121.41, 31.105, "310199001001002"),  # between two streets: the side that knows its cell
    (121.41, 31.115, "310199001002"),
])
def test_a_point_on_a_border_has_one_owner(session, town, lng, lat, owner):
    assert areas.locate(session, Wgs84(lng, lat)).area_code == owner


def test_a_point_in_no_street_hears_the_nearest_cell_and_how_far_it_is(session, town):
    found = areas.locate(session, Wgs84(121.39, 31.105))
    assert isinstance(found, areas.Outside)
    assert found.nearest.code == "310199001001001"
    assert found.distance_m == pytest.approx(954, abs=3)


def test_an_installation_without_areas_has_no_nearest(session):
    assert areas.locate(session, Wgs84(121.4, 31.1)) == areas.Outside(None, None)


def test_a_point_of_a_chinese_map_is_converted_first(session, town):
    shifted = to_gcj02(Wgs84(121.4051, 31.105))
    assert areas.locate(session, shifted).cell.code == "310199001001002"
    assert areas.locate(session, Gcj02(121.4051, 31.105)).cell.code == "310199001001001"


def test_many_points_get_the_answers_of_single_ones(session, town):
    points = np.array([(121.402, 31.105), (121.405, 31.115), (121.415, 31.105), (121.39, 31.105)])
    single = [areas.locate(session, Wgs84(*point)) for point in points]
    assert areas.locate_many(session, points) == [*single[:3], None]


def test_a_new_active_grid_is_seen_at_once_and_a_draft_is_not(session, town, now):
    codes = ("310199001001003", "310199001001004")
    draft = add_grid(session, now, version=2, status="draft", codes=codes)
    assert areas.locate(session, Wgs84(121.402, 31.105)).area_code == "310199001001001"
    town.status = "retired"
    session.flush()
    draft.status = "active"
    assert areas.locate(session, Wgs84(121.402, 31.105)).area_code == "310199001001003"
    assert areas.find_area(session, "310199001001001") is None


def test_what_is_rolled_back_is_forgotten(session, town):
    savepoint = session.begin_nested()
    session.get(Street, "310199002").name = "改名街道"
    assert areas.area_name(session, "310199002") == "改名街道"
    savepoint.rollback()
    assert areas.area_name(session, "310199002") == "东街道"


def test_names_follow_the_language_and_fall_back(session, town):
    assert areas.area_name(session, "310199001", "en") == "West"
    assert areas.area_name(session, "310199002", "en") == "东街道"
    assert areas.area_name(session, "999") == "999"


def test_children_are_the_next_level_down(session, town):
    assert [area.code for area in areas.children(session, "310199001")] == ["310199001001", "310199001002"]
    assert [area.code for area in areas.children(session, "310199001001")] == ["310199001001001", "310199001001002"]
    assert areas.children(session, "310199001001001") == []
    with pytest.raises(NotFound):
        areas.children(session, "310199009")


def test_a_map_shows_the_area_and_all_active_areas_below(session, town, now):
    add_grid(session, now, version=2, status="draft", codes=("310199001001003", "310199001001004"))
    features = area_map.geojson(session, "310199001001")["features"]
    assert [feature["properties"]["code"] for feature in features] == ["310199001001", "310199001001001", "310199001001002"]
    assert features[0]["properties"]["households"] == 900
    assert features[0]["geometry"]["type"] == "MultiPolygon"
