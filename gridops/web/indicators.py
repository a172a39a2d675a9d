"""Indicators for leaders, the operations centre and organisations: every number with what it is made of, one step from its tickets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from gridops.api import errors, sheets
from gridops.api.requests import Call, reading, writing
from gridops.domain import kpi
from gridops.domain.kpi import Count
from gridops.errors import Invalid, NotFound
from gridops.services import areas, scope
from gridops.services.areas import Area
from gridops.services.indicators import periods, report, scores, shown, words
from gridops.services.indicators.periods import Period
from gridops.services.listing import list_tickets
from gridops.web import moments, pickers, queues
from gridops.web.gate import staff_blueprint

blueprint = staff_blueprint("indicator_pages", __name__)
ROLES = ("leader", "dispatcher", "clerk", "grid_office", "grid_leader", "cadre", "department")
LIMIT = 50


@dataclass(frozen=True)
class View:
    """What the address asks for; anything that it does not say well is the usual."""

    area: Area
    by: str
    group: str
    unit: str
    period: Period

    @property
    def first(self) -> str:
        return moments.date(self.period.start, self.period.zone)

    @property
    def last(self) -> str:
        return moments.date(self.period.end - timedelta(seconds=1), self.period.zone)

    def link(self, to: str = "indicator_pages.show", **changes: Any) -> str:
        said = {"area": self.area.code, "by": self.by, "group": self.group, "unit": self.unit, "day": self.period.first.isoformat()}
        return url_for(to, **said | changes)

    def moved(self, days: int) -> str:
        """The period before or after."""
        day = self.period.first - timedelta(days=1) if days < 0 else self.period.last + timedelta(days=1)
        return self.link(day=day.isoformat())


@blueprint.get("/indicators")
@reading(*ROLES)
def show(call: Call) -> str:
    view = _view(call)
    table = report.table(call.session, view.area.code, view.period, by=view.by, actor=call.actor, now=call.now, locale=call.locale)
    found = scores.scores(call.session, view.area.code, view.period, actor=call.actor, now=call.now) if view.by == "department" else None
    known = {row.code for row in table.indicators}
    groups = [group for group, codes in words.GROUPS.items() if known.intersection(codes)]
    group = view.group if view.group in groups else groups[0]
    columns = [code for code in words.GROUPS[group] if code in known]
    return render_template(
        "indicators/indicators.html", call=call, active="indicators", view=view, table=table, scores=found, group=group, groups=groups,
        columns=columns, rows=[row for row in table.rows if not row[2].keys().isdisjoint(columns)], told=_told(call), percent=percent, own=_own(call), bys=kpi.BY,
        indicators=kpi.INDICATORS, behind=_behind(view), weights=_may_see_weights(call, view), today=periods.today(view.period.zone, call.now))


@blueprint.get("/indicators.<any(csv, xlsx):form>")
@reading(*ROLES)
def download(call: Call, form: str) -> Response:
    view = _view(call)
    table = report.table(call.session, view.area.code, view.period, by=view.by, actor=call.actor, now=call.now, locale=call.locale)
    return sheets.table(call, "indicators", tuple(shown.columns(table)), shown.sheet_rows(table, call.locale), form)


@blueprint.get("/indicators/tickets")
@reading(*ROLES)
def show_behind(call: Call) -> str:
    view, args = _view(call), request.args
    indicator, part, row = args.get("indicator", ""), args.get("part", ""), args.get("row") or None
    which = report.behind(
        call.session, view.area.code, view.period, indicator=indicator, part=part, by=view.by, row=row, actor=call.actor, now=call.now)
    page = list_tickets(
        call.session, call.actor, {}, now=call.now, limit=LIMIT, cursor=args.get("cursor"), locale=call.locale, where=[which])
    more = view.link("indicator_pages.show_behind", indicator=indicator, part=part, row=row, cursor=page.next_cursor) if page.next_cursor else None
    return render_template(
        "indicators/behind.html", call=call, active="indicators", view=view, page=page, more=more, indicator=indicator, part=part,
        name=_row_name(call, view, row), told=_told(call), turns=queues.turns(call, page.items),
        communities=pickers.communities(call.session, call.locale))


@blueprint.get("/indicators/weights")
@reading(*ROLES)
def show_weights(call: Call) -> str:
    return _weights_page(call, _street(call))


@blueprint.post("/indicators/weights")
@writing("leader")
def change_weights(call: Call) -> Response | tuple[str, int]:
    street, form = _street(call), request.form
    weights = {role: {code: _number(form.get(f"{role}.{code}")) for code in codes} for role, codes in kpi.SCORED.items()}
    try:
        if not form.get("reason", "").strip():
            raise Invalid(fields={"reason": ["Missing data for required field."]})
        scores.change(
            call.session, street.code, weights=weights, active=form.get("active") == "1", reason=form["reason"].strip()[:500], actor=call.actor,
            now=call.now)
    except Invalid as error:
        return _weights_page(call, street, weights, errors.payload(error).get("fields", {})), 422
    flash(_("The weights are kept as a new version."))
    return redirect(url_for("indicator_pages.show_weights", area=street.code), 303)


def _weights_page(call: Call, street: Area, typed: dict | None = None, wrong: dict | None = None) -> str:
    versions = scores.versions(call.session, street.code)
    weights = typed or (versions[0].weights if versions else kpi.DEFAULT_WEIGHTS)
    return render_template(
        "indicators/weights.html", call=call, active="indicators", street=street, versions=versions, weights=weights, wrong=wrong or {},
        on=scores.current(call.session, street.code) is not None, may_edit="leader" in call.actor.roles_at(street.code), told=_told(call),
        least=kpi.LEAST_OF_RESIDENTS, scored=kpi.SCORED, typed=request.form)


def _number(typed: str | None) -> int:
    """What is no number weighs -1, which no set of weights allows."""
    return int(typed) if typed and typed.strip().isdecimal() and len(typed) < 6 else -1


def _street(call: Call) -> Area:
    code = request.values.get("area") or _own(call)[0].code
    if not scope.knows(call.actor, code):
        raise NotFound()
    return areas.location_of(call.session, code).street


def _view(call: Call) -> View:
    args, own = request.args, _own(call)
    code = args.get("area") or own[0].code
    zone = periods.zone_of(call.session, code)
    unit = "week" if args.get("unit") == "week" else "month"
    day = _day(args.get("day"), periods.today(zone, call.now))
    period = periods.week(day, zone) if unit == "week" else periods.month(day, zone)
    by = args.get("by") if args.get("by") in kpi.BY else "department"
    return View(areas.get_area(call.session, code), by, args.get("group", ""), unit, period)


def _day(said: str | None, usual: date) -> date:
    """2026-03 as a browser's month field says it, or a day."""
    try:
        day = date.fromisoformat(f"{said}-01" if said and len(said) == 7 else said or "")
    except ValueError:
        return usual
    return day if 2000 <= day.year < 9000 else usual


