"""The week of the roster: a plain table, and forms that add and remove shifts, patterns and absences."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from gridops.api import duty as api
from gridops.api import errors
from gridops.api.requests import Call, reading, writing
from gridops.domain.permissions import GRID_KEEPERS, TICKET_ROLES
from gridops.errors import Invalid
from gridops.models import Person
from gridops.services.duty import roster
from gridops.services.duty.week import Week, week
from gridops.web import duty_area, pickers
from gridops.web.duty_typed import Typed
from gridops.web.gate import staff_blueprint

blueprint = staff_blueprint("week", __name__)
A_WEEK = timedelta(days=7)
FIELDS = {"shift": {"starts_at": "opens", "ends_at": "closes"}}  # what the service calls otherwise than the form
EARLIEST, LATEST = date(2000, 1, 3), date(2200, 1, 1)


@blueprint.get("/duty/week")
@reading(*TICKET_ROLES)
def show(call: Call) -> str:
    return _page(call)


def _page(call: Call, *, action: str | None = None, wrong: dict[str, list[str]] | None = None, message: str | None = None) -> str:
    area = duty_area.chosen(call)
    monday = _monday(duty_area.today(call, area))
    found = week(call.session, area.code, monday)
    return render_template(
        "duty/week.html", **duty_area.around(call, area, "week"), week=found, monday=monday, before=monday - A_WEEK, after=monday + A_WEEK,
        people=people(call, found), typed=request.form, action=action, wrong=wrong or {}, message=message)


def _monday(today: date) -> date:
    try:
        day = date.fromisoformat(request.values.get("from", ""))
    except ValueError:
        day = today
    day = min(max(day, EARLIEST), LATEST)
    return day - timedelta(days=day.weekday())


def people(call: Call, found: Week) -> list[pickers.Option]:
    """Who may stand in: everybody with a post here."""
    ids = {held.person_id for held in found.posts}
    rows = call.session.query(Person.code, Person.name).filter(Person.id.in_(ids), Person.left_on.is_(None)).order_by(Person.name, Person.code)
    return [pickers.Option(row.code, row.name) for row in rows]


@blueprint.post("/duty/week/<any(shift, pattern, absence, stand_in, remove_shift, end_pattern, end_absence):action>")
def act(action: str) -> Response | tuple[str, int]:
    try:
        _act(action)
    except Invalid as error:
        return _again(action, error), errors.status_of(error)
    flash(_("The roster was changed."))
    return redirect(url_for("duty_pages.week.show", area=request.form.get("area"), **{"from": request.form.get("from")}), 303)


@reading(*GRID_KEEPERS)
def _again(call: Call, action: str, error: Invalid) -> str:
    shown = errors.payload(error)
    names = FIELDS.get(action, {})
    wrong = {names.get(field, field): texts for field, texts in shown.get("fields", {}).items()}
    return _page(call, action=action, wrong=wrong, message=shown["message"])


@writing(*GRID_KEEPERS)
def _act(call: Call, action: str) -> None:
    area = duty_area.chosen(call)
    ACTIONS[action](call, Typed(ZoneInfo(duty_area.zone(call, area))))


def _shift(call: Call, typed: Typed) -> None:
    """``closes`` not after ``opens``: the next morning."""
    day, opens, closes = typed.day("day"), typed.clock("opens"), typed.clock("closes")
    ends_on = day if closes > opens else day + timedelta(days=1)
    roster.add_shift(
        call.session, typed.number("posting"), starts_at=datetime.combine(day, opens, typed.zone), kind=typed.text("kind") or "",
        ends_at=datetime.combine(ends_on, closes, typed.zone), note=typed.text("note"), actor=call.actor, now=call.now)


def _pattern(call: Call, typed: Typed) -> None:
    roster.add_pattern(
        call.session, typed.number("posting"), days=typed.text("days") or "", opens=typed.clock("opens"), closes=typed.clock("closes"),
        starts_on=typed.day("starts_on"), ends_on=typed.day("ends_on", needed=False),
        weekdays=request.form.getlist("weekday", type=int), actor=call.actor, now=call.now)


def _absence(call: Call, typed: Typed) -> None:
    roster.add_absence(
        call.session, _person(call, typed, "person"), starts_at=typed.instant("starts_at"), ends_at=typed.instant("ends_at"),
        stand_in_id=_stand_in_id(call, typed), note=typed.text("note"), actor=call.actor, now=call.now)


def _person(call: Call, typed: Typed, field: str) -> int:
    found = api.person_of(call, typed.text(field), field)
    if found is None:
        raise Invalid(fields={field: ["Missing data for required field."]})
    return found


def _stand_in_id(call: Call, typed: Typed) -> int | None:
    return api.person_of(call, typed.text("stand_in"), "stand_in")


def _stand_in(call: Call, typed: Typed) -> None:
    roster.set_stand_in(call.session, typed.number("id"), _stand_in_id(call, typed), actor=call.actor, now=call.now)


ACTIONS: dict[str, Callable[[Call, Typed], None]] = {
    "shift": _shift, "pattern": _pattern, "absence": _absence, "stand_in": _stand_in,
    "remove_shift": lambda call, typed: roster.remove_shift(call.session, typed.number("id"), actor=call.actor, now=call.now),
    "end_pattern": lambda call, typed: roster.end_pattern_before(call.session, typed.number("id"), actor=call.actor, now=call.now),
    "end_absence": lambda call, typed: roster.end_absence(call.session, typed.number("id"), actor=call.actor, now=call.now),
}
