"""Sentences about one clock: what moves its due instant and what never does."""
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from gridops.domain import clocks
from gridops.domain.clocks import ClockError
from gridops.domain.limits import Limit

DAY = Limit(1, "work_day")
FIVE_DAYS = Limit(5, "work_day")
NIGHT_HOUR = Limit(1, "urgent_hour")
MONDAY = "2025-03-24 09:00"


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai"))


def hours(number):
    return timedelta(hours=number)


@pytest.fixture
def begin(china):
    """begin("2025-03-24 09:00", limit): a running handle clock."""
    return lambda text=MONDAY, limit=FIVE_DAYS, **more: clocks.start("handle", limit, at(text), china, **more)


@pytest.fixture
def paused_with(china, begin):
    """A five-day clock paused with that many working hours left (negative: paused late)."""

    def pause(left):
        state = begin()
        return clocks.pause(state, china.add_working(state.due_by, hours(-left)), china)

    return pause


def test_a_clock_runs_from_its_start_to_its_due_instant(begin):
    state = begin()
    assert (state.status, state.started_at, state.remaining, state.revision) == ("running", at(MONDAY), None, 0)
    assert (state.yellow_at, state.due_by) == (at("2025-03-27 17:30"), at("2025-03-28 17:30"))
    assert state.due_by.tzinfo is UTC


def test_an_upstream_due_cuts_a_limit_short_and_brings_the_warning_with_it(begin):
    state = begin(not_later_than=at("2025-03-24 15:30"))  # five working hours
    assert (state.yellow_at, state.due_by) == (at("2025-03-24 14:30"), at("2025-03-24 15:30"))


def test_a_later_upstream_due_gives_no_more_time(begin):
    assert begin(not_later_than=at("2025-04-30 12:00")) == begin()


def test_an_upstream_due_already_past_makes_a_clock_that_starts_late(begin, china):
    state = begin(not_later_than=at("2025-03-21 17:00"))
    assert clocks.light(state, at(MONDAY)) == "red"
    assert clocks.remaining(state, at(MONDAY), china) == hours(-0.5)
    assert state.yellow_at <= state.due_by < state.started_at


@pytest.mark.parametrize(
    ("now", "left"),
    [
        ("2025-03-24 09:00", hours(35)),
        ("2025-03-28 16:30", hours(1)),
        ("2025-03-28 17:30", hours(0)),
        ("2025-03-29 12:00", -timedelta.resolution),  # Saturday: no working time lost, and yet late
        ("2025-03-31 10:00", hours(-1)),
    ],
)
def test_what_is_left_counts_in_working_time(begin, china, now, left):
    assert clocks.remaining(begin(), at(now), china) == left


def test_what_is_left_of_an_urgent_clock_counts_at_night(begin, china):
    state = begin("2025-03-22 02:00", NIGHT_HOUR)
    assert clocks.remaining(state, at("2025-03-22 03:30"), china) == hours(-0.5)


@pytest.mark.parametrize(
    ("now", "light"),
    [
        ("2025-03-24 09:00", "green"),
        ("2025-03-27 17:29", "green"),
        ("2025-03-27 17:30", "yellow"),
        ("2025-03-28 17:30", "yellow"),  # the due instant itself is on time
        ("2025-03-28 17:31", "red"),
    ],
)
def test_the_light_follows_the_instant(begin, now, light):
    assert clocks.light(begin(), at(now)) == light


def test_red_waits_while_an_extension_is_undecided(begin):
    assert clocks.light(begin(), at("2025-03-31 10:00"), red_waits=True) == "yellow"
    assert clocks.light(begin(), at(MONDAY), red_waits=True) == "green"


def test_a_clock_that_does_not_run_shows_no_colour(begin, china):
    late = at("2025-05-01 10:00")
    assert clocks.light(clocks.pause(begin(), at(MONDAY), china), late) == "suspended"
    assert clocks.light(clocks.stop(begin(), at(MONDAY), china), late) == "none"
    assert clocks.light(clocks.cancel(begin()), late) == "none"


@pytest.mark.parametrize(
    ("lights", "worst"),
    [(["green", "red", "yellow"], "red"), (["suspended", "green"], "green"), (["none", "suspended"], "suspended"), ([], "none")],
)
def test_the_worst_clock_gives_the_light(lights, worst):
    assert clocks.worst_light(lights) == worst


def test_a_pause_keeps_what_was_left_and_has_no_due_instant(begin, china):
    state = clocks.pause(begin(), at("2025-03-26 12:00"), china)
    assert (state.status, state.remaining, state.due_by, state.yellow_at) == ("paused", hours(18), None, None)
    assert clocks.remaining(state, at("2025-09-01 09:00"), china) == hours(18)


def test_a_resumed_clock_has_what_was_left(paused_with, china):
    state = clocks.resume(paused_with(18), at("2025-09-29 10:00"), china)
    assert (state.status, state.remaining, state.revision) == ("running", None, 1)
    # Monday 6 h, Tuesday 7 h, then National Day, Thursday 9 October 5 h.
    assert state.due_by == at("2025-10-09 15:30")
    assert clocks.remaining(state, at("2025-09-29 10:00"), china) == hours(18)


