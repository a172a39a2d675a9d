"""What stands in the columns of a category, in words."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

KINDS = {"event": _l("Events"), "component": _l("Components")}
LETTERS = {"event": "E", "component": "C"}  # before a class's number
URGENCY = {"routine": _l("ordinary"), "urgent": _l("pressing"), "emergency": _l("emergency")}
TRACKS = {
    "government": _l("government"), "property": _l("property firm"), "self_governance": _l("residents among themselves"), "mediation": _l("mediation"),
    "service": _l("service")}
SCOPES = {"street": _l("public ground"), "compound": _l("in compounds"), "both": _l("everywhere")}
CHECKS = {
    "site": _l("on site"), "photo": _l("by photo"), "call": _l("by a call"), "repeat": _l("observed again"), "none": _l("not at all")}
FLAGS = {
    "emergency": _l("emergency"), "accuses_person": _l("accuses a person"), "never_public": _l("never public"), "protect_reporter": _l("protects the reporter"),
    "self_handle_allowed": _l("may be handled on the spot"), "hot_issue_watch": _l("watched for hot issues")}
FILTERS = FLAGS | {"off": _l("switched off"), "local": _l("local"), "changed": _l("changed here")}
STRENGTHS = {
    "decisive": _l("decides for it"), "hint": _l("a hint"), "against": _l("speaks against it"), "off": _l("not used"), "usual": _l("as gridops comes")}
TONES = {"emergency": "red", "accuses_person": "yellow", "never_public": "yellow"}
