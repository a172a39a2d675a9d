"""Residents: report, follow, rate, reopen, add. The tracking code is the only key, so a wrong one looks like a missing one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import request

from gridops.api import examples
from gridops.api import report_schemas as schemas
from gridops.api.openapi import PREFIX, Blueprint
from gridops.api.requests import Call, reading, writing
from gridops.api.shapes import fails
from gridops.domain.actor import reporter
from gridops.errors import Forbidden, Invalid, NotFound
from gridops.models import Report, Ticket
from gridops.services import areas, catalogue, intake, scope, story, supplements, tickets, upstream
from gridops.services.messages import policies

blueprint = Blueprint("reports", __name__, url_prefix=f"{PREFIX}/reports", description="Reports of residents, without log-in")
PUBLIC = {"security": []}
EARLIEST = datetime(1950, 1, 1, tzinfo=UTC)
AREAS = ("street", "cell")
HOTLINE_DESK = frozenset({"clerk", "dispatcher"})  # a number that others enter would keep the real order out
CLOCKS_DIFFER = timedelta(hours=1)  # a phone's clock may be ahead

SUBMISSION = {
    "kind": "complaint", "description": "楼道里堆满杂物，消防通道过不去", "location": {"lng": 121.4375, "lat": 31.1953, "crs": "gcj02"},
    "contact": {"name": "王女士", "phone": "13800001234"}, "visibility": "named",
}


@blueprint.route("", methods=["POST"])
@writing(limit="report")
@blueprint.doc(security=[{}, {"bearer": []}])
@blueprint.arguments(schemas.SubmissionSchema, example=SUBMISSION)
@blueprint.response(201, schemas.ReceiptSchema, example=examples.RECEIPT)
@fails(blueprint, 400, 403, 409, 413, 415, 422, 429)
def add_report(call: Call, given: dict[str, Any]) -> dict[str, Any]:
    """Send a report

    A point outside every street is 422 `outside`; a report without any place is taken and shown as unlocated. Keep the code: it is
    the only way to follow the report.
    """
    channel = _channel(call, given)
    _check_time(given.get("occurred_at"), call.now)
    if call.is_staff:
        _complete(call, given)
    receipt = intake.submit(
        call.session, given, actor=call.actor, now=call.now, vault=call.vault, channel=channel, locale=given.get("locale", call.locale))
    return _receipt(call, receipt, given)


@blueprint.route("/<code>", methods=["GET"])
@reading(limit="tracking")
@blueprint.doc(**PUBLIC)
@blueprint.response(200, schemas.StorySchema, example=examples.STORY)
@fails(blueprint, 404, 429)
def show_report(call: Call, code: str) -> dict[str, Any]:
    """Follow a report with its tracking code"""
    return _story(call, _report(call, code), code)


@blueprint.route("/<code>/rating", methods=["POST"])
@writing(limit="tracking")
@blueprint.doc(**PUBLIC)
@blueprint.arguments(schemas.RatingSchema, example={"solved": True, "satisfaction": 5, "called": True, "text": "很快"})
@blueprint.response(200, schemas.StorySchema, example=examples.STORY)
@fails(blueprint, 404, 409, 422, 429)
def rate(call: Call, rating: dict[str, Any], code: str) -> dict[str, Any]:
    """Say whether it is solved

    Once per closing. "Not solved" reopens the ticket where that is allowed; else the leader decides.
    """
    return _act(call, code, "rate", rating)


@blueprint.route("/<code>/reopen", methods=["POST"])
@writing(limit="tracking")
@blueprint.doc(**PUBLIC)
@blueprint.arguments(schemas.ReopeningSchema, example={"text": "垃圾又堆起来了"})
@blueprint.response(200, schemas.StorySchema, example=examples.STORY)
@fails(blueprint, 404, 409, 422, 429)
def reopen(call: Call, given: dict[str, Any], code: str) -> dict[str, Any]:
    """Reopen a closed ticket within 7 days, once per matter"""
    return _act(call, code, "reopen", given)


@blueprint.route("/<code>/supplements", methods=["POST"])
@writing(limit="tracking")
@blueprint.doc(**PUBLIC)
@blueprint.arguments(schemas.SupplementSchema, example={"text": "在3号楼后门", "photos": []})
@blueprint.response(201, schemas.StorySchema, example=examples.STORY)
@fails(blueprint, 404, 409, 422, 429)
def add_supplement(call: Call, given: dict[str, Any], code: str) -> dict[str, Any]:
    """Add words and photos to a report"""
    report = _report(call, code)
    supplements.add(call.session, report, given["text"], given["photos"], now=call.now)
    return _story(call, report, code)


@blueprint.route("/<code>/withdraw", methods=["POST"])
@writing(limit="tracking")
@blueprint.doc(**PUBLIC)
@blueprint.arguments(schemas.WithdrawalSchema, example={"reason": "已经自己解决"})
@blueprint.response(200, schemas.StorySchema, example=examples.STORY)
@fails(blueprint, 404, 409, 422, 429)
def withdraw(call: Call, given: dict[str, Any], code: str) -> dict[str, Any]:
    """Take a report back

    The only report of a matter ends it; where others reported the same, theirs stand. An emergency is looked at all the same.
    """
    return _act(call, code, "withdraw", given)


@blueprint.route("/<code>/messages", methods=["POST"])
@writing(limit="tracking")
@blueprint.doc(**PUBLIC)
@blueprint.arguments(schemas.MessagesChosenSchema, example={"wanted": False})
@blueprint.response(200, schemas.StorySchema, example=examples.STORY | {"messages_wanted": False})
@fails(blueprint, 404, 409, 422, 429)
def choose_messages(call: Call, given: dict[str, Any], code: str) -> dict[str, Any]:
    """No more text messages about steps to the phone of this report, or again"""
    report = _report(call, code)
    policies.choose(call.session, report, wanted=given["wanted"], now=call.now)
    return _story(call, report, code)


def _channel(call: Call, given: dict[str, Any]) -> str:
    """Residents may not pass for the desk."""
    channel = given.pop("channel", None) or ("desk" if call.is_staff else "api")
    if call.is_staff and "upstream" in given and not call.actor.roles & HOTLINE_DESK:
        raise Forbidden()
    for_staff = {"channel": channel in schemas.STAFF_CHANNELS, "upstream": "upstream" in given} | {name: name in given for name in AREAS}
    wrong = [name for name, only in for_staff.items() if only and not call.is_staff]
    if wrong:
        raise Invalid(fields={name: ["Only for staff."] for name in wrong})
    return channel


def _complete(call: Call, given: dict[str, Any]) -> None:
    """One ticket per order of the city; and what has no place goes to a street of the clerk's own, where he sees it again."""
    if "upstream" in given:
        upstream.refuse_known(call.session, given["upstream"]["source"], given["upstream"]["external_number"])
    if "cell" in given and not scope.covers(call.actor, given["cell"]):
        raise Invalid(fields={"cell": ["There is no such cell in this street's active grid."]})
    if "street" not in given:
        own = (street.code for street in areas.all_streets(call.session) if scope.knows(call.actor, street.code))
        given["street"] = next(own, None)