@pytest.mark.parametrize(
    ("left", "due_by"),
    [
        (1, "2025-03-31 14:30"),  # an hour left: rework gets four
        (6, "2025-03-31 16:30"),  # more was left: that counts
        (-9, "2025-03-31 14:30"),  # late: rework gets four
    ],
)
def test_rework_gets_at_least_four_work_hours(paused_with, china, left, due_by):
    state = clocks.resume(paused_with(left), at("2025-03-31 09:00"), china, at_least=Limit(4, "work_hour"))
    assert state.due_by == at(due_by)


def test_a_late_clock_without_a_minimum_stays_exactly_as_late(paused_with, china):
    monday = at("2025-05-12 10:00")
    state = clocks.resume(paused_with(-3), monday, china)
    assert clocks.light(state, monday) == "red" and clocks.remaining(state, monday, china) == hours(-3)


def test_a_clock_paused_late_on_a_weekend_does_not_come_back_on_time(begin, china):
    paused = clocks.pause(begin(), at("2025-03-29 12:00"), china)
    resumed = clocks.resume(paused, at("2025-03-31 09:00"), china)
    assert clocks.stop(paused, at("2025-03-29 12:00"), china).status == "missed"
    assert clocks.light(resumed, at("2025-03-31 09:00")) == "red"


def test_an_urgent_clock_resumes_in_real_time(begin, china):
    paused = clocks.pause(begin("2025-03-22 02:00", NIGHT_HOUR), at("2025-03-22 02:20"), china)
    assert clocks.resume(paused, at("2025-03-23 04:00"), china).due_by == at("2025-03-23 04:40")


@pytest.mark.parametrize(
    ("left", "yellow_at"),
    [
        (14, "2025-03-31 17:30"),  # the last seven hours (a fifth of 35) are tomorrow's
        (3, "2025-03-31 09:00"),  # less than a fifth left: warned at once
    ],
)
def test_a_resumed_clock_warns_when_its_last_fifth_is_left(paused_with, china, left, yellow_at):
    monday = at("2025-03-31 09:00")
    state = clocks.resume(paused_with(left), monday, china)
    assert china.working_between(state.yellow_at, at(yellow_at)) == timedelta(0)
    assert monday <= state.yellow_at <= state.due_by


def test_an_extension_adds_to_the_due_instant_and_not_to_today(begin, china):
    state = clocks.extend(begin(), FIVE_DAYS, china)
    assert (state.due_by, state.revision) == (at("2025-04-07 17:30"), 1)  # 28 March + 5, over Qingming
    assert china.working_between(state.yellow_at, state.due_by) == hours(7)


def test_an_extension_may_be_a_stretch_of_the_clocks_own_time(begin, china):
    assert clocks.extend(begin(), hours(2), china).due_by == at("2025-03-31 11:00")


def test_an_extension_never_shortens(begin, china):
    with pytest.raises(ClockError, match="shorten"):
        clocks.extend(begin(), hours(-2), china)


def test_a_due_that_is_put_off_moves_later_only(begin, china):
    state = clocks.put_off(begin(), at("2025-04-02 12:00"), china)
    assert (state.due_by, state.revision) == (at("2025-04-02 12:00"), 1)
    assert clocks.put_off(state, at("2025-04-01 12:00"), china) is state


def test_an_upstream_due_that_becomes_known_moves_the_due_instant_forward_only(begin, china):
    state = clocks.bring_forward(begin(), at("2025-03-26 12:00"), china)
    assert (state.due_by, state.revision) == (at("2025-03-26 12:00"), 1)
    assert clocks.bring_forward(state, at("2025-03-27 12:00"), china) is state


@pytest.mark.parametrize(
    ("now", "status", "left"),
    [
        ("2025-03-28 17:00", "met", hours(0.5)),
        ("2025-03-28 17:30", "met", hours(0)),
        ("2025-03-28 17:30:00.000001", "missed", -timedelta.resolution),
        ("2025-03-31 10:00", "missed", hours(-1)),
    ],
)
def test_stopping_says_met_or_missed_and_by_how_much(begin, china, now, status, left):
    state = clocks.stop(begin(), at(now), china)
    assert (state.status, state.remaining, state.due_by) == (status, left, begin().due_by)


@pytest.mark.parametrize(("left", "status"), [(1, "met"), (0, "met"), (-1, "missed")])
def test_a_result_that_passes_later_is_judged_by_when_it_was_submitted(paused_with, china, left, status):
    assert clocks.stop(paused_with(left), at("2025-06-30 09:00"), china).status == status


STEPS = {
    "pause": lambda state, china: clocks.pause(state, at(MONDAY), china),
    "resume": lambda state, china: clocks.resume(state, at(MONDAY), china),
    "extend": lambda state, china: clocks.extend(state, DAY, china),
    "bring_forward": lambda state, china: clocks.bring_forward(state, at(MONDAY), china),
    "stop": lambda state, china: clocks.stop(state, at(MONDAY), china),
    "cancel": lambda state, china: clocks.cancel(state),
}
ALLOWED = {
    "running": {"pause", "extend", "bring_forward", "stop", "cancel"},
    "paused": {"resume", "stop", "cancel"},
    "met": set(),
    "cancelled": set(),
}
REACH = {"running": [], "paused": ["pause"], "met": ["stop"], "cancelled": ["cancel"]}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("status", ALLOWED)
def test_every_step_is_allowed_or_refused_by_status(begin, china, status, step):
    state = begin()
    for name in REACH[status]:
        state = STEPS[name](state, china)
    assert state.status == status
    if step in ALLOWED[status]:
        STEPS[step](state, china)
    else:
        with pytest.raises(ClockError, match=status):
            STEPS[step](state, china)
