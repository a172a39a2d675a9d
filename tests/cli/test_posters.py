"""`gridops posters`."""

import zipfile

from sqlalchemy import text
from tests.imports.test_commands import TOWN, gridops  # noqa: F401

COMMUNITY = "310199001001"


def test_a_communitys_posters_are_one_file(gridops, fresh, tmp_path):  # noqa: F811
    gridops("import", "areas", "a_geojson", "--crs", "wgs84", a_geojson=TOWN)
    out = tmp_path / "posters.zip"
    gridops("posters", COMMUNITY, "--out", str(out), "--address", "https://wg.example.gov.cn")
    with zipfile.ZipFile(out) as archive, fresh.engine.connect() as connection:
        tokens = connection.execute(text("SELECT token FROM poster")).scalars().all()
        written = "".join(archive.read(name).decode() for name in archive.namelist())
        assert len(archive.namelist()) == len(tokens) > 0
        assert all(f"wg.example.gov.cn/p/{token}" in written for token in tokens)


def test_without_an_address_that_phones_can_open_nothing_is_printed(gridops, fresh, tmp_path):  # noqa: F811
    gridops("import", "areas", "a_geojson", "--crs", "wgs84", a_geojson=TOWN)
    refused = gridops("posters", COMMUNITY, "--out", str(tmp_path / "p.pdf"), code=2)
    assert "GRIDOPS_PUBLIC_URL" in refused.stderr
    assert not (tmp_path / "p.pdf").exists()


def test_an_unknown_code_and_an_unknown_kind_of_file_are_said(gridops, fresh, tmp_path):  # noqa: F811
    gridops("import", "areas", "a_geojson", "--crs", "wgs84", a_geojson=TOWN)
    assert "Not found" in gridops("posters", "NOWHERE", "--out", str(tmp_path / "p.pdf"), "--address", "https://x.cn", code=1).stderr
    assert ".pdf, .svg or .zip" in gridops("posters", COMMUNITY, "--out", str(tmp_path / "p.doc"), code=2).stderr
