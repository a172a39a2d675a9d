"""When is it due? Tables that read like sentences, over the holidays that the State Council published for 2024 to 2026.

A day has seven working hours, 09:00–12:00 and 13:30–17:30; all times are the street's own.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from gridops.domain import clocks
from gridops.domain.calendar import CalendarDay, Period, WorkCalendar
from gridops.domain.limits import Limit
from gridops.domain.recount import recounted

ZONE = ZoneInfo("Asia/Shanghai")


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def told(instant):
    return f"{instant.astimezone(ZONE):%Y-%m-%d %H:%M}"


def limit(text):
    value, unit = text.split()
    return Limit(Decimal(value), unit)


# what happens                                            begins              limit              due
DUES = [
    # An ordinary week
    ("Friday 17:30, half an hour: Monday 09:30",           "2025-03-21 17:30", "0.5 work_hour",   "2025-03-24 09:30"),
    ("Friday 17:00, half an hour: just before closing",    "2025-03-21 17:00", "0.5 work_hour",   "2025-03-21 17:30"),
    ("Friday 17:00, four hours: Monday after lunch",       "2025-03-21 17:00", "4 work_hour",     "2025-03-24 14:00"),
    ("noon does not count",                                "2025-03-19 11:30", "1 work_hour",     "2025-03-19 14:00"),
    ("Saturday counts from Monday",                        "2025-03-22 10:00", "1 work_day",      "2025-03-24 17:30"),
    # Spring Festival 2024: off 10 to 17 February; the Sundays before and after are worked
    ("the Sunday before is worked",                        "2024-02-02 17:30", "1 work_day",      "2024-02-04 17:30"),
    ("Friday 9 February is the last day",                  "2024-02-09 09:00", "1 work_day",      "2024-02-09 17:30"),
    ("into the feast: the worked Sunday after it",         "2024-02-09 17:30", "1 work_day",      "2024-02-18 17:30"),
    # Spring Festival 2025: off 28 January to 4 February; Sunday 26 January and Saturday 8 February are worked
    ("four days over the feast",                           "2025-01-27 09:00", "4 work_day",      "2025-02-07 17:30"),
    ("the fifth is the worked Saturday",                   "2025-01-27 09:00", "5 work_day",      "2025-02-08 17:30"),
    # Spring Festival 2026: off 15 to 23 February; Saturdays 14 and 28 February are worked
    ("dispatched on the worked Saturday, one day",         "2026-02-14 09:00", "1 work_day",      "2026-02-14 17:30"),
    ("dispatched on it at noon: half of it after the feast", "2026-02-14 13:30", "1 work_day",    "2026-02-24 12:00"),
    ("the Friday before, six days: the next worked Saturday", "2026-02-13 17:30", "6 work_day",   "2026-02-28 17:30"),
    # National Day
    ("2024: Monday 30 September 17:30 goes on on 8 October", "2024-09-30 17:30", "1 work_hour",   "2024-10-08 10:00"),
    ("2025: eight days off, Thursday 9 October",           "2025-09-30 17:30", "1 work_day",      "2025-10-09 17:30"),
    ("2025: the third day is the worked Saturday",         "2025-09-30 17:30", "3 work_day",      "2025-10-11 17:30"),
    # What cannot wait does not wait
    ("an hour at 02:00 of New Year's Eve",                 "2026-02-16 02:00", "1 urgent_hour",   "2026-02-16 03:00"),
    ("a quarter of an hour over midnight",                 "2024-12-31 23:50", "15 urgent_minute", "2025-01-01 00:05"),
    ("a day through the holiday",                          "2025-10-01 20:00", "1 urgent_day",    "2025-10-02 20:00"),
]


@pytest.mark.parametrize(("sentence", "begins", "given", "due"), DUES, ids=[row[0] for row in DUES])
def test_when_it_is_due(china, sentence, begins, given, due):
    assert told(clocks.start("handle", limit(given), at(begins), china).due_by) == due


# A clock of five work days, begun 2025-09-25 09:00: due on 2025-09-30 17:30, for Sunday 28 September is worked. It stands still from … to …
PAUSES = [
    ("over National Day with three days left: Thursday, Friday, the worked Saturday", "2025-09-27 12:00", "2025-10-09 09:00", "2025-10-11 17:30"),
    ("stopped at noon: that afternoon on Thursday, and one day more",                 "2025-09-29 13:30", "2025-10-09 13:30", "2025-10-10 17:30"),
    ("lifted in the middle of the holiday: nothing runs before Thursday",             "2025-09-29 17:30", "2025-10-03 10:00", "2025-10-09 17:30"),
    ("stopped and lifted on the same Sunday that is worked",                          "2025-09-28 09:00", "2025-09-28 13:30", "2025-10-09 12:00"),
]


@pytest.mark.parametrize(("sentence", "stopped", "lifted", "due"), PAUSES, ids=[row[0] for row in PAUSES])
def test_a_suspension_across_national_day(china, sentence, stopped, lifted, due):
    running = clocks.start("handle", limit("5 work_day"), at("2025-09-25 09:00"), china)
    assert told(running.due_by) == "2025-09-30 17:30"
    paused = clocks.pause(running, at(stopped), china)
    assert told(clocks.resume(paused, at(lifted), china).due_by) == due


def changed(days=(), periods=None):
    """March 2025 with days of the street's own, or with other hours."""
    return WorkCalendar.from_days(
        "street/2", "Asia/Shanghai", [CalendarDay(datetime.fromisoformat(day).date(), kind, "") for day, kind in days],
        known_from=2025, known_until=2025, **({"periods": periods} if periods else {}))


