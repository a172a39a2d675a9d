"""Sentences about working time, over the calendars China published for 2024 to 2026."""
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

import gridops
from gridops.domain.calendar import CalendarDay, CalendarError, Period, WorkCalendar, as_utc, parse_days

SEED = Path(gridops.__file__).parent / "package" / "china_days.csv"
SHANGHAI = ZoneInfo("Asia/Shanghai")
ALL_DAY = (Period(time(0), time(0)),)


def seed_days():
    return parse_days(SEED.read_text(encoding="utf-8").splitlines())


CHINA = WorkCalendar.from_days("cn-1", "Asia/Shanghai", seed_days())


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def hours(number):
    return timedelta(hours=number)


def calendar(zone="Asia/Shanghai", **fields):
    return WorkCalendar("v", zone, 2024, 2026, **fields)


@pytest.mark.parametrize(
    ("start", "amount", "end"),
    [
        ("2025-03-21 17:30", hours(0.5), "2025-03-24 09:30"),  # Friday 17:30 → Monday 09:30
        ("2025-03-21 16:30", hours(1), "2025-03-21 17:30"),  # ends with the period: stays on Friday
        ("2025-03-21 11:30", hours(0.5), "2025-03-21 12:00"),  # ends with the morning: stays before noon
        ("2025-03-21 11:30", hours(1), "2025-03-21 14:00"),  # lunch does not count
        ("2025-03-21 12:40", hours(1), "2025-03-21 14:30"),  # started at lunch
        ("2025-03-22 10:00", hours(1), "2025-03-24 10:00"),  # started on Saturday
        ("2025-03-21 03:00", hours(7), "2025-03-21 17:30"),  # a whole day fits the day it starts before
        ("2025-03-21 15:00", hours(7), "2025-03-24 15:00"),  # Friday 15:00 → Monday 15:00
        ("2024-02-09 17:00", hours(1), "2024-02-18 09:30"),  # Spring Festival 2024: back on a Sunday (调休)
        ("2025-01-24 17:00", hours(1), "2025-01-26 09:30"),  # Sunday worked before Spring Festival 2025
        ("2025-01-27 17:00", hours(1), "2025-02-05 09:30"),  # over Spring Festival 2025
        ("2025-02-07 17:00", hours(1), "2025-02-08 09:30"),  # Saturday worked after it
        ("2026-02-14 17:00", hours(1), "2026-02-24 09:30"),  # nine days of Spring Festival 2026
        ("2026-02-27 17:00", hours(1), "2026-02-28 09:30"),  # Saturday worked after it
        ("2024-09-30 17:00", hours(1), "2024-10-08 09:30"),  # National Day 2024
        ("2024-10-11 17:00", hours(1), "2024-10-12 09:30"),  # Saturday worked after it
        ("2025-09-30 17:00", hours(1), "2025-10-09 09:30"),  # National Day and Mid-Autumn 2025 in one
        ("2026-09-30 17:00", hours(1), "2026-10-08 09:30"),  # National Day 2026
        ("2025-12-31 17:00", hours(1), "2026-01-04 09:30"),  # New Year 2026: back on a Sunday
        ("2025-03-24 10:00", hours(-2), "2025-03-21 16:30"),  # backwards: Monday 10:00 → Friday 16:30
        ("2025-10-09 09:30", hours(-1), "2025-09-30 17:00"),  # backwards over National Day
        ("2025-03-22 10:00", hours(0), "2025-03-22 10:00"),  # nothing to work: nothing moves
    ],
)
def test_working_time_ends_when_it_is_used_up(start, amount, end):
    assert CHINA.add_working(at(start), amount) == at(end)


@pytest.mark.parametrize(
    ("start", "end", "worked"),
    [
        ("2025-03-21 17:00", "2025-03-24 09:30", hours(1)),
        ("2025-03-22 09:00", "2025-03-23 20:00", hours(0)),  # a weekend
        ("2025-01-27 17:30", "2025-02-05 09:00", hours(0)),  # Spring Festival
        ("2025-03-21 00:00", "2025-03-22 00:00", hours(7)),
        ("2025-03-24 09:30", "2025-03-21 17:00", hours(-1)),
        ("2025-01-01 00:00", "2026-01-01 00:00", hours(7 * 248)),  # 2025 has 248 work days
    ],
)
def test_only_working_time_counts_between_two_instants(start, end, worked):
    assert CHINA.working_between(at(start), at(end)) == worked


