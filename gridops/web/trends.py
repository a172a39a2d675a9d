"""Week by week or month by month: what came in, by category or by area. A picture, and beside it the table that says the same."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from gridops.api import sheets
from gridops.api.requests import Call, reading
from gridops.errors import NotFound
from gridops.services import areas, trends
from gridops.services.indicators.periods import LONGEST, Period, zone_of
from gridops.services.listing import list_tickets
from gridops.web import indicators, moments, paper, pickers, queues
from gridops.web.gate import staff_blueprint

blueprint = staff_blueprint("trends", __name__)
ROLES = ("leader", "dispatcher", "clerk", "grid_office", "grid_leader", "cadre")
BY = {"class": _l("by class of categories"), "category": _l("by category"), "community": _l("by community"), "cell": _l("by cell")}
UNITS = {"week": _l("by week"), "month": _l("by month")}
LIMIT = 50
SHOWN = 6  # rows that have a line in the picture: more cannot be told apart


@blueprint.get("/trends")
@reading(*ROLES)
def show(call: Call) -> str:
    area, unit, by = _asked(call)
    found = _found(call, area, unit, by)
    return render_template(
        "indicators/trends.html", call=call, active="trends", area=area, unit=unit, by=by, trend=found, units=UNITS, bys=BY,
        own=indicators.own_areas(call), labels=[label(period, unit) for period in found.periods], behind=_behind(area, by),
        drawn=_drawn(found, unit), zone=found.periods[0].zone)


def _asked(call: Call) -> tuple[areas.Area, str, str]:
    """Anything that the address does not say well is the usual."""
    code = request.args.get("area") or indicators.own_areas(call)[0].code
    unit, by = request.args.get("unit"), request.args.get("by")
    return areas.get_area(call.session, code), unit if unit in UNITS else "week", by if by in BY else "class"


def _found(call: Call, area: areas.Area, unit: str, by: str) -> trends.Trend:
    return trends.trend(call.session, area.code, unit=unit, by=by, actor=call.actor, now=call.now, locale=call.locale)


def label(period: Period, unit: str) -> str:
    """A week by its Monday."""
    return f"{period.first:%Y-%m}" if unit == "month" else f"{period.first.month}/{period.first.day}"


def _drawn(found: trends.Trend, unit: str) -> dict[str, Any]:
    """What the page's script draws: the same numbers as the table's."""
    lines = [{"name": line.name, "counts": line.counts} for line in found.lines[:SHOWN]]
    whole = [{"name": _("come in"), "counts": found.reported}, {"name": _("settled"), "counts": found.settled}]
    return {"labels": [label(period, unit) for period in found.periods], "whole": whole, "lines": lines}


def _behind(area: areas.Area, by: str):
    def link(period: Period, row: str | None = None) -> str:
        return url_for("trends.show_behind", area=area.code, by=by, row=row, first=period.first, last=period.last)

    return link


@blueprint.get("/trends.<any(csv, xlsx, pdf):form>")
@reading(*ROLES)
def download(call: Call, form: str) -> Response:
    area, unit, by = _asked(call)
    found = _found(call, area, unit, by)
    if form == "pdf":
        return _paper(call, area, unit, by, found)
    firsts = [period.first.isoformat() for period in found.periods]
    columns = (("code", "编码", "Code"), ("name", "名称", "Name"), *((first, first, first) for first in firsts), ("total", "合计", "Total"))
    rows = [{"code": line.code, "name": line.name, "total": line.total} | dict(zip(firsts, line.counts, strict=True)) for line in found.lines]
    sums = ((_("come in"), found.reported), (_("settled"), found.settled))
    rows += [{"code": "", "name": name, "total": sum(counts)} | dict(zip(firsts, counts, strict=True)) for name, counts in sums]
    return sheets.table(call, "trends", columns, rows, form)


def _paper(call: Call, area: areas.Area, unit: str, by: str, found: trends.Trend) -> Response:
    headings = ["", *(label(period, unit) for period in found.periods), _("Total")]
    rows = [[line.name, *line.counts, line.total] for line in found.lines]
    whole = [[name, *counts, sum(counts)] for name, counts in ((_("come in"), found.reported), (_("settled"), found.settled))]
    zone = found.periods[0].zone
    facts = [
        _("Scope: %(area)s, %(by)s", area=area.called(call.locale), by=str(BY[by])),
        _("Time: %(unit)s, by when it was reported (settled: by when it was closed), as known at %(moment)s", unit=str(UNITS[unit]), moment=paper.instant(call.now, zone)),
        left_out()]
    blocks = [paper.block(_("All together"), headings, whole), paper.block(str(BY[by]), headings, rows)]
    return paper.answer(call, "trends", f"{_('Trends')} · {area.called(call.locale)}", facts, blocks, zone)


def left_out() -> str:
    return _("Rejected, referred, voided and merged tickets are left out. The last column is not over yet.")


@blueprint.get("/trends/tickets")
@reading(*ROLES)
def show_behind(call: Call) -> str:
    """Exactly the tickets that a number counts."""
    args = request.args
    area = areas.get_area(call.session, args.get("area", ""))
    period, by = _period(args.get("first"), args.get("last"), zone_of(call.session, area.code)), args.get("by") if args.get("by") in BY else "class"
    which = trends.behind(call.session, area.code, period, by=by, row=args.get("row") or None, actor=call.actor)
    page = list_tickets(call.session, call.actor, {}, now=call.now, limit=LIMIT, cursor=args.get("cursor"), locale=call.locale, where=[which])
    more = url_for("trends.show_behind", **{**args, "cursor": page.next_cursor}) if page.next_cursor else None
    return render_template(
        "indicators/trend_tickets.html", call=call, active="trends", area=area, page=page, more=more, turns=queues.turns(call, page.items),
        first=moments.date(period.start, period.zone), last=moments.date(period.end - timedelta(seconds=1), period.zone),
        communities=pickers.communities(call.session, call.locale))


def _period(first: str | None, last: str | None, zone: str) -> Period:
    """Raises NotFound for days that are none, or not in order."""
    try:
        found = Period(date.fromisoformat(first or ""), date.fromisoformat(last or ""), zone)
        sensible = found.first <= found.last <= found.first + LONGEST and 2000 <= found.first.year < 9000
    except ValueError:
        sensible = False
    if not sensible:
        raise NotFound()
    return found
