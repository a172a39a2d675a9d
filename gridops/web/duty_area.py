"""Which area a duty page is about: one of the reader's own, or one below it, named in the address."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import request
from flask_babel import gettext as _

from gridops.api.requests import Call
from gridops.domain.permissions import TICKET_ROLES
from gridops.errors import NotFound
from gridops.services import areas, scope
from gridops.services.areas import Area
from gridops.services.duty import own_absence
from gridops.web import duty_words
from gridops.web.moments import DEFAULT_ZONE, clock, day


def chosen(call: Call) -> Area:
    """Raises NotFound for an area outside the reader's scope."""
    code = request.values.get("area") or next((area.code for area in own(call)), "")
    if not code or not scope.covers(call.actor, code):
        raise NotFound()
    return areas.get_area(call.session, code)


def own(call: Call) -> list[Area]:
    """The areas of the reader's grants, widest first; of who is over several streets, the streets."""
    codes = sorted({grant.area for grant in call.actor.grants if grant.role in TICKET_ROLES}, key=lambda code: (len(code), code))
    exact = [area for code in codes if (area := areas.find_area(call.session, code))]
    return exact or [street for street in areas.all_streets(call.session) if scope.covers(call.actor, street.code)]


def around(call: Call, area: Area, page: str) -> dict[str, Any]:
    """What every duty page shows: its name, the areas to choose from, words."""
    where = zone(call, area)
    return {
        "call": call, "active": "duty", "area": area, "areas": _choices(call, area), "page": page, "zone": where,
        "path_name": areas.path_names(call.session, call.locale), "keeps": scope.may_keep_grid(call.actor, area.code), "serves": own_absence.serving(call.session, call.actor) is not None,
        "post_words": duty_words.post, "span": lambda since, until: span(since, until, where), "says": duty_words,
    }


def zone(call: Call, area: Area) -> str:
    return areas.location_of(call.session, area.code).street.timezone or DEFAULT_ZONE


def today(call: Call, area: Area) -> date:
    return call.now.astimezone(ZoneInfo(zone(call, area))).date()


def span(since: datetime, until: datetime, where: str) -> str:
    """17:30–09:00; with the day where it ends later than the next one."""
    first, last = (one.astimezone(ZoneInfo(where)).date() for one in (since, until))
    end = clock(until, where) if (last - first).days <= 1 else f"{day(until, where)} {clock(until, where)}"
    return _("%(since)s–%(until)s", since=clock(since, where), until=end)


def _choices(call: Call, area: Area) -> list[Area]:
    """The reader's areas and the communities in them."""
    found = {area.code: area}
    for one in own(call):
        found |= {one.code: one} | {below.code: below for below in areas.descendants(call.session, one.code, "community")}
    return [found[code] for code in sorted(found)]