HOLIDAY = changed([("2025-03-26", "holiday")])
WORKED_SATURDAY = changed([("2025-03-29", "workday")])
WINTER = changed(periods=(Period(at("2025-01-01 09:00").time(), at("2025-01-01 12:00").time()), Period(at("2025-01-01 13:00").time(), at("2025-01-01 17:00").time())))
TUESDAY = "2025-03-25 10:00"

# Begun Monday 2025-03-24 09:00; somebody asks for a recount on Tuesday at 10:00.
#   what the new version says                                limit          new version      new limit      due
RECOUNTS = [
    ("Wednesday off: a day later",                            "3 work_day",  HOLIDAY,         None,          "2025-03-27 17:30"),
    ("Wednesday off, but due before it: as it was",           "2 work_day",  HOLIDAY,         None,          "2025-03-25 17:30"),
    ("Saturday worked: two days sooner",                      "6 work_day",  WORKED_SATURDAY, None,          "2025-03-29 17:30"),
    ("hours that end at 17:00: half an hour sooner",          "3 work_day",  WINTER,          None,          "2025-03-26 17:00"),
    ("what runs day and night does not ask the calendar",     "3 urgent_day", HOLIDAY,        None,          "2025-03-27 09:00"),
    ("the new policy gives five days for three",              "3 work_day",  None,            "5 work_day",  "2025-03-28 17:30"),
    ("the new policy gives one: that is over, so as it was",  "3 work_day",  None,            "1 work_day",  "2025-03-26 17:30"),
]


@pytest.mark.parametrize(("sentence", "given", "version", "instead", "due"), RECOUNTS, ids=[row[0] for row in RECOUNTS])
def test_an_open_clock_on_a_later_version(china, sentence, given, version, instead, due):
    running = clocks.start("handle", limit(given), at("2025-03-24 09:00"), china)
    after = recounted(running, china, version or china, at(TUESDAY), limit=limit(instead) if instead else None, share=0.8)
    assert told(after.due_by) == due
    assert after.revision == (0 if after.due_by == running.due_by else 1)


def test_a_pause_keeps_what_was_left_whatever_the_new_version_says(china):
    paused = clocks.pause(clocks.start("handle", limit("3 work_day"), at("2025-03-24 09:00"), china), at(TUESDAY), china)
    assert recounted(paused, china, HOLIDAY, at(TUESDAY), share=0.8) == paused
    lifted = clocks.resume(paused, at("2025-03-26 09:00"), HOLIDAY)  # thirteen working hours, and Wednesday is off by now
    assert (paused.remaining, told(lifted.due_by)) == (timedelta(hours=13), "2025-03-28 16:30")


def test_what_was_extended_goes_on_with_what_is_left(china):
    longer = clocks.extend(clocks.start("handle", limit("2 work_day"), at("2025-03-24 09:00"), china), limit("1 work_day"), china)
    assert told(longer.due_by) == "2025-03-26 17:30"
    assert told(recounted(longer, china, HOLIDAY, at(TUESDAY), share=0.8).due_by) == "2025-03-27 17:30"


def test_a_due_that_the_city_named_stays_the_latest(china):
    named = clocks.start("promise", limit("5 work_day"), at("2025-03-24 09:00"), china, not_later_than=at("2025-03-26 12:00"))
    assert recounted(named, china, HOLIDAY, at(TUESDAY), share=0.8) == named
