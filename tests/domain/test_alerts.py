"""Sentences about alerts: which level of the escalation table fires when, once, and to whom."""
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from gridops.domain import clocks
from gridops.domain.clocks import Escalation
from gridops.domain.limits import Limit

DAY = Limit(1, "work_day")
NIGHT_HOUR = Limit(1, "urgent_hour")

ROWS = [
    Escalation(1, "yellow", None, ("handler",), "remind"),
    Escalation(2, "due", None, ("head", "dispatcher"), "warn"),
    Escalation(3, "due", DAY, ("leader",), "supervise"),
    Escalation(4, "due", Limit(3, "work_day"), ("monthly_meeting",), "list"),
]


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def begin(china):
    """begin("2025-03-24 09:00", limit): a running handle clock."""
    return lambda text="2025-03-24 09:00", limit=Limit(5, "work_day"): clocks.start("handle", limit, at(text), china)


def test_the_escalation_levels_have_their_instants(begin, china):
    assert clocks.alert_instants(begin(), ROWS, china) == [
        (1, at("2025-03-27 17:30")),
        (2, at("2025-03-28 17:30")),
        (3, at("2025-03-31 17:30")),  # Friday + 1 work day
        (4, at("2025-04-02 17:30")),
    ]


def test_an_urgent_clock_is_due_at_night_and_reaches_the_leader_a_work_day_later(begin, china):
    instants = dict(clocks.alert_instants(begin("2025-03-22 02:00", NIGHT_HOUR), ROWS, china))
    assert (instants[2], instants[3]) == (at("2025-03-22 03:00"), at("2025-03-24 17:30"))


@pytest.mark.parametrize(("fired", "level"), [([], 1), ([1], 2), ([2], 1), ([1, 2, 3], 4)])
def test_the_next_alert_is_the_soonest_not_fired(begin, china, fired, level):
    assert clocks.next_alert(begin(), fired, ROWS, china).level == level


def test_nothing_is_next_when_all_fired_or_the_clock_stands_still(begin, china):
    assert clocks.next_alert(begin(), [1, 2, 3, 4], ROWS, china) is None
    assert clocks.next_alert(clocks.pause(begin(), at("2025-03-24 09:00"), china), [], ROWS, china) is None


@pytest.mark.parametrize(
    ("now", "fired", "levels"),
    [
        ("2025-03-27 17:29", [], []),
        ("2025-03-28 17:30", [1], []),  # the due instant is not yet late
        ("2025-03-28 17:31", [1], [2]),
        ("2025-05-06 09:00", [], [1, 2, 3, 4]),  # the sweep stood still
        ("2025-05-06 09:00", [1, 2, 3, 4], []),
    ],
)
def test_levels_fire_once_and_none_is_lost(begin, china, now, fired, levels):
    assert [row.level for row in clocks.passed_alerts(begin(), fired, ROWS, china, at(now))] == levels
