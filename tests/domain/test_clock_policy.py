"""The default table of limits, row by row, and how a stored policy is read."""
import json
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from gridops.domain.clock_policy import DEFAULT_POLICY, escalations, least_after, limit_for, promise_limit
from gridops.domain.limits import Limit, LimitError

MONDAY = datetime(2025, 3, 24, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
FRIDAY_EVENING = datetime(2025, 3, 21, 17, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
FIVE_DAYS = Limit(5, "work_day")


@pytest.fixture
def limit_of(china):
    def limit(kind, *, emergency=False, handle_limit=FIVE_DAYS, start=MONDAY, policy=DEFAULT_POLICY):
        return limit_for(
            policy, kind, emergency=emergency, handle_limit=handle_limit, start=start, calendar=china
        )

    return limit


@pytest.mark.parametrize(
    ("kind", "usual", "in_an_emergency"),
    [
        ("accept", (0.25, "work_hour"), (15, "urgent_minute")),
        ("dispatch", (0.25, "work_hour"), (15, "urgent_minute")),
        ("verify", (4, "work_hour"), (30, "urgent_minute")),
        ("check", (4, "work_hour"), (30, "urgent_minute")),
        ("sign", (1, "work_day"), (10, "urgent_minute")),
        ("contact", (1, "work_day"), (1, "urgent_hour")),
        ("handle", (5, "work_day"), (5, "work_day")),
        ("support", (2.5, "work_day"), (2.5, "work_day")),
        ("rule", (4, "work_hour"), (30, "urgent_minute")),
        ("decide", (4, "work_hour"), (30, "urgent_minute")),
        ("rating", (7, "urgent_day"), (7, "urgent_day")),
    ],
)
def test_every_stage_has_its_limit(limit_of, kind, usual, in_an_emergency):
    assert limit_of(kind) == Limit(*usual)
    assert limit_of(kind, emergency=True) == Limit(*in_an_emergency)


def test_the_table_above_is_complete():
    assert len(DEFAULT_POLICY["clocks"]) == 11


@pytest.mark.parametrize(
    ("handle_limit", "start", "signed_within"),
    [
        (Limit(2, "urgent_hour"), MONDAY, Limit(2, "urgent_hour")),
        (Limit(4, "work_hour"), MONDAY, Limit(4, "work_hour")),
        (Limit(20, "urgent_hour"), MONDAY, Limit(1, "work_day")),  # Tuesday 05:00 is after Monday 17:30
        (Limit(20, "urgent_hour"), FRIDAY_EVENING, Limit(20, "urgent_hour")),  # Saturday is before Monday
        (None, MONDAY, Limit(1, "work_day")),
    ],
)
def test_signing_ends_with_the_handle_limit_or_a_work_day_whichever_is_earlier(
    limit_of, handle_limit, start, signed_within
):
    assert limit_of("sign", handle_limit=handle_limit, start=start) == signed_within


def test_handling_needs_the_limit_of_a_filing_condition(limit_of):
    with pytest.raises(LimitError, match="handle needs"):
        limit_of("handle", handle_limit=None)


def test_a_policy_stored_before_a_stage_was_known_takes_todays_row(limit_of):
    stored = {**DEFAULT_POLICY, "clocks": {"accept": DEFAULT_POLICY["clocks"]["accept"]}, "escalation": {"default": {"rows": []}}}
    assert limit_of("decide", policy=stored) == Limit(4, "work_hour")
    assert [row.action for row in escalations(stored, "suspension")] == ["resume"]
    assert escalations(stored, "handle") == []


def test_a_silent_support_is_told_to_its_coordinator(limit_of):
    assert "coordinate" in escalations(DEFAULT_POLICY, "support")[1].to


def test_an_unknown_stage_is_refused(limit_of):
    with pytest.raises(LimitError, match="brew"):
        limit_of("brew")


@pytest.mark.parametrize(
    ("kind", "work_days"),
    [("consult", 1), ("complaint", 5), ("help", 5), ("suggestion", 5), ("praise", 5), ("tipoff", 5)],
)
def test_every_kind_of_report_has_its_promise(kind, work_days):
    assert promise_limit(DEFAULT_POLICY, kind) == Limit(work_days, "work_day")
    assert promise_limit(DEFAULT_POLICY, kind, is_complex=True) == Limit(15, "work_day")


def test_an_unknown_kind_of_report_is_refused():
    with pytest.raises(LimitError, match="poem"):
        promise_limit(DEFAULT_POLICY, "poem")


def test_paused_clocks_come_back_with_at_least():
    assert least_after(DEFAULT_POLICY, "rework") == Limit(4, "work_hour")
    assert least_after(DEFAULT_POLICY, "suspension") == Limit(1, "work_day")


def test_lateness_climbs_from_the_handler_to_the_monthly_meeting():
    steps = [(row.level, row.at, row.plus, row.to) for row in escalations(DEFAULT_POLICY, "handle")]
    assert steps == [
        (1, "yellow", None, ("handler",)),
        (2, "due", None, ("head", "dispatcher")),
        (3, "due", Limit(1, "work_day"), ("leader",)),
        (4, "due", Limit(3, "work_day"), ("monthly_meeting",)),
    ]


def test_an_unsigned_window_counts_as_signed_but_never_in_an_emergency():
    assert [row.action for row in escalations(DEFAULT_POLICY, "sign")] == ["remind", "sign"]
    assert "sign" not in [row.action for row in escalations(DEFAULT_POLICY, "sign", emergency=True)]


def test_the_end_of_the_rating_window_blames_nobody():
    assert [(row.to, row.action) for row in escalations(DEFAULT_POLICY, "rating")] == [(("system",), "archive")]


@pytest.mark.parametrize("emergency", [False, True])
@pytest.mark.parametrize("kind", DEFAULT_POLICY["clocks"])
def test_no_level_stands_twice_in_a_table(kind, emergency):
    levels = [row.level for row in escalations(DEFAULT_POLICY, kind, emergency=emergency)]
    assert len(levels) == len(set(levels)) > 0


def test_a_policy_survives_the_database_unchanged(limit_of):
    stored = json.loads(json.dumps(DEFAULT_POLICY))
    assert stored == DEFAULT_POLICY
    assert limit_of("accept", policy=stored) == Limit("0.25", "work_hour")


def test_a_ticket_keeps_the_policy_it_was_given(limit_of):
    frozen = json.loads(json.dumps(DEFAULT_POLICY))
    frozen["clocks"]["rule"]["limit"]["value"] = 2
    assert limit_of("rule", policy=frozen) == Limit(2, "work_hour") != limit_of("rule")


def test_in_an_emergency_the_leader_hears_an_hour_after_the_due_day_or_night():
    usual, emergency = (escalations(DEFAULT_POLICY, "handle", emergency=flag)[2] for flag in (False, True))
    assert (usual.plus, usual.to) == (Limit(1, "work_day"), ("leader",))
    assert (emergency.plus, emergency.to) == (Limit(1, "urgent_hour"), ("leader",))