def test_due_instants_are_absolute_utc():
    due = CHINA.add_working(at("2025-03-21 17:30"), hours(0.5))
    assert due.tzinfo is UTC and due.isoformat() == "2025-03-24T01:30:00+00:00"


def test_the_default_standard_day_is_seven_hours():
    assert CHINA.standard_day == hours(7)


def test_the_seed_agrees_with_the_published_calendars_on_every_day():
    days = [date(2024, 1, 1) + timedelta(days=n) for n in range(366 + 365 + 365)]
    wrong = [day for day in days if CHINA.is_workday(day) != chinese_calendar.is_workday(day)]
    assert wrong == [] and days[-1] == date(2026, 12, 31)


# Read from the State Council's yearly notices, so that a fault shared with the seed's source shows.
@pytest.mark.parametrize(
    "saturday_or_sunday",
    ["2024-02-04", "2024-02-18", "2024-04-07", "2024-04-28", "2024-05-11", "2024-09-14", "2024-09-29", "2024-10-12"]
    + ["2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11"]
    + ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"],
)
def test_these_weekend_days_are_worked(saturday_or_sunday):
    day = date.fromisoformat(saturday_or_sunday)
    assert day.weekday() >= 5 and CHINA.is_workday(day)


def test_the_seed_has_no_other_adjusted_days():
    assert len(CHINA.adjusted_workdays) == 8 + 5 + 6


def test_beyond_the_published_years_only_weekends_rest_and_the_day_is_marked():
    national_day_2027 = date(2027, 10, 1)  # a Friday
    assert CHINA.is_workday(national_day_2027) and CHINA.assumed(national_day_2027)
    assert not CHINA.is_workday(date(2027, 10, 2))
    assert CHINA.assumed(date(2023, 12, 29)) and not CHINA.assumed(date(2026, 12, 31))


def test_the_local_day_is_that_of_the_street():
    assert CHINA.local_day(datetime(2025, 3, 20, 16, 0, tzinfo=UTC)) == date(2025, 3, 21)


def test_other_rest_days_and_hours_are_fields():
    gulf = calendar("Asia/Riyadh", rest_weekdays=frozenset({4, 5}), periods=(Period(time(8), time(14)),))
    thursday = datetime(2025, 3, 20, 13, 30, tzinfo=ZoneInfo("Asia/Riyadh"))
    assert gulf.add_working(thursday, hours(1)).isoformat() == "2025-03-23T05:30:00+00:00"  # Sunday 08:30


@pytest.mark.parametrize(
    ("start", "due"),
    [
        # The wall clock shows 09:30 on both sides of the change, UTC moves by an hour.
        ("2025-03-28 17:30", "2025-03-31T07:30:00+00:00"),  # into summer time
        ("2025-10-24 17:30", "2025-10-27T08:30:00+00:00"),  # out of it
    ],
)
def test_summer_time_moves_the_instant_and_not_the_hour(start, due):
    berlin = calendar("Europe/Berlin")
    friday = datetime.fromisoformat(start).replace(tzinfo=ZoneInfo("Europe/Berlin"))
    assert berlin.add_working(friday, hours(0.5)).isoformat() == due


@pytest.mark.parametrize(("day", "length"), [("2025-03-30", 23), ("2025-10-26", 25), ("2025-06-01", 24)])
def test_a_calendar_that_never_closes_counts_real_hours(day, length):
    berlin = calendar("Europe/Berlin", periods=ALL_DAY, rest_weekdays=frozenset())
    midnight = datetime.fromisoformat(day).replace(tzinfo=ZoneInfo("Europe/Berlin"))
    assert berlin.working_between(midnight, midnight + timedelta(days=1)) == hours(length)


