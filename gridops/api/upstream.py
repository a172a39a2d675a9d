"""Orders of the city's hotline and platforms: in, what is said about them, and both lists compared."""

from __future__ import annotations

from typing import Any

from flask import Response

from gridops.api import sheets
from gridops.api import upstream_examples as examples
from gridops.api import upstream_schemas as schemas
from gridops.api.openapi import PREFIX, Blueprint
from gridops.api.requests import Call, reading, writing
from gridops.api.shapes import fails
from gridops.domain.actor import SYSTEM, Actor
from gridops.domain.permissions import INTEGRATION
from gridops.errors import Invalid, NotFound
from gridops.models import UpstreamDifference, UpstreamOrder
from gridops.services.imports.table import ImportReport
from gridops.services.upstream import acts, listing, orders, profiles, reconcile
from gridops.services.upstream.known import find_order, ticket_of

blueprint = Blueprint("upstream", __name__, url_prefix=f"{PREFIX}/upstream", description="Orders of the city's hotline and platforms")
STAFF = {"security": [{"bearer": []}]}
DESK = ("clerk", "dispatcher")
PROGRAMS = (INTEGRATION, *DESK)
READERS = (*DESK, "leader")
COLUMNS: tuple[sheets.Column, ...] = (
    ("number", "来件编号", "Number"), ("source", "来源", "Source"), ("state", "状态", "State"), ("due_by", "上级时限", "Due by"),
    ("ticket", "工单号", "Ticket"), ("reply", "回复", "Reply"))


@blueprint.route("/<source>/orders", methods=["POST"])
@writing(*PROGRAMS)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.UpstreamIncomingSchema, example=examples.INCOMING)
@blueprint.response(200, schemas.UpstreamTakenSchema, example=examples.TAKEN)
@fails(blueprint, 401, 403, 404, 409, 422)
def take_orders(call: Call, sent: dict[str, Any], source: str) -> dict[str, Any]:
    """Orders in

    In the columns and words of the source's profile. All or nothing; the same number again changes nothing, and what the city now says
    otherwise is written down as an act of its own.
    """
    profile = profiles.current(call.session, source)
    report = orders.take(call.session, source, orders.table_of(sent["orders"]), actor=call.actor, now=call.now, vault=call.vault)
    _accepted(report)
    named = profile.rules["columns"]["number"]
    numbers = [row[column].strip() for row in sent["orders"] for column in (named, "number") if row.get(column)]
    known = orders.tickets_of(call.session, source, numbers)
    counts = {name: getattr(report, name) for name in ("created", "changed", "unchanged")}
    return counts | {"notes": report.notes, "items": [{"number": one, "ticket": known[one]} for one in dict.fromkeys(numbers)]}


def _accepted(report: ImportReport) -> None:
    if report.errors:
        errors = [{"row": fault.row, "column": fault.column, "code": fault.code, "message": fault.message} for fault in report.errors]
        raise Invalid("The file has errors: nothing was imported.", code="file_refused", details={"errors": errors})


@blueprint.route("/<source>/orders", methods=["GET"])
@reading(*READERS)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.UpstreamOrdersQuerySchema, location="query")
@blueprint.response(200, schemas.UpstreamOrdersSchema, example=examples.LISTED)
@fails(blueprint, 401, 403, 422)
def list_orders(call: Call, query: dict[str, Any], source: str) -> dict[str, Any] | Response:
    """Orders by the city's due

    Also as text/csv and .xlsx.
    """
    form = sheets.wanted()
    limit = sheets.MOST_ROWS if form else query.pop("limit")
    query.pop("limit", None)
    found = listing.listed(call.session, call.actor, now=call.now, source=source, limit=limit + 1, **query)
    rows = [_listed(one) for one in found[:limit]]
    if form:
        return sheets.table(call, "orders", COLUMNS, rows, form)
    return {"items": rows, "next_offset": query["offset"] + limit if len(found) > limit else None}


def _listed(one: listing.Listed) -> dict[str, Any]:
    order = one.order
    return {
        "source": order.source, "number": order.external_number, "ticket": one.ticket.number, "state": order.state,
        "due_by": order.external_due_by, "late": one.late, "reply": one.reply, "waits": one.waits}


