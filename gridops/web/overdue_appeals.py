"""Appeals against missed clocks: the queue of the reviewers, and the box on a ticket."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from gridops.api.requests import ANY_STAFF, Call, reading, writing
from gridops.errors import Invalid
from gridops.models import Ticket
from gridops.services.shown import called
from gridops.services.timing import appeals
from gridops.web import calendar_words, work_words
from gridops.web.telling import press
from gridops.web.gate import staff_blueprint

blueprint = staff_blueprint("appeal_pages", __name__)
SHOWN = ("open", "decided")
LONGEST = 2000


@blueprint.get("/appeals")
@reading(ANY_STAFF)
def show(call: Call) -> str:
    state = request.args.get("state")
    state = state if state in SHOWN else "open"
    rows = appeals.listed(call.session, call.actor, state=state, limit=200, locale=call.locale)
    return render_template(
        "timing/appeals.html", call=call, active="appeals", rows=rows, state=state, words=calendar_words, said=work_words.said)


def box(call: Call, ticket: Ticket) -> dict[str, Any]:
    """What a ticket's page shows of appeals: those made, and missed clocks against which this viewer may appeal."""
    if ticket.status not in appeals.CLOSED:
        return {"rows": [], "missed": [], "words": calendar_words}
    missed = [
        {"id": clock.id, "clock": clock.kind, "due_by": clock.due_by, "department": called(department, call.locale),
         "stands_in": department.id not in call.actor.department_ids}
        for clock, department in appeals.may_be_appealed(call.session, ticket, call.actor)]
    rows = appeals.listed(call.session, call.actor, state="all", number=ticket.number, locale=call.locale)
    return {"rows": rows, "missed": missed, "words": calendar_words}


@blueprint.post("/tickets/<number>/appeals")
def make(number: str) -> Response:
    return press(lambda: _make(number), url_for("staff.ticket_page.show", number=number), _("The appeal waits for two reviewers."))


@writing(ANY_STAFF)
def _make(call: Call, number: str) -> None:
    form = request.form
    if form.get("reason") not in appeals.REASONS:
        raise Invalid(fields={"reason": [_("Please choose a reason.")]})
    given = {"reason": form["reason"], "text": _text()} | {name: form[name] for name in ("on_behalf_of", "call_record") if form.get(name)}
    appeals.appeal(call.session, number, form.get("clock", 0, type=int), given, actor=call.actor, now=call.now)


@blueprint.post("/appeals/<int:no>")
def review(no: int) -> Response:
    return press(lambda: _review(no), _back(), _("Saved."))


@writing(ANY_STAFF)
def _review(call: Call, no: int) -> None:
    approve = request.form.get("approve")
    if approve not in ("yes", "no"):
        raise Invalid(fields={"approve": [_("Say whether the appeal is right.")]})
    appeals.review(call.session, no, approve=approve == "yes", text=_text(), actor=call.actor, now=call.now)


def _text() -> str:
    text = request.form.get("text", "").strip()[:LONGEST]
    if not text:
        raise Invalid(fields={"text": [_("Please say why.")]})
    return text


def _back() -> str:
    """To the ticket, where the form stood on one."""
    number = request.form.get("number")
    return url_for("staff.ticket_page.show", number=number) if number else url_for("appeal_pages.show")
