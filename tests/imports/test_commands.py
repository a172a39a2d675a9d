"""`gridops import`, `export` and `cells` as an operator calls them."""

import json

import pytest
from click.testing import CliRunner
from shapely import box
from sqlalchemy import func, select
from tests.imports.own_files import COMMUNITY, EAST, SQUARES, STREET, WEST, collection, feature, workbook

from gridops.cli import imports, main
from gridops.models import Category, Cell, Community, Place, Street
from gridops.services.seed import ensure_defaults
from gridops.services.shapes import shape_of


@pytest.fixture
def gridops(fresh, monkeypatch, tmp_path):
    for name, value in fresh.environment.items():
        monkeypatch.setenv(name, value)

    def call(*words, code=0, **files):
        paths = {name: write(tmp_path / name.replace("_", "."), content) for name, content in files.items()}
        result = CliRunner().invoke(main, [str(paths.get(word, word)) for word in words], catch_exceptions=False)
        assert result.exit_code == code, result.output
        return result

    return call


def write(path, content):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


TOWN = collection(*(feature(code) for code in SQUARES))


def number(fresh, model):
    with fresh.sessions() as session:
        return session.scalar(select(func.count()).select_from(model))


def test_a_file_is_imported_and_again_changes_nothing(gridops, fresh):
    assert "created 5, changed 0, unchanged 0" in gridops("import", "areas", "a_geojson", "--crs", "wgs84", a_geojson=TOWN).stdout
    assert "created 0, changed 0, unchanged 5" in gridops("import", "areas", "a_geojson", "--crs", "wgs84", a_geojson=TOWN).stdout
    assert number(fresh, Cell) == 2


def test_a_dry_run_says_what_would_happen_and_writes_nothing(gridops, fresh):
    result = gridops("import", "areas", "a_geojson", "--crs", "wgs84", "--dry-run", a_geojson=TOWN)
    assert "created 5, changed 0, unchanged 0 (dry run" in result.stdout
    assert number(fresh, Street) == 0


def test_bad_rows_are_named_and_the_exit_code_says_so(gridops, fresh):
    result = gridops("import", "areas", "a_geojson", code=1, a_geojson=TOWN)
    assert "error: row 1, column crs:" in result.stderr
    assert "[missing_crs]" in result.stderr
    assert "5 errors: nothing was imported" in result.stderr
    assert number(fresh, Street) == 0


def test_a_workbook_without_a_column_names_it(gridops):
    content = workbook(["code", "name"], [STREET, "街道"])
    assert "column level: the column level is missing; the file has: code, name [missing_column]" in gridops("import", "areas", "a_xlsx", code=1, a_xlsx=content).stderr


def test_columns_are_renamed_and_filled_from_the_command_line(gridops, fresh):
    content = workbook(["编号", "名称", "name"], [STREET, "西街道", "ignored"])
    gridops("import", "areas", "a_xlsx", "--map", "code=编号", "--map", "name=名称", "--set", "level=street", a_xlsx=content)
    with fresh.sessions() as session:
        assert session.get(Street, STREET).name == "西街道"


def test_a_renamed_column_that_is_not_there_is_an_error(gridops):
    result = gridops("import", "areas", "a_csv", "--map", "code=nr", code=1, a_csv="code,name\n1,2\n")
    assert "nr" in result.stderr


def test_gb18030_is_said_aloud(gridops):
    content = f"code,level,name\n{STREET},street,西街道\n".encode("gb18030")
    assert "read as GB18030" in gridops("import", "areas", "a_csv", a_csv=content).stderr


def test_an_unreadable_file_is_one_plain_message(gridops):
    assert "Error: not an XLSX workbook (unreadable_file)" in gridops("import", "areas", "a_xlsx", code=1, a_xlsx=b"junk").stderr


def test_long_files_say_how_far_they_are(gridops, monkeypatch):
    monkeypatch.setattr(imports, "EVERY", 2)
    assert "2 of 5 rows" in gridops("import", "areas", "a_geojson", "--crs", "wgs84", a_geojson=TOWN).stderr


