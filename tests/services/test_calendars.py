from datetime import UTC, date, datetime, time, timedelta
from time import sleep

import pytest
from sqlalchemy import update

from gridops.domain.clock_policy import DEFAULT_POLICY
from gridops.errors import NotFound
from gridops.models import CalendarDay, CalendarVersion, ClockPolicy, Street
from gridops.services import calendars

OFFICE = [["09:00", "12:00"], ["13:30", "17:30"]]
STREET = "310104001"


def add(session, row):
    session.add(row)
    session.flush()
    return row


def add_street(session, timezone="Asia/Shanghai"):
    return add(session, Street(code=STREET, name="示范街道", timezone=timezone))


def add_calendar(session, now, *, version=1, street=None, periods=OFFICE, days=(), until=date(2026, 12, 31)):
    return add(session, CalendarVersion(
        street_code=street, version=version, periods=periods, rest_weekdays=[6, 7], known_until=until, valid_from=now,
        days=[CalendarDay(day=day, kind=kind) for day, kind in days]))


def add_policy(session, now, version=1):
    return add(session, ClockPolicy(version=version, rules=dict(DEFAULT_POLICY), valid_from=now))


def test_a_version_keeps_its_periods_holidays_and_adjusted_days(session, now):
    row = add_calendar(session, now, days=[(date(2026, 2, 17), "holiday"), (date(2026, 2, 14), "workday")])
    calendar = calendars.calendar_for(session, row.id)
    assert calendar.standard_day == timedelta(hours=7)
    assert not calendar.is_workday(date(2026, 2, 17))
    assert calendar.is_workday(date(2026, 2, 14)), "a Saturday that is worked"
    assert not calendar.is_workday(date(2026, 2, 15)), "an ordinary Sunday"
    assert calendar.is_workday(date(2026, 2, 16)), "a Monday"


def test_friday_evening_continues_on_monday_morning(session, now):
    calendar = calendars.calendar_for(session, add_calendar(session, now).id)
    friday_1730 = datetime(2026, 3, 6, 9, 30, tzinfo=UTC)
    assert calendar.add_working(friday_1730, timedelta(minutes=30)) == datetime(2026, 3, 9, 1, 30, tzinfo=UTC)


def test_a_day_may_be_worked_until_midnight(session, now):
    row = add_calendar(session, now, periods=[["00:00", "24:00"]])
    calendar = calendars.calendar_for(session, row.id)
    assert calendar.standard_day == timedelta(days=1)
    assert calendar.periods[0].closes == time.min


def test_a_year_published_in_part_is_still_assumed(session, now):
    days = [(date(2026, 1, 1), "holiday")]
    whole = calendars.calendar_for(session, add_calendar(session, now, days=days).id)
    add_street(session)
    part = calendars.calendar_for(session, add_calendar(session, now, street=STREET, days=days, until=date(2027, 6, 30)).id)
    assert not whole.assumed(date(2026, 5, 1)) and whole.assumed(date(2027, 5, 1))
    assert not part.assumed(date(2026, 5, 1)) and part.assumed(date(2027, 5, 1))


def test_the_same_instance_is_given_again(session, now):
    row = add_calendar(session, now)
    assert calendars.calendar_for(session, row.id) is calendars.calendar_for(session, row.id)


def test_a_streets_own_calendar_is_read_in_its_zone(session, now):
    add_street(session, "Europe/Berlin")
    own = calendars.calendar_for(session, add_calendar(session, now, street=STREET).id)
    assert own.timezone == "Europe/Berlin"


def test_the_default_calendar_is_read_in_the_zone_of_the_street_that_asks(session, now):
    add_street(session, "Asia/Urumqi")
    row = add_calendar(session, now)
    assert calendars.calendar_for(session, row.id).timezone == "Asia/Shanghai"
    assert calendars.calendar_for(session, row.id, street_code=STREET).timezone == "Asia/Urumqi"


def test_a_street_with_its_own_calendar_uses_it_and_the_others_the_default(session, now):
    add_street(session)
    default, own = add_calendar(session, now), add_calendar(session, now, street=STREET)
    assert calendars.current_calendar_id(session, STREET) == own.id
    assert calendars.current_calendar_id(session, "310104002") == default.id
    assert calendars.current_calendar_id(session, None) == default.id


def test_a_closed_version_of_the_street_falls_back_to_the_default(session, now):
    add_street(session)
    default, own = add_calendar(session, now), add_calendar(session, now, street=STREET)
    own.valid_to = now
    session.flush()
    assert calendars.current_calendar_id(session, STREET) == default.id


def test_without_any_calendar_or_policy_the_error_says_so(session):
    for ask in (lambda: calendars.current_calendar_id(session, STREET), lambda: calendars.current_policy_id(session)):
        with pytest.raises(calendars.NoCalendar) as error:
            ask()
        assert error.value.code == "no_calendar"


def test_an_unknown_version_is_not_found(session):
    with pytest.raises(NotFound):
        calendars.calendar_for(session, 987654321)
    with pytest.raises(NotFound):
        calendars.policy_for(session, 987654321)


def test_a_policy_is_read_as_it_was_stored(session, now):
    row = add_policy(session, now)
    assert calendars.policy_for(session, row.id) == DEFAULT_POLICY
    assert calendars.current_policy_id(session) == row.id


def test_a_new_version_committed_elsewhere_is_seen_within_a_second(fresh, now):
    with fresh.sessions.begin() as writing:
        first, policy = add_calendar(writing, now).id, add_policy(writing, now).id
    with fresh.sessions() as reading:
        assert calendars.current_calendar_id(reading, None) == first
        assert calendars.current_policy_id(reading) == policy
    with fresh.sessions.begin() as writing:
        for table in (CalendarVersion, ClockPolicy):
            writing.execute(update(table).values(valid_to=now))
        second, new_policy = add_calendar(writing, now, version=2).id, add_policy(writing, now, version=2).id
    sleep(0.6)
    with fresh.sessions() as reading:
        assert calendars.current_calendar_id(reading, None) == second
        assert calendars.current_policy_id(reading) == new_policy


def test_a_version_that_is_rolled_back_is_never_told_to_others(fresh, now):
    with fresh.sessions.begin() as writing:
        first = add_calendar(writing, now).id
    with fresh.sessions() as writing:
        writing.get(CalendarVersion, first).valid_to = now
        writing.flush()
        second = add_calendar(writing, now, version=2).id
        assert calendars.current_calendar_id(writing, None) == second, "the writer sees its own version at once"
        writing.rollback()
    with fresh.sessions() as reading:
        assert calendars.current_calendar_id(reading, None) == first
