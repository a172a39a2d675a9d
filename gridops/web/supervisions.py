"""The page of leaders' orders."""

from __future__ import annotations

from flask import render_template, request

from gridops.api.requests import ANY_STAFF, Call, reading
from gridops.services import supervisions
from gridops.web import action_words
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
