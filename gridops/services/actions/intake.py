"""From the report to the filed ticket, or to an end without dispatch."""

from __future__ import annotations

from datetime import timedelta

from gridops.domain.clock_policy import promise_limit
from gridops.errors import Invalid
from gridops.services import watches
from gridops.services.actions import evidence
from gridops.services.actions.closing import note_closing
from gridops.services.actions.filing import choose_category, choose_cell
from gridops.services.actions.rounds import end_round
from gridops.services.actions.verification import settle_verification
from gridops.services.work import Work

REINSTATE_WITHIN = timedelta(days=30)


def answer(work: Work) -> str:
    """Settled at once, without a site check."""
    ticket = work.ticket
    ticket.outcome, ticket.result_text = work.body["outcome"], work.body["text"]
    ticket.waiting_reason, ticket.handled_by = None, work.actor.account_id
    work.text, work.public = work.body["text"], True
    work.facts["outcome"] = ticket.outcome
    close(work)
    return "closed"


def close(work: Work) -> None:
    """A closing opens the rating window; each closing is rated by itself. Where nobody could be held to it, the spot is watched."""
    work.ticket.closed_at = work.now
    work.ticket.closing_no += 1
    work.facts["closing_no"] = work.ticket.closing_no
    note_closing(work)
    watch = watches.begin(work.session, work.ticket, work.category, now=work.now)
    if watch is not None:
        work.facts["watched_until"] = watch.ends_by.isoformat()
    work.start("rating")


def self_handle(work: Work) -> str:
    """Small things a grid worker mends on the spot: before and after evidence; somebody else looks at a sample of them later."""
    category = choose_category(work)
    if not category.self_handle_allowed:
        raise Invalid(code="self_handle_not_allowed", fields={"category": ["This category may not be handled by the grid worker alone."]})
    if not work.body["before"] or not work.body["photos"]:
        raise Invalid("Before and after photos are needed.", code="photo_needed", fields={"photos": ["Before and after photos are needed."]})
    evidence.attach(work, work.body["before"], "before", public=True, field="before")
    evidence.attach(work, work.body["photos"], "after", public=True)
    ticket = work.ticket
    settle_verification(work, "true")
    ticket.self_handled, ticket.handled_by, ticket.handled_at = True, work.actor.account_id, work.now
    ticket.outcome, ticket.result_text, ticket.filed_at = "solved", work.body["text"], work.now
    work.text, work.public = work.body["text"], True
    work.start("check")
    return "handled"


def file(work: Work) -> str:
    choose_category(work)
    choose_cell(work)
    work.ticket.filed_at = work.now
    work.text = work.body.get("note")
    work.start("dispatch")
    return "filed"


def recategorise(work: Work) -> str:
    """The promise does not move. A round that had begun ends here."""
    work.facts["category_before"] = work.category.code if work.category else None
    choose_category(work)
    choose_cell(work)
    end_round(work, "recategorised")
    work.text = work.body["reason"]
    work.start("dispatch")
    return "filed"


def reject(work: Work) -> str:
    return _end(work, "rejected")


def refer(work: Work) -> str:
    work.facts["refer_to"] = work.body.get("refer_to")
    return _end(work, "referred")


def _end(work: Work, status: str) -> str:
    """The residents read the reason, not a code."""
    work.facts["reason_code"] = work.body["reason_code"]
    work.text, work.public = work.body["text"], True
    work.ticket.result_text, work.ticket.waiting_reason = work.body["text"], None
    work.ticket.ended_at = work.now
    end_round(work, status)
    return status


def reinstate(work: Work) -> str:
    """The old promise stands, late or not."""
    ticket = work.ticket
    ticket.ended_at = ticket.result_text = None
    ticket.waiting_reason = "reinstated"
    work.text = work.body.get("text")
    work.start("accept")
    restart_promise(work)
    return "reported"


def restart_promise(work: Work) -> None:
    """As it was given, late or not."""
    limit = promise_limit(work.clocks.policy, work.ticket.kind)
    work.clocks.start("promise", work.now, limit=limit, not_later_than=work.ticket.promised_by)


def may_reinstate(work: Work) -> None:
    if work.ticket.ended_at is not None and work.now > work.ticket.ended_at + REINSTATE_WITHIN:
        raise work.refuse("too_late", "Thirty days have passed.")


EFFECTS = {
    "answer": answer, "self_handle": self_handle, "file": file, "recategorise": recategorise,
    "reject": reject, "refer": refer, "reinstate": reinstate,
}
GUARDS = {"reinstate": may_reinstate}