@blueprint.route("/<source>/orders/<number>", methods=["GET"])
@reading(*READERS)
@blueprint.doc(**STAFF)
@blueprint.response(200, schemas.UpstreamOrderSchema, example=examples.ORDER)
@fails(blueprint, 401, 403, 404)
def show_order(call: Call, source: str, number: str) -> dict[str, Any]:
    """One order with all that was said about it

    What the desk says to the city is the action `record_upstream` of the ticket; what it decides, `decide_upstream`.
    """
    return listing.in_full(call.session, listing.visible_order(call.session, source, number, call.actor))


@blueprint.route("/<source>/orders/<number>/acts", methods=["POST"])
@writing(*PROGRAMS)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.UpstreamSaidSchema, example=examples.SAID)
@blueprint.response(200, schemas.UpstreamActSchema, example=examples.ACT)
@fails(blueprint, 401, 403, 404, 409, 422)
def take_act(call: Call, said: dict[str, Any], source: str, number: str) -> dict[str, Any]:
    """The city says something about an order

    To be handled again, a callback, an urging, closing; or, with `granted`, its answer to a return or extension that was asked for.
    """
    if ("granted" in said) != (said["kind"] in ("return", "extension")):
        raise Invalid(fields={"granted": ["It belongs to return and extension, and to them alone."]})
    body = {name: value.isoformat() if name == "due_by" else value for name, value in said.items()}
    order, actor = _spoken_of(call, source, number)
    return listing.act_shown(acts.told(call.session, order, body, now=call.now, actor=actor))


def _spoken_of(call: Call, source: str, number: str) -> tuple[UpstreamOrder, Actor]:
    """A program sees no ticket, and what it says the system writes down: of orders in its own area."""
    if call.actor.roles.intersection(DESK):
        return listing.visible_order(call.session, source, number, call.actor), call.actor
    order = find_order(call.session, source, number)
    if INTEGRATION not in call.actor.roles_at(ticket_of(call.session, order).street_code):
        raise NotFound()
    return order, SYSTEM


@blueprint.route("/<source>/list", methods=["POST"])
@writing(*PROGRAMS)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.UpstreamListSchema, example=examples.LIST)
@blueprint.response(200, schemas.UpstreamDifferencesSchema, example=examples.DIFFERENCES)
@fails(blueprint, 401, 403, 404, 422)
def take_list(call: Call, sent: dict[str, Any], source: str) -> dict[str, Any]:
    """The city's own list, held against ours at once"""
    _accepted(reconcile.take_list(call.session, source, orders.table_of(sent["rows"]), now=call.now))
    return _differences(reconcile.still_open(call.session, source))


@blueprint.route("/<source>/differences", methods=["GET"])
@reading(*READERS)
@blueprint.doc(**STAFF)
@blueprint.response(200, schemas.UpstreamDifferencesSchema, example=examples.DIFFERENCES)
@fails(blueprint, 401, 403)
def list_differences(call: Call, source: str) -> dict[str, Any]:
    """Where the city's list and ours do not say the same"""
    return _differences(reconcile.still_open(call.session, source))


@blueprint.route("/<source>/differences/<int:no>/settle", methods=["POST"])
@writing(*DESK)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.UpstreamNoteSchema, example={"note": "市平台提前办结，已电话确认"})
@blueprint.response(200, schemas.UpstreamDifferencesSchema, example=examples.DIFFERENCES)
@fails(blueprint, 401, 403, 404, 409, 422)
def settle_difference(call: Call, given: dict[str, str], source: str, no: int) -> dict[str, Any]:
    """Settle a difference with a note; what is still open is answered"""
    reconcile.settle(call.session, source, no, given["note"], actor=call.actor, now=call.now)
    return _differences(reconcile.still_open(call.session, source))


def _differences(rows: list[UpstreamDifference]) -> dict[str, Any]:
    return {"items": [{
        "id": row.id, "number": row.external_number, "kind": row.kind, "ours": row.facts.get("ours"), "theirs": row.facts.get("theirs"),
        "found_at": row.found_at} for row in rows]}
