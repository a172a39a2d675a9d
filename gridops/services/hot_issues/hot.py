"""Hot issues: three different people within three days about the same place and category, or on tickets that were merged into one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import timedelta

import numpy as np

from geo.discs import fullest_discs
from gridops.domain.hot import hot_days
from gridops.services.hot_issues import issue
from gridops.services.hot_issues.issue import Issue
from gridops.services.hot_issues.voices import Matter
from gridops.services.shapes import point_of

NEAR_M = 60  # the next building and the yard between belong together, the next gate does not
STEP_DIGITS = 4  # of a degree: some ten metres
LOOK_BACK = timedelta(days=14)  # an issue lasts until two weeks have passed since it was last hot


def hot(matters: Iterable[Matter]) -> list[Issue]:
    """Most people first."""
    groups = (group for group in same_matter(matters) if hot_days((each.day, each.voice) for matter in group for each in matter.said))
    return sorted((issue.of("hot", group) for group in groups), key=lambda found: (-found.people, -found.reports, found.key))


def same_matter(matters: Iterable[Matter]) -> Iterator[list[Matter]]:
    """Same category, and same place or hardly apart. Without category or whereabouts a ticket stands for itself."""
    by_category: dict[str, list[Matter]] = defaultdict(list)
    for matter in matters:
        if matter.category is None:
            yield [matter]
        else:
            by_category[matter.category].append(matter)
    for alike in by_category.values():
        yield from _near(_at_one_spot(alike))


def _at_one_spot(alike: Iterable[Matter]) -> list[list[Matter]]:
    """A compound's tickets are of one place, whatever point each has; points within a step are one, so that a thousand calls are quickly counted."""
    spots: dict[object, list[Matter]] = defaultdict(list)
    for matter in alike:
        point = point_of(matter.point)
        step = (round(point.lng, STEP_DIGITS), round(point.lat, STEP_DIGITS)) if point else matter.id
        spots[("place", matter.place_id) if matter.place_id else step].append(matter)
    return list(spots.values())


def _near(spots: list[list[Matter]]) -> Iterator[list[Matter]]:
    located = [spot for spot in spots if spot[0].point is not None]
    yield from (spot for spot in spots if spot[0].point is None)
    points = [point_of(spot[0].point) for spot in located]
    labels = fullest_discs(
        np.array([(point.lng, point.lat) for point in points]), [set().union(*(matter.voices for matter in spot)) for spot in located], radius_m=NEAR_M)
    for label in range(labels.max(initial=-1) + 1):
        yield [matter for spot, own in zip(located, labels, strict=True) if own == label for matter in spot]
