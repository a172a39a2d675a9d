"""Templates: what is filled in is imported, the example row is not."""

import io
from datetime import date

import openpyxl
import pytest

from gridops.services import templates
from gridops.services.imports import addresses, areas, check_ins, claims, departments, people, places, shifts
from gridops.services.imports.readers import read
from gridops.services.template_words import EXAMPLES
from gridops.vault import Vault
from tests import small_street
from tests.api.conftest import app, client, clock, log_in, street, vault  # noqa: F401
from tests.services.staffing import Staff
from tests.small_street import WEST

FILLED = {
    "areas": EXAMPLES["areas"] | {"code": "310199001002", "name": "银杏居民区"},
    "addresses": EXAMPLES["addresses"] | {"lng": "121.4051", "lat": "31.2043"},
    "places": EXAMPLES["places"] | {"parent": "", "lng": "121.4051", "lat": "31.2043"},
    "departments": EXAMPLES["departments"] | {"places": "", "areas": small_street.STREET},
    "people": EXAMPLES["people"], "shifts": EXAMPLES["shifts"], "check-ins": EXAMPLES["check-ins"],
    "claims": EXAMPLES["claims"],
}


@pytest.fixture
def town(session, config, now):
    return small_street.build(session, config, now)


def filled(kind):
    """The template with one row below the example, as a spreadsheet saves it."""
    book = openpyxl.load_workbook(io.BytesIO(templates.workbook(kind)))
    sheet = book.worksheets[0]
    for column, cell in enumerate(sheet[1], 1):
        sheet.cell(3, column).value = FILLED[kind].get(cell.value)
    out = io.BytesIO()
    book.save(out)
    return read(out.getvalue(), f"{kind}.xlsx")


@pytest.mark.parametrize("kind", templates.KINDS)
def test_the_example_row_is_not_read(kind):
    assert read(templates.workbook(kind), "a.xlsx").rows == []


@pytest.mark.parametrize("kind", templates.KINDS)
def test_every_column_is_explained_in_both_languages(kind):
    lines = list(openpyxl.load_workbook(io.BytesIO(templates.workbook(kind))).worksheets[1].iter_rows(min_row=2, values_only=True))
    explained = {line[0]: line[2:4] for line in lines if line[0]}
    assert set(explained) == set(templates.COLUMNS[kind]) and all(all(words) for words in explained.values())


@pytest.mark.parametrize("kind", templates.KINDS)
def test_a_template_that_is_filled_in_is_imported(kind, town, session, config, now):
    table, vault = filled(kind), Vault(config.vault_keys, config.secret_key)
    if kind == "shifts":
        Staff(session).post(Staff(session).person("W-017"), area=WEST, starts_on=date(2026, 1, 1))
    if kind == "claims":
        Staff(session).post(Staff(session).person("V-003"), role="volunteer", area=WEST, starts_on=date(2026, 1, 1))
    run = {
        "areas": lambda: areas.import_areas(session, table, now=now), "addresses": lambda: addresses.import_addresses(session, table, now=now),
        "places": lambda: places.import_places(session, table, now=now), "departments": lambda: departments.import_departments(session, table, now=now),
        "people": lambda: people.import_people(session, table, now=now, vault=vault), "shifts": lambda: shifts.import_shifts(session, table, now=now),
        "check-ins": lambda: check_ins.import_check_ins(session, table, now=now, vault=vault),
        "claims": lambda: claims.import_claims(session, table, now=now),
    }
    report = run[kind]()
    assert report.errors == [] and report.created >= 1


def test_the_api_gives_it_to_staff(client, street, log_in):  # noqa: F811
    office = log_in("grid_office")
    assert client.get("/api/v1/templates/people.xlsx").status_code == 401
    answer = client.get("/api/v1/templates/people.xlsx", headers=office)
    assert answer.status_code == 200 and read(answer.data, "people.xlsx").columns == list(people.COLUMNS)
    assert client.get("/api/v1/templates/castles.xlsx", headers=office).status_code == 404
