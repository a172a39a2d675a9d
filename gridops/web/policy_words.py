"""The policy of clocks in words."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

UNITS = {
    "work_hour": _l("hours of work"), "work_day": _l("days of work"), "urgent_minute": _l("minutes, day and night"),
    "urgent_hour": _l("hours, day and night"), "urgent_day": _l("days, holidays included"),
}
PROMISES = {
    "consult": _l("Question"), "complaint": _l("Complaint"), "help": _l("Request for help"), "suggestion": _l("Suggestion"), "praise": _l("Praise"),
    "tipoff": _l("Tip-off"), "complex": _l("Complex matter"), "emergency": _l("Emergency"),
}
LEAST = {"rework": _l("after rework"), "suspension": _l("after a suspension")}
ADDRESSEES = {
    "handler": _l("whose work it is"), "head": _l("head of the organisation"), "dispatcher": _l("dispatcher"), "leader": _l("leader"),
    "coordinate": _l("coordinator"), "next_on_duty": _l("next on duty"), "monthly_meeting": _l("monthly meeting"), "system": _l("the system"),
}
ACTIONS = {
    "remind": _l("remind"), "warn": _l("warn"), "call": _l("call"), "supervise": _l("a leader's order"), "list": _l("list for the meeting"),
    "sign": _l("counts as signed"), "resume": _l("goes on"), "archive": _l("archive"),
}
PARTS = {"rows": _l("usual"), "emergency": _l("in an emergency")}
EVERY_OTHER = _l("every other clock")
