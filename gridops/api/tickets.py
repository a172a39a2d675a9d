"""Staff: the list of tickets, one ticket, its history, what may be done with it, and opening a contact."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify

from gridops.api import action_docs, examples, sheets
from gridops.api import ticket_schemas as schemas
from gridops.api.bodies import strict_json
from gridops.api.openapi import PREFIX, Blueprint
from gridops.api.requests import ANY_STAFF, Call, reading, writing
from gridops.api.shapes import fails
from gridops.errors import Invalid
from gridops.models import Ticket
from gridops.services import contacts, scope, tickets
from gridops.services.history import history
from gridops.services.listing import Page, list_tickets
from gridops.services.ticket_detail import detail, nth_report

blueprint = Blueprint("tickets", __name__, url_prefix=f"{PREFIX}/tickets", description="Tickets, for staff")
STAFF = {"security": [{"bearer": []}]}
PAGING = ("sort", "limit", "cursor")
INSTANTS = ("reported_at", "promised_by", "due_by")


@blueprint.route("", methods=["GET"])
@reading(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.TicketQuerySchema, location="query")
@blueprint.response(200, schemas.ItemsSchema, example=examples.ITEMS)
@fails(blueprint, 401, 403, 422)
def show_tickets(call: Call, query: dict[str, Any]) -> Response:
    """Tickets in the caller's scope

    With `Accept: text/csv` or that of .xlsx the whole table, up to 10,000 rows. Both are safe from formula injection.
    """
    form = sheets.wanted()
    filters = {name: value for name, value in query.items() if name not in PAGING}
    limit = sheets.MOST_ROWS if form else min(query["limit"], schemas.MOST)
    page = list_tickets(
        call.session, call.actor, filters, now=call.now, limit=limit, cursor=query.get("cursor"), sort=query["sort"], vault=call.vault,
        locale=call.locale)
    return sheets.tickets(call, page, form) if form else _as_json(page)


def _as_json(page: Page) -> Response:
    """Already what the schema would make of it, field by field, in a quarter of the request's time; a test holds the two together."""
    items = [item | {name: item[name] and item[name].isoformat() for name in INSTANTS} for item in page.items]
    return jsonify(items=items, next_cursor=page.next_cursor)


@blueprint.route("/<number>", methods=["GET"])
@reading(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.response(200, schemas.TicketSchema, example=examples.TICKET)
@fails(blueprint, 401, 404)
def show_ticket(call: Call, number: str) -> dict[str, Any]:
    """One ticket"""
    return _shown(call, scope.visible_ticket(call.session, number, call.actor))


@blueprint.route("/<number>/history", methods=["GET"])
@reading(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.response(200, schemas.HistorySchema, example=examples.HISTORY)
@fails(blueprint, 401, 404)
def show_history(call: Call, number: str) -> dict[str, Any]:
    """What was done, by whom, oldest first"""
    ticket = scope.visible_ticket(call.session, number, call.actor)
    return {"items": history(call.session, ticket, call.actor, locale=call.locale)}


@blueprint.route("/<number>/actions/<action>", methods=["POST"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF, requestBody=action_docs.request_body())
@blueprint.response(200, schemas.TicketSchema, example=examples.TICKET)
@fails(blueprint, 400, 401, 403, 404, 409, 415, 422)
def act(call: Call, number: str, action: str) -> dict[str, Any]:
    """Do something with a ticket

    `allowed_actions` of the ticket says what. Every body may carry `expected_version`, `note`, and `on_behalf_of` (code of an
    organisation without log-in) with `call_record`.
    """
    return _shown(call, tickets.perform(call.session, number, action, _body(), actor=call.actor, now=call.now))


@blueprint.route("/<number>/reports/<int:no>/contact", methods=["POST"])
@writing(ANY_STAFF, keyed=False)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.ReasonSchema, example={"reason": "核实地址"})
@blueprint.response(200, schemas.OpenedSchema, example=examples.OPENED)
@fails(blueprint, 401, 403, 404, 422)
def open_contact(call: Call, given: dict[str, str], number: str, no: int) -> contacts.Known:
    """Read a reporter's name and phone

    Every opening is recorded with its reason.
    """
    report = nth_report(call.session, scope.visible_ticket(call.session, number, call.actor), no)
    return contacts.reveal(call.session, call.vault, report, actor=call.actor, reason=given["reason"], now=call.now)


def _body() -> dict[str, Any]:
    """The action's own schema is asked by the service, after role and status."""
    body = strict_json()
    if body is None:
        return {}
    if not isinstance(body, dict):
        raise Invalid(fields={"body": ["Invalid input type."]})
    if "expected_version" in body and type(body["expected_version"]) is not int:
        raise Invalid(fields={"expected_version": ["Not a valid integer."]})
    return body


def _shown(call: Call, ticket: Ticket) -> dict[str, Any]:
    shown = detail(call.session, ticket, call.actor, now=call.now, vault=call.vault, locale=call.locale)
    for photo in shown["evidence"]:
        photo["url"] = f"{PREFIX}/photos/{photo['photo']}"
    return shown
