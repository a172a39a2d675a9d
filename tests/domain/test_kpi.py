"""Counts, rates, weights and the borders of grades (the formulas' sources are in domain/kpi.py)."""

from __future__ import annotations

import pytest

from gridops.domain import kpi
from gridops.domain.kpi import DEFAULT_WEIGHTS, Count

FULL = {code: Count(10, 10) for role in kpi.SCORED.values() for code in role}


@pytest.mark.parametrize(("points", "letter"), [
    (100, "A"), (90, "A"), (89.9, "B"), (75, "B"), (74.9, "C"), (60, "C"), (59.9, "D"), (40, "D"), (39.9, "E"), (0, "E")])
def test_grades_at_their_borders(points, letter):
    assert kpi.grade(points) == letter


class TestRates:
    def test_fewer_than_ten_due_are_only_counted(self):
        assert kpi.rate("dispose_rate", Count(9, 9)) is None
        assert kpi.rate("dispose_rate", Count(9, 10)) == 0.9

    def test_fewer_than_five_answers_are_no_percentage(self):
        assert kpi.rate("resolved_rate", Count(4, 4)) is None
        assert kpi.rate("resolved_rate", Count(3, 5)) == 0.6

    def test_rates_are_never_averaged(self):
        """One of ten and ninety of ninety are 91 of 100, not 55 %."""
        assert kpi.combined([Count(1, 10), Count(90, 90)]) == Count(91, 100)

    def test_an_on_time_rate_names_what_stands_beside_it(self):
        assert kpi.INDICATORS["on_time_dispose_rate"].beside == "on_original_rate"
        assert all(row.beside is None or row.beside in kpi.INDICATORS for row in kpi.TABLE)


class TestScores:
    def test_the_default_weights_may_be_used(self):
        assert kpi.faults(DEFAULT_WEIGHTS) == {}

    def test_rework_counts_against(self):
        perfect = FULL | {"rework_rate": Count(0, 10)}
        assert kpi.score(DEFAULT_WEIGHTS["lead"], perfect) == 100.0
        assert kpi.score(DEFAULT_WEIGHTS["lead"], FULL) == 85.0

    def test_nobody_is_scored_on_too_few(self):
        counts = FULL | {"rework_rate": Count(0, 10), "resolved_rate": Count(4, 4)}
        assert kpi.score(DEFAULT_WEIGHTS["lead"], counts) is None

    def test_what_weighs_nothing_need_not_be_there(self):
        weights = {"on_time_rule_rate": 100, "joint_close_rate": 0}
        assert kpi.score(weights, {"on_time_rule_rate": Count(5, 10)}) == 50.0


@pytest.mark.parametrize(("resolved", "satisfied", "accepted"), [(15, 15, True), (14, 15, False), (0, 29, False), (30, 0, True)])
def test_residents_never_weigh_less_than_thirty(resolved, satisfied, accepted):
    others = {"on_time_dispose_rate": 100 - resolved - satisfied, "close_rate": 0, "rework_rate": 0, "response_rate": 0}
    weights = DEFAULT_WEIGHTS | {"lead": others | {"resolved_rate": resolved, "satisfied_rate": satisfied}}
    assert (kpi.faults(weights) == {}) is accepted


@pytest.mark.parametrize("weights", [
    {"lead": DEFAULT_WEIGHTS["lead"]},  # a role is missing
    DEFAULT_WEIGHTS | {"support": {"on_time_support_rate": 90}},  # not 100
    DEFAULT_WEIGHTS | {"coordinate": {"on_time_rule_rate": 150, "joint_close_rate": -50}},
    DEFAULT_WEIGHTS | {"support": {"dispose_rate": 100}},  # a support is judged on answering only
    DEFAULT_WEIGHTS | {"person": {"dispose_rate": 100}},
])
def test_sets_that_may_not_be_used(weights):
    assert kpi.faults(weights)
