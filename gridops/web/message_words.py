"""Messages outside the inbox, in words: groups, events, ways, what became of them and why."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from gridops.api import language
from gridops.services.messages import topic_words

GROUPS = {
    "emergency": (_l("Emergencies"), _l("somebody is called, somebody acknowledged, a review is due")),
    "asked": (_l("Something is asked of you"), _l("to file, to dispatch, to sign, to look, to check, to decide")),
    "clock": (_l("A time limit calls"), _l("due soon, overdue")),
    "decided": (_l("Something was decided"), _l("objections, extensions, suspensions, supports, orders")),
    "news": (_l("News of tickets"), _l("signed, answered, commented, closed, rated, withdrawn")),
    "city": (_l("The city's platform"), _l("what it says about its orders")),
    "issues": (_l("Hot issues"), _l("many people about one matter, more than usual, back after closing")),
}
EVENTS = {
    "received": _l("Report received"), "verifying": _l("Somebody is asked to look on site"), "assigned": _l("Assigned to an organisation"),
    "taken_on": _l("The organisation takes it on"), "promise_moved": _l("The promise moved"), "on_hold": _l("On hold"), "resumed": _l("Work on it goes on"),
    "late": _l("Late"), "handled": _l("Handled, being checked"), "rework": _l("The check found it unfinished"), "closed": _l("Closed: is it solved?"),
    "reopened": _l("Reopened: not solved"), "rejected": _l("Not accepted"), "referred": _l("Passed on"), "reinstated": _l("Taken up again"),
    "voided": _l("Voided"), "note": _l("A note for the resident"), "tracking_code": _l("Tracking code"), "one_time_code": _l("One-time code"),
    "digest": _l("Daily digest"), "settings.tried": _l("Test message"), "webhook.tried": _l("Test message"), "clock.escalated": _l("A time limit calls"),
    "any": _l("All messages to staff"), "text.written": _l("Text message"),
}
CHANNELS = {"text": _l("Text message"), "email": _l("E-mail"), "webhook": _l("Webhook")}
STATES = {
    "waiting": _l("on its way"), "held": _l("waits for the digest"), "bundled": _l("in the digest"), "sent": _l("sent"), "failed": _l("failed"),
}
TONES = {"sent": "green", "failed": "red"}
ERRORS = {
    "unreachable": _l("The other side cannot be reached"), "no_driver": _l("No way is set up for this"), "expired": _l("It would have come too late"),
    "log_in": _l("The mail server refuses our password"), "file": _l("The file cannot be written"), "bad_address": _l("This is no address"), "unreadable": _l("It cannot be decrypted"), "broken": _l("It cannot be sent as it is"),
}
PLACEHOLDERS = {
    "street": _l("name of the street"), "number": _l("number of the ticket"), "matter": _l("category, else the kind of report"), "lead": _l("organisation responsible"),
    "promise": _l("the promise in one sentence: until when, why it moved, how late and why"), "outcome": _l("outcome"), "result": _l("words of the result"),
    "until": _l("end of the suspension"), "next_step": _l("what follows the suspension"), "words": _l("what was written for the resident at this step"),
    "link": _l("link to follow it"), "area": _l("community and cell"), "event": _l("what has happened"), "status": _l("status"), "due": _l("when it is due"),
}


def event(code: str) -> str:
    if code in topic_words.TOPICS:
        return topic_words.topic_words(code, {}, language.of_request())
    return str(EVENTS.get(code, code))


def error(said: str | None) -> str:
    """Our codes in words; what another side answered stays as it is."""
    code, _, answer = (said or "").partition(": ")
    known = str(ERRORS.get(code, code))
    return f"{known} ({answer})" if answer else known
