"""The lifecycle of a ticket as a table (DESIGN.md §5): nothing that is not listed here may happen.

A row says from which statuses an action may be done, where it may lead (several targets: the action's own rule picks one),
who may do it, and what it does to the clocks of the ticket.

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
    topic: str | None = None  # the past fact published; default ticket.<action>

    def __post_init__(self):
        unknown = set(self.sources + self.targets) - set(STATUSES) - {SAME}
        if unknown:
            raise ValueError(f"{self.action}: unknown status {sorted(unknown)}")


STAGE = (  # all that stop when a ticket ends
    "accept", "dispatch", "sign", "contact", "handle", "support", "rule", "decide", "suspension", "supervise", "check",
)

EVERY_CLOCK = (*STAGE, "verify", "promise")

TABLE: tuple[Transition, ...] = (
    # Intake. (submit has no source: services.intake.submit opens the ticket.)
    Transition("answer", ("reported",), ("closed",), ("clerk",), stops=("accept", "promise"), cancels=("supervise",), starts=("rating",), topic="ticket.closed"),
    Transition("send_verify", ("reported",), ("verifying",), ("clerk", "system"), starts=("verify",), topic="ticket.verification_sent"),
    Transition("report_verification", ("verifying",), ("reported",), ("grid_worker", "grid_leader", "cadre"), stops=("verify",), topic="ticket.verified"),
    Transition("cancel_verify", ("verifying",), ("reported",), ("clerk",), cancels=("verify",), topic="ticket.verification_cancelled"),
    Transition("self_handle", ("reported", "verifying"), ("handled",), ("grid_worker",), stops=("accept", "verify"), starts=("check",), topic="ticket.handled"),
    Transition("file", ("reported",), ("filed",), ("clerk", "system"), stops=("accept",), starts=("dispatch",), topic="ticket.filed"),
    Transition(
        "recategorise", ("filed", "dispatched", "in_progress"), ("filed",), ("clerk", "dispatcher"),
        cancels=("dispatch", "sign", "contact", "handle", "support", "rule", "decide"), starts=("dispatch",), topic="ticket.filed"),
    Transition("reject", ("reported", "filed", "in_progress"), ("rejected",), ("clerk",), stops=("promise",), cancels=STAGE, topic="ticket.rejected"),
    Transition("refer", ("reported", "filed", "in_progress"), ("referred",), ("clerk",), stops=("promise",), cancels=STAGE, topic="ticket.referred"),
    Transition("reinstate", ("rejected", "referred"), ("reported",), ("clerk",), starts=("accept", "promise"), topic="ticket.reinstated"),
    Transition("merge", ("reported", "filed"), ("merged",), ("clerk", "system"), cancels=("accept", "dispatch", "promise", "supervise"), topic="ticket.merged"),
    Transition("unmerge", ("merged",), ("reported", "filed"), ("clerk",), starts=("accept", "dispatch", "promise"), topic="ticket.unmerged"),
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
    # Check and after. Parking and noise vanish, and not everybody answers the phone: looks and calls come before some checks.
    Transition("observe", ("handled",), (SAME,), ("checker",), topic="ticket.observed"),
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
    # Withdrawing the only report ends every clock: the action's own rule knows whether it is the only one.
    Transition("withdraw", OPEN, ("voided", SAME), ("reporter",), topic="ticket.withdrawn"),
    Transition("request_void", OPEN, (SAME,), ("clerk",), topic="ticket.void_requested"),
    Transition("approve_void", OPEN, ("voided",), ("clerk", "dispatcher", "leader"), cancels=EVERY_CLOCK, topic="ticket.voided"),
    Transition("refuse_void", OPEN, (SAME,), ("clerk", "dispatcher", "leader"), topic="ticket.void_refused"),
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
