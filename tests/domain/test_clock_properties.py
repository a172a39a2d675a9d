"""What holds for every clock, whenever it starts and however long it rests."""
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from gridops.domain import clocks
from gridops.domain.limits import Limit

DAY = Limit(1, "work_day")
FIVE_DAYS = Limit(5, "work_day")
NIGHT_HOUR = Limit(1, "urgent_hour")
LIMITS = st.sampled_from([DAY, FIVE_DAYS, NIGHT_HOUR, Limit(0.25, "work_hour"), Limit(3, "urgent_day")])
INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2026, 12, 1), timezones=st.just(UTC))
GAPS = st.timedeltas(timedelta(0), timedelta(days=40))


@given(LIMITS, INSTANTS, GAPS, GAPS)
def test_what_is_left_never_grows_by_itself(china, limit, now, first, second):
    state = clocks.start("handle", limit, now, china)
    sooner = clocks.remaining(state, now + first, china)
    assert clocks.remaining(state, now + first + second, china) <= sooner


@given(LIMITS, INSTANTS, GAPS)
def test_less_than_nothing_is_left_exactly_when_the_light_is_red(china, limit, now, gap):
    state = clocks.start("handle", limit, now, china)
    is_late = clocks.remaining(state, now + gap, china) < timedelta(0)
    assert is_late == (clocks.light(state, now + gap) == "red")
    assert is_late == (clocks.stop(state, now + gap, china).status == "missed")


@given(LIMITS, INSTANTS, GAPS, GAPS)
def test_a_pause_of_any_length_neither_gives_nor_takes_time(china, limit, now, worked, rested):
    paused = clocks.pause(clocks.start("handle", limit, now, china), now + worked, china)
    resumed = clocks.resume(paused, now + worked + rested, china)
    assert clocks.remaining(resumed, now + worked + rested, china) == paused.remaining


@given(LIMITS, INSTANTS, GAPS)
def test_the_warning_never_comes_after_the_due_instant(china, limit, now, gap):
    state = clocks.start("handle", limit, now, china)
    moved = clocks.extend(state, limit, china)
    capped = clocks.start("handle", limit, now, china, not_later_than=now + gap)
    resumed = clocks.resume(clocks.pause(state, now + gap, china), now + 2 * gap, china)
    assert all(clock.yellow_at <= clock.due_by for clock in (state, moved, capped, resumed))
