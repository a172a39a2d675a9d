"""Orders of the city: what is owed, what was said, and the replies. The pages on lists and profiles hang below this blueprint."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from gridops.api import errors
from gridops.api import upstream as api
from gridops.api.requests import Call, reading, writing
from gridops.api.upstream_replies import reply_file
from gridops.domain.upstream import IN, STATES, TABLE
from gridops.errors import Invalid
from gridops.models import UpstreamOrder
from gridops.services.upstream import acts, listing, profiles, reconcile, replies
from gridops.services.upstream.known import ticket_of
from gridops.web import upstream_lists, upstream_profiles, upstream_words
from gridops.web.gate import staff_blueprint
from gridops.web.telling import MENDABLE

blueprint = staff_blueprint("upstream_pages", __name__)
blueprint.register_blueprint(upstream_lists.blueprint)
blueprint.register_blueprint(upstream_profiles.blueprint)
PAGE, DRAFTS = 100, 20
INWARD = frozenset(act.kind for act in TABLE if act.direction == IN)


@blueprint.app_context_processor
def words() -> dict[str, Any]:
    return {"up_said": upstream_words.said, "up_tone": upstream_words.tone, "up_instant": upstream_words.instant}


@blueprint.get("/upstream")
@reading(*api.READERS)
def show(call: Call) -> str:
    """What is owed first; ``state`` shows one state."""
    state, number = request.args.get("state", ""), request.args.get("number", "").strip()[:64]
    offset = max(0, request.args.get("offset", 0, type=int))
    chosen = {"state": state} if state in STATES else {} if state == "all" or number else {"owed": True}
    latest_first = not chosen or state in reconcile.OVER  # what is over is looked up from its end
    found = listing.listed(
        call.session, call.actor, now=call.now, number=number or None, latest_first=latest_first, limit=PAGE + 1, offset=offset, **chosen)
    return render_template(
        "upstream/orders.html", call=call, active="upstream", tab="orders", rows=found[:PAGE], more=len(found) > PAGE, offset=offset, page=PAGE,
        state=state, number=number, counts=listing.counts(call.session, call.actor), states=STATES, speaks=speaks(call))


def speaks(call: Call) -> bool:
    return bool(call.actor.roles.intersection(api.DESK))


@blueprint.post("/upstream/accept")
@writing(*api.DESK)
def accept(call: Call) -> Response:
    """Several orders at once; what somebody has accepted meanwhile is passed over."""
    done = 0
    for source, number in (one.split("/", 1) for one in request.form.getlist("order")[:PAGE] if "/" in one):
        order = listing.visible_order(call.session, source, number, call.actor)
        if order.state == "received":
            acts.record(call.session, order, {"kind": "accept", "direction": "out"}, actor=call.actor, now=call.now)
            done += 1
    flash(_("Orders accepted: %(count)s", count=done))
    return redirect(url_for("upstream_pages.show"), 303)


@blueprint.post("/upstream/orders/<source>/<number>/say")
def say(source: str, number: str) -> Response:
    """From the box on the ticket's page; what could not be done is said there."""
    return _back(_tried(source, number, _record), number)


@blueprint.post("/upstream/orders/<source>/<number>/decide")
def decide(source: str, number: str) -> Response:
    return _back(_tried(source, number, _decide), number)


def _tried(source: str, number: str, work) -> str:
    try:
        return writing(*api.DESK)(_on_order)(source, number, work)
    except MENDABLE as error:
        shown = errors.payload(error)
        flash(" ".join([shown["message"], *(text for texts in shown.get("fields", {}).values() for text in texts)]), "error")
        return reading(*api.DESK)(_on_order)(source, number, lambda call, order: None)


def _on_order(call: Call, source: str, number: str, work) -> str:
    """The number of the ticket in which the order is handled."""
    order = listing.visible_order(call.session, source, number, call.actor)
    work(call, order)
    return ticket_of(call.session, order).number


def _back(ticket: str, number: str) -> Response:
    return redirect(url_for("staff.ticket_page.show", number=ticket) + f"#order-{number}", 303)


