"""My cells today: the front door of whoever walks the grid. One document holds list, tickets and forms, so that a phone keeps all of it.

Without script its forms are sent like any other; with script they wait on the device for a signal (static/js/today).
"""

from __future__ import annotations

from typing import Any

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response as Answer

from gridops.api.requests import ANY_STAFF, Call, reading
from gridops.api.safety import takes_films
from gridops.errors import NotFound
from gridops.services import areas, history, patrol_matters, scope, tickets, walking
from gridops.web import action_words, freshness, installable, pickers, queues, staff_photos, ticket_page, today_patrol, today_words, words
from gridops.web.action_forms import Sent
from gridops.web.gate import staff_blueprint
from gridops.web.moments import moment

blueprint = staff_blueprint("today", __name__)
ACTS = frozenset(act for stage in walking.STAGES for act in stage.acts)
MATTERS = 11
MOST_STEPS = 5


@blueprint.get("/today")
@reading(*today_words.WALK)
def show(call: Call) -> str:
    return _page(call)


@blueprint.get("/today/newest")
@reading(*today_words.WALK)
def newest(call: Call) -> Response:
    """For the list that stays open: whether a ticket has come, gone or changed its light."""
    return freshness.answer(_tag(walking.listed(call.session, call.actor, now=call.now, locale=call.locale)))


def _tag(groups: list[walking.Group]) -> str:
    shown = [(group.stage.key, visit.item["number"], visit.item["status"], visit.item["light"]) for group in groups for visit in group.visits]
    return freshness.tag_of(shown, [group.count for group in groups])


def _page(call: Call, **more: Any) -> str:
    groups = walking.groups(call.session, call.actor, now=call.now, locale=call.locale)
    turns = queues.turns(call, [visit.item for group in groups for visit in group.visits])
    empty = {"patrol_error": None, "typed": request.form}
    return render_template(
        "today/today.html", call=call, active="today", newest=_tag(groups), groups=groups, turns=turns, words=today_words, act_words=action_words,
        communities=pickers.communities(call.session, call.locale), cells=today_patrol.cells(call), here=_here(call),
        matters=patrol_matters.matters(call.session, call.actor.areas(), now=call.now, locale=call.locale, limit=MATTERS),
        mendable=_mendable(call), script_words=today_words.script(), root=installable.root(),
        **(empty | more))


def _here(call: Call) -> str:
    """The names of the actor's own areas."""
    named = (areas.area_name(call.session, code, call.locale) for code in dict.fromkeys(call.actor.areas()))
    return _(", ").join(filter(None, named))


def _mendable(call: Call) -> list[patrol_matters.Matter]:
    """For a ticket without a category: what may be mended on the spot at all."""
    every = patrol_matters.matters(call.session, call.actor.areas(), now=call.now, locale=call.locale, limit=200)
    return [matter for matter in every if matter.self_handle_allowed]


@blueprint.post("/today/<number>/<action>")
@takes_films
def act(number: str, action: str) -> Answer | tuple[str, int]:
    if action not in ACTS:
        raise NotFound()
    wrong: dict[str, list[str]] = {}
    sent = Sent(action, today_words.completed(action, request.form), staff_photos.kept(wrong), wrong)
    return ticket_page.attempt(number, sent, back=url_for("today.show"))


@blueprint.post("/today/patrol")
@takes_films
def patrol() -> Answer | tuple[str, int]:
    wrong: dict[str, list[str]] = {}
    photos = staff_photos.kept(wrong)["photos"]
    number, error = today_patrol.attempt(photos, wrong)
    if error is not None:
        return _again(error)
    flash(_("Reported: %(number)s", number=number))
    return redirect(url_for("today.show"), 303)


@reading(*today_words.WALK)
def _again(call: Call, error: dict[str, Any]) -> tuple[str, int]:
    return _page(call, patrol_error=error), 422


@blueprint.get("/today/me")
@reading(ANY_STAFF)
def me(call: Call) -> Response:
    """Who is logged in, before anything that waits on the device is sent: nothing goes out under another's name."""
    return jsonify({"account": call.actor.account_id, "name": call.actor.name, "csrf": call.csrf, "now": call.now.isoformat()})


@blueprint.get("/today/<number>/since")
@reading(ANY_STAFF)
def since(call: Call, number: str) -> Response:
    """What has happened to the ticket after the step that the phone knew of, in words."""
    ticket = scope.visible_ticket(call.session, number, call.actor)
    steps = history.history(call.session, ticket, call.actor, locale=call.locale)
    fresh = [step for step in steps if step["seq"] > request.args.get("seq", 0, type=int)][-MOST_STEPS:]
    return jsonify({
        "status": words.status(ticket.status), "version": ticket.version, "seq": ticket.trail_seq,
        "may": tickets.allowed_actions(call.session, ticket, call.actor, now=call.now, among=ACTS), "steps": [_told(step) for step in fresh]})


def _told(step: dict[str, Any]) -> dict[str, str]:
    actor = step["actor"]
    who = (actor["name"] or words.role(actor["role"])) if actor else _("System")
    return {"who": who, "what": action_words.action(step["action"]), "at": moment(step["at"]), "note": step["note"] or ""}


@blueprint.get("/today/offline")
def offline() -> str:
    """What is shown without a signal where nothing was kept: the same for everybody."""
    return render_template("today/offline.html")
