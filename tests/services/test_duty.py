"""Who is on duty in the small street."""

from __future__ import annotations

from datetime import date

import pytest

from gridops.models import CalendarDay, CalendarVersion, Place
from gridops.services.duty import on_duty
from tests import small_street
from tests.services.staffing import Staff, local
from tests.small_street import COMMUNITY, EAST, STREET, WEST

WEDNESDAY_10 = "2026-03-04 10:00"
FRIDAY_EVENING = "2026-03-06 17:31"


@pytest.fixture
def street(session, config, now):
    return small_street.build(session, config, now)


@pytest.fixture
def staff(session, street):
    return Staff(session)


@pytest.fixture
def names(session):
    def names(text, area=WEST, **options):
        return [one.person if one.stands_in_for is None else f"{one.person} for {one.stands_in_for}"
                for one in on_duty(session, area, local(text), **options)]

    return names


def test_the_cell_comes_before_the_community_and_the_community_before_the_street(staff, names):
    staff.post("street", area=STREET)
    staff.post("west")
    staff.post("community", "grid_leader", COMMUNITY)
    staff.post("east", area=EAST)
    assert names(WEDNESDAY_10) == ["west", "community", "street"]
    assert names(WEDNESDAY_10, COMMUNITY) == ["community", "street"]


def test_friday_17_31_is_the_night_shift_of_the_street(session, staff, names):
    staff.post("west")
    staff.shift(staff.post("night", area=STREET, part_time=True), "2026-03-06 17:30", "2026-03-07 09:00")
    assert names(FRIDAY_EVENING) == ["night"]
    found = on_duty(session, WEST, local(FRIDAY_EVENING))[0]
    assert (found.basis, found.until) == ("shift", local("2026-03-07 09:00"))
    assert names("2026-03-07 09:00") == []


def test_on_national_day_those_with_a_holiday_shift_or_rest_day_pattern(session, staff, names):
    version = session.query(CalendarVersion).filter(CalendarVersion.valid_to.is_(None)).one()
    if not any(day.day == date(2026, 10, 1) for day in version.days):
        session.add(CalendarDay(calendar_version_id=version.id, day=date(2026, 10, 1), kind="holiday"))
        session.flush()
    staff.post("worker")
    staff.pattern(staff.post("helper", area=EAST, part_time=True), "rest_days", "09:00", "17:00")
    staff.shift(staff.post("planned", part_time=True), "2026-10-01 08:00", "2026-10-01 12:00", "holiday")
    assert names("2026-10-01 10:00") == ["planned"]
    assert names("2026-10-01 10:00", EAST) == ["helper"]


def test_the_stand_in_takes_every_post_of_the_absent(staff, names):
    absent, stand_in = staff.person("absent"), staff.person("stand-in")
    staff.post(absent)
    staff.post(absent, area=EAST)
    staff.away(absent.id, "2026-03-04 00:00", "2026-03-05 00:00", stand_in)
    assert names(WEDNESDAY_10) == names(WEDNESDAY_10, EAST) == ["stand-in for absent"]
    assert names("2026-03-05 10:00") == ["absent"]


def test_a_stand_in_who_is_absent_too_is_a_gap(staff, names):
    absent, stand_in = staff.person("absent"), staff.person("stand-in")
    staff.post(absent)
    staff.away(absent.id, "2026-03-04 00:00", "2026-03-06 00:00", stand_in)
    staff.away(stand_in.id, "2026-03-04 00:00", "2026-03-04 12:00")
    assert names(WEDNESDAY_10) == []
    assert names("2026-03-04 14:00") == ["stand-in for absent"]


def test_who_has_left_is_on_duty_no_more_nor_stands_in(staff, names):
    gone = staff.person("gone", left_on=date(2026, 3, 4))
    staff.post(gone)
    absent = staff.person("absent")
    staff.post(absent)
    staff.away(absent.id, "2026-03-04 00:00", "2026-03-05 00:00", gone)
    assert names("2026-03-03 10:00") == ["absent", "gone"]
    assert names(WEDNESDAY_10) == []


def test_a_building_steward_is_on_duty_in_the_cell_of_the_building(session, staff, names):
    from gridops.models import Cell

    lineage = session.query(Cell.lineage).filter(Cell.code == WEST).scalar()
    place = Place(code="B1", kind="building", name="1号楼", community_code=COMMUNITY, cell_lineage=lineage)
    session.add(place)
    session.flush()
    staff.pattern(staff.post("steward", "building_steward", None, place_id=place.id), "every_day", "08:00", "20:00")
    assert names(WEDNESDAY_10, roles=("building_steward",)) == ["steward"]
    assert names(WEDNESDAY_10, EAST, roles=("building_steward",)) == []


def test_the_time_zone_is_the_streets(session, staff, names):
    from gridops.models import Street

    session.get_one(Street, STREET).timezone = "Asia/Urumqi"
    session.flush()
    staff.post("west")
    assert names(WEDNESDAY_10) == [] and names("2026-03-04 11:30") == ["west"]
