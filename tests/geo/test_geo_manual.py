"""The names that the manual in geo/__init__ tells of are there."""

import re

import geo
from geo import cells, cluster, coords, coverage, discs, lines, locate, shapes

ROOMS = (cells, cluster, coords, coverage, discs, lines, locate, shapes)
NOT_OURS = {"Wgs84", "timedelta"}


def test_every_call_of_the_manual_can_be_made():
    called = set(re.findall(r"(?<![.\w])(\w+)\(", geo.__doc__)) - NOT_OURS
    assert {"cut", "report", "CellIndex", "density_clusters"} <= called
    assert {name for name in called if not any(hasattr(room, name) for room in ROOMS)} == set()
