"""What passes between the city's platform and us, in words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from gridops.api.requests import Call
from gridops.domain import upstream
from gridops.models import Street, Ticket, UpstreamOrder
from gridops.services.upstream import acts, replies

STATES = {
    "received": _l("To be accepted"), "accepted": _l("Accepted"), "returning": _l("Return asked for"), "returned": _l("Returned"),
    "replied": _l("Replied"), "rehandling": _l("To be handled again"), "closed": _l("Closed by the city")}
ACTS = {
    "accept": _l("Accept the order"), "return": _l("Ask to return it"), "extension": _l("Ask for more time"), "reply": _l("Reply"),
    "rehandle": _l("The city wants it handled again"), "callback": _l("The city's callback"), "urge": _l("The city urges"),
    "close": _l("The city closes it"), "update": _l("The city says otherwise now")}
ACT_STATES = {"asked": _l("not decided yet"), "granted": _l("granted"), "refused": _l("refused"), "done": ""}
REPLIES = {"draft": _l("Draft reply"), "approved": _l("Approved"), "sent": _l("Sent")}
DIFFERENCES = {
    "missing_here": _l("Missing here"), "missing_there": _l("Missing in the city's list"), "other_due": _l("Another due"),
    "other_state": _l("Another state"), "unreplied": _l("Past its due without a reply")}
CHANGED = {
    "due_by": _l("due"), "kind": _l("kind"), "category": _l("category"), "secret": _l("secrecy"), "reply_wanted": _l("reply wanted"),
    "where": _l("place"), "content": _l("text"), "contact": _l("contact")}
FIELDS = {
    "number": _l("Number"), "received_at": _l("Received at"), "due_by": _l("Due by"), "kind": _l("Kind of matter"), "title": _l("Subject of the order"),
    "content": _l("What it says"), "category": _l("Category there"), "secret": _l("Secret?"), "reply_wanted": _l("Reply wanted?"),
    "visibility": _l("Visibility of the caller"), "street": _l("Street"), "address": _l("Address"), "place": _l("Place code"), "lng": _l("Longitude"),
    "lat": _l("Latitude"), "crs": _l("Coordinate system"), "name": _l("Caller's name"), "phone": _l("Caller's phone"), "state": _l("State")}
TABLES = {
    "field": FIELDS,
    "state": STATES, "act": ACTS, "act_state": ACT_STATES, "reply": REPLIES, "difference": DIFFERENCES, "changed": CHANGED}
TONES = {"received": "yellow", "rehandling": "red", "returning": "suspended", "accepted": "", "replied": "green", "closed": "green"}


def said(table: str, code: str | None) -> str:
    return str(TABLES[table].get(code, code or ""))


def tone(state: str) -> str:
    return TONES.get(state, "plain")


def instant(text: str | None) -> datetime | None:
    """One of an act's facts."""
    return datetime.fromisoformat(text) if text else None


def either(text: str | None) -> Any:
    """One side of a difference: an instant, or a state in words."""
    try:
        return instant(text)
    except ValueError:
        return said("state", text)


def box(call: Call, ticket: Ticket) -> list[dict[str, Any]]:
    """The orders behind a ticket, each with its acts and what may be said now. Only for those who speak with the city."""
    if not call.actor.roles_at(ticket.area_code).intersection(("clerk", "dispatcher", "leader")):
        return []
    return [_in_box(call, order) for order in replies.orders_of(call.session, ticket)]


def _in_box(call: Call, order: UpstreamOrder) -> dict[str, Any]:
    said_so_far = acts.of_order(call.session, order)
    asked = [act for act in said_so_far if act.state == "asked"]
    open_kinds = {act.kind for act in asked}
    may = [act.kind for act in upstream.allowed(order.state) if act.kind not in open_kinds | {"reply", "update"}]
    return {"order": order, "acts": said_so_far[::-1], "asked": asked, "may": may, "reply": replies.of_turn(call.session, order)}


def zone_of(call: Call, ticket: Ticket) -> str:
    return call.session.get(Street, ticket.street_code).timezone
