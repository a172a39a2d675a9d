from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.cluster import NOISE, density_clusters
from geo.errors import GeoError
from geo.plane import Plane

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
LIMITS = {"radius_m": 50.0, "within": timedelta(days=7), "min_points": 3}


def labels(reports, **limits):
    """`reports` are (metres east, metres north, days)."""
    xy = Plane(121.4, 31.2).to_degrees(np.array([report[:2] for report in reports]).reshape(-1, 2))
    at = [START + timedelta(days=float(report[2])) for report in reports]
    return density_clusters(xy, at, **(LIMITS | limits)).tolist()


def test_near_in_space_and_time_is_a_cluster():
    assert labels([(0, 0, 0), (20, 0, 2), (0, 30, 5), (500, 0, 1), (510, 0, 1), (490, 0, 2)]) == [0, 0, 0, 1, 1, 1]


def test_near_in_space_alone_is_not():
    assert labels([(0, 0, 0), (0, 0, 30), (0, 0, 60)]) == [NOISE] * 3


def test_too_few_are_noise():
    assert labels([(0, 0, 0), (10, 0, 0), (300, 0, 0)]) == [NOISE] * 3


def test_a_chain_of_cores_is_one_cluster():
    assert labels([(40 * i, 0, i) for i in range(10)]) == [0] * 10


def test_a_border_report_joins_the_nearest_core():
    west = [(0, 0, 0), (-30, 0, 0), (-30, 20, 0), (-30, -20, 0)]
    east = [(95, 0, 0), (125, 0, 0), (125, 20, 0), (125, -20, 0)]
    assert labels([*west, *east, (48, 0, 0)], min_points=4) == [0] * 4 + [1] * 4 + [1]
    assert labels([*west, *east, (47, 0, 0)], min_points=4) == [0] * 4 + [1] * 4 + [0]


def test_limits_are_metres_at_this_latitude():
    # At 31.2 degrees a degree of longitude is 14 % shorter than one of latitude.
    assert labels([(0, 0, 0), (49.9, 0, 0), (0, 49.9, 0)]) == [0, 0, 0]
    assert labels([(0, 0, 0), (50.1, 0, 0), (0, 50.1, 0)]) == [NOISE] * 3


def test_nothing_gives_nothing():
    assert labels([]) == []


spots = st.tuples(st.integers(0, 400), st.integers(0, 400), st.integers(0, 30))


@settings(max_examples=60, deadline=None)
@given(st.lists(spots, max_size=40))
def test_clusters_are_those_of_the_definition(reports):
    found = labels(reports)
    near = [[j for j, b in enumerate(reports) if _close(a, b)] for a in reports]
    cores = {i for i, others in enumerate(near) if len(others) >= 3}
    for i, others in enumerate(near):
        within_reach = {found[j] for j in others if j in cores}
        assert (found[i] == NOISE) == (not within_reach)
        assert i not in cores or within_reach == {found[i]}, "cores in reach share a cluster"
        assert found[i] == NOISE or found[i] in within_reach
    assert sorted({label for label in found if label != NOISE}) == list(range(_components(near, cores)))


def _close(a, b):
    # Whole metres: 50.0 exactly is avoided by rounding alone, so the limit is left a little room.
    return (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 <= 50.0**2 and abs(a[2] - b[2]) <= 7


def _components(near, cores):
    left, number = set(cores), 0
    while left:
        number += 1
        reached = [left.pop()]
        while reached:
            more = left.intersection(near[reached.pop()])
            left -= more
            reached += more
    return number


@pytest.mark.parametrize(
    ("arguments", "limits", "code"),
    [
        (([[121.4, 31.2]], []), {}, "bad_request"),
        (([[121.4, 31.2]], [datetime(2026, 3, 2)]), {}, "bad_request"),
        (([[float("nan"), 31.2]], [START]), {}, "bad_coordinate"),
        (([[121.4, 31.2]], [START]), {"radius_m": 0}, "bad_request"),
        (([[121.4, 31.2]], [START]), {"within": timedelta(0)}, "bad_request"),
        (([[121.4, 31.2]], [START]), {"min_points": 0}, "bad_request"),
    ],
)
def test_senseless_questions_are_refused(arguments, limits, code):
    with pytest.raises(GeoError) as caught:
        density_clusters(*arguments, **(LIMITS | limits))
    assert caught.value.code == code
