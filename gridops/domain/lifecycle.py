"""The lifecycle of a ticket as a table (DESIGN.md §5): nothing that is not listed here may happen.

A row says from which statuses an action may be done, where it may lead (several targets: the action's own rule picks one),
who may do it, what it does to the clocks of the ticket, and whether this version of gridops can do it yet.

Who: ``clerk dispatcher grid_worker grid_leader leader`` are roles over the ticket's area; ``lead coordinate support`` are
organisations of the current round (or a clerk acting for one without log-in); ``reporter`` is the person behind a report;
``system`` is a worker. ``checker`` is a grid worker or clerk who did not handle the matter; ``staff`` is anybody with the ticket in scope.
"""

from __future__ import annotations

from dataclasses import dataclass

OPEN = ("reported", "verifying", "filed", "dispatched", "objected", "in_progress", "suspended", "handled")
ENDS = ("rejected", "referred", "merged", "voided")
STATUSES = (*OPEN, "closed", "archived", *ENDS)

KINDS = ("help", "consult", "complaint", "suggestion", "tipoff", "praise")
VISIBILITIES = ("named", "protected", "anonymous")
OUTCOMES = ("solved", "partly", "explained", "not_found", "no_authority", "no_culprit")

SAME = "="  # the status stays
MOST_BOUNCES = 2  # objections upheld; after them the dispatch stands


@dataclass(frozen=True)
class Transition:
    action: str
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    roles: tuple[str, ...]
    stops: tuple[str, ...] = ()  # clocks that end: met when in time, missed when late
    cancels: tuple[str, ...] = ()  # clocks that no longer matter
    starts: tuple[str, ...] = ()  # clocks that may begin; which of them do depends on the case
    available: bool = True
    topic: str | None = None  # the past fact published; default ticket.<action>

    def __post_init__(self):
        unknown = set(self.sources + self.targets) - set(STATUSES) - {SAME}
        if unknown:
            raise ValueError(f"{self.action}: unknown status {sorted(unknown)}")


def _later(action: str, sources: tuple[str, ...], targets: tuple[str, ...], roles: tuple[str, ...]) -> Transition:
    return Transition(action, sources, targets, roles, available=False)


STAGE = (  # all that stop when a ticket ends
    "accept", "dispatch", "sign", "contact", "handle", "support", "rule", "decide", "suspension", "supervise", "check",
)

