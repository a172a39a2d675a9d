"""More time for the lead: one original limit each, at most two, asked for before the time is over, decided by somebody else."""

from __future__ import annotations

from gridops.services import clock_moves
from gridops.services.actions import promise, requests
from gridops.services.work import Work

MOST = 2


def request_extension(work: Work) -> str:
    """Judged by when it was asked for: red waits until somebody decides."""
    level = requests.LEADER if requests.approved(work, "extension") else requests.DISPATCHER
    handle = requests.handle_clock(work)
    clock_moves.hold_red(work.clocks, handle, True)
    work.facts["due_if_approved"] = clock_moves.due_if_extended(work.clocks, handle).isoformat()
    requests.ask(work, "extension", level)
    return "="


def may_request(work: Work) -> None:
    requests.refuse_second(work)
    if len(requests.approved(work, "extension")) >= MOST:
        raise work.refuse("no_more_extensions", "The time was extended twice: that is all there is.")
    handle = requests.handle_clock(work)
    if handle is None or work.now > handle.due_by:
        raise work.refuse("too_late", "The time is over already.")


def approve_extension(work: Work) -> str:
    """The original limit stays on record; the promise moves only where the new due passes it."""
    request = requests.decide(work, "approved")
    handle = requests.handle_clock(work)
    clock_moves.extend(work.clocks, handle)
    work.text, work.public = request.reason, promise.put_off(work, handle.due_by, "extended")
    return "="


def refuse_extension(work: Work) -> str:
    requests.decide(work, "refused")
    work.text = work.body.get("text")
    return "="


EFFECTS = {"request_extension": request_extension, "approve_extension": approve_extension, "refuse_extension": refuse_extension}
GUARDS = {
    "request_extension": may_request, "approve_extension": requests.may_decide("extension"), "refuse_extension": requests.may_decide("extension"),
}
