"""What an export gives is what the import of the same kind takes: nothing changes, and an empty system becomes the same."""

import csv
import io

import openpyxl
import pytest
from sqlalchemy import select
from tests.imports.own_files import COMMUNITY, STREET, WEST, counts, feature, shapes, table

from gridops.models import CategoryVersion, Department, Person
from gridops.services.exports import records
from gridops.services.exports.check_ins import collect_check_ins, collect_claims
from gridops.services.exports.writers import write
from gridops.services.imports.areas import import_areas
from gridops.services.imports.calendar import import_calendar
from gridops.services.imports.check_ins import import_check_ins
from gridops.services.imports.claims import import_claims
from gridops.services.imports.department_types import import_department_types
from gridops.services.imports.departments import import_departments
from gridops.services.imports.orders import import_orders
from gridops.services.imports.people import import_people
from gridops.services.imports.places import import_places
from gridops.services.imports.readers import read
from gridops.services.imports.taxonomy import import_taxonomy
from gridops.services.seed import ensure_defaults

IMPORTS = {
    "areas": lambda s, t, now, vault: import_areas(s, t, now=now),
    "places": lambda s, t, now, vault: import_places(s, t, now=now),
    "department-types": lambda s, t, now, vault: import_department_types(s, t, now=now),
    "departments": lambda s, t, now, vault: import_departments(s, t, now=now),
    "people": lambda s, t, now, vault: import_people(s, t, now=now, vault=vault),
    "check-ins": lambda s, t, now, vault: import_check_ins(s, t, now=now, vault=vault),
    "claims": lambda s, t, now, vault: import_claims(s, t, now=now),
    "calendar": lambda s, t, now, vault: import_calendar(s, t, now=now),
    "orders": lambda s, t, now, vault: import_orders(s, t, now=now, vault=vault, keep=("river",)),
}
EXPORTS = {
    "areas": lambda s, vault: records.collect_areas(s),
    "places": lambda s, vault: records.collect_places(s),
    "department-types": lambda s, vault: records.collect_department_types(s),
    "departments": lambda s, vault: records.collect_departments(s),
    "people": lambda s, vault: records.collect_people(s, vault),
    "check-ins": lambda s, vault: collect_check_ins(s),
    "claims": lambda s, vault: collect_claims(s),
    "calendar": lambda s, vault: records.collect_calendar(s, None),
    "orders": lambda s, vault: records.collect_orders(s),
}
NASTY = "=HYPERLINK(1)"


@pytest.fixture
def full(town, now, vault):
    """Something of every kind, with texts that a spreadsheet would run."""
    ensure_defaults(town, now)
    sure(import_areas(town, shapes(feature(STREET, phone="021-64310000", takes_unlocated=1, timezone="Asia/Urumqi")), now=now, crs="wgs84"))
    sure(import_places(town, table(f"""
        code,kind,name,aliases,address,community,households,lng,lat,crs,parent
        C1,compound,{NASTY},绿园;+1,一号路,{COMMUNITY},200,,,,
        B1,building,-1号楼,,,,,121.40723456789,31.10287654321,gcj02,C1
        """), now=now))
    sure(import_departments(town, table(f"code,type,name,phone,has_login,areas,places\nP1,PROPERTY,@firm,962450,0,{STREET};{WEST},C1"), now=now))
    sure(import_people(town, table(
        f"code,name,phone,role,area,place,duties,starts_on\nW1,{NASTY},+85291234567,building_steward,,C1,a;b,2026-01-01"), now=now, vault=vault))
    sure(import_check_ins(town, table(
        f"area,name,phone,home_organisation,checked_in_on\n{COMMUNITY},-孙党,13900001111,@库,2026-02-01"), now=now, vault=vault))
    member = town.scalar(select(Person.code).where(Person.name == "-孙党"))
    sure(import_claims(town, table(f"area,code,text,claimed_on,done_on\n{WEST},{member},=巡查,2026-02-02,2026-02-09"), now=now))
    sure(import_orders(town, table(
        f"number,received_at,due_by,content,lng,lat,crs,secret,river\nN1,2026-03-01,2026-03-09,{NASTY},121.4063,31.1031,gcj02,1,'=x\nN2,,,b,,,,,"
    ), now=now, vault=vault, keep=("river",)))
    return town


def sure(report):
    assert not report.errors, report.errors
    return report


@pytest.mark.parametrize("form", ["csv", "xlsx", "geojson"])
@pytest.mark.parametrize("kind", list(EXPORTS))
def test_importing_an_export_changes_nothing(full, now, vault, kind, form):
    columns, found = EXPORTS[kind](full, vault)
    assert found
    report = sure(IMPORTS[kind](full, read(write(columns, found, form), f"x.{form}"), now, vault))
    assert (report.created, report.changed) == (0, 0), report
    assert report.unchanged == len(found)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_importing_the_taxonomy_and_its_conditions_changes_nothing(full, now, form):
    tables = [read(write(*collect(full), form), f"x.{form}") for collect in (records.collect_taxonomy, records.collect_conditions)]
    assert counts(sure(import_taxonomy(full, tables[0], now=now, conditions=tables[1]))) == (0, 0, 159)
    assert counts(sure(import_taxonomy(full, tables[0], now=now))) == (0, 0, 159)


def test_an_empty_system_becomes_the_same(full, make_fresh, now, vault):
    """In the order in which the kinds need each other."""
    order = ("department-types", "areas", "places", "departments", "people", "check-ins", "claims", "calendar", "orders")
    forms = {kind: "geojson" if kind in ("areas", "places") else "csv" for kind in order}
    files = {kind: write(*EXPORTS[kind](full, vault), forms[kind]) for kind in order}
    taxonomy, conditions = (write(*collect(full), "csv") for collect in (records.collect_taxonomy, records.collect_conditions))
    with make_fresh().sessions() as session:
        for kind in order:
            if kind == "orders":
                sure(import_taxonomy(session, read(taxonomy, "t.csv"), now=now, conditions=read(conditions, "c.csv")))
                ensure_defaults(session, now)  # the clock policy is no file
            sure(IMPORTS[kind](session, read(files[kind], f"x.{forms[kind]}"), now, vault))
        again = {kind: write(*EXPORTS[kind](session, vault), forms[kind]) for kind in order}
        assert again == files
        assert write(*records.collect_taxonomy(session), "csv") == taxonomy
        assert write(*records.collect_conditions(session), "csv") == conditions
        assert "小区内道路或设施损坏" in conditions.decode() and "已修复或已围护" in conditions.decode()
        assert session.scalar(select(Department.name)) == "@firm"
        assert session.scalar(select(Person.name).where(Person.code == "W1")) == NASTY
        assert session.scalar(select(CategoryVersion.version).limit(1)) == 1


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_no_exported_text_would_run_in_a_spreadsheet(full, vault, form):
    for kind, collect in EXPORTS.items():
        rows = raw_rows(write(*collect(full, vault), form), form)
        texts = [cell for row in rows for cell in row if isinstance(cell, str)]
        assert not [cell for cell in texts if cell.startswith(("=", "+", "-", "@"))], kind


def raw_rows(content, form):
    if form == "csv":
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    return list(openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))


def test_phones_leave_only_when_asked_for(full, vault):
    assert "phone" not in records.collect_people(full, None)[0]
    assert "+85291234567" in {record.cells["phone"] for record in records.collect_people(full, vault)[1]}
    assert "phone" not in collect_check_ins(full)[0]
    assert not {"name", "phone"} & set(records.collect_orders(full)[0])
