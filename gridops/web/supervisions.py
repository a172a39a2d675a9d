"""The page of leaders' orders."""

from __future__ import annotations

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug import Response

from gridops.api import errors
from gridops.api.requests import ANY_STAFF, Call, reading, writing
from gridops.errors import GridopsError
from gridops.services import supervisions
from gridops.services.together import REFUSALS
from gridops.web import action_words, moments
from gridops.web.frame import local_path
from gridops.web.gate import staff_blueprint

blueprint = staff_blueprint("supervision_pages", __name__)
SHOWN = ("open", "answered", "accepted")
MOST = 200


@blueprint.get("/supervisions")
@reading(ANY_STAFF)
def show(call: Call) -> str:
    state = request.args.get("state")
    state = state if state in SHOWN else "open"
    mine = request.args.get("mine") == "1"
    rows = supervisions.listed(call.session, call.actor, now=call.now, state=state, mine=mine, limit=MOST, locale=call.locale)
    return render_template(
        "staff/supervisions.html", call=call, active="supervisions", rows=rows, state=state, mine=mine, choice_words=action_words.choice)


@blueprint.post("/supervisions")
def ask_at_once() -> Response:
    """The usual order with one press; what is refused says why."""
    try:
        _ask()
    except REFUSALS as refusal:
        flash(_why(refusal), "error")
    return redirect(local_path(request.form.get("back"), "/supervisions"), 303)


@writing("leader")
def _ask(call: Call) -> None:
    number = request.form.get("ticket", "")
    order = supervisions.ask_at_once(call.session, number, text=usual_text(), actor=call.actor, now=call.now)
    flash(_("%(number)s: an answer is ordered %(deadline)s.", number=number, deadline=moments.deadline(order.due_by)))


def usual_text() -> str:
    return _("Please say how far it is, what is in the way and when it will be done.")


def _why(refusal: GridopsError) -> str:
    return errors.payload(refusal)["message"]
