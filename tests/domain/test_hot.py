"""When a matter is hot, and when something is more than usual; the figures are those of the predictive distribution."""

from datetime import date, timedelta

import pytest

from gridops.domain.hot import RARE, chance, hot_days, surges

DAY = date(2026, 3, 2)


def said(*spoken):
    return [(DAY + timedelta(days=day), voice) for day, voice in spoken]


@pytest.mark.parametrize(("spoken", "first"), [
    (said((0, "a"), (1, "b"), (2, "c")), DAY),
    (said((0, "a"), (1, "b"), (3, "c")), None),
    (said((0, "a"), (0, "a"), (0, "b")), None),
    (said((0, "a"), (4, "b"), (5, "a"), (6, "c")), DAY + timedelta(days=4)),
    ([], None),
])
def test_three_voices_in_three_calendar_days(spoken, first):
    assert hot_days(spoken) == first


def test_nothing_known_says_nothing():
    assert chance(50, []) == 1.0 and not surges(50, [])


def test_after_eight_empty_weeks_the_first_few_are_no_surge():
    """Jeffreys' prior: P(X >= 1) = 1 - (8/9)^(1/2)."""
    assert chance(1, [0] * 8) == pytest.approx(1 - (8 / 9) ** 0.5)
    assert [count for count in range(8) if surges(count, [0] * 8)] == [5, 6, 7]


def test_the_chance_falls_with_the_count_and_rises_with_what_is_usual():
    falling = [chance(count, [2] * 8) for count in range(12)]
    assert falling == sorted(falling, reverse=True) and falling[0] == 1.0
    assert chance(8, [1] * 8) < chance(8, [2] * 8) < chance(8, [4] * 8)


def test_weeks_that_differ_widely_make_more_usual():
    """Eight in one week and none in seven: eight again is nothing new, though the mean is one."""
    assert surges(8, [1] * 8) and not surges(8, [8, 0, 0, 0, 0, 0, 0, 0])


def test_a_hundred_where_ninety_are_usual_is_no_surge():
    assert not surges(100, [90, 88, 95, 91, 87, 90, 93, 89]) and surges(140, [90, 88, 95, 91, 87, 90, 93, 89])


def test_false_calls_are_as_rare_as_promised():
    """Simulated: a cell with one report a week, judged each week by the eight before."""
    import random

    dice = random.Random(6)

    def week():
        return sum(dice.random() < 1 / 50 for _ in range(50))

    calls = sum(surges(week(), [week() for _ in range(8)]) for _ in range(4000))
    assert calls <= 4000 * RARE * 3
