"""When a matter is hot, and when something is more than usual. Pure: days and counts, no database.

The rule of hot issues (高频) is that of the domain rules on indicators: three or more different reporters within any three consecutive
calendar days of the street, merged reports included; one resident's fifty reports are one voice.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Sequence
from datetime import date, timedelta

VOICES, DAYS = 3, 3
RARE = 0.001  # a street has thousands of pairs of cell and category: one chance in a thousand each is a handful of false calls a year
LEAST_SURGE = 5  # below so many a share says nothing, as with residents' answers


def hot_days(said: Iterable[tuple[date, Hashable]]) -> date | None:
    """The first day of the newest window of three calendar days in which three different voices spoke; None: never hot."""
    spoken = sorted(set(said))
    for first in sorted({day for day, _ in spoken}, reverse=True):
        last = first + timedelta(days=DAYS - 1)
        if len({voice for day, voice in spoken if first <= day <= last}) >= VOICES:
            return first
    return None


def chance(count: int, before: Sequence[int]) -> float:
    """How likely ``count`` or more is in one period, when the periods before had ``before``.

    The negative binomial that a Poisson rate with Jeffreys' prior Gamma(1/2, 0) predicts (Gelman et al., Bayesian Data Analysis, 2.6): with
    little known before, its tail is long, so that one after nothing is no surge. Where the periods differ more among themselves than a
    Poisson count would, the size is the smaller one of the method of moments, and the tail is longer still.
    """
    periods = len(before)
    if not periods:
        return 1.0
    size = sum(before) + 0.5
    mean = size / periods
    return _tail(count, mean, min(size, _size(before, mean)))


def surges(count: int, before: Sequence[int]) -> bool:
    return count >= LEAST_SURGE and chance(count, before) < RARE


def _size(before: Sequence[int], mean: float) -> float:
    """Of a negative binomial with this spread; infinite where the counts are no wider than Poisson's."""
    if len(before) < 2:
        return math.inf
    middle = sum(before) / len(before)
    spread = sum((count - middle) ** 2 for count in before) / (len(before) - 1)
    return mean * mean / (spread - mean) if spread > mean else math.inf


def _tail(count: int, mean: float, size: float) -> float:
    """P(X >= count): one minus the terms below, each from the one before it."""
    term = math.exp(size * math.log(size / (size + mean)))
    below = 0.0
    for k in range(count):
        below += term
        term *= (size + k) / (k + 1) * mean / (size + mean)
    return max(0.0, 1.0 - below)
