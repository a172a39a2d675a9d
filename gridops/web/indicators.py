"""Indicators for leaders, the operations centre and organisations: every number with what it is made of, one step from its tickets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Response, render_template, request, url_for
from flask_babel import gettext as _

from gridops.api import sheets
from gridops.api.requests import Call, reading
from gridops.domain import kpi
from gridops.domain.kpi import Count
from gridops.errors import NotFound
from gridops.services import areas, scope
from gridops.services.areas import Area
from gridops.services.indicators import periods, report, scores, shown, words
from gridops.services.indicators.periods import Period
from gridops.services.listing import list_tickets
from gridops.services.story_words import said
from gridops.web import moments, paper, pickers, queues
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
        return self.link(day=self.day(days))

    def day(self, days: int) -> str:
        """One of the period before or after."""
        return (self.period.first - timedelta(days=1) if days < 0 else self.period.last + timedelta(days=1)).isoformat()


@blueprint.get("/indicators")
@reading(*ROLES)
def show(call: Call) -> str:
    view = view_of(call)
    table = report.table(call.session, view.area.code, view.period, by=view.by, actor=call.actor, now=call.now, locale=call.locale)
    found = scores.scores(call.session, view.area.code, view.period, actor=call.actor, now=call.now) if view.by == "department" else None
    known = {row.code for row in table.indicators}
    groups = [group for group, codes in words.GROUPS.items() if known.intersection(codes)]
    group = view.group if view.group in groups else groups[0]
    columns = [code for code in words.GROUPS[group] if code in known]
    return render_template(
        "indicators/indicators.html", call=call, active="indicators", view=view, table=table, scores=found, group=group, groups=groups,
        columns=columns, rows=[row for row in table.rows if not row[2].keys().isdisjoint(columns)], told=told(call), percent=percent,
        own=own_areas(call), bys=kpi.BY, indicators=kpi.INDICATORS, behind=_behind(view), street=periods.street_of(call.session, view.area.code),
        today=periods.today(view.period.zone, call.now))


@blueprint.get("/indicators.<any(csv, xlsx, pdf):form>")
@reading(*ROLES)
def download(call: Call, form: str) -> Response:
    view = view_of(call)
    table = report.table(call.session, view.area.code, view.period, by=view.by, actor=call.actor, now=call.now, locale=call.locale)
    if form == "pdf":
        return _paper(call, view, table)
    return sheets.table(call, "indicators", tuple(shown.columns(table)), shown.sheet_rows(table, call.locale), form)


def _paper(call: Call, view: View, table: report.Table) -> Response:
    """One table for each group of indicators; each rate with its counts, its time base in the heading."""
    say, by = told(call), {"department": _("by organisation"), "community": _("by community"), "cell": _("by cell")}[view.by]
    rows = [*table.rows, ("", _("Total"), table.totals)]
    blocks = []
    for group, codes in words.GROUPS.items():
        known = [one for one in table.indicators if one.code in codes]
        headings = [by, *(f"{say['name'](one.code)}（{say['base'](one.base)}）" for one in known)]
        cells = [
            [name, *(counted(one.code, counts.get(one.code)) for one in known)] for _code, name, counts in rows
            if any(one.code in counts for one in known)]
        if known:
            blocks.append(paper.block(say["group"](group), headings, cells, wide=1.6, last_is_sum=True))
    facts = [_("Scope: %(area)s, %(by)s", area=view.area.called(call.locale), by=by), period_fact(view), left_out(), few_are_counts()]
    return paper.answer(call, "indicators", f"{_('Indicators')} · {view.area.called(call.locale)}", facts, blocks, view.period.zone)


def counted(code: str, count: Count | None) -> str:
    """``12 / 15 = 80.0 %``; only the counts where there were too few."""
    if count is None or not count.denominator:
        return "–"
    share = percent(code, count)
    return f"{count.numerator} / {count.denominator}" + (f" = {share}" if share else "")


def period_fact(view: View) -> str:
    return _("Time: %(first)s to %(last)s, by the time base in each heading (%(zone)s)", first=view.first, last=view.last, zone=view.period.zone)


def left_out() -> str:
    return _("What has not fallen due yet is not counted. Rejected, referred, voided and merged tickets, those under an approved appeal, and suspended time are left out.")


def few_are_counts() -> str:
    return _("Below ten cases, or five answers of residents, only the counts are shown.")


@blueprint.get("/indicators/tickets")
@reading(*ROLES)
def show_behind(call: Call) -> str:
    view, args = view_of(call), request.args
    indicator, part, row = args.get("indicator", ""), args.get("part", ""), args.get("row") or None
    which = report.behind(
        call.session, view.area.code, view.period, indicator=indicator, part=part, by=view.by, row=row, actor=call.actor, now=call.now)
    page = list_tickets(
        call.session, call.actor, {}, now=call.now, limit=LIMIT, cursor=args.get("cursor"), locale=call.locale, where=[which])
    more = view.link("indicator_pages.show_behind", indicator=indicator, part=part, row=row, cursor=page.next_cursor) if page.next_cursor else None
    return render_template(
        "indicators/behind.html", call=call, active="indicators", view=view, page=page, more=more, indicator=indicator, part=part,
        name=_row_name(call, view, row), told=told(call), turns=queues.turns(call, page.items),
        communities=pickers.communities(call.session, call.locale))


def view_of(call: Call) -> View:
    args, own = request.args, own_areas(call)
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


def own_areas(call: Call) -> list[Area]:
    """The areas that the reader may ask for, widest first. Raises NotFound where there is none."""
    codes = sorted({grant.area for grant in call.actor.grants if grant.role in ROLES}, key=lambda code: (len(code), code))
    exact = [area for code in codes if (area := areas.find_area(call.session, code))]
    found = exact or [street for street in areas.all_streets(call.session) if scope.covers(call.actor, street.code)]
    if not found:
        raise NotFound()
    return found


def _row_name(call: Call, view: View, row: str | None) -> str:
    if row is None:
        return view.area.called(call.locale)
    if row in (report.NOBODY, report.UNLOCATED):
        return said(report.NO_LEAD if row == report.NOBODY else report.NAMES[row], call.locale)
    return report.department_name(call.session, row, call.locale) if view.by == "department" else areas.area_name(call.session, row, call.locale)


def _behind(view: View) -> Callable[..., str]:
    """behind(indicator, part, row) -> the list of exactly the tickets that a number counts."""

    def link(indicator: str, part: str, row: str | None = None) -> str:
        return view.link("indicator_pages.show_behind", indicator=indicator, part=part, **({"row": row} if row else {}))

    return link


def told(call: Call) -> dict[str, Callable[[str], str]]:
    """told.name("close_rate"), told.formula(…), told.base("due_by"), told.group("handling"), told.base_of("close_rate")"""
    tables = {"name": words.NAMES, "formula": words.FORMULAS, "base": words.BASES, "group": words.GROUP_NAMES}
    return {what: lambda key, table=table: words.said(table, key, call.locale) for what, table in tables.items()} | {
        "base_of": lambda code: kpi.INDICATORS[code].base}


def percent(code: str, count: Count) -> str | None:
    """``85.4 %``; None where there were too few to say."""
    found = kpi.rate(code, count)
    return None if found is None else f"{found * 100:.1f} %"