def _record(call: Call, order: UpstreamOrder) -> None:
    kind = request.form.get("kind", "")
    body = {"kind": kind, "direction": "in" if kind in INWARD else "out"} | _typed(call, order)
    act = acts.record(call.session, order, body, actor=call.actor, now=call.now)
    flash(_("Done: %(action)s", action=upstream_words.said("act", act.kind)))


def _decide(call: Call, order: UpstreamOrder) -> None:
    body = {"kind": request.form.get("kind", ""), "granted": request.form.get("granted") == "yes"} | _typed(call, order)
    act = acts.decide(call.session, order, body, actor=call.actor, now=call.now)
    flash(_("Done: %(action)s", action=f"{upstream_words.said('act', act.kind)}: {upstream_words.said('act_state', act.state)}"))


def _typed(call: Call, order: UpstreamOrder) -> dict[str, Any]:
    """What was filled in; a local time is the street's."""
    form = request.form
    body: dict[str, Any] = {name: form[name].strip() for name in ("text", "external_ref") if form.get(name, "").strip()}
    body |= {name: form[name] == "yes" for name in ("satisfied", "solved") if form.get(name) in ("yes", "no")}
    if form.get("due_by", "").strip():
        body["due_by"] = _local(form["due_by"], upstream_words.zone_of(call, ticket_of(call.session, order)))
    return body | ({"promise": True} if form.get("promise") == "1" else {})


def _local(typed: str, zone: str) -> str:
    try:
        return datetime.fromisoformat(typed.strip()).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).isoformat()
    except ValueError as error:
        raise Invalid(fields={"due_by": [_("Not a date and time.")]}) from error


@blueprint.get("/upstream/replies")
@reading(*api.READERS)
def show_replies(call: Call) -> str:
    return _replies_page(call)


def _replies_page(call: Call, **more: Any) -> str:
    sources = [profile.source for profile in profiles.every(call.session)]
    by_state = {
        state: [one for source in sources for one in replies.waiting(call.session, call.actor, source=source, state=state, limit=most)]
        for state, most in (("draft", DRAFTS), ("approved", 500))}
    return render_template(
        "upstream/replies.html", call=call, active="upstream", tab="replies", drafts=by_state["draft"], approved=by_state["approved"],
        most=DRAFTS, speaks=speaks(call), **({"wrong": {}} | more))


@blueprint.post("/upstream/orders/<source>/<number>/reply")
def write_reply(source: str, number: str) -> Response | tuple[str, int]:
    try:
        writing(*api.DESK)(_write)(source, number)
    except MENDABLE as error:
        wrong = {f"{source}/{number}": (errors.payload(error)["message"], request.form.get("text", ""))}
        return reading(*api.DESK)(_replies_page)(wrong=wrong), errors.status_of(error)
    return redirect(url_for("upstream_pages.show_replies"), 303)


def _write(call: Call, source: str, number: str) -> None:
    text = request.form.get("text", "").strip()
    if not 0 < len(text) <= 4000:
        raise Invalid(_("A reply has 1 to 4000 characters."))
    order = listing.visible_order(call.session, source, number, call.actor)
    approve = request.form.get("step") == "approve"
    replies.write(call.session, order, text, approve=approve, actor=call.actor, now=call.now)
    flash(_("Approved: %(number)s", number=number) if approve else _("Saved: %(number)s", number=number))


@blueprint.get("/upstream/replies/<source>.<form>")
@reading(*api.READERS)
def download(call: Call, source: str, form: str) -> Response:
    """Approved replies in the city's form."""
    found = replies.waiting(call.session, call.actor, source=source)
    return reply_file(profiles.current(call.session, source), found, "docx" if form == "docx" else "xlsx")


@blueprint.post("/upstream/replies/<source>/sent")
def sent(source: str) -> Response:
    try:
        flash(_("Replies marked as sent: %(count)s", count=writing(*api.DESK)(_sent)(source)))
    except MENDABLE as error:
        flash(errors.payload(error)["message"], "error")
    return redirect(url_for("upstream_pages.show_replies"), 303)


def _sent(call: Call, source: str) -> int:
    chosen = [listing.visible_order(call.session, source, number, call.actor) for number in request.form.getlist("number")[:500]]
    return replies.mark_sent(call.session, chosen, actor=call.actor, now=call.now)
