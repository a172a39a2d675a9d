import numpy as np
import pytest

from geo.discs import fullest_discs
from geo.errors import GeoError
from geo.plane import Plane


def labels(heard, radius_m=60.0):
    """`heard` are (metres east, voices)."""
    xy = Plane(121.4, 31.2).to_degrees(np.array([(east, 0) for east, _ in heard]).reshape(-1, 2))
    return fullest_discs(xy, [set(voices) for _, voices in heard], radius_m=radius_m).tolist()


def test_the_disc_with_the_most_different_voices_comes_first():
    assert labels([(0, "a"), (500, "bc"), (520, "cd"), (1000, "ef")]) == [2, 0, 0, 1]


def test_one_voice_at_many_points_is_one():
    assert labels([(0, "a"), (10, "a"), (20, "a"), (500, "bc")]) == [1, 1, 1, 0]


def test_a_disc_does_not_run_along_the_street():
    found = labels([(step * 50, chr(97 + step)) for step in range(9)])
    assert max(found.count(label) for label in found) == 3 and len(set(found)) >= 3


def test_the_middle_one_joins_both_its_neighbours():
    assert labels([(-55, "a"), (0, "b"), (55, "c")]) == [0, 0, 0]


def test_nothing_has_no_discs():
    assert labels([]) == []


@pytest.mark.parametrize(("xy", "voices", "radius"), [([[121, 31]], [], 60), ([[121, 31]], [{1}], 0), ([[float("nan"), 31]], [{1}], 60)])
def test_bad_input_is_refused(xy, voices, radius):
    with pytest.raises(GeoError):
        fullest_discs(np.array(xy), voices, radius_m=radius)
