"""What calls, answers and decisions are called on the pages of emergencies and meetings."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

KINDS = {"whistle": _l("Whistle"), "on_site": _l("On-site meeting")}
ANSWERS = {"coming": _l("Comes"), "refused": _l("Refused")}
MEASURES = {"measure": _l("Measure"), "ticket": _l("New ticket"), "assignment": _l("Order on a ticket")}
CHANNELS = {"text_message": _l("by text message"), "inbox": _l("in the inbox"), "phone": _l("to be phoned")}
OUTCOMES = {"reached": _l("Reached"), "no_answer": _l("No answer"), "wrong_number": _l("Wrong number")}
WAYS = {"login": _l("logged in"), "link": _l("by the link"), "call": _l("on the phone")}
