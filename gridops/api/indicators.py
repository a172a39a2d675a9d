"""Indicators of an area or an organisation, the tickets behind each number, and the weights of scores."""

from __future__ import annotations

from typing import Any

from flask import Response

from gridops.api import examples, sheets
from gridops.api import indicator_examples as shown_examples
from gridops.api import indicator_schemas as schemas
from gridops.api import ticket_schemas
from gridops.api.openapi import PREFIX, Blueprint
from gridops.api.requests import ANY_STAFF, Call, reading, writing
from gridops.api.shapes import fails
from gridops.domain.kpi import DEFAULT_WEIGHTS
from gridops.errors import NotFound
from gridops.models import ScoreWeight
from gridops.services import scope
from gridops.services.indicators import periods, report, scores
from gridops.services.indicators.shown import columns, sheet_rows, shown
from gridops.services.listing import Page, list_tickets

blueprint = Blueprint("indicators", __name__, url_prefix=f"{PREFIX}/areas", description="Indicators, with what stands behind each number")
STAFF = {"security": [{"bearer": []}]}


@blueprint.route("/<code>/indicators", methods=["GET"])
@reading(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.TableQuerySchema, location="query")
@blueprint.response(200, schemas.IndicatorsSchema, example=shown_examples.INDICATORS)
@fails(blueprint, 401, 404, 422)
def show_indicators(call: Call, query: dict[str, Any], code: str) -> dict[str, Any] | Response:
    """All indicators by organisation, community or cell

    Whoever looks after the area sees all of it; an organisation sees its own rows only. Counted from the rows at `as_of`; what has not
    fallen due yet is not counted. Also as text/csv and .xlsx.
    """
    period = _period(call, query, code)
    table = report.table(
        call.session, code, period, by=query["by"], actor=call.actor, now=call.now, locale=call.locale, source=query["source"])
    form = sheets.wanted()
    if form:
        return sheets.table(call, "indicators", tuple(columns(table)), sheet_rows(table, call.locale), form)
    found = scores.scores(call.session, code, period, actor=call.actor, now=call.now) if query["by"] == "department" else None
    return shown(table, found, call.locale)


@blueprint.route("/<code>/indicators/tickets", methods=["GET"])
@reading(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.BehindQuerySchema, location="query")
@blueprint.response(200, ticket_schemas.ItemsSchema, example=examples.ITEMS)
@fails(blueprint, 401, 404, 422)
def show_tickets_behind(call: Call, query: dict[str, Any], code: str) -> Page | Response:
    """The tickets behind one number

    A ticket with several cases (two dispatches, several residents' answers) stands here once. Also as text/csv and .xlsx.
    """
    period = _period(call, query, code)
    which = report.behind(
        call.session, code, period, indicator=query["indicator"], part=query["part"], by=query.get("by"), row=query.get("row"),
        actor=call.actor, now=call.now)
    form = sheets.wanted()
    limit = sheets.MOST_ROWS if form else min(query["limit"], ticket_schemas.MOST)
    page = list_tickets(
        call.session, call.actor, {}, now=call.now, limit=limit, cursor=query.get("cursor"), locale=call.locale, where=[which])
    return sheets.tickets(call, page, form) if form else page


@blueprint.route("/<code>/score-weights", methods=["GET"])
@reading(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.response(200, schemas.WeightVersionsSchema, example=shown_examples.VERSIONS)
@fails(blueprint, 401, 404)
def show_weights(call: Call, code: str) -> dict[str, Any]:
    """The weights of a street's scores, newest first: whoever is scored may know how"""
    if not scope.knows(call.actor, code):
        raise NotFound()
    street = periods.street_of(call.session, code)
    return {
        "active": scores.current(call.session, street) is not None, "defaults": DEFAULT_WEIGHTS,
        "items": scores.versions(call.session, street)}


@blueprint.route("/<code>/score-weights", methods=["POST"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.WeightsChangeSchema, example=shown_examples.CHANGE)
@blueprint.response(201, schemas.WeightVersionSchema, example=shown_examples.VERSION)
@fails(blueprint, 401, 403, 404, 422)
def change_weights(call: Call, body: dict[str, Any], code: str) -> ScoreWeight:
    """A new version of the weights, or scores on or off

    The weights of each role add up to 100, and the residents' answers weigh 30 or more.
    """
    return scores.change(
        call.session, code, weights=body.get("weights"), active=body["active"], reason=body["reason"], actor=call.actor, now=call.now)


def _period(call: Call, query: dict[str, Any], code: str) -> periods.Period:
    zone = periods.zone_of(call.session, code)
    return periods.between(query.get("first"), query.get("last"), zone, call.now)
