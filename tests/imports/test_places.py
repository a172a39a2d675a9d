"""Compounds, buildings and yards from files."""

import pytest
from shapely import Point, box
from sqlalchemy import select
from tests.imports.own_files import COMMUNITY, EAST, SECOND, WEST, collection, counts, faults, table

from geo.coords import Wgs84, to_gcj02
from gridops.models import Place
from gridops.services import grids
from gridops.services.imports.places import import_places
from gridops.services.imports.readers import read_geojson
from gridops.services.shapes import point_of, shape_of

GREEN, TOWER = box(121.403, 31.102, 121.407, 31.104), (121.404, 31.103)


def place(code, shape, **properties):
    return {"type": "Feature", "properties": {"code": code, **properties}, "geometry": shape.__geo_interface__}


def compound_and_building():
    compound = place("C1", GREEN, kind="compound", name="绿苑", aliases=["绿园", "Green"], households=200)
    return read_geojson(collection(place("B1", Point(TOWER), kind="building", name="1号楼", parent="C1", households=80), compound))


def stored(session, code):
    return session.scalar(select(Place).where(Place.code == code))


def test_a_compound_may_span_cells_and_its_building_belongs_to_one(town, now):
    assert counts(import_places(town, compound_and_building(), now=now, crs="wgs84")) == (2, 0, 0)
    compound, building = stored(town, "C1"), stored(town, "B1")
    assert (compound.community_code, compound.cell_lineage, compound.aliases) == (COMMUNITY, None, ["绿园", "Green"])
    assert building.parent_id == compound.id
    assert building.cell_lineage == grids.active_cells(town, COMMUNITY[:9])[WEST].lineage
    assert shape_of(compound.boundary).equals(GREEN)


def test_the_same_file_again_changes_nothing(town, now):
    import_places(town, compound_and_building(), now=now, crs="wgs84")
    assert counts(import_places(town, compound_and_building(), now=now, crs="wgs84")) == (0, 0, 2)


def test_a_column_that_the_file_lacks_leaves_what_is_stored(town, now):
    import_places(town, compound_and_building(), now=now, crs="wgs84")
    assert counts(import_places(town, table("code,kind,name\nB1,building,甲楼"), now=now)) == (0, 1, 0)
    building = stored(town, "B1")
    assert (building.name, building.households, building.parent_id) == ("甲楼", 80, stored(town, "C1").id)
    assert point_of(building.point) == Wgs84(*TOWER)


def test_a_place_belongs_where_its_row_says_or_its_point_lies(town, now):
    shifted = to_gcj02(Wgs84(121.408, 31.105))
    report = import_places(town, table(f"""
        code,kind,name,community,cell,lng,lat,crs
        A,building,a,,{EAST},,,
        B,building,b,,,{shifted.lng!r},{shifted.lat!r},gcj02
        C,building,c,{SECOND},,,,
        """), now=now)
    assert counts(report) == (3, 0, 0)
    east = grids.active_cells(town, COMMUNITY[:9])[EAST].lineage
    assert [stored(town, code).cell_lineage for code in "ABC"] == [east, east, None]
    assert stored(town, "C").community_code == SECOND


@pytest.mark.parametrize(("line", "fault"), [
    ("A,building,a,,,,121.39,31.1,wgs84", (2, "lng", "outside")), ("A,building,a,,,,121.404,31.103,", (2, "crs", "missing_crs")),
    ("A,building,a,,,,121.404,,wgs84", (2, "lng", "bad_coordinate")), ("A,building,a,,,,121.404,31.103,utm", (2, "crs", "bad_crs")),
    ("A,castle,a,310199001001,,,,,", (2, "kind", "bad_choice")), ("A,building,a,310199001009,,,,,", (2, "community", "unknown_area")),
    ("A,building,a,,310199001,,,,", (2, "cell", "unknown_area")), ("A,building,a,,,C9,,,", (2, "parent", "unknown_place")),
    ("A,building,a,,,,,,", (2, "community", "missing_value")), ("A B,building,a,310199001001,,,,,", (2, "code", "bad_code")),
    ("A,building,a,310199001002,310199001001001,,,,", (2, "cell", "wrong_parent")),
    ("A,building,a,310199001001,,,,,\nA,building,b,310199001001,,,,,", (3, "code", "duplicate_row")),
])
def test_a_bad_row_is_named_and_nothing_is_written(town, now, line, fault):
    header = "code,kind,name,community,cell,parent,lng,lat,crs"
    report = import_places(town, table(f"{header}\n{line}\nZ,yard,z,{COMMUNITY},,,,,"), now=now)
    assert fault in faults(report)
    assert town.scalars(select(Place)).all() == []
