"""What is on hold: how long, why, until when and what comes next, with one press for an answer."""

from __future__ import annotations

from flask import Response, render_template, request
from flask_babel import gettext as _

from gridops.api import sheets
from gridops.api.requests import Call, reading
from gridops.services import areas, on_hold
from gridops.services.on_hold import Held
from gridops.web import indicators, moments, paper
from gridops.web.gate import staff_blueprint

blueprint = staff_blueprint("suspended", __name__)
ROLES = ("leader", "dispatcher", "clerk", "grid_office", "grid_leader", "cadre")
COLUMNS: tuple[sheets.Column, ...] = (
    ("number", "工单号", "Number"), ("category", "小类", "Category"), ("cell", "网格", "Cell"), ("lead", "主负责", "Lead"), ("since", "挂账自", "On hold since"),
    ("days", "已挂账天数", "Days on hold"), ("age", "反映至今天数", "Days since reported"), ("until", "挂账至", "Until"), ("reason", "原因", "Why"),
    ("next_step", "下一步", "Next step"))


@blueprint.get("/suspended")
@reading(*ROLES)
def show(call: Call) -> str:
    area, rows = _asked(call)
    return render_template(
        "board/suspended.html", call=call, active="suspended", area=area, rows=rows, own=indicators.own_areas(call), most=on_hold.MOST,
        zone=_zone(call, area), may_order="leader" in call.actor.roles_at(area.code))


def _asked(call: Call) -> tuple[areas.Area, list[Held]]:
    code = request.args.get("area") or indicators.own_areas(call)[0].code
    return areas.get_area(call.session, code), on_hold.listed(call.session, code, actor=call.actor, now=call.now, locale=call.locale)


def _zone(call: Call, area: areas.Area) -> str:
    return areas.location_of(call.session, area.code).street.timezone or moments.DEFAULT_ZONE


@blueprint.get("/suspended.<any(csv, xlsx, pdf):form>")
@reading(*ROLES)
def download(call: Call, form: str) -> Response:
    area, rows = _asked(call)
    if form == "pdf":
        return _paper(call, area, rows)
    keys = [key for key, *_names in COLUMNS]
    return sheets.table(call, "suspended", COLUMNS, [{key: getattr(row, key) for key in keys} for row in rows], form, _zone(call, area))


def _paper(call: Call, area: areas.Area, rows: list[Held]) -> Response:
    zone = _zone(call, area)
    headings = (_("Ticket"), _("Category"), _("Cell"), _("Lead"), _("Days on hold"), _("On hold until"), _("Why it is on hold"), _("Next step"))
    cells = [
        (row.number, row.category or "–", row.cell or "–", row.lead or "–", row.days, moments.date(row.until, zone) if row.until else "–", row.reason, row.next_step or "–")
        for row in rows]
    texts = [[str(cell) for cell in row] for row in cells]
    block = paper.Block(_("Tickets on hold"), headings, texts, frozenset({4}), (1.3, 1.6, 1.2, 1.6, 0.9, 1.3, 3, 3))
    facts = [_("Scope: %(area)s", area=area.called(call.locale)), _("Time: what is on hold at %(moment)s", moment=paper.instant(call.now, zone))]
    return paper.answer(call, "suspended", f"{_('On hold')} · {area.called(call.locale)}", facts, [block], zone)
