"""Whistles and on-site meetings by page: calling, answering, who came, and what was decided."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from gridops.api import errors
from gridops.api.requests import ANY_STAFF, Call, reading, writing
from gridops.domain.permissions import TICKET_ROLES
from gridops.errors import GridopsError, Invalid, NotFound
from gridops.models import Department, Street
from gridops.services import scope
from gridops.services.meetings import calling, measures, shown
from gridops.web import meeting_words, pickers
from gridops.web.duty_typed import Typed
from gridops.web.gate import staff_blueprint
from gridops.web.telling import MENDABLE

blueprint = staff_blueprint("meetings_pages", __name__)
DECISIONS = 4  # rows offered at a time
PAGE = 50


@blueprint.get("/meetings")
@reading(ANY_STAFF)
def index(call: Call) -> str:
    return _index(call)


def _index(call: Call, *, wrong: dict[str, list[str]] | None = None, message: str | None = None) -> str:
    kinds = [kind for kind, roles in calling.CALLERS.items() if call.actor.roles.intersection(roles)]
    typed = request.form if request.method == "POST" else request.args
    own = sorted(set(call.actor.areas(*TICKET_ROLES)), key=len)
    return render_template(
        "meetings/list.html", call=call, active="meetings", found=shown.listed(call.session, call.actor, locale=call.locale, limit=PAGE),
        kinds=kinds, words=meeting_words, wrong=wrong or {}, message=message, typed=typed, area=typed.get("area") or next(iter(own), ""),
        departments=pickers.departments(call.session, call.locale), soon=f"{_local(call, next(iter(own), '')):%Y-%m-%dT%H:00}" if own else "")


def _local(call: Call, area: str) -> Any:
    return (call.now + timedelta(hours=3)).astimezone(_zone(call, area))


def _zone(call: Call, area: str) -> ZoneInfo:
    street = call.session.get(Street, area[:9])
    return ZoneInfo(street.timezone if street else "Asia/Shanghai")


@blueprint.post("/meetings")
def call_meeting() -> Response | tuple[str, int]:
    try:
        no = _call()
    except MENDABLE as error:
        return _index_again(error), errors.status_of(error)
    flash(_("The organisations were called."))
    return redirect(url_for("meetings_pages.show", no=no), 303)


@reading(ANY_STAFF)
def _index_again(call: Call, error: GridopsError) -> str:
    told = errors.payload(error)
    return _index(call, wrong=told.get("fields", {}), message=told["message"])


@writing(ANY_STAFF)
def _call(call: Call) -> int:
    typed = request.form
    if typed.get("kind") not in calling.CALLERS:
        raise Invalid(fields={"kind": ["Missing data for required field."]})
    area = typed.get("area", "").strip()
    number = typed.get("ticket", "").strip()
    where = scope.visible_ticket(call.session, number, call.actor).area_code if number else area
    wanted = {
        "kind": typed["kind"], "subject": _text("subject", 500), "spot": _text("spot", 200), "departments": typed.getlist("departments"),
        "meets_at": Typed(_zone(call, where)).instant("meets_at"), "ticket": number or None, "place": typed.get("place", "").strip() or None, "area": area}
    return calling.call(call.session, wanted, actor=call.actor, now=call.now).id


@blueprint.get("/meetings/<int:no>")
@reading(ANY_STAFF)
def show(call: Call, no: int) -> str:
    return _page(call, no)


def _page(call: Call, no: int, *, wrong: dict[str, list[str]] | None = None, message: str | None = None) -> str:
    meeting = calling.get(call.session, no, call.actor)
    mine = set(call.session.scalars(select(Department.code).where(Department.id.in_(call.actor.department_ids))))
    return render_template(
        "meetings/one.html", call=call, active="meetings", words=meeting_words, wrong=wrong or {}, message=message, typed=request.form,
        zone=str(_zone(call, meeting.area_code)), rows=range(DECISIONS), departments=pickers.departments(call.session, call.locale), mine=mine,
        due=f"{(call.now + timedelta(days=7)).astimezone(_zone(call, meeting.area_code)):%Y-%m-%dT18:00}",
        meeting=shown.detail(call.session, meeting, call.actor, now=call.now, locale=call.locale))


@blueprint.post("/meetings/<int:no>/<any(answer, arrive, hold, done):action>")
def act(no: int, action: str) -> Response | tuple[str, int]:
    try:
        _act(no, action)
    except MENDABLE as error:
        return _again(no, error), errors.status_of(error)
    flash(_("Recorded."))
    return redirect(url_for("meetings_pages.show", no=no), 303)


@reading(ANY_STAFF)
def _again(call: Call, no: int, error: GridopsError) -> str:
    told = errors.payload(error)
    return _page(call, no, wrong=told.get("fields", {}), message=told["message"])


@writing(ANY_STAFF)
def _act(call: Call, no: int, action: str) -> None:
    DO[action](call, no)


def _answer(call: Call, no: int) -> None:
    said = request.form.get("answer", "")
    if said not in meeting_words.ANSWERS:
        raise Invalid(fields={"answer": ["Missing data for required field."]})
    reason = request.form.get("reason", "").strip()[:500] or None
    calling.answer(call.session, no, _text("department", 80), said, reason, actor=call.actor, now=call.now)


def _arrive(call: Call, no: int) -> None:
    calling.arrive(call.session, no, _text("department", 80), _text("who", 200), None, actor=call.actor, now=call.now)


def _hold(call: Call, no: int) -> None:
    typed = Typed(_zone(call, calling.get(call.session, no, call.actor).area_code))
    decided = [_decision(typed, row) for row in range(DECISIONS) if request.form.get(f"text{row}", "").strip()]
    measure = [name.removeprefix("move") for name in request.form if name.startswith("move") and request.form[name].strip()]
    moved = [{"measure": int(one), "due_by": typed.instant(f"move{one}")} for one in measure if one.isdecimal() and len(one) <= 18]
    measures.hold(call.session, no, _text("result", 4000), decided, moved, actor=call.actor, now=call.now, vault=call.vault)


def _decision(typed: Typed, row: int) -> dict[str, Any]:
    form = request.form
    kind = form.get(f"kind{row}", "measure")
    if kind not in meeting_words.MEASURES:
        raise Invalid()
    return {
        "kind": kind, "text": form[f"text{row}"].strip()[:1000], "department": form.get(f"department{row}", "").strip() or None,
        "owner": form.get(f"owner{row}", "").strip()[:80] or None, "ticket": form.get(f"ticket{row}", "").strip() or None,
        "due_by": typed.instant(f"due{row}")}


def _done(call: Call, no: int) -> None:
    measure = request.form.get("measure", "")
    if not measure.isdecimal() or len(measure) > 18:
        raise NotFound()
    measures.finish(call.session, int(measure), _text("text", 1000), actor=call.actor, now=call.now)


def _text(name: str, longest: int) -> str:
    words = request.form.get(name, "").strip()[:longest]
    if not words:
        raise Invalid(fields={name: ["Missing data for required field."]})
    return words


DO: dict[str, Callable[[Call, int], None]] = {"answer": _answer, "arrive": _arrive, "hold": _hold, "done": _done}
