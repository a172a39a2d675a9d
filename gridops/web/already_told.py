"""Before a report is sent: has somebody told of it already? Then joining is one press, and sending it all the same another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from geo.coords import Wgs84, parse_point, to_wgs84
from geo.errors import GeoError
from gridops.api.requests import Call
from gridops.models import Place
from gridops.services import areas
from gridops.services.shapes import point_of
from gridops.services.similar import Similar, similar


class AlreadyTold(Exception):
    """Not sent yet: ``similar`` is to be shown first."""

    def __init__(self, found: Sequence[Similar]):
        super().__init__()
        self.similar = found


def look(call: Call, submission: dict[str, Any]) -> None:
    """Raises AlreadyTold. A report without a known point goes its way: the clerk compares."""
    point = _point(call, submission)
    location = areas.locate(call.session, point) if point is not None else None
    if location is None or isinstance(location, areas.Outside):
        return
    found = similar(
        call.session, point, area=location.street.code, now=call.now, category=submission["category"], text=submission["description"],
        locale=call.locale)
    if found:
        raise AlreadyTold(found)


def _point(call: Call, submission: dict[str, Any]) -> Wgs84 | None:
    """A wrong coordinate is named when the report is taken."""
    if "place_code" in submission:
        return point_of(call.session.scalar(select(Place.point).where(Place.code == submission["place_code"])))
    given = submission.get("location")
    try:
        return to_wgs84(parse_point(given["lng"], given["lat"], given["crs"])) if given else None
    except GeoError:
        return None
