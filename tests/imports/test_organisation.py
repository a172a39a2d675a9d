"""Departments, people and calendars from files."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from tests.imports.own_files import COMMUNITY, STREET, WEST, counts, faults, table

from gridops.models import CalendarVersion, Department, Jurisdiction, Person, Place, Posting
from gridops.services import calendars
from gridops.services.imports.calendar import import_calendar
from gridops.services.imports.departments import import_departments
from gridops.services.imports.people import PHONE, import_people

DEPARTMENTS = """
    code,type,name,phone,duty_phone,has_login,areas,places
    ENF,ENFORCEMENT,执法队,021-64310000,,1,310199001,
    P1,PROPERTY,绿苑物业,962450,13812341234,0,,C1
    """


@pytest.fixture
def compound(town):
    town.add(Place(code="C1", kind="compound", name="绿苑", community_code=COMMUNITY))
    town.flush()
    return town


def where(session):
    query = select(Department.code, Jurisdiction.area_prefix, Place.code).select_from(Department).join(Jurisdiction)
    query = query.outerjoin(Place, Place.id == Jurisdiction.place_id)
    return sorted(tuple(row) for row in session.execute(query))


def test_departments_are_responsible_for_areas_and_places(compound, now):
    assert counts(import_departments(compound, table(DEPARTMENTS), now=now)) == (2, 0, 0)
    assert where(compound) == [("ENF", STREET, None), ("P1", None, "C1")]
    assert counts(import_departments(compound, table(DEPARTMENTS), now=now)) == (0, 0, 2)


def test_the_jurisdictions_of_a_row_are_all_it_has(compound, now):
    import_departments(compound, table(DEPARTMENTS), now=now)
    report = import_departments(compound, table(f"code,type,name,areas\nENF,ENFORCEMENT,执法队,{COMMUNITY}; {WEST}"), now=now)
    assert counts(report) == (0, 1, 0)
    assert where(compound) == [("ENF", COMMUNITY, None), ("ENF", WEST, None), ("P1", None, "C1")]
    assert counts(import_departments(compound, table("code,type,name\nENF,ENFORCEMENT,执法队"), now=now)) == (0, 0, 1)
    assert len(where(compound)) == 3


def test_a_department_ends_and_comes_back(compound, now):
    import_departments(compound, table(DEPARTMENTS), now=now)
    ended = "code,type,name,ended\nENF,ENFORCEMENT,执法队,1"
    assert counts(import_departments(compound, table(ended), now=now)) == (0, 1, 0)
    assert counts(import_departments(compound, table(ended), now=now + timedelta(days=1))) == (0, 0, 1)
    assert compound.scalar(select(Department.ended_at).where(Department.code == "ENF")) == now
    import_departments(compound, table(ended.replace(",1", ",0")), now=now)
    assert compound.scalar(select(Department.ended_at).where(Department.code == "ENF")) is None


@pytest.mark.parametrize(("line", "fault"), [
    ("X,CIRCUS,x,,", (2, "type", "unknown_department_type")), ("X,FIRE,x,31020,", (2, "areas", "unknown_area")),
    ("X,FIRE,x,,C9", (2, "places", "unknown_place")), ("X,FIRE,,,", (2, "name", "missing_value")),
    ("X,FIRE,x,,\nX,FIRE,x,,", (3, "code", "duplicate_row")), ("X Y,FIRE,x,,", (2, "code", "bad_code")),
])
def test_a_bad_department_is_named_and_nothing_is_written(compound, now, line, fault):
    report = import_departments(compound, table(f"code,type,name,areas,places\n{line}\nZ,FIRE,z,,"), now=now)
    assert fault in faults(report)
    assert compound.scalars(select(Department)).all() == []


PEOPLE = f"""
    code,name,phone,role,area,place,duties,starts_on,ends_on
    W1,王一,138 1234 1234,grid_worker,{WEST},,巡查;走访,2026-01-01,
    W1,王一,13812341234,volunteer,{COMMUNITY},,,2026/3/4,2026-12-31
    L1,李一,,building_steward,,C1,,2026年1月5日,
    """


def test_people_have_posts_and_phones_are_sealed(compound, now, vault):
    assert counts(import_people(compound, table(PEOPLE), now=now, vault=vault)) == (3, 0, 0)
    person = compound.scalar(select(Person).where(Person.code == "W1"))
    assert vault.decrypt(person.phone_cipher, purpose=PHONE) == "13812341234"
    assert b"13812341234" not in person.phone_cipher
    posts = compound.scalars(select(Posting).order_by(Posting.starts_on)).all()
    assert [(post.role, str(post.starts_on), post.duties) for post in posts] == [
        ("grid_worker", "2026-01-01", ["巡查", "走访"]), ("building_steward", "2026-01-05", []), ("volunteer", "2026-03-04", [])]


def test_the_same_people_again_change_nothing_and_keep_their_sealed_phone(compound, now, vault):
    import_people(compound, table(PEOPLE), now=now, vault=vault)
    sealed = compound.scalar(select(Person.phone_cipher).where(Person.code == "W1"))
    assert counts(import_people(compound, table(PEOPLE), now=now, vault=vault)) == (0, 0, 3)
    assert compound.scalar(select(Person.phone_cipher).where(Person.code == "W1")) == sealed


def test_a_post_ends_and_a_file_without_phones_leaves_them(compound, now, vault):
    import_people(compound, table(PEOPLE), now=now, vault=vault)
    report = import_people(
        compound, table(f"code,name,role,area,starts_on,ends_on\nW1,王一,grid_worker,{WEST},2026-01-01,2026-06-30"), now=now, vault=vault)
    assert counts(report) == (0, 1, 0)
    assert compound.scalar(select(Person.phone_cipher).where(Person.code == "W1")) is not None


@pytest.mark.parametrize(("line", "fault"), [
    (f"A,a,12,grid_worker,{WEST},,2026-01-01,", (2, "phone", "phone_invalid")), (f"A,a,,king,{WEST},,2026-01-01,", (2, "role", "bad_choice")),
    ("A,a,,cadre,,,2026-01-01,", (2, "area", "missing_value")), (f"A,a,,cadre,{WEST},C1,2026-01-01,", (2, "area", "missing_value")),
    ("A,a,,cadre,310199009,,2026-01-01,", (2, "area", "unknown_area")), ("A,a,,cadre,,C9,2026-01-01,", (2, "place", "unknown_place")),
    (f"A,a,,cadre,{WEST},,soon,", (2, "starts_on", "not_a_date")),
    (f"A,a,,cadre,{WEST},,2026-02-01,2026-01-01", (2, "ends_on", "ends_before_start")),
    (f"A,a,,cadre,{WEST},,2026-01-01,\nA,b,,volunteer,{WEST},,2026-01-01,", (3, "code", "contradiction")),
    (f"A,a,,cadre,{WEST},,2026-01-01,\nA,a,,cadre,{WEST},,2026-01-01,", (3, "role", "duplicate_row")),
])
def test_a_bad_post_is_named_and_nothing_is_written(compound, now, vault, line, fault):
    header = "code,name,phone,role,area,place,starts_on,ends_on"
    report = import_people(compound, table(f"{header}\n{line}\nZ,z,,cadre,{WEST},,2026-01-01,"), now=now, vault=vault)
    assert fault in faults(report)
    assert compound.scalars(select(Person)).all() == []


def days(session, street=None):
    query = select(CalendarVersion).where(CalendarVersion.valid_to.is_(None), CalendarVersion.street_code.is_not_distinct_from(street))
    return session.scalars(query).one()


def test_a_new_years_days_join_those_that_are_known(town, now):
    before = days(town)
    report = import_calendar(town, table("day,kind,name\n2027-01-01,holiday,元旦\n2027-01-03,workday,元旦"), now=now)
    assert counts(report) == (2, 0, 108)
    assert (days(town).version, len(days(town).days), str(days(town).known_until)) == (2, len(before.days) + 2, "2027-12-31")
    assert before.valid_to == now


def test_the_years_of_a_file_are_replaced_and_running_tickets_keep_their_version(town, now):
    old = days(town).id
    report = import_calendar(town, table("day,kind,name\n2026-01-01,holiday,元旦"), now=now)
    assert report.unchanged == 1 + sum(day.day.year != 2026 for day in days_of(town, old))
    assert [str(day.day) for day in days(town).days if day.day.year == 2026] == ["2026-01-01"]
    assert len(days_of(town, old)) == 108


def days_of(session, version_id):
    return session.get(CalendarVersion, version_id).days


def test_a_street_may_have_working_hours_of_its_own(town, now):
    one = table("day,kind,name\n2026-06-01,holiday,节")
    report = import_calendar(town, one, now=now, street=STREET, periods="08:00-12:00,14:00-18:00", rest_weekdays=[7])
    assert not report.errors
    found = calendars.calendar_for(town, calendars.current_calendar_id(town, STREET))
    assert found.standard_day == timedelta(hours=8)
    assert found.is_workday(date(2026, 6, 6))  # a Saturday
    assert not found.is_workday(date(2026, 6, 1))
    assert days(town).version == 1
    assert import_calendar(town, one, now=now, street=STREET).unchanged == 1


@pytest.mark.parametrize(("text", "options", "fault"), [
    ("day,kind\nsoon,holiday", {}, (2, "day", "not_a_date")), ("day,kind\n2026-01-01,feast", {}, (2, "kind", "bad_choice")),
    ("day,kind\n2026-01-01,holiday\n2026-01-01,workday", {}, (3, "day", "duplicate_row")), ("day,kind", {}, (0, "day", "empty_file")),
    ("day,name\n2026-01-01,x", {}, (0, "kind", "missing_column")),
    ("day,kind\n2026-01-01,holiday", {"periods": "nine to five"}, (0, "periods", "bad_calendar")),
    ("day,kind\n2026-01-01,holiday", {"periods": "09:00-12:00,11:00-17:00"}, (0, "periods", "bad_calendar")),
    ("day,kind\n2026-01-01,holiday", {"street": "310199009"}, (0, "street", "unknown_area")),
])
def test_a_bad_calendar_is_named_and_nothing_is_written(town, now, text, options, fault):
    report = import_calendar(town, table(text), now=now, **options)
    assert fault in faults(report)
    assert days(town).version == 1