def _check_time(occurred_at: datetime | None, now: datetime) -> None:
    if occurred_at is not None and not EARLIEST <= occurred_at <= now + CLOCKS_DIFFER:
        raise Invalid(fields={"occurred_at": ["This instant has not passed yet, or is too long ago."]})


def _receipt(call: Call, receipt: intake.Receipt, given: dict[str, Any]) -> dict[str, Any]:
    ticket = receipt.ticket
    category = catalogue.current_category(call.session, given["category"]) if given.get("category") else None
    code = None if call.is_staff else receipt.code
    return {
        "code": code, "number": ticket.number, "status": ticket.status, "kind": ticket.kind, "promised_by": ticket.promised_by,
        "tracking_url": f"{request.url_root}t/{code}" if code else None,
        "cell": _named(receipt.spot.cell.code, receipt.spot.cell.called(call.locale)) if receipt.spot.cell else None,
        "category": _named(category.code, category.name_en if call.locale == "en" else category.name) if category else None,
    }


def _named(code: str, name: str) -> dict[str, str]:
    return {"code": code, "name": name}


def _report(call: Call, code: str) -> Report:
    report = intake.find_report(call.session, call.vault, code)
    if report is None:
        raise NotFound()
    return report


def _act(call: Call, code: str, action: str, body: dict[str, Any]) -> dict[str, Any]:
    report = _report(call, code)
    number = call.session.get_one(Ticket, report.ticket_id).number
    tickets.perform(call.session, number, action, body, actor=reporter(report.id), now=call.now)
    return _story(call, report, code)


def _story(call: Call, report: Report, code: str) -> dict[str, Any]:
    told = story.tell(call.session, report, now=call.now, locale=call.locale) | {"code": code}
    for photo in told["photos"]:
        photo["url"] = f"{PREFIX}/reports/{code}/photos/{photo['id']}"
    return told