TABLE: tuple[Transition, ...] = (
    # Intake. (submit has no source: services.intake.submit opens the ticket.)
    Transition("answer", ("reported",), ("closed",), ("clerk",), stops=("accept", "promise"), cancels=("supervise",), starts=("rating",), topic="ticket.closed"),
    _later("send_verify", ("reported",), ("verifying",), ("clerk", "system")),
    _later("report_verification", ("verifying",), ("reported",), ("grid_worker",)),
    _later("cancel_verify", ("verifying",), ("reported",), ("clerk",)),
    Transition("self_handle", ("reported", "verifying"), ("handled",), ("grid_worker",), stops=("accept",), starts=("check",), topic="ticket.handled"),
    Transition("file", ("reported",), ("filed",), ("clerk", "system"), stops=("accept",), starts=("dispatch",), topic="ticket.filed"),
    Transition(
        "recategorise", ("filed", "dispatched", "in_progress"), ("filed",), ("clerk", "dispatcher"),
        cancels=("dispatch", "sign", "contact", "handle", "support", "rule", "decide"), starts=("dispatch",), topic="ticket.filed"),
    Transition("reject", ("reported", "filed", "in_progress"), ("rejected",), ("clerk",), stops=("promise",), cancels=STAGE, topic="ticket.rejected"),
    Transition("refer", ("reported", "filed", "in_progress"), ("referred",), ("clerk",), stops=("promise",), cancels=STAGE, topic="ticket.referred"),
    Transition("reinstate", ("rejected", "referred"), ("reported",), ("clerk",), starts=("accept", "promise"), topic="ticket.reinstated"),
    _later("merge", ("reported", "filed"), ("merged",), ("clerk", "system")),
    _later("unmerge", ("merged",), ("reported", "filed"), ("clerk",)),
    # Dispatch.
    Transition("dispatch", ("filed",), ("dispatched",), ("dispatcher", "system"), stops=("dispatch",),
               starts=("sign", "contact", "handle", "support"), topic="ticket.dispatched"),
    Transition("sign", ("dispatched",), ("in_progress",), ("lead", "system"), stops=("sign",), topic="ticket.signed"),
    Transition("object", ("dispatched",), ("objected",), ("lead",), stops=("sign",), starts=("rule",), topic="ticket.objected"),
    Transition("request_transfer", ("in_progress",), ("objected",), ("lead",), cancels=("rule", "decide"), starts=("rule",), topic="ticket.objected"),
    Transition("uphold", ("objected",), ("filed",), ("coordinate", "dispatcher"), stops=("rule",),
               cancels=("handle", "contact", "support"), starts=("dispatch",), topic="ticket.upheld"),
    Transition("overrule", ("objected",), ("in_progress",), ("coordinate", "dispatcher"), stops=("rule",), starts=("rule",), topic="ticket.overruled"),
    Transition("recall", ("dispatched", "in_progress"), ("filed",), ("dispatcher", "coordinate"),
               cancels=("sign", "contact", "handle", "support", "rule", "decide"), starts=("dispatch",), topic="ticket.recalled"),
    # Disposal.
    Transition("contact", ("in_progress", "closed"), (SAME,), ("lead", "clerk"), topic="ticket.contacted"),
    # A request for more time is decided by the dispatcher, or by a leader where it goes far (services.actions.requests).
    Transition("request_extension", ("in_progress",), (SAME,), ("lead",), starts=("decide",), topic="ticket.extension_requested"),
    Transition("approve_extension", ("in_progress",), (SAME,), ("dispatcher", "leader"), stops=("decide",), topic="ticket.extension_approved"),
    Transition("refuse_extension", ("in_progress",), (SAME,), ("dispatcher", "leader"), stops=("decide",), topic="ticket.extension_refused"),
    Transition("request_suspension", ("in_progress",), (SAME,), ("lead",), starts=("decide",), topic="ticket.suspension_requested"),
    Transition("approve_suspension", ("in_progress",), ("suspended",), ("dispatcher", "leader"), stops=("decide",), starts=("suspension",),
               topic="ticket.suspended"),
    Transition("refuse_suspension", ("in_progress",), (SAME,), ("dispatcher", "leader"), stops=("decide",), topic="ticket.suspension_refused"),
    Transition("resume", ("suspended",), ("in_progress",), ("lead", "dispatcher", "system"), cancels=("suspension",), topic="ticket.resumed"),
    # A support's refusal goes to the coordinator, who does without it or insists; the dispatcher where the coordinator is silent.
    Transition("answer_support", ("in_progress",), (SAME,), ("support",), topic="ticket.support_answered"),
    Transition("refuse_support", ("in_progress",), (SAME,), ("support",), starts=("rule",), topic="ticket.support_refused"),
    Transition("waive_support", ("in_progress",), (SAME,), ("coordinate", "dispatcher"), topic="ticket.support_waived"),
    Transition("return_support", ("in_progress",), (SAME,), ("coordinate", "dispatcher"), topic="ticket.support_returned"),
    Transition("submit_result", ("in_progress",), ("handled",), ("lead",), stops=("handle", "contact"),
               cancels=("support", "decide"), starts=("check",), topic="ticket.handled"),
    # Check and after.
    Transition("pass_check", ("handled",), ("closed",), ("checker", "system"), stops=("check", "promise"), cancels=("supervise",),
               starts=("rating",), topic="ticket.closed"),
    Transition("fail_check", ("handled",), ("in_progress", "filed"), ("checker",), stops=("check",), starts=("handle", "dispatch"), topic="ticket.returned"),
    # "Not solved" is followed by a reopen of its own, in the same transaction, where that is allowed.
    Transition("rate", ("closed",), (SAME,), ("reporter",), topic="ticket.rated"),
    Transition("record_callback", ("closed",), (SAME,), ("clerk",), topic="ticket.rated"),
    Transition("reopen", ("closed",), ("in_progress", "filed"), ("reporter", "clerk", "leader"),
               cancels=("rating",), starts=("handle", "dispatch"), topic="ticket.reopened"),
    Transition("archive", ("closed",), ("archived",), ("system",), stops=("rating",), topic="ticket.archived"),
    # Ends and orders.
    _later("withdraw", OPEN, ("voided", SAME), ("reporter",)),
    _later("request_void", OPEN, (SAME,), ("clerk",)),
    _later("approve_void", OPEN, ("voided",), ("clerk", "dispatcher")),
    _later("refuse_void", OPEN, (SAME,), ("clerk", "dispatcher")),
    Transition("supervise", OPEN, (SAME,), ("leader",), starts=("supervise",), topic="ticket.supervised"),
    Transition("answer_supervision", OPEN, (SAME,), ("lead", "coordinate", "support", "dispatcher", "clerk"), topic="ticket.supervision_answered"),
    Transition("accept_supervision", OPEN, (SAME,), ("leader",), topic="ticket.supervision_accepted"),
    Transition("return_supervision", OPEN, (SAME,), ("leader",), starts=("supervise",), topic="ticket.supervision_returned"),
    Transition("comment", STATUSES, (SAME,), ("staff",), topic="ticket.commented"),
    # Between the city's platform and us (domain.upstream). "To be handled again" may be followed by a reopen of its own.
    Transition("record_upstream", STATUSES, (SAME,), ("clerk", "dispatcher", "system"), topic="upstream.acted"),
    Transition("decide_upstream", STATUSES, (SAME,), ("clerk", "dispatcher", "system"), topic="upstream.acted"),
)

ACTIONS: dict[str, Transition] = {row.action: row for row in TABLE}


def allows(action: str, status: str) -> bool:
    row = ACTIONS.get(action)
    return row is not None and status in row.sources


def lands(action: str, source: str, target: str) -> bool:
    """May the action, done in ``source``, end in ``target``?"""
    row = ACTIONS[action]
    return target in row.targets or (target == source and SAME in row.targets)