def test_periods_in_the_hour_that_summer_time_skips_never_overlap():
    night = (Period(time(1), time(2, 45)), Period(time(3), time(4)))  # 02:45 does not exist that night
    berlin = calendar("Europe/Berlin", periods=night, rest_weekdays=frozenset())
    midnight = datetime(2025, 3, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    assert berlin.working_between(midnight, midnight + timedelta(days=1)) == hours(2)


ZONES = st.sampled_from([CHINA, calendar("Europe/Berlin"), calendar("Europe/Berlin", periods=ALL_DAY)])
INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))
AMOUNTS = st.timedeltas(timedelta(0), timedelta(days=60))


@given(ZONES, INSTANTS, AMOUNTS)
def test_adding_then_counting_gives_the_amount_back(zone, start, amount):
    assert zone.working_between(start, zone.add_working(start, amount)) == amount


@given(ZONES, INSTANTS, AMOUNTS)
def test_taking_back_undoes_adding_in_working_time(zone, start, amount):
    earlier = zone.add_working(start, -amount)
    assert earlier <= start and zone.working_between(earlier, start) == amount


@given(ZONES, INSTANTS, AMOUNTS)
def test_counting_then_adding_never_passes_the_end_and_skips_only_rest(zone, start, gap):
    end = start + gap
    reached = zone.add_working(start, zone.working_between(start, end))
    assert reached <= end and zone.working_between(reached, end) == timedelta(0)


@given(ZONES, INSTANTS, AMOUNTS, AMOUNTS)
def test_a_stretch_of_working_time_is_the_sum_of_its_parts(zone, start, first, second):
    middle, end = start + first, start + first + second
    parts = zone.working_between(start, middle) + zone.working_between(middle, end)
    assert zone.working_between(start, end) == parts


def test_an_instant_without_a_zone_is_refused():
    with pytest.raises(CalendarError, match="without a time zone"):
        CHINA.add_working(datetime(2025, 3, 21, 9), hours(1))
    assert as_utc(at("2025-03-21 08:00")).hour == 0


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"periods": ()}, "at least one period"),
        ({"periods": (Period(time(9), time(12)), Period(time(11), time(13)))}, "overlap"),
        ({"periods": (Period(time(9), time(0)), Period(time(11), time(13)))}, "overlap"),
        ({"rest_weekdays": frozenset(range(7))}, "not all seven"),
        ({"rest_weekdays": frozenset({7})}, "rest days"),
        ({"zone": "Asia/Atlantis"}, "time zone"),
        ({"zone": "../etc/passwd"}, "time zone"),
        ({"holidays": frozenset({date(2025, 1, 1)}), "adjusted_workdays": frozenset({date(2025, 1, 1)})}, "both"),
    ],
)
def test_a_calendar_that_cannot_be_right_is_refused(fields, why):
    with pytest.raises(CalendarError, match=why):
        calendar(**fields)


def test_a_period_closes_after_it_opens():
    with pytest.raises(CalendarError, match="before it opens"):
        Period(time(12), time(9))


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (["day,kind", "2025-02-30,holiday"], "line 2: not a date"),
        (["day,kind", "2025-02-03,feast"], "line 2: kind"),
        (["day,kind", "2025-02-03"], "line 2: kind"),
        (["date,kind"], "line 1: the columns"),
        ([], "line 1: the columns"),
    ],
)
def test_a_bad_line_of_the_day_table_is_named(lines, why):
    with pytest.raises(CalendarError, match=why):
        parse_days(lines)


def test_a_calendar_built_without_days_must_say_which_years_it_knows():
    with pytest.raises(CalendarError, match="no days"):
        WorkCalendar.from_days("v", "Asia/Shanghai", [])
    known = WorkCalendar.from_days("v", "UTC", [], known_from=2024, known_until=2024)
    assert known.assumed(date(2025, 1, 1)) and not known.assumed(date(2024, 5, 1))


def test_rows_name_the_holiday():
    assert CalendarDay(date(2025, 10, 6), "holiday", "中秋") in seed_days()
