"""One ticket with all that is known of it, and exactly what this viewer may do now."""

from __future__ import annotations

import json
from typing import Any

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug import Response as Answer

from gridops.api import errors
from gridops.api.requests import ANY_STAFF, Call, reading, writing
from gridops.api.safety import takes_films
from gridops.domain.lifecycle import ACTIONS
from gridops.errors import Conflict, Forbidden, GridopsError, Invalid, NotAllowed, NotFound
from gridops.models import Cell, Ticket
from gridops.services import area_map, contacts, scope, tickets
from gridops.services.messages import overview
from gridops.services.shapes import point_of
from gridops.services.ticket_detail import nth_report
from gridops.web import action_words, freshness, message_words, overdue_appeals, pickers, staff_photos, ticket_view, words
from gridops.web.action_bodies import body_of
from gridops.web.action_forms import Sent
from gridops.web.gate import staff_blueprint
from gridops.web.telling import MENDABLE

blueprint = staff_blueprint("ticket_page", __name__)
RACES = (NotAllowed, Conflict)


@blueprint.get("/tickets/<number>")
@reading(ANY_STAFF)
def show(call: Call, number: str) -> str:
    return page(call, scope.visible_ticket(call.session, number, call.actor))


@blueprint.get("/tickets/<number>/newest")
@reading(ANY_STAFF)
def newest(call: Call, number: str) -> Response:
    """For the page that stays open: whether somebody else has done something to the ticket."""
    return freshness.answer(_tag(scope.visible_ticket(call.session, number, call.actor)))


@blueprint.post("/tickets/<number>/actions/<action>")
@takes_films
def act(number: str, action: str) -> Answer | tuple[str, int]:
    if action not in ACTIONS:
        raise NotFound()
    wrong: dict[str, list[str]] = {}
    sent = Sent(action, request.form, staff_photos.kept(wrong), wrong)
    return attempt(number, sent, back=url_for("staff.ticket_page.show", number=number))


def attempt(number: str, sent: Sent, *, back: str) -> Answer | tuple[str, int]:
    """Does it and goes to ``back``; what can be mended comes back on the ticket's own page."""
    try:
        _act(number, sent)
    except MENDABLE as error:
        return _again(number, sent, error)
    flash(_("Done: %(action)s", action=action_words.action(sent.action)))
    return redirect(back, 303)


@writing(ANY_STAFF)
def _act(call: Call, number: str, sent: Sent) -> None:
    if sent.errors:
        raise Invalid(fields=sent.errors)
    ticket = scope.visible_ticket(call.session, number, call.actor)
    body = body_of(sent, ticket_view.Lists(call, ticket))
    tickets.perform(call.session, number, sent.action, body, actor=call.actor, now=call.now)


@reading(ANY_STAFF)
def _again(call: Call, number: str, sent: Sent, error: GridopsError) -> tuple[str, int]:
    """The page as it is now, the form as it was typed, and why it did not go through."""
    ticket = scope.visible_ticket(call.session, number, call.actor)
    shown = errors.payload(error)
    fields = shown.get("fields", {})
    sent = Sent(sent.action, sent.typed, sent.photos, fields)
    return page(call, ticket, sent=sent, refused=_refused(error, shown, ticket)), errors.status_of(error)


def _tag(ticket: Ticket) -> str:
    return freshness.tag_of(ticket.id, ticket.version, ticket.trail_seq)


def _refused(error: GridopsError, shown: dict[str, Any], ticket: Ticket) -> dict[str, Any]:
    """``race``: somebody was faster, or the status does not allow it; the page below shows the new state."""
    race = isinstance(error, RACES)
    return {"message": shown["message"], "race": race, "status": words.status(ticket.status) if race else None}


@blueprint.post("/tickets/<number>/reports/<int:no>/contact")
def reveal(number: str, no: int) -> str | tuple[str, int]:
    try:
        known = _reveal(number, no)
    except (Invalid, Forbidden) as error:
        return _revealed(number, no, None, errors.payload(error)["message"]), errors.status_of(error)
    return _revealed(number, no, known, None)


@writing(ANY_STAFF)
def _reveal(call: Call, number: str, no: int) -> contacts.Known:
    report = nth_report(call.session, scope.visible_ticket(call.session, number, call.actor), no)
    return contacts.reveal(call.session, call.vault, report, actor=call.actor, reason=request.form.get("reason", "")[:500], now=call.now)


@reading(ANY_STAFF)
def _revealed(call: Call, number: str, no: int, known: contacts.Known | None, wrong: str | None) -> str:
    ticket = scope.visible_ticket(call.session, number, call.actor)
    return page(call, ticket, opened={no: known} if known else {}, not_opened={no: wrong} if wrong else {})


@blueprint.get("/tickets/<number>/map.json")
@reading(ANY_STAFF)
def outline(call: Call, number: str) -> Response:
    """GeoJSON of the ticket's point and its cell."""
    ticket = scope.visible_ticket(call.session, number, call.actor)
    return jsonify({"type": "FeatureCollection", "features": [*_cell(call.session, ticket), *_point(ticket)]})


def _cell(session: Session, ticket: Ticket) -> list[dict[str, Any]]:
    """Its own row, so that a retired cell is shown as it was."""
    if ticket.cell_id is None:
        return []
    query = select(Cell.code, Cell.name, func.ST_AsGeoJSON(Cell.boundary, area_map.DIGITS).label("shape")).where(Cell.id == ticket.cell_id)
    row = session.execute(query).one()
    return [_feature(row.shape, {"code": row.code, "name": row.name, "level": "cell"})] if row.shape else []


def _feature(shape: str | dict, properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": json.loads(shape) if isinstance(shape, str) else shape}


def _point(ticket: Ticket) -> list[dict[str, Any]]:
    point = point_of(ticket.point)
    return [_feature({"type": "Point", "coordinates": [point.lng, point.lat]}, {"level": "ticket"})] if point else []


@blueprint.get("/filing-conditions")
@reading(ANY_STAFF)
def filing_conditions(call: Call) -> str:
    """Options of the condition field for the category being typed; nothing while it fits none or several."""
    try:
        code = pickers.code_of(request.args.get("category", ""), pickers.categories(call.session, call.locale), "category")
    except Invalid:
        code = None
    return render_template("staff/conditions.html", conditions=pickers.conditions(call.session, code))


def page(call: Call, ticket: Ticket, **more: Any) -> str:
    shown = ticket_view.facts(call, ticket, more.get("sent"))
    empty = {"refused": None, "opened": {}, "not_opened": {}}
    told = overview.of_ticket(call.session, call.vault, ticket, call.actor)
    openers = call.actor.roles_at(ticket.area_code) & contacts.OPENERS or ticket.lead_id in call.actor.department_ids
    return render_template(
        "staff/ticket.html", call=call, active="tickets", newest=_tag(ticket), can_open=bool(openers), step_words=action_words.action,
        choice_words=action_words.choice, appeal_box=overdue_appeals.box(call, ticket),
        messages_told=told, messages_unheard=overview.unheard(told), message_words=message_words, **shown, **(empty | more))
