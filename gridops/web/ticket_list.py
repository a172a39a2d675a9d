"""The list of tickets: filters stay in the address, so a list can be kept, sent and gone back to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import render_template, request, url_for
from werkzeug.datastructures import MultiDict

from gridops.api import errors
from gridops.api.requests import ANY_STAFF, Call, reading
from gridops.domain.lifecycle import KINDS, STATUSES
from gridops.errors import Invalid
from gridops.services import areas, contacts, listing, scope
from gridops.services.filters import OPEN_WORD
from gridops.services.lights import LIGHTS
from gridops.web import pickers, queues, work_words
from gridops.web.gate import staff_blueprint
from gridops.web.moments import DEFAULT_ZONE

blueprint = staff_blueprint("ticket_list", __name__)
LIMIT = 50
ALL = "all"
FLAGS = ("mine", "overdue", "unlocated", "waiting", "without_community", "relapse", "watched", "given_to_me")
WORDS = ("q", "external_number")
DEFAULT_SORT = "-reported_at"


@dataclass
class Asked:
    """``shown`` is what the form shows again, ``filters`` what services.filters takes, ``wrong`` by field."""

    shown: dict[str, str]
    filters: dict[str, Any] = field(default_factory=dict)
    wrong: dict[str, list[str]] = field(default_factory=dict)


@blueprint.get("/tickets")
@reading(ANY_STAFF)
def show(call: Call) -> str:
    asked = _asked(call, request.args)
    page = _page(call, asked)
    return render_template(
        "staff/tickets.html", call=call, active="tickets", asked=asked, page=page, turns=queues.turns(call, page.items),
        queue=queues.of(request.args.get("queue")),
        statuses=STATUSES, kinds=KINDS, lights=LIGHTS, channels=work_words.CHANNELS, areas=_areas(call),
        categories=pickers.categories(call.session, call.locale), departments=pickers.departments(call.session, call.locale),
        communities=pickers.communities(call.session, call.locale), finds_callers=bool(call.actor.roles & contacts.OPENERS),
        more=_with(cursor=page.next_cursor) if page.next_cursor else None,
        first=_with(cursor=None) if request.args.get("cursor") else None)


def _page(call: Call, asked: Asked) -> listing.Page:
    """A list that cannot be made is empty and says why beside the field."""
    if asked.wrong:
        return listing.Page([], None)
    try:
        return listing.list_tickets(
            call.session, call.actor, asked.filters, now=call.now, limit=LIMIT, cursor=request.args.get("cursor") or None,
            sort=asked.shown["sort"], locale=call.locale)
    except Invalid as error:
        asked.wrong = errors.payload(error).get("fields", {})
        return listing.Page([], None)


def _asked(call: Call, args: MultiDict) -> Asked:
    shown = {name: value.strip()[:200] for name, value in args.items() if name != "cursor"}
    shown["sort"] = shown["sort"] if shown.get("sort") in listing.SORTS else DEFAULT_SORT
    asked = Asked(shown)
    queue = queues.of(shown.get("queue"))
    if queue is not None:
        asked.filters |= queue.filters
    else:
        _statuses(asked)
    _choices(asked)
    _picked(call, asked)
    _days(asked)
    return asked


def _statuses(asked: Asked) -> None:
    """Open ones, unless somebody asks for others: the closed pile up for years."""
    status = asked.shown.setdefault("status", OPEN_WORD)
    if status in (*STATUSES, OPEN_WORD):
        asked.filters["status"] = [status]


def _choices(asked: Asked) -> None:
    shown, filters = asked.shown, asked.filters
    if shown.get("light") in LIGHTS:
        filters["light"] = [shown["light"]]
    for name, known in (("kind", KINDS), ("channel", work_words.CHANNELS)):
        if shown.get(name) in known:
            filters[name] = shown[name]
    filters |= {name: True for name in FLAGS if shown.get(name) == "1"}
    filters |= {name: shown[name] for name in (*WORDS, "area") if shown.get(name)}


def _picked(call: Call, asked: Asked) -> None:
    for name, options in (("category", pickers.categories), ("department", pickers.departments)):
        typed = asked.shown.get(name)
        if not typed:
            continue
        try:
            asked.filters[name] = pickers.code_of(typed, options(call.session, call.locale), name)
        except Invalid as error:
            asked.wrong |= error.fields


def _days(asked: Asked) -> None:
    """Whole days of the street, the last one included."""
    for name, add in (("reported_from", 0), ("reported_to", 1)):
        typed = asked.shown.get(name)
        if not typed:
            continue
        try:
            day = date.fromisoformat(typed) + timedelta(days=add)
        except (ValueError, OverflowError):
            asked.wrong[name] = [errors.payload(Invalid(fields={name: ["Not a valid date."]}))["fields"][name][0]]
            continue
        asked.filters[name] = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(DEFAULT_ZONE))


def _areas(call: Call) -> list[areas.Area]:
    """Communities and cells that the actor may look into."""
    streets = [street.code for street in pickers.streets_of(call.session, call.actor)]
    below = (area for code in streets for area in areas.descendants(call.session, code))
    return [area for area in below if scope.covers(call.actor, area.code)]


def _with(**changes: str | None) -> str:
    kept = {name: value for name, value in request.args.items() if value and name not in changes}
    return url_for("staff.ticket_list.show", **kept, **{name: value for name, value in changes.items() if value})
