"""Sentences about limits: what a value and a unit come to on the real Chinese calendar."""
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from gridops.domain.limits import Limit, LimitError, due, earliest, elapse, length, yellow


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.mark.parametrize(
    ("start", "limit", "end"),
    [
        ("2025-03-21 17:30", Limit(0.5, "work_hour"), "2025-03-24 09:30"),  # Friday 17:30 → Monday 09:30
        ("2025-03-21 15:00", Limit(1, "work_day"), "2025-03-24 15:00"),  # Friday 15:00 → Monday 15:00
        ("2025-03-21 20:00", Limit(1, "work_day"), "2025-03-24 17:30"),  # Friday night → end of Monday
        ("2025-03-24 09:00", Limit(1, "work_day"), "2025-03-24 17:30"),  # a full day ends with the day
        ("2025-01-20 10:00", Limit(5, "work_day"), "2025-01-26 10:00"),  # the 调休 Sunday is the fifth
        ("2025-01-24 10:00", Limit(5, "work_day"), "2025-02-07 10:00"),  # over Spring Festival
        ("2025-09-30 15:00", Limit(15, "work_day"), "2025-10-28 15:00"),  # over National Day, one Saturday worked
        ("2025-03-22 02:00", Limit(1, "urgent_hour"), "2025-03-22 03:00"),  # an urgent hour on a Saturday night
        ("2025-01-28 23:50", Limit(15, "urgent_minute"), "2025-01-29 00:05"),  # on New Year's Eve
        ("2025-10-01 08:00", Limit(7, "urgent_day"), "2025-10-08 08:00"),  # through the National Day week
        ("2025-03-22 02:00", Limit(0.25, "work_hour"), "2025-03-24 09:15"),  # the same night, not urgent
    ],
)
def test_a_limit_is_due(china, start, limit, end):
    assert due(at(start), limit, china) == at(end)


@pytest.mark.parametrize(
    ("start", "limit", "instant"),
    [
        ("2025-03-24 09:00", Limit(5, "work_day"), "2025-03-27 17:30"),  # four of five days are used up
        ("2025-03-22 02:00", Limit(1, "urgent_hour"), "2025-03-22 02:48"),
        ("2025-09-30 14:30", Limit(5, "work_hour"), "2025-10-09 10:00"),  # 80 % falls behind the holiday
    ],
)
def test_a_limit_turns_yellow_at_four_fifths(china, start, limit, instant):
    assert yellow(at(start), limit, china) == at(instant)


def test_urgent_time_is_real_time_when_the_clocks_go_forward(china):
    berlin = ZoneInfo("Europe/Berlin")
    eve = datetime(2025, 3, 29, 12, 0, tzinfo=berlin)
    day = Limit(1, "urgent_day")
    assert due(eve, day, china) == datetime(2025, 3, 30, 13, 0, tzinfo=berlin)
    assert elapse(eve, datetime(2025, 3, 30, 12, 0, tzinfo=berlin), day, china) == timedelta(hours=23)


def test_a_tenth_of_an_hour_is_six_minutes_exactly(china):
    assert length(Limit(0.1, "work_hour"), china) == timedelta(minutes=6)
    assert Limit(0.1, "work_hour").share(0.5) == Limit(Decimal("0.05"), "work_hour")


def test_which_limit_ends_first_depends_on_when_it_begins(china):
    day, urgent = Limit(1, "work_day"), Limit(20, "urgent_hour")
    assert earliest(at("2025-03-24 09:00"), [day, urgent], china) is day  # Monday 17:30 before Tuesday 05:00
    assert earliest(at("2025-03-21 17:00"), [day, urgent], china) is urgent  # Saturday before Monday


@pytest.mark.parametrize("value", [0, -1, "nan", "inf", "soon", None, 10**7, 0.00001])
def test_a_limit_needs_a_positive_finite_number(value):
    with pytest.raises(LimitError):
        Limit(value, "work_day")


def test_a_limit_needs_a_known_unit():
    with pytest.raises(LimitError, match="fortnight"):
        Limit(1, "fortnight")


def test_a_limit_survives_json():
    limit = Limit("0.25", "work_hour")
    assert limit.to_json() == {"value": "0.25", "unit": "work_hour"}
    assert Limit(Decimal("10.0000"), "work_day").to_json()["value"] == "10"
    assert Limit.from_json(limit.to_json()) == limit == Limit.from_json({"value": 0.25, "unit": "work_hour"})
