"""Which facts are told outside the inbox, to whom, and when: groups that a person may choose, quiet hours, digests and patience.

Pure; instants are absolute, hours of the day are those of the street's zone.
"""

from __future__ import annotations

import string
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

CHANNELS = ("text", "email", "webhook")
TO_PEOPLE = ("text", "email")
LOCALES = ("zh", "en")
AUDIENCES = ("resident", "staff")

# What staff may choose by: each topic stands in one group. Nobody can refuse an emergency's call by text message: that one is not chosen.
GROUPS: dict[str, tuple[str, ...]] = {
    "emergency": ("emergency.paged", "emergency.acknowledged", "emergency.review_due"),
    "asked": (
        "report.submitted", "ticket.filed", "ticket.dispatched", "ticket.verification_sent", "ticket.worker_given", "ticket.given",
        "ticket.extension_requested", "ticket.suspension_requested", "ticket.void_requested", "ticket.supervised", "ticket.supervision_returned", "ticket.support_returned",
        "ticket.returned", "ticket.reopened", "ticket.appealed", "whistle.blown", "meeting.called", "meeting.decided", "ticket.objected",
        "ticket.handled"),
    "clock": ("clock.escalated",),
    "decided": (
        "ticket.upheld", "ticket.overruled", "ticket.recalled", "ticket.extension_approved", "ticket.extension_refused", "ticket.suspended",
        "ticket.suspension_refused", "ticket.resumed", "ticket.support_waived", "ticket.supervision_accepted", "ticket.void_refused",
        "ticket.appeal_decided"),
    "news": (
        "report.supplemented", "ticket.signed", "ticket.contacted", "ticket.support_answered", "ticket.support_refused", "ticket.supervision_answered",
        "ticket.closed", "ticket.rated", "ticket.rejected", "ticket.referred", "ticket.reinstated", "ticket.commented", "ticket.verified",
        "ticket.verification_cancelled", "ticket.joined", "ticket.unmerged", "ticket.withdrawn", "ticket.voided", "whistle.answered",
        "meeting.refused"),
    "city": ("upstream.acted",),
    "issues": ("hot_issue.found",),
}
GROUP_OF = {topic: group for group, topics in GROUPS.items() for topic in topics}
URGENT = frozenset({"emergency.paged", "emergency.acknowledged"})  # neither quiet hours nor a digest hold them
IN_HOUSE = frozenset({"ticket.given"})  # an organisation's own affair: told to its people, to no program elsewhere
WITHOUT_TICKET = frozenset({"hot_issue.found"})  # told to staff alone
HOOKABLE = tuple(sorted({*GROUP_OF, "ticket.merged", "ticket.archived"} - IN_HOUSE - WITHOUT_TICKET))  # what a webhook may ask for

# Steps that residents hear of. "received" is told to the one who reported; all others to everybody behind the matter.
EVENTS = (
    "received", "verifying", "assigned", "taken_on", "promise_moved", "on_hold", "resumed", "late", "handled", "rework", "closed", "reopened", "rejected",
    "referred", "reinstated", "voided", "note")
EVENT_OF = {
    "report.submitted": "received", "ticket.verification_sent": "verifying", "ticket.dispatched": "assigned", "ticket.merged": "assigned",
    "ticket.signed": "taken_on", "ticket.extension_approved": "promise_moved", "upstream.acted": "promise_moved", "ticket.suspended": "on_hold",
    "ticket.resumed": "resumed", "clock.escalated": "late", "ticket.handled": "handled", "ticket.returned": "rework", "ticket.closed": "closed",
    "ticket.reopened": "reopened", "ticket.rejected": "rejected", "ticket.referred": "referred", "ticket.reinstated": "reinstated",
    "ticket.voided": "voided", "ticket.commented": "note"}
TOLD = frozenset({*HOOKABLE, *EVENT_OF, *IN_HOUSE, *WITHOUT_TICKET})

PLACEHOLDERS: dict[str, tuple[str, ...]] = {
    "resident": ("street", "number", "matter", "lead", "promise", "outcome", "result", "until", "next_step", "words", "link"),
    "staff": ("street", "number", "matter", "area", "event", "status", "due", "link"),
}
LONGEST_SUBJECT, LONGEST_TEXT = 100, 1000
QUIET = (time(21), time(8))  # of residents, unless the street says otherwise

# Minutes until the next try. A step told a day late is no news; a program elsewhere may be mended tomorrow.
PATIENCE: dict[str, tuple[int, ...]] = {
    "text": (1, 5, 15, 60, 180), "email": (1, 5, 30, 120, 360, 720), "webhook": (1, 5, 30, 120, 360, 720, 1440)}


def next_try(channel: str, attempts: int, *, now: datetime) -> datetime | None:
    """After so many attempts; None: it is given up."""
    waits = PATIENCE[channel]
    return now + timedelta(minutes=waits[attempts - 1]) if attempts <= len(waits) else None


def not_before(now: datetime, zone: str, quiet: tuple[time, time] | None) -> datetime:
    """``now``, or the end of the quiet hours that it falls into. ``quiet`` may pass midnight; equal ends mean no quiet hours."""
    if quiet is None or quiet[0] == quiet[1]:
        return now
    begins, ends = quiet
    at = now.astimezone(ZoneInfo(zone)).time()
    inside = begins <= at < ends if begins < ends else at >= begins or at < ends
    return next_time(now, zone, ends) if inside else now


def next_time(now: datetime, zone: str, at: time) -> datetime:
    """The next instant, after ``now``, at which the street's clocks show ``at``."""
    local = now.astimezone(ZoneInfo(zone))
    days = 0 if local.time() < at else 1
    return datetime.combine(local.date() + timedelta(days=days), at, ZoneInfo(zone)).astimezone(now.tzinfo)


def problems(audience: str, text: str, *, longest: int = LONGEST_TEXT) -> list[str]:
    """What is wrong with a template, in words for its writer."""
    found = ["Missing data for required field."] if not text.strip() else []
    if len(text) > longest:
        found.append(f"Longer than maximum length {longest}.")
    try:
        names = list(_names(text))
    except ValueError:
        return [*found, "A brace { or } stands alone."]
    return found + [f"There is no placeholder {{{name}}}." for name in dict.fromkeys(names) if name not in PLACEHOLDERS[audience]]


def _names(text: str) -> Iterable[str]:
    for _, name, form, conversion in string.Formatter().parse(text):
        if name is not None:
            yield name if not form and not conversion else f"{name}:{form}!{conversion}"


def filled(text: str, facts: dict[str, str]) -> str:
    """A template that has no ``problems`` with its facts in; lines left without a word go, and so do doubled spaces."""
    lines = (" ".join(line.split()) for line in text.format_map(facts).splitlines())
    return "\n".join(line for line in lines if line)
