"""A street's own list of addresses: names and points, the rest is made."""

import pytest
from sqlalchemy import select
from tests.imports.own_files import COMMUNITY, EAST, SECOND, WEST, collection, counts, faults, table

from geo.coords import Wgs84, to_gcj02
from gridops.models import Place, PlaceTerm
from gridops.services import grids, place_search
from gridops.services.imports.addresses import import_addresses
from gridops.services.imports.places import import_places
from gridops.services.imports.readers import read_geojson

LIST = """
    name,address,lng,lat
    共富花园,共富路228弄,121.404,31.103
    聚科大厦,桂平路333号,121.408,31.105
    北苑,共富路300弄,121.404,31.115
    """


def stored(session, name):
    return session.scalars(select(Place).where(Place.name == name)).one()


def add(session, now, text, **options):
    return import_addresses(session, table(text), now=now, **({"crs": "wgs84"} | options))


def test_community_cell_kind_and_code_are_made(town, now):
    report = add(town, now, LIST)
    assert (counts(report), report.notes) == ((3, 0, 0), ["kind not given, taken from the address: 1 building, 2 compound"])
    green, tower, north = (stored(town, name) for name in ("共富花园", "聚科大厦", "北苑"))
    assert (green.kind, green.community_code, green.cell_lineage) == ("compound", COMMUNITY, None)
    assert (tower.kind, tower.cell_lineage) == ("building", grids.active_cells(town, COMMUNITY[:9])[EAST].lineage)
    assert north.community_code == SECOND
    assert len({green.code, tower.code, north.code}) == 3


def test_the_same_list_again_changes_nothing_and_a_new_point_is_a_change(town, now):
    add(town, now, LIST)
    codes = set(town.scalars(select(Place.code)))
    assert counts(add(town, now, LIST)) == (0, 0, 3)
    assert counts(add(town, now, LIST.replace("121.408,31.105", "121.408,31.115"))) == (0, 1, 2)
    assert (set(town.scalars(select(Place.code))), stored(town, "聚科大厦").community_code) == (codes, SECOND)


def test_what_was_known_under_a_code_of_the_streets_own_is_known_again(town, now):
    import_places(town, table(f"code,kind,name,address,community\nOWN-1,yard,聚科大厦,桂平路 333 号,{COMMUNITY}"), now=now)
    assert counts(add(town, now, LIST)) == (2, 1, 0)
    assert (stored(town, "聚科大厦").code, stored(town, "聚科大厦").kind) == ("OWN-1", "yard")


def test_points_in_gcj02_are_moved_before_they_are_located(town, now):
    """A kilometre beyond the border as they stand, inside once converted."""
    shifted = to_gcj02(Wgs84(121.4095, 31.1095))
    report = add(town, now, f"name,lng,lat\n甲楼,{shifted.lng!r},{shifted.lat!r}", crs="gcj02")
    assert (counts(report), stored(town, "甲楼").community_code) == ((1, 0, 0), COMMUNITY)
    assert faults(add(town, now, f"name,lng,lat\n乙楼,{shifted.lng!r},{shifted.lat!r}")) == [(2, "lng", "outside")]


def test_a_compound_column_gathers_buildings_and_makes_the_compound(town, now):
    text = """
        name,address,compound,households,lng,lat
        1号楼,共富路228弄1号,共富花园,40,121.404,31.103
        2号楼,共富路228弄2号,共富花园,50,121.408,31.103
        3号楼,共富路228弄3号,共富花园小区,60,121.403,31.103
        """
    assert counts(add(town, now, text)) == (4, 0, 0)
    compound, second = stored(town, "共富花园"), stored(town, "2号楼")
    assert (compound.kind, compound.community_code, compound.cell_lineage) == ("compound", COMMUNITY, None)
    assert (second.parent_id, second.households, second.kind) == (compound.id, 50, "building")
    cells = grids.active_cells(town, COMMUNITY[:9])
    assert (stored(town, "1号楼").cell_lineage, second.cell_lineage) == (cells[WEST].lineage, cells[EAST].lineage)
    assert counts(add(town, now, text)) == (0, 0, 4)
    assert place_search.search(town, "共富花园2号", prefixes=None)[0].code == second.code


def test_an_existing_compound_is_joined(town, now):
    import_places(town, table(f"code,kind,name,community\nC1,compound,共富花园,{COMMUNITY}"), now=now)
    assert counts(add(town, now, "name,compound,lng,lat\n1号楼,共富花园,121.404,31.103")) == (1, 0, 1)
    assert stored(town, "1号楼").parent_id == stored(town, "共富花园").id


def test_chinese_headings_and_kinds(town, now):
    report = add(town, now, "名称,地址,经度,纬度,坐标系,类型,户数,别名\n南院,南路1号,121.404,31.103,wgs84,院落,7,老院;南大院", crs=None)
    place = stored(town, "南院")
    assert (counts(report), place.kind, place.households, place.aliases) == ((1, 0, 0), "yard", 7, ["老院", "南大院"])


def test_geojson_points(town, now):
    point = {"type": "Feature", "properties": {"name": "甲楼"}, "geometry": {"type": "Point", "coordinates": [121.404, 31.103]}}
    assert counts(import_addresses(town, read_geojson(collection(point)), now=now, crs="wgs84")) == (1, 0, 0)


FAR = "远方大厦,共富路1号,121.5,31.103"


def test_a_row_outside_every_street_is_named_with_its_distance_and_refused_or_left_out(town, now):
    refused = add(town, now, LIST + FAR)
    assert (faults(refused), counts(refused), town.scalars(select(Place)).all()) == ([(5, "lng", "outside")], (0, 0, 0), [])
    assert "8.6 km from" in refused.errors[0].message
    report = add(town, now, LIST + FAR, skip_outside=True)
    assert counts(report) == (3, 0, 0)
    assert report.notes[0].startswith("row 5: 远方大厦 lies in no street, 8.6 km from")


def test_a_row_that_stands_twice_counts_once(town, now):
    report = add(town, now, LIST + "共富花园小区,共富路 228 弄,121.4041,31.103")
    assert (counts(report), report.notes[0]) == ((3, 0, 0), "row 5: 共富花园小区 is the same place as row 2; left out")


@pytest.mark.parametrize(("line", "fault"), [
    ("甲,,121.404,", (2, "lng", "bad_coordinate")), ("甲,,,", (2, "lng", "missing_value")), (",a,121.404,31.103", (2, "name", "missing_value")),
    ("甲,,12x,31", (2, "lng", "bad_coordinate")), ("甲,,1e400,31", (2, "lng", "bad_coordinate")),
])
def test_a_bad_row_is_named_and_nothing_is_written(town, now, line, fault):
    report = add(town, now, f"name,address,lng,lat\n{line}\n乙,,121.404,31.103")
    assert faults(report) == [fault]
    assert town.scalars(select(PlaceTerm)).all() == []


def test_the_coordinate_system_is_asked_for(town, now):
    assert faults(add(town, now, LIST, crs=None))[0] == (2, "crs", "missing_crs")


def test_places_of_others_may_not_be_written(town, now):
    report = add(town, now, LIST, may_keep=lambda community: community == COMMUNITY)
    assert faults(report) == [(4, "community", "not_yours")]
    assert town.scalars(select(Place)).all() == []
