"""What waits for whom: the first half of the inbox. A queue is a filter of the ticket list, so its link shows the same tickets."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask_babel import LazyString, lazy_gettext as _l

from gridops.api.requests import Call
from gridops.services import listing
from gridops.services.pressing import Pressing, pressing

SHOWN = 6


class Queue(NamedTuple):
    key: str
    name: LazyString
    hint: LazyString
    roles: tuple[str, ...]
    filters: dict[str, Any]


QUEUES = (
    Queue("given_to_me", _l("Given to you"), _l("Your organisation gave you these to work."), ("department",), {"given_to_me": True}),
    Queue("to_sign", _l("To sign"), _l("Your organisation leads; the clock runs."), ("department",), {"status": ["dispatched"], "as_role": "lead"}),
    Queue("to_handle", _l("In progress"), _l("Your organisation leads."), ("department",), {"status": ["in_progress"], "as_role": "lead"}),
    Queue("to_rule", _l("Objections to rule on"), _l("Your organisation coordinates."), ("department",),
          {"status": ["objected"], "as_role": "coordinate"}),
    Queue("objected", _l("Your objections"), _l("Waiting for the coordinator's ruling."), ("department",),
          {"status": ["objected"], "as_role": "lead"}),
    Queue("supported", _l("You support"), _l("Somebody else leads."), ("department",),
          {"status": ["dispatched", "in_progress"], "as_role": "support"}),
    Queue("undecided", _l("Operations centre: a person must look"), _l("The system stopped here and says why."), ("clerk",),
          {"status": ["reported"], "waiting": True}),
    Queue("fresh", _l("Just in"), _l("The system is looking at these; nothing to do unless they stay."), ("clerk",),
          {"status": ["reported"], "waiting": False}),
    Queue("to_call_back", _l("To call back"), _l("Closed, and whoever reported it has not said whether it is solved."), ("clerk",), {"to_call_back": True}),
    Queue("to_dispatch", _l("To dispatch"), _l("Filed, and not dispatched by itself."), ("dispatcher",), {"status": ["filed"]}),
    Queue("objections", _l("Objections"), _l("The coordinator rules; you where the coordinator cannot."), ("dispatcher",), {"status": ["objected"]}),
    Queue("time_asked", _l("More time asked for"), _l("An extension or a suspension waits for your decision."), ("dispatcher",), {"time_asked": 1}),
    Queue("long_time_asked", _l("More time asked for"), _l("An extension or a suspension waits for your decision."), ("leader",), {"time_asked": 2}),
    Queue("to_check", _l("To check"), _l("Handled; somebody else than the handler looks at it."), ("grid_worker", "grid_leader", "clerk"),
          {"status": ["handled"]}),
    Queue("new_here", _l("New in your cells"), _l("Reported and not yet filed."), ("grid_worker", "grid_leader"), {"status": ["reported"]}),
    Queue("overdue", _l("Overdue"), _l("A clock has run out."), ("leader", "dispatcher"), {"status": ["open"], "overdue": True}),
    Queue("around", _l("Open in your area"), _l("For your information."), ("cadre", "volunteer", "party_member"), {"status": ["open"]}),
)


class Waiting(NamedTuple):
    queue: Queue
    count: int
    items: list[dict[str, Any]]
    turns: dict[str, Pressing]


def of(key: str | None) -> Queue | None:
    return next((queue for queue in QUEUES if queue.key == key), None)


def waiting(call: Call) -> list[Waiting]:
    """The actor's queues, full ones first, each with its most pressing tickets."""
    mine = [queue for queue in QUEUES if call.actor.roles.intersection(queue.roles)]
    found = [_waiting(call, queue) for queue in mine]
    return sorted(found, key=lambda each: each.count == 0)


def _waiting(call: Call, queue: Queue) -> Waiting:
    page = listing.list_tickets(call.session, call.actor, queue.filters, now=call.now, limit=SHOWN, sort="due_by", locale=call.locale)
    complete = page.next_cursor is None
    count = len(page.items) if complete else listing.count_tickets(call.session, call.actor, queue.filters, now=call.now)
    return Waiting(queue, count, page.items, turns(call, page.items))


def turns(call: Call, items: list[dict[str, Any]]) -> dict[str, Pressing]:
    """By ticket number: what is due next there, and who must move."""
    return pressing(call.session, [item["number"] for item in items], call.locale)
