"""What waits, rings or is told to staff, in words: codes of queues, alarms, messages, clocks and channels."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _, lazy_gettext as _l, ngettext

from gridops.api import language
from gridops.services.messages import topic_words

WAITING = {
    "answer_wanted": _l("An answer is wanted, not a work order"), "no_category": _l("No category was chosen"),
    "perhaps_elsewhere": _l("Perhaps no matter of a street"), "danger_in_words": _l("The words tell of danger: look at once"),
    "worker_on_site": _l("Found on patrol: the grid worker may handle it on the spot"),
    "accuses_person": _l("Accuses a person: a clerk must look first"), "no_filing_condition": _l("The category has no filing condition"),
    "no_organisation": _l("No organisation could be found"), "no_rule": _l("No duty rule fits"),
    "recalled": _l("The dispatch was taken back"), "objection": _l("The lead objected"), "objection_upheld": _l("An objection was upheld"),
    "extension_asked": _l("The lead asks for more time"), "suspension_asked": _l("The lead asks for a suspension"),
    "verified_true": _l("Looked on site: it is so"), "verified_false": _l("Looked on site: it is not so"),
    "verified_gone": _l("Looked on site: no longer there"), "verification_cancelled": _l("The look on site was called off"),
    "unmerged": _l("Taken out of a merge"),
    "reinstated": _l("Taken up again"), "reopened": _l("Reopened, without a lead before"),
}
ALARMS = {
    "no_organisation": _l("No organisation could be found"), "no_category": _l("No category was chosen"), "no_rule": _l("No duty rule fits"),
    "no_department": _l("No organisation of this type is responsible here"), "tie": _l("Two organisations are equally responsible"),
    "committee_may_not_lead": _l("A committee may not lead this"), "nobody_reachable": _l("Nobody can be reached here right now"),
    "calendar_ends": _l("The holidays of the coming weeks are not known: import the calendar"),
    "grid_not_activated": _l("A planned grid was not activated: look at its problems"),
    "sweep_failed": _l("The clocks of this ticket could not be worked out"),
    "not_solved": _l("A resident says “not solved”, and it may not be reopened by itself"),
    "emergency_unanswered": _l("Nobody has acknowledged an emergency"),
    "message_failed": _l("A message did not arrive"),
    "upstream_asks": _l("The city wants something decided about its order"),
    "upstream_file_refused": _l("A file of the city was refused: look at its report"),
    "no_worker": _l("Nobody is posted who could go and look: post somebody, or enter a shift"),
}
# What only the list of failed jobs shows; what staff are told of stands in services.messages.topic_words.
TOPICS = {
    "clock.escalated": _l("A clock calls"), "ticket.merged": _l("Merged"), "ticket.observed": _l("A look or a call was recorded"),
    "upstream.received": _l("An order of the city"), "emergency.wave_due": _l("The next ones to be called"),
    "ticket.archived": _l("Archived"), "messages.wanted": _l("Messages about a step"),
}
CLOCKS = {
    "accept": _l("Accept"), "verify": _l("Verify"), "dispatch": _l("Dispatch"), "sign": _l("Sign"), "contact": _l("Contact the reporter"),
    "handle": _l("Handle"), "support": _l("Support"), "rule": _l("Ruling of the coordinator"), "check": _l("Check"), "rating": _l("Rating"),
    "promise": _l("Promise to the resident"), "decide": _l("Decide on the request"), "suspension": _l("End of the suspension"),
    "supervise": _l("Answer the leader's order"),
}
CLOCK_STATUSES = {
    "running": _l("running"), "paused": _l("stands still"), "met": _l("in time"), "missed": _l("late"), "cancelled": _l("no longer counts"),
}
CHANNELS = {
    "web": _l("Resident's page"), "api": _l("Program"), "desk": _l("Desk"), "qr": _l("QR code"), "hotline": _l("City hotline"),
    "import": _l("Import"), "patrol": _l("Patrol"), "follow": _l("Joined an open ticket"),
    "chat": _l("Group chat"),
}
VISIBILITIES = {"named": _l("Named"), "protected": _l("Protected"), "anonymous": _l("Anonymous")}
STAGES = {
    "report": _l("with the report"), "supplement": _l("added by the resident"), "verification": _l("verification"), "before": _l("before"),
    "after": _l("after"), "check": _l("check"), "transfer": _l("with the request for a transfer"), "support": _l("from a support"),
}
ASSIGNMENTS = {
    "assigned": _l("not signed yet"), "signed": _l("signed"), "objected": _l("objected"), "answered": _l("answered"),
    "refused": _l("refused"), "returned": _l("must answer"), "waived": _l("waived"), "handled": _l("result submitted"), "ended": _l("ended"),
}
UNITS: dict[str, Callable[[int, str], str]] = {
    "work_hour": lambda n, value: ngettext("%(value)s working hour", "%(value)s working hours", n, value=value),
    "work_day": lambda n, value: ngettext("%(value)s working day", "%(value)s working days", n, value=value),
    "urgent_minute": lambda n, value: ngettext("%(value)s minute, day and night", "%(value)s minutes, day and night", n, value=value),
    "urgent_hour": lambda n, value: ngettext("%(value)s hour, day and night", "%(value)s hours, day and night", n, value=value),
    "urgent_day": lambda n, value: ngettext("%(value)s day, holidays included", "%(value)s days, holidays included", n, value=value),
}
TO_DO = {
    "sign": _l("to sign"), "handle": _l("to handle"), "rule": _l("to rule on the objection"), "settle_support": _l("to settle a refused support"),
    "coordinate": _l("to see to the supports"), "answer_support": _l("to answer"),
}
MAY_REFUSE = {
    "object": _l("may object"), "request_transfer": _l("may ask for a transfer"), "recall": _l("may take the dispatch back"),
    "refuse_support": _l("may refuse to the coordinator"),
}
ROUND_ENDS = {
    "upheld": _l("objection upheld"), "recalled": _l("dispatch taken back"), "recategorised": _l("filed under another category"),
    "rejected": _l("rejected"), "referred": _l("referred"), "check_failed": _l("check failed"), "voided": _l("voided"), "merged": _l("merged"),
}
DECISIONS = {"approved": _l("approved"), "refused": _l("refused"), "lapsed": _l("lapsed"), "upheld": _l("upheld"), "overruled": _l("overruled")}
REQUESTS = {"extension": _l("Extension"), "suspension": _l("Suspension"), "object": _l("Objection"), "transfer": _l("Request for a transfer")}
ORDERS = {"ordered": _l("waits for the answer"), "answered": _l("answered"), "accepted": _l("accepted")}
TABLES = {
    "to_do": TO_DO, "may_refuse": MAY_REFUSE, "round_end": ROUND_ENDS, "decision": DECISIONS, "request": REQUESTS, "order": ORDERS,
    "waiting": WAITING, "alarm": ALARMS, "topic": TOPICS, "clock": CLOCKS, "clock_status": CLOCK_STATUSES, "channel": CHANNELS,
    "visibility": VISIBILITIES, "stage": STAGES, "assignment": ASSIGNMENTS,
}


def said(table: str, code: str | None) -> str:
    if table == "topic" and code in topic_words.TOPICS:
        return topic_words.topic_words(code, {}, language.of_request())
    return str(TABLES[table].get(code, code or ""))


def limit(value: float, unit: str) -> str:
    """Half an hour is many, as far as grammar goes."""
    say = UNITS.get(unit)
    return say(1 if value == 1 else 2, f"{value:g}") if say else f"{value:g} {unit}"


def left(seconds: int | None, unit: str) -> str:
    """What a clock has left, or by how much it is late, in the clock's own time."""
    if seconds is None:
        return ""
    working = unit.startswith("work")
    amount = duration(abs(seconds), days=not working)
    if seconds < 0:
        return _("late by %(amount)s", amount=amount) if abs(seconds) >= 60 else _("late")
    return _("%(amount)s of working time left", amount=amount) if working else _("%(amount)s left", amount=amount)


def duration(seconds: int, *, days: bool) -> str:
    """``days`` only of time that runs through: a working day has no 24 hours."""
    hours, minutes = divmod(seconds // 60, 60)
    if days and hours >= 48:
        return ngettext("%(num)s day", "%(num)s days", hours // 24)
    if hours >= 24 or (hours and not minutes):
        return _("%(hours)s h", hours=hours)
    return _("%(hours)s h %(minutes)s min", hours=hours, minutes=minutes) if hours else _("%(minutes)s min", minutes=minutes)


def message(topic: str, facts: dict[str, Any], names: Mapping[str, str]) -> str:
    """A clock's call says which clock, whose (``names``: department code -> name), and whether it is only a warning."""
    if topic != "clock.escalated":
        return said("topic", topic)
    clock = " · ".join(filter(None, (str(said("clock", facts.get("clock"))), names.get(facts.get("department", "")))))
    return _("“%(clock)s” is due soon", clock=clock) if facts.get("level") == 1 else _("“%(clock)s” is overdue", clock=clock)