def _own(call: Call) -> list[Area]:
    """The areas that the reader may ask for, widest first. Raises NotFound where there is none."""
    codes = sorted({grant.area for grant in call.actor.grants if grant.role in ROLES}, key=lambda code: (len(code), code))
    exact = [area for code in codes if (area := areas.find_area(call.session, code))]
    found = exact or [street for street in areas.all_streets(call.session) if scope.covers(call.actor, street.code)]
    if not found:
        raise NotFound()
    return found


def _may_see_weights(call: Call, view: View) -> str:
    return url_for("indicator_pages.show_weights", area=areas.location_of(call.session, view.area.code).street.code)


def _row_name(call: Call, view: View, row: str | None) -> str:
    if row is None:
        return view.area.called(call.locale)
    if row in (report.NOBODY, report.UNLOCATED):
        return (report.NO_LEAD if row == report.NOBODY else report.NAMES[row])[call.locale == "en"]
    return report.department_name(call.session, row, call.locale) if view.by == "department" else areas.area_name(call.session, row, call.locale)


def _behind(view: View):
    """behind(indicator, part, row) -> the list of exactly the tickets that a number counts."""

    def link(indicator: str, part: str, row: str | None = None) -> str:
        return view.link("indicator_pages.show_behind", indicator=indicator, part=part, **({"row": row} if row else {}))

    return link


def _told(call: Call):
    """told.name("close_rate"), told.formula(…), told.base("due_by"), told.group("handling")"""
    tables = {"name": words.NAMES, "formula": words.FORMULAS, "base": words.BASES, "group": words.GROUP_NAMES}
    return {what: lambda key, table=table: words.said(table, key, call.locale) for what, table in tables.items()}


def percent(code: str, count: Count) -> str | None:
    """``85.4 %``; None where there were too few to say."""
    found = kpi.rate(code, count)
    return None if found is None else f"{found * 100:.1f} %"
