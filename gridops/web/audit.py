"""The security events by page, for auditors: they look, filter and take out, and change nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, render_template, request, url_for

from gridops.api import sheets
from gridops.api.requests import Call, reading, writing
from gridops.services import areas, audit
from gridops.web import event_words
from gridops.web.gate import staff_blueprint

blueprint = staff_blueprint("audit_pages", __name__)
PAGE = 50
FILTERS = ("kind", "who", "number", "since", "until")
COLUMNS = (
    ("at", "时间", "When"), ("kind", "事件代码", "Code"), ("said", "事件", "What"), ("account", "何人", "Who"), ("subject", "对何账号", "To whose account"),
    ("number", "工单号", "Ticket"), ("facts", "详情", "Details"))


@blueprint.get("/security-events")
@reading(*audit.READERS)
def show(call: Call) -> str:
    chosen, zone = _chosen(), _zone(call)
    rows = audit.listed(call.session, call.actor, before=request.args.get("before", type=int), limit=PAGE + 1, **_asked(chosen, zone))
    given = {name: value for name, value in chosen.items() if value}
    return render_template(
        "accounts/events.html", call=call, active="events", rows=rows[:PAGE], chosen=chosen, words=event_words, said=_said(call), zone=str(zone),
        kinds=audit.kinds(call.session), older=url_for(".show", **given, before=rows[PAGE - 1]["id"]) if len(rows) > PAGE else None)


@blueprint.post("/security-events.csv")
@writing(*audit.READERS)
def export(call: Call) -> Response:
    """What the filters show, at most 10,000 rows; that it was taken out is an event."""
    zone, said = _zone(call), _said(call)
    rows = audit.exported(call.session, call.actor, now=call.now, **_asked(_chosen(), zone))
    shown = [row | {"said": event_words.kind(row["kind"]), "facts": said(row["facts"])} for row in rows]
    return sheets.table(call, "security-events", COLUMNS, shown, "csv", str(zone))


def _chosen() -> dict[str, str]:
    return {name: request.values.get(name, "").strip()[:64] for name in FILTERS}


def _asked(chosen: dict[str, str], zone: ZoneInfo) -> dict[str, Any]:
    """Days in the street's own time, both included. What is no day is no filter."""
    since, until = _day(chosen["since"]), _day(chosen["until"])
    chosen["since"], chosen["until"] = since.isoformat() if since else "", until.isoformat() if until else ""
    return {
        "kind": chosen["kind"] or None, "who": chosen["who"] or None, "number": chosen["number"] or None, "since": _first(since, zone),
        "until": _first(until + timedelta(days=1), zone) if until else None}


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 2000 <= day.year < 2100 else None


def _first(day: date | None, zone: ZoneInfo) -> datetime | None:
    return datetime.combine(day, time(), zone) if day else None


def _zone(call: Call) -> ZoneInfo:
    return ZoneInfo(next((street.timezone for street in areas.all_streets(call.session) if street.timezone), sheets.ZONE))


def _said(call: Call) -> Callable[[dict[str, Any]], str]:
    named = areas.path_names(call.session, call.locale)
    return lambda facts: event_words.facts(facts, named)
