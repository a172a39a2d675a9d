"""Communities of the same kind beside each other, with what each number is made of and a way to its tickets."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from gridops.api import sheets
from gridops.api.requests import Call, reading
from gridops.domain.kpi import FEW_CASES, Count
from gridops.services import comparison
from gridops.services.comparison import INDICATORS, Kind, Line
from gridops.web import indicators, paper
from gridops.web.gate import staff_blueprint
from gridops.web.grid_words import KINDS_OF_COMMUNITY
from gridops.web.indicators import View

blueprint = staff_blueprint("comparison", __name__)
ROLES = ("leader", "dispatcher", "clerk", "grid_office", "grid_leader", "cadre")
ORDERS = {"code": _l("by code"), "reported": _l("most reported per 1,000 homes first"), "open": _l("most open per 1,000 homes first")}


@blueprint.get("/comparison")
@reading(*ROLES)
def show(call: Call) -> str:
    view, order = indicators.view_of(call), _order()
    kinds = comparison.compare(call.session, view.area.code, view.period, order=order, actor=call.actor, now=call.now, locale=call.locale)
    return render_template(
        "indicators/comparison.html", call=call, active="comparison", view=view, kinds=kinds, kind_name=kind_name, order=order, orders=_orders(call),
        own=indicators.own_areas(call), told=indicators.told(call), percent=indicators.percent, columns=INDICATORS, few=FEW_CASES,
        link=lambda **changes: view.link("comparison.show", **{"order": order} | changes), behind=_behind(view),
        today=indicators.periods.today(view.period.zone, call.now))


def _order() -> str:
    order = request.args.get("order")
    return order if order in comparison.ORDERS else "code"


def _orders(call: Call) -> dict[str, Any]:
    say = indicators.told(call)
    return ORDERS | {code: _("highest first: %(name)s", name=say["name"](code)) for code in INDICATORS}


def kind_name(code: str) -> str:
    return str(KINDS_OF_COMMUNITY.get(code) or _("kind not known"))


def _behind(view: View):
    """behind(line, what) -> the tickets that are counted: reported, open, red, or (indicator, part)."""

    def link(line: Line, what: str, part: str | None = None) -> str:
        if part:
            return view.link("indicator_pages.show_behind", by="community", indicator=what, part=part, row=line.code)
        if what == "reported":
            return url_for("trends.show_behind", area=line.code, first=view.period.first, last=view.period.last)
        return url_for("staff.ticket_list.show", status="open", area=line.code, **({"light": "red"} if what == "red" else {}))

    return link


@blueprint.get("/comparison.<any(csv, xlsx, pdf):form>")
@reading(*ROLES)
def download(call: Call, form: str) -> Response:
    view = indicators.view_of(call)
    kinds = comparison.compare(call.session, view.area.code, view.period, order=_order(), actor=call.actor, now=call.now, locale=call.locale)
    if form == "pdf":
        return _paper(call, view, kinds)
    return sheets.table(call, "comparison", _columns(), [_sheet_row(kind, line) for kind in kinds for line in _lines(kind)], form)


COLUMNS: tuple[sheets.Column, ...] = (
    ("kind", "社区类型", "Kind"), ("code", "编码", "Code"), ("name", "名称", "Name"), ("households", "户数", "Homes"),
    ("reported", "期内反映", "Reported in the time"), ("reported_per_1000", "期内反映/千户", "Reported per 1,000 homes"),
    ("open", "未办结", "Open"), ("open_per_1000", "未办结/千户", "Open per 1,000 homes"), ("red", "超时", "Overdue"))


def _columns() -> tuple[sheets.Column, ...]:
    names, bases = indicators.words.NAMES, indicators.words.BASES
    found = list(COLUMNS)
    for code in INDICATORS:
        (name, name_en), (base, base_en) = names[code], bases[comparison.kpi.INDICATORS[code].base]
        for part, chinese, english in (("numerator", "分子", "numerator"), ("denominator", "分母", "denominator"), ("rate", "%", "%")):
            found.append((f"{code}_{part}", f"{name}（{base}）{chinese}", f"{name_en} ({base_en}), {english}"))
    return tuple(found)


def _sheet_row(kind: Kind, line: Line) -> dict[str, Any]:
    row = {name: getattr(line, name) for name in ("code", "households", "reported", "open", "red")}
    row |= {"kind": kind_name(kind.code), "name": line.name or _("all of this kind"), "reported_per_1000": line.per_1000("reported"), "open_per_1000": line.per_1000("open")}
    for code in INDICATORS:
        count = line.counts.get(code, Count())
        share = comparison.kpi.rate(code, count)
        row |= {f"{code}_numerator": count.numerator, f"{code}_denominator": count.denominator, f"{code}_rate": None if share is None else round(share * 100, 1)}
    return row


def _paper(call: Call, view: View, kinds: list[Kind]) -> Response:
    say = indicators.told(call)
    bases = [f"{say['name'](code)}（{say['base'](comparison.kpi.INDICATORS[code].base)}）" for code in INDICATORS]
    headings = [_("Community"), _("Homes"), _("Came in"), _("per 1,000 homes"), _("Open"), _("per 1,000 homes"), _("Overdue"), *bases]
    blocks = [
        paper.block(kind_name(kind.code), headings, [_paper_row(line) for line in _lines(kind)], wide=2.4, rates=len(INDICATORS), last_is_sum=len(kind.lines) > 1)
        for kind in kinds]
    facts = [
        _("Scope: %(area)s, %(by)s", area=view.area.called(call.locale), by=_("communities of the same kind")), indicators.period_fact(view),
        _("Open and overdue: at %(moment)s", moment=paper.instant(call.now, view.period.zone)), indicators.left_out(), small_numbers()]
    return paper.answer(call, "comparison", f"{_('Communities of the same kind')} · {view.area.called(call.locale)}", facts, blocks, view.period.zone)


def _lines(kind: Kind) -> list[Line]:
    """A sum of one is no sum."""
    return [*kind.lines, kind.together] if len(kind.lines) > 1 else kind.lines


def small_numbers() -> str:
    return _("Below %(few)s cases no rate is given: one matter more or less would tell another story. Two communities that differ little do not differ.", few=FEW_CASES)


def _paper_row(line: Line) -> list[object]:
    loads = {what: "–" if (load := line.per_1000(what)) is None else f"{load:.1f}" for what in ("reported", "open")}
    rates = (indicators.counted(code, line.counts.get(code)) for code in INDICATORS)
    return [line.name or _("all of this kind"), line.households or "–", line.reported, loads["reported"], line.open, loads["open"], line.red, *rates]