def test_an_export_is_written_in_the_format_of_its_name_and_comes_back(gridops, fresh, tmp_path):
    gridops("import", "areas", "a_geojson", "--crs", "wgs84", a_geojson=TOWN)
    for name in ("out.geojson", "out.xlsx", "out.csv"):
        gridops("export", "areas", str(tmp_path / name))
        assert "unchanged 5" in gridops("import", "areas", str(tmp_path / name)).stdout


def test_an_export_goes_to_the_screen(gridops):
    gridops("import", "areas", "a_geojson", "--crs", "wgs84", a_geojson=TOWN)
    assert '"FeatureCollection"' in gridops("export", "areas").stdout
    assert STREET in gridops("export", "areas", "--format", "csv").stdout


def test_every_kind_is_imported_through_the_command(gridops, fresh, now):
    with fresh.sessions.begin() as session:
        ensure_defaults(session, now)
    gridops("import", "areas", "a_geojson", "--crs", "wgs84", a_geojson=TOWN)
    files = {
        "places": f"code,kind,name,community\nC1,compound,绿苑,{COMMUNITY}\n", "department-types": "dept_type,name_zh,name_en\nZOO,动物园,Zoo\n",
        "departments": f"code,type,name,areas\nZ1,ZOO,动物园,{STREET}\n", "people": f"code,name,role,area,starts_on\nW,王,cadre,{WEST},2026-01-01\n",
        "calendar": "day,kind,name\n2030-01-01,holiday,元旦\n", "orders": "number,content\nN1,水脏\n",
    }
    for kind, text in files.items():
        assert "created 1" in gridops("import", kind, "a_csv", a_csv=text).stdout
        assert gridops("export", kind, "--format", "csv").stdout.count("\n") >= 2
    assert number(fresh, Place) == 1


def test_cells_are_cut_and_an_impossible_size_is_refused(gridops, fresh):
    gridops("import", "areas", "a_geojson", "--crs", "wgs84", a_geojson=TOWN)
    assert f"{COMMUNITY}: 4 cells" in gridops("cells", "build", STREET, "--count", "4").stdout
    assert "bad_size" in gridops("cells", "build", STREET, code=1).stderr
    draft = gridops("cells", "build", STREET, "--count", "5", "--draft").stdout
    assert "version 3, draft" in draft
    assert "version 3 is active" in gridops("cells", "activate", STREET, "3").stdout
    assert number(fresh, Community) == 2


ROAD = json.dumps({"type": "LineString", "coordinates": [[121.399, 31.1034], [121.411, 31.1034]]})


def test_cells_are_cut_along_roads_that_name_their_coordinates(gridops, fresh):
    gridops("import", "areas", "a_geojson", "--crs", "wgs84", a_geojson=TOWN)
    assert "missing_crs" in gridops("cells", "build", STREET, "--count", "3", "--along", "a_json", code=1, a_json=ROAD).stderr
    gridops("cells", "build", STREET, "--count", "3", "--along", "a_json", "--crs", "wgs84", a_json=ROAD)
    with fresh.sessions() as session:
        shapes = [shape_of(cell.boundary) for cell in session.scalars(select(Cell).where(Cell.community_code == COMMUNITY, Cell.code > EAST))]
    assert len(shapes) == 3
    assert not any(shape.intersects(box(121.4, 31.1034 - 1e-5, 121.41, 31.1034 - 1e-9)) and shape.bounds[3] > 31.10341 for shape in shapes)


@pytest.mark.parametrize(("content", "code"), [("{", "bad_file"), ('{"type": "Point", "coordinates": [121, 31]}', "not_a_line")])
def test_a_file_without_lines_is_refused(gridops, content, code):
    assert code in gridops("cells", "build", STREET, "--count", "3", "--along", "a_json", "--crs", "wgs84", code=1, a_json=content).stderr


def test_migrating_fills_a_new_database_once(gridops, fresh):
    for _ in range(2):
        gridops("migrate")
        assert number(fresh, Category) == 159
