"""The indicators of a street's work as a table, and the arithmetic on their counts: rates, scores, grades.

A rate is always a numerator and a denominator with a time base: ``due_by`` (what fell due), ``filed_at`` (what was filed),
``closed_at`` (what was closed) or ``rated_at`` (what residents said). Below ``few`` only the counts are shown. Where somebody had
no more than a few cases a percentage says nothing, and a score would be unfair.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

FEW_CASES, FEW_ANSWERS = 10, 5
BY = ("department", "community", "cell")


@dataclass(frozen=True)
class Indicator:
    """``of_departments``: it says something about an organisation, not only about an area. ``higher`` is better, or lower, or neither."""

    code: str
    base: str
    of_departments: bool = True
    few: int = FEW_CASES
    better: str | None = "higher"
    beside: str | None = None  # the indicator that it is never shown without


TABLE: tuple[Indicator, ...] = (
    # The lead's work, by what fell due.
    Indicator("dispose_rate", "due_by"),
    Indicator("on_time_dispose_rate", "due_by", beside="on_original_rate"),
    Indicator("on_original_rate", "due_by"),
    Indicator("overdue_open_rate", "due_by", better="lower"),
    Indicator("extension_rate", "due_by", better=None),
    Indicator("close_rate", "due_by"),
    Indicator("on_time_close_rate", "due_by"),
    Indicator("rework_rate", "due_by", better="lower"),
    Indicator("response_rate", "due_by", beside="called_rate"),
    # The other two roles.
    Indicator("on_time_support_rate", "due_by"),
    Indicator("on_time_rule_rate", "due_by"),
    Indicator("joint_close_rate", "due_by"),
    # The operations centre and the grid.
    Indicator("accurate_file_rate", "filed_at", of_departments=False),
    Indicator("on_time_dispatch_rate", "due_by", of_departments=False),
    Indicator("accurate_dispatch_rate", "filed_at", of_departments=False),
    Indicator("bounce_rate", "filed_at", better=None),
    Indicator("on_time_verify_rate", "due_by", of_departments=False),
    Indicator("on_time_check_rate", "due_by", of_departments=False),
    Indicator("self_found_rate", "filed_at", of_departments=False, better=None),
    Indicator("repeat_rate", "filed_at", better="lower"),
    # The residents' own word.
    Indicator("resolved_rate", "rated_at", few=FEW_ANSWERS),
    Indicator("satisfied_rate", "rated_at", few=FEW_ANSWERS),
    Indicator("called_rate", "rated_at", few=FEW_ANSWERS),
    Indicator("answer_rate", "closed_at", few=FEW_ANSWERS, better=None),
)
INDICATORS: dict[str, Indicator] = {row.code: row for row in TABLE}


@dataclass(frozen=True)
class Count:
    numerator: int = 0
    denominator: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(self.numerator + other.numerator, self.denominator + other.denominator)


def combined(counts: Iterable[Count]) -> Count:
    """Of areas that do not overlap, or of days: a case belongs to one of them, so sums of counts are exact. Rates are never averaged."""
    return sum(counts, Count())


def rate(code: str, count: Count) -> float | None:
    """0.0 to 1.0, or None where there were too few to say."""
    if count.denominator < INDICATORS[code].few:
        return None
    return count.numerator / count.denominator


# Scores: of organisations only, by role, never of persons; weights are versioned, and off until a street's leaders turn them on.

SCORED: dict[str, tuple[str, ...]] = {
    "lead": ("on_time_dispose_rate", "close_rate", "rework_rate", "response_rate", "resolved_rate", "satisfied_rate"),
    "coordinate": ("on_time_rule_rate", "joint_close_rate"),
    "support": ("on_time_support_rate",),
}
RESIDENTS = ("resolved_rate", "satisfied_rate")
LEAST_OF_RESIDENTS = 30
DEFAULT_WEIGHTS: dict[str, dict[str, int]] = {
    "lead": {
        "on_time_dispose_rate": 25, "close_rate": 15, "rework_rate": 15, "response_rate": 10, "resolved_rate": 20, "satisfied_rate": 15},
    "coordinate": {"on_time_rule_rate": 50, "joint_close_rate": 50},
    "support": {"on_time_support_rate": 100},
}
GRADES = ((90.0, "A"), (75.0, "B"), (60.0, "C"), (40.0, "D"))
LOWEST = "E"


def faults(weights: Mapping[str, Mapping[str, int]]) -> dict[str, str]:
    """What is wrong with a set of weights, by role, as texts to translate; empty when it may be used."""
    found = {role: "There is no such role." for role in weights if role not in SCORED}
    for role, known in SCORED.items():
        wrong = _fault(role, weights.get(role, {}), known)
        if wrong:
            found[role] = wrong
    return found


def _fault(role: str, weights: Mapping[str, int], known: tuple[str, ...]) -> str | None:
    if set(weights) != set(known):
        return "Give a weight to each of the role's indicators and to no other."
    if any(weight < 0 for weight in weights.values()) or sum(weights.values()) != 100:
        return "The weights of a role add up to 100."
    if role == "lead" and sum(weights[code] for code in RESIDENTS) < LEAST_OF_RESIDENTS:
        return "The residents' answers weigh 30 or more."
    return None


def score(weights: Mapping[str, int], counts: Mapping[str, Count]) -> float | None:
    """0 to 100, one decimal; None where one of the weighted rates rests on too few."""
    points = 0.0
    for code, weight in weights.items():
        found = rate(code, counts.get(code, Count()))
        if found is None and weight:
            return None
        points += weight * _good(code, found or 0.0)
    return round(points, 1)


def _good(code: str, share: float) -> float:
    return 1 - share if INDICATORS[code].better == "lower" else share


def grade(points: float) -> str:
    """A from 90, B from 75, C from 60, D from 40, else E."""
    return next((letter for border, letter in GRADES if points >= border), LOWEST)
