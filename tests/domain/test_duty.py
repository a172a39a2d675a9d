"""Who is on duty when: the tests read like a roster. 4 March 2026 is a Wednesday; 1 October is National Day."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from gridops.domain import duty
from gridops.domain.calendar import CalendarDay, WorkCalendar
from gridops.domain.duty import Pattern, Planned, Post

SHANGHAI = ZoneInfo("Asia/Shanghai")
NATIONAL_DAY, WORKED_SUNDAY = date(2026, 10, 1), date(2026, 9, 27)
BEGAN = date(2026, 1, 1)
CALENDAR = WorkCalendar.from_days(
    "1", "Asia/Shanghai", [CalendarDay(NATIONAL_DAY, "holiday", "国庆节"), CalendarDay(WORKED_SUNDAY, "workday", "")])


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


def post(role="grid_worker", **fields) -> Post:
    return Post(role, **({"starts_on": BEGAN} | fields))


def pattern(days, opens, closes, **fields) -> Pattern:
    return Pattern(days, time.fromisoformat(opens), time.fromisoformat(closes), **({"starts_on": BEGAN} | fields))


def shift(starts_at, ends_at, kind="night") -> Planned:
    return Planned(local(starts_at), local(ends_at), kind)


def on(held: Post, text: str, away=()):
    """(basis, "HH:MM" until) or None."""
    found = duty.at(held, CALENDAR, local(text), away)
    return found and (found.basis, f"{found.ends_at.astimezone(SHANGHAI):%a %H:%M}")


class TestPlainHours:
    @pytest.mark.parametrize("text, expected", [
        ("2026-03-04 08:59", None),
        ("2026-03-04 09:00", ("hours", "Wed 12:00")),
        ("2026-03-04 12:30", None),
        ("2026-03-04 17:29", ("hours", "Wed 17:30")),
        ("2026-03-04 17:30", None),
        ("2026-03-07 10:00", None),  # Saturday
        ("2026-10-01 10:00", None),  # National Day
        ("2026-09-27 10:00", ("hours", "Sun 12:00")),  # a Sunday worked for it
    ])
    def test_a_full_time_worker_is_on_duty_in_working_periods(self, text, expected):
        assert on(post(), text) == expected

    @pytest.mark.parametrize("held", [post(part_time=True), post("volunteer"), post("police_liaison")])
    def test_others_are_on_duty_only_when_somebody_said_so(self, held):
        assert on(held, "2026-03-04 10:00") is None and not duty.has_hours(held)

    def test_a_post_counts_from_its_first_to_its_last_day(self):
        held = post(starts_on=date(2026, 3, 4), ends_on=date(2026, 3, 5))
        found = [on(held, f"2026-03-{day:02} 10:00") is not None for day in range(3, 7)]
        assert found == [False, True, True, False]


class TestPatterns:
    WEEKEND = pattern("rest_days", "09:00", "17:00")
    LATE = pattern("workdays", "13:30", "21:00")

    def test_rest_days_come_on_top_of_the_plain_hours(self):
        held = post(patterns=(self.WEEKEND,))
        assert on(held, "2026-03-04 10:00") == ("hours", "Wed 12:00")
        assert on(held, "2026-03-07 10:00") == ("pattern", "Sat 17:00")

    def test_national_day_is_a_rest_day_and_the_worked_sunday_none(self):
        held = post(part_time=True, patterns=(self.WEEKEND,))
        assert on(held, "2026-10-01 10:00") == ("pattern", "Thu 17:00")
        assert on(held, "2026-09-27 10:00") is None

    def test_a_pattern_of_workdays_takes_the_place_of_the_plain_hours(self):
        held = post(patterns=(self.LATE,))
        assert on(held, "2026-03-04 10:00") is None
        assert on(held, "2026-03-04 20:00") == ("pattern", "Wed 21:00")

    def test_a_night_crosses_midnight(self):
        held = post(part_time=True, patterns=(pattern("every_day", "17:30", "09:00"),))
        assert on(held, "2026-03-06 17:31") == ("pattern", "Sat 09:00")  # Friday evening
        assert on(held, "2026-03-07 03:00") == ("pattern", "Sat 09:00")
        assert on(held, "2026-03-07 09:00") is None

    def test_the_night_of_the_last_day_runs_to_its_end(self):
        held = post(part_time=True, patterns=(pattern("every_day", "17:30", "09:00"),), ends_on=date(2026, 3, 6))
        assert on(held, "2026-03-07 08:59") == ("pattern", "Sat 09:00")
        assert on(held, "2026-03-07 18:00") is None

    def test_weekdays_narrow_a_pattern(self):
        held = post(part_time=True, patterns=(pattern("every_day", "09:00", "12:00", weekdays=frozenset({1, 3})),))
        assert on(held, "2026-03-04 10:00") and not on(held, "2026-03-05 10:00")

    def test_a_pattern_that_is_over_gives_the_plain_hours_back(self):
        held = post(patterns=(pattern("workdays", "13:30", "21:00", ends_on=date(2026, 3, 3)),))
        assert on(held, "2026-03-04 10:00") == ("hours", "Wed 12:00")


class TestShifts:
    def test_friday_17_31_is_the_night_shift(self):
        held = post(part_time=True, shifts=(shift("2026-03-06 17:30", "2026-03-07 09:00"),))
        assert on(held, "2026-03-06 17:31") == ("shift", "Sat 09:00")
        assert on(held, "2026-03-06 17:29") is None

    def test_a_night_comes_on_top_of_the_day(self):
        held = post(shifts=(shift("2026-03-06 17:30", "2026-03-07 09:00"),))
        assert on(held, "2026-03-06 10:00") == ("hours", "Fri 12:00")

    def test_a_day_shift_takes_the_place_of_pattern_and_hours_on_its_day_only(self):
        held = post(shifts=(shift("2026-03-04 14:00", "2026-03-04 22:00", "day"),))
        assert on(held, "2026-03-04 10:00") is None
        assert on(held, "2026-03-04 21:00") == ("shift", "Wed 22:00")
        assert on(held, "2026-03-05 10:00") == ("hours", "Thu 12:00")

    def test_a_holiday_shift_on_national_day_replaces_the_rest_day_pattern(self):
        held = post(
            patterns=(pattern("rest_days", "09:00", "17:00"),), shifts=(shift("2026-10-01 08:00", "2026-10-01 12:00", "holiday"),))
        assert on(held, "2026-10-01 08:30") == ("shift", "Thu 12:00")
        assert on(held, "2026-10-01 13:00") is None


class TestAbsence:
    def test_it_cuts_the_stretch(self):
        away = [(local("2026-03-04 11:00"), local("2026-03-04 15:00"))]
        assert on(post(), "2026-03-04 10:00", away) == ("hours", "Wed 11:00")
        assert on(post(), "2026-03-04 11:30", away) is None
        assert on(post(), "2026-03-04 15:00", away) == ("hours", "Wed 17:30")


class TestNight:
    @pytest.mark.parametrize("text, starts, ends", [
        ("2026-03-04 10:00", "2026-03-04 17:30", "2026-03-05 09:00"),  # by day: the coming one
        ("2026-03-04 23:00", "2026-03-04 17:30", "2026-03-05 09:00"),
        ("2026-03-05 03:00", "2026-03-04 17:30", "2026-03-05 09:00"),  # the one that runs
        ("2026-03-06 12:00", "2026-03-06 17:30", "2026-03-07 09:00"),  # Friday night ends on Saturday morning
        ("2026-10-01 12:00", "2026-10-01 17:30", "2026-10-02 09:00"),  # National Day has a night like others
    ])
    def test_from_the_last_period_to_the_next_opening(self, text, starts, ends):
        assert duty.night(CALENDAR, local(text)) == (local(starts), local(ends))

    def test_what_nobody_covers_of_it(self):
        whole = (local("2026-03-04 17:30"), local("2026-03-05 09:00"))
        evening, morning = (whole[0], local("2026-03-04 22:00")), (local("2026-03-05 06:00"), local("2026-03-05 10:00"))
        assert duty.uncovered([], whole) == timedelta(hours=15.5)
        assert duty.uncovered([evening, morning], whole) == timedelta(hours=8)
        assert duty.uncovered([evening, (local("2026-03-04 21:00"), local("2026-03-05 07:00")), morning], whole) == timedelta(0)


def test_the_zone_is_the_streets():
    urumqi = WorkCalendar.from_days("1", "Asia/Urumqi", [CalendarDay(NATIONAL_DAY, "holiday", "")])
    ten_in_shanghai = local("2026-03-04 10:00")  # 08:00 in Urumqi
    assert duty.at(post(), CALENDAR, ten_in_shanghai) and not duty.at(post(), urumqi, ten_in_shanghai)
