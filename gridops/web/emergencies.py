"""Emergencies on a phone: the numbers to dial first, who was called, each organisation's part, and one log that renews itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from gridops.api import errors
from gridops.api.requests import ANY_STAFF, Call, reading, writing
from gridops.errors import GridopsError, Invalid
from gridops.models import CategoryVersion, Street, Ticket
from gridops.services import areas, scope
from gridops.services.behalf import STAND_INS
from gridops.services.emergencies import answering, listed, log, review
from gridops.services.meetings import shown as meetings
from gridops.web import action_words, meeting_words, work_words
from gridops.web.duty_typed import Typed
from gridops.web.gate import staff_blueprint
from gridops.web.telling import MENDABLE

blueprint = staff_blueprint("emergencies_pages", __name__)
MEASURES = 3  # rows offered at a time


@blueprint.get("/emergencies")
@reading(ANY_STAFF)
def index(call: Call) -> str:
    return render_template(
        "emergencies/list.html", call=call, active="emergencies", going=listed.going(call.session, call.actor, locale=call.locale),
        reviews=review.listed(call.session, call.actor))


@blueprint.get("/emergencies/<number>")
@reading(ANY_STAFF)
def show(call: Call, number: str) -> str:
    return _page(call, number)


def _page(call: Call, number: str, *, wrong: dict[str, list[str]] | None = None, message: str | None = None) -> str:
    ticket = log.visible(call.session, number, call.actor)
    found = review.of_ticket(call.session, ticket)
    kept = [meetings.measure(call.session, one, call.now, call.locale) for one in review.measures_of(call.session, found)] if found else []
    return render_template(
        "emergencies/one.html", **_live(call, ticket), wrong=wrong or {}, message=message, typed=request.form, review=found, measures=kept,
        rows=range(MEASURES), may_call=bool(call.actor.roles_at(ticket.area_code).intersection(STAND_INS)),
        may_review=bool(call.actor.roles_at(ticket.area_code).intersection(review.REVIEWERS)), due=_day_after(call, ticket))


def _day_after(call: Call, ticket: Ticket) -> str:
    zone = ZoneInfo(call.session.get_one(Street, ticket.street_code).timezone)
    return f"{(call.now + timedelta(days=7)).astimezone(zone):%Y-%m-%dT18:00}"


def _live(call: Call, ticket: Ticket) -> dict[str, Any]:
    category = call.session.get(CategoryVersion, ticket.category_version_id) if ticket.category_version_id else None
    return {
        "call": call, "active": "emergencies", "ticket": ticket, "category": category, "where": areas.path_name(call.session, ticket.area_code, call.locale),
        "zone": call.session.get_one(Street, ticket.street_code).timezone, "said": work_words.said, "step_words": action_words.action,
        "words": meeting_words, "may_answer": answering.may_answer(call.session, ticket, call.actor),
        **log.shown(call.session, ticket, call.actor, now=call.now, locale=call.locale)}


@blueprint.get("/emergencies/<number>/live")
@reading(ANY_STAFF)
def live(call: Call, number: str) -> Response:
    """What changes, for the page that looks again; 304 while nothing has."""
    ticket = log.visible(call.session, number, call.actor)
    tag = f'"{ticket.trail_seq}-{call.locale}"'
    if request.headers.get("If-None-Match") == tag:
        return make_response("", 304, {"ETag": tag})
    return make_response(render_template("emergencies/live.html", **_live(call, ticket)), 200, {"ETag": tag, "Cache-Control": "no-cache"})


@blueprint.post("/emergencies/<number>/<any(acknowledge, log, call, review):action>")
def act(number: str, action: str) -> Response | tuple[str, int]:
    try:
        _act(number, action)
    except MENDABLE as error:
        return _again(number, error), errors.status_of(error)
    flash({"acknowledge": _("Acknowledged."), "log": _("Written into the log."), "call": _("The call was recorded."), "review": _("The review is finished.")}[action])
    return redirect(url_for("emergencies_pages.show", number=number), 303)


@reading(ANY_STAFF)
def _again(call: Call, number: str, error: GridopsError) -> str:
    shown = errors.payload(error)
    return _page(call, number, wrong=shown.get("fields", {}), message=shown["message"])


@writing(ANY_STAFF)
def _act(call: Call, number: str, action: str) -> None:
    DO[action](call, number)


def _acknowledge(call: Call, number: str) -> None:
    answering.acknowledge(call.session, number, actor=call.actor, now=call.now)


def _log(call: Call, number: str) -> None:
    log.write(call.session, number, _text("text"), actor=call.actor, now=call.now)


def _record(call: Call, number: str) -> None:
    page, outcome = request.form.get("page", ""), request.form.get("outcome", "")
    if not page.isdecimal() or len(page) > 18 or outcome not in answering.CALLS:
        raise Invalid()
    answering.record_call(call.session, number, int(page), outcome, _text("who"), actor=call.actor, now=call.now)


def _review(call: Call, number: str) -> None:
    ticket = scope.visible_ticket(call.session, number, call.actor)
    typed = Typed(ZoneInfo(call.session.get_one(Street, ticket.street_code).timezone))
    decided = []
    for row in range(MEASURES):
        words = (request.form.get(f"measure{row}") or "").strip()
        if words:
            owner = (request.form.get(f"owner{row}") or "").strip()[:80] or None
            decided.append({"kind": "measure", "text": words[:1000], "owner": owner, "due_by": typed.instant(f"due{row}")})
    review.finish(call.session, number, _text("findings"), decided, actor=call.actor, now=call.now)


def _text(name: str) -> str:
    words = (request.form.get(name) or "").strip()[:4000]
    if not words:
        raise Invalid(fields={name: ["Missing data for required field."]})
    return words


DO: dict[str, Callable[[Call, str], None]] = {"acknowledge": _acknowledge, "log": _log, "call": _record, "review": _review}
