"""`gridops import addresses`, and the index asked from the command line."""

from sqlalchemy import text
from tests.imports.test_commands import TOWN, gridops  # noqa: F401

LIST = "name,address,lng,lat\n共富花园,共富路228弄,121.404,31.103\n远方大厦,远路1号,121.5,31.103\n"


def test_a_list_becomes_places_that_are_found(gridops, fresh):  # noqa: F811
    gridops("import", "areas", "a_geojson", "--crs", "wgs84", a_geojson=TOWN)
    refused = gridops("import", "addresses", "l_csv", "--crs", "wgs84", code=1, l_csv=LIST)
    assert "error: row 3, column lng: 远方大厦 lies in no street, 8.6 km from" in refused.stderr
    result = gridops("import", "addresses", "l_csv", "--crs", "wgs84", "--skip-outside", l_csv=LIST)
    assert "created 1, changed 0, unchanged 0" in result.stdout
    assert "note: row 3: 远方大厦 lies in no street" in result.stderr
    assert "共富花园\t共富路228弄\t310199001001" in gridops("places", "find", "共富园").stdout
    assert gridops("places", "find", "共富园", "--area", "310199002").stdout == ""


def test_a_lost_index_is_made_anew(gridops, fresh):  # noqa: F811
    gridops("import", "areas", "a_geojson", "--crs", "wgs84", a_geojson=TOWN)
    gridops("import", "addresses", "l_csv", "--crs", "wgs84", "--skip-outside", l_csv=LIST)
    with fresh.engine.begin() as connection:
        connection.execute(text("DELETE FROM place_term"))
    assert gridops("places", "find", "共富园").stdout == ""
    assert "1 place indexed" in gridops("places", "index").stdout
    assert "共富花园" in gridops("places", "find", "共富园").stdout
