"""One thing that keeps coming up, as all the ways of finding it give it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gridops.services.hot_issues.voices import Matter, people
from gridops.services.shapes import point_of

KINDS = ("hot", "surge", "repeat")


@dataclass(frozen=True)
class Issue:
    """``matters`` oldest first, those of the newest days too. ``since``: the first report counted. ``usual``: of a surge, reports in such a week.

    ``at``: (longitude, latitude) in WGS-84 of the matter nearest to the middle, or None where none has a point.
    """

    kind: str
    category: str | None
    matters: Sequence[Matter]
    people: int
    reports: int
    since: datetime
    last: datetime
    usual: float | None = None
    returns: int | None = None

    @property
    def key(self) -> str:
        """Names it between two looks: its oldest ticket stays in it while it lasts."""
        return f"{self.kind}-{self.matters[0].number}"

    @property
    def guarded(self) -> bool:
        """It accuses somebody or is never public: told inside only, as a count in a cell. What is guarded is never in one issue with what is not."""
        return self.matters[0].guarded

    @property
    def numbers(self) -> list[str]:
        return sorted(set().union(*(matter.members | {matter.number} for matter in self.matters)))

    @property
    def area(self) -> str:
        """The smallest area that holds all of it; codes nest by their digits."""
        common = os.path.commonprefix([matter.area for matter in self.matters])
        return common[: next(digits for digits in (15, 12, 9) if len(common) >= digits)]

    @property
    def at(self) -> tuple[float, float] | None:
        points = [point for matter in self.matters if (point := point_of(matter.point)) is not None]
        if not points:
            return None
        middle = sum(point.lng for point in points) / len(points), sum(point.lat for point in points) / len(points)
        nearest = min(points, key=lambda point: (point.lng - middle[0]) ** 2 + (point.lat - middle[1]) ** 2)
        return nearest.lng, nearest.lat

    @property
    def place_id(self) -> int | None:
        """Of the place that most reports name."""
        places = [matter.place_id for matter in self.matters for _ in matter.said if matter.place_id is not None]
        return max(sorted(set(places)), key=places.count, default=None)


def of(kind: str, matters: Sequence[Matter], **more: float | int) -> Issue:
    said = [each for matter in matters for each in matter.said]
    ordered = sorted(matters, key=lambda matter: (matter.reported_at, matter.id))
    return Issue(
        kind, ordered[0].category, ordered, people(matters), len(said), min(each.at for each in said), max(each.at for each in said), **more)
