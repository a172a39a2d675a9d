"""What the worker's page says: short, for buttons that are read in a stairwell. What script says stands here, too."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict

WALK = ("grid_worker", "grid_leader", "cadre", "volunteer", "party_member")
STAGES = {"verify": _l("To verify"), "check": _l("To check"), "mend": _l("Just reported"), "around": _l("With others")}
HINTS = {
    "verify": _l("Go and look whether it is so."), "check": _l("Handled: look whether it is really done."),
    "mend": _l("Not yet filed. Small things you may mend yourself."), "around": _l("In the hands of organisations: for your information."),
}
BUTTONS = {
    ("report_verification", "true"): _l("It is true"), ("report_verification", "false"): _l("Not so"),
    ("report_verification", "gone"): _l("Gone"), ("pass_check", ""): _l("Done: pass"), ("fail_check", ""): _l("Not done"),
    ("observe", ""): _l("Looked: not over yet"), ("self_handle", ""): _l("I have mended it"),
}
# What stands in the ticket where nobody typed anything: the button has said it.
SAID = {
    ("report_verification", "true"): _l("Looked on site: it is so"), ("report_verification", "false"): _l("Looked on site: it is not so"),
    ("report_verification", "gone"): _l("Looked on site: no longer there"), ("pass_check", ""): _l("Checked on site: done."),
    ("observe", ""): _l("Looked on site."), ("self_handle", ""): _l("Mended on the spot."),
}
PHOTOS = {"report": _l("As reported"), "verification": _l("At the look"), "before": _l("Before mending"), "after": _l("After mending"), "check": _l("At the check")}
SCRIPT = {
    "waiting": _l("Waits for a signal"), "sending": _l("Sending …"), "soon": _l("Is sent in a few seconds"), "stuck": _l("Needs you"),
    "undo": _l("Undo"), "undone": _l("Taken back; nothing was sent."), "takeBack": _l("Take back"), "noted": _l("Noted: {what}"),
    "removePhoto": _l("Remove this photo"), "filmTooLarge": _l("This film is too large: at most 30 MB, some 20 seconds."), "sent": _l("Sent: {what}"), "patrol": _l("Patrol report"),
    "offline": _l("No signal. What you do is kept on this phone and sent later."),
    "asOf": _l("As of {time}"), "login": _l("You are logged out. What waits is kept here: log in, and it is sent."), "logIn": _l("Log in"),
    "changed": _l("The ticket has changed since you saw it:"), "step": _l("{who}: {what}, {at}"), "isNow": _l("It is now: {status}."),
    "kept": _l("Your words and photos are kept here."), "gone": _l("You can no longer see this ticket."),
    "refused": _l("This was not accepted: {message}"), "anyway": _l("Send all the same"), "look": _l("Look at the ticket"),
    "discard": _l("Discard"), "restored": _l("What you had not sent yet was restored."), "reallyDiscard": _l("Discard your words and photos for good?"), "asCell": _l("Report it for the cell instead"),
    "mended": _l("I have mended it"), "mendedSaid": _l("Mended on the spot."), "needBefore": _l("Please add the photo from before mending, too."),
    "late": _l("{text} (noted on site {time}, sent later for want of a signal)"),
    "finding": _l("Finding where you are …"), "found": _l("Place noted, to about {metres} m"), "notFound": _l("No position. The report is noted for the cell."),
    "chooseCell": _l("No position: please choose the cell."), "chooseMatter": _l("Please choose what it is."), "sayWhat": _l("Please say in a few words what it is about."),
    "needPhoto": _l("A photo is needed here."), "needText": _l("Please say what is missing."), "foundOnPatrol": _l("Found on patrol: {matter}"),
    "insecure": _l("This address is not encrypted (https): the page does not open without a signal, cannot be installed, and your position cannot be noted. Everything else works."),
    "full": _l("This phone has no room for more. Nothing was noted; please send or discard something first."),
}
# Of one, and of several: script puts the number in.
COUNTED = {
    "photos": lambda n: ngettext("{count} photo", "{count} photos", n),
    "others": lambda n: ngettext(
        "{count} act of {name} waits on this phone. It is sent when {name} logs in here.",
        "{count} acts of {name} wait on this phone. They are sent when {name} logs in here.", n),
    "logOut": lambda n: ngettext(
        "{count} act has not been sent yet. It stays on this phone and is sent when you log in here again. Log out now?",
        "{count} acts have not been sent yet. They stay on this phone and are sent when you log in here again. Log out now?", n),
}


def button(action: str, finding: str = "") -> str:
    return str(BUTTONS[action, finding])


def said(action: str, finding: str = "") -> str:
    return str(SAID.get((action, finding), ""))


def script() -> dict[str, str | list[str]]:
    return {name: str(text) for name, text in SCRIPT.items()} | {name: [say(number) for number in (1, 2)] for name, say in COUNTED.items()}


def completed(action: str, typed: MultiDict) -> MultiDict:
    """The form as it came, with the button's own words where nothing was typed."""
    if typed.get("text", "").strip():
        return typed
    form = MultiDict(typed)
    form["text"] = said(action, typed.get("finding", ""))
    return form
