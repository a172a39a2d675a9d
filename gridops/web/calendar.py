"""A street's calendar: the year at a glance, a new version, and open tickets put on it."""

from __future__ import annotations

from calendar import Calendar
from datetime import date
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from gridops.api import errors, timing
from gridops.api.requests import ANY_STAFF, Call, reading, writing
from gridops.domain.calendar import DAY_KINDS
from gridops.errors import GridopsError, Invalid, NotFound
from gridops.models import CalendarVersion
from gridops.services import areas, calendars
from gridops.services.timing import calendar_versions, realm, recount
from gridops.web import calendar_words, pickers, work_words
from gridops.web.telling import MENDABLE, press, said
from gridops.web.gate import staff_blueprint

blueprint = staff_blueprint("calendar", __name__)
SPARE_DAYS, SPARE_PERIODS, MOST_PERIODS = 4, 1, 6
PREVIEWED = 100
YEARS = (2000, 2100)


@blueprint.get("/calendar")
@reading(ANY_STAFF)
def show(call: Call) -> str:
    street = _street(call)
    realm.see(call.session, call.actor, street)
    no = request.args.get("version", type=int)
    version = calendar_versions.seen(call.session, no, actor=call.actor) if no else calendar_versions.in_force(call.session, street)
    return _page(call, street, version)


def _street(call: Call) -> str | None:
    """As asked for; without asking the first of one's own, for who administers everything the calendar of all."""
    own = pickers.streets_of(call.session, call.actor)
    return request.args.get("street", own[0].code if own and not call.actor.areas("system_admin") else "") or None


def _page(call: Call, street: str | None, version: CalendarVersion, **more: Any) -> str:
    shown = calendar_versions.shown(call.session, version, actor=call.actor)
    year = min(max(request.values.get("year", call.now.year, type=int), YEARS[0]), YEARS[1])
    counts = calendars.calendar_for(call.session, version.id, street_code=street)
    may_decide = realm.may_decide(call.session, call.actor, street)
    present = version.valid_to is None
    return render_template("timing/calendar.html", **_around(call, street), version=shown, year=year, present=present, **({
        "months": [_month(year, month, shown, counts) for month in range(1, 13)], "assumed": counts.assumed(date(year, 1, 1)),
        "versions": [calendar_versions.brief(call.session, one) for one in calendar_versions.listed(call.session, street)],
        "may_decide": may_decide and present, "waits": recount.waiting(call.session, street) if street and may_decide else 0,
        "spare_days": SPARE_DAYS, "periods": [*version.periods, *[["", ""]] * SPARE_PERIODS][:MOST_PERIODS], "wrong": None} | more))


def _around(call: Call, street: str | None) -> dict[str, Any]:
    streets = areas.all_streets(call.session) if call.actor.areas("system_admin") else pickers.streets_of(call.session, call.actor)
    zone = calendars.calendar_in_force(call.session, street).timezone
    return {
        "call": call, "active": "calendar", "street": street, "streets": streets, "zone": zone, "words": calendar_words, "said": work_words.said}


def _month(year: int, month: int, shown: dict[str, Any], counts: Any) -> list[list[dict[str, Any] | None]]:
    """Weeks from Monday; a day of another month is None."""
    named = {row["day"]: row for row in shown["days"]}
    return [[
        {"day": day, "works": counts.is_workday(day), "row": named.get(day)} if day.month == month else None for day in week]
        for week in Calendar().monthdatescalendar(year, month)]


@blueprint.get("/calendar/<int:no>.<any(csv, xlsx):form>")
@reading(ANY_STAFF)
def download(call: Call, no: int, form: str) -> Response:
    return timing.as_file(calendar_versions.seen(call.session, no, actor=call.actor), form)


@blueprint.post("/calendar")
def publish() -> Response | tuple[str, int]:
    street = request.form.get("street") or None
    try:
        _publish(street)
    except MENDABLE as error:
        return _again(street, error), errors.status_of(error)
    flash(_("The new version is in force for what begins from now on."))
    return redirect(url_for("calendar.show", street=street or "", year=request.form.get("year", type=int)), 303)


@writing(ANY_STAFF)
def _publish(call: Call, street: str | None) -> None:
    realm.decide(call.session, call.actor, street)
    seen = calendar_versions.in_force(call.session, street)
    calendar_versions.publish(
        call.session, street, _typed(seen), reason=_reason(), expected=request.form.get("expected", type=int), actor=call.actor, now=call.now)


def _typed(seen: CalendarVersion) -> dict[str, Any]:
    """Days of the year that is shown, as typed; those of other years as they are."""
    year, form = request.form.get("year", type=int), request.form
    kept = [{"day": row.day, "kind": row.kind, "name": row.name} for row in seen.days if row.day.year != year]
    lines = zip(form.getlist("day"), form.getlist("kind"), form.getlist("name"), strict=False)
    days = [{"day": _date(day, "days"), "kind": _kind(kind), "name": name.strip()[:60]} for day, kind, name in lines if day]
    pairs = zip(form.getlist("opens"), form.getlist("closes"), strict=False)
    return {
        "periods": [[opens, closes] for opens, closes in pairs if opens or closes], "days": kept + days,
        "rest_weekdays": [int(one) for one in form.getlist("rest") if one.isdecimal()],
        "known_until": _date(form.get("known_until", ""), "known_until")}


def _kind(typed: str) -> str:
    if typed not in DAY_KINDS:
        raise Invalid(fields={"days": [_("Say whether the day is worked.")]})
    return typed


def _date(typed: str, field: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise Invalid(fields={field: [_("Please give a date.")]}) from None


def _reason() -> str:
    reason = request.form.get("reason", "").strip()[:500]
    if not reason:
        raise Invalid(fields={"reason": [_("Please say why.")]})
    return reason


@reading(ANY_STAFF)
def _again(call: Call, street: str | None, error: GridopsError) -> str:
    """With what was typed: nobody types a year of holidays twice."""
    form, version = request.form, calendar_versions.in_force(call.session, street)
    realm.see(call.session, call.actor, street)
    typed = zip(form.getlist("day"), form.getlist("kind"), form.getlist("name"), strict=False)
    lines = [{"day": day, "kind": kind, "name": name} for day, kind, name in typed if day]
    pairs = [list(pair) for pair in zip(form.getlist("opens"), form.getlist("closes"), strict=False)]
    return _page(call, street, version, wrong=said(errors.payload(error)), lines=lines, periods=pairs, typed=form)


@blueprint.get("/calendar/recount")
@reading(ANY_STAFF)
def preview(call: Call) -> str:
    street = _street(call)
    if street is None:
        raise NotFound()
    moves = recount.preview(call.session, street, limit=PREVIEWED, actor=call.actor, now=call.now)
    return render_template(
        "timing/recount.html", **_around(call, street), moves=moves, aim=recount.target(call.session, street),
        total=recount.waiting(call.session, street), recounts=recount.listed(call.session, street), running=recount.running(call.session, street))


@blueprint.post("/calendar/recount")
def ask() -> Response:
    street = request.form.get("street", "")
    told = _("Workers are putting the open tickets on the versions in force.")
    return press(lambda: _ask(street), url_for("calendar.preview", street=street), told)


@writing(ANY_STAFF)
def _ask(call: Call, street: str) -> None:
    aim = recount.Target(request.form.get("calendar", 0, type=int), request.form.get("policy", 0, type=int))
    recount.ask(call.session, street, expected=aim, reason=_reason(), actor=call.actor, now=call.now)
