"""`gridops duties`: a draft from a file, looked through, tried, put in force, and written out again."""

from datetime import UTC, datetime

import pytest
from tests.imports.test_commands import TOWN, gridops  # noqa: F401

from gridops.services.seed import ensure_defaults

RULES = "category,area,lead_dept,coordinate_dept,support_depts\nE0110,310199001,ENFORCEMENT,URBAN_OFFICE,PROPERTY:开门\n"


@pytest.fixture
def street(gridops, fresh):  # noqa: F811
    with fresh.sessions() as session, session.begin():
        ensure_defaults(session, datetime.now(UTC))
    gridops("import", "areas", "a_geojson", "--crs", "wgs84", a_geojson=TOWN)


def test_from_a_file_to_a_version_in_force(gridops, street, tmp_path):  # noqa: F811
    drafted = gridops("duties", "draft", "r_csv", "--street", "310199001", "--title", "试行", r_csv=RULES).stdout
    number = drafted.split()[1].rstrip(",")
    assert "1 rule new" in drafted
    assert "no_department" in gridops("duties", "check", number, code=1).stdout
    assert gridops("duties", "dry-run", number, "--from", "2026-01-01", "--to", "2026-01-31").stdout == ""
    assert "version 1 is in force" in gridops("duties", "activate", number, "--reason", "单位下周入驻").stdout
    assert "active" in gridops("duties", "list", "--street", "310199001").stdout
    out = tmp_path / "out.csv"
    assert "1 rule\n" in gridops("duties", "export", number, "--output", str(out)).stdout
    assert "E0110,310199001,,ENFORCEMENT,URBAN_OFFICE,PROPERTY:开门" in out.read_text("utf-8-sig")


def test_a_faulty_file_leaves_no_draft(gridops, street):  # noqa: F811
    refused = gridops("duties", "draft", "r_csv", "--street", "310199001", code=1, r_csv=RULES.replace("ENFORCEMENT", "NOBODY"))
    assert "unknown_department_type" in refused.stderr
    assert gridops("duties", "list", "--street", "310199001").stdout == ""
