"""The duty catalogue in words."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

STATUSES = {
    "draft": _l("draft"), "planned": _l("planned"), "active": _l("in force"), "retired": _l("was in force"), "discarded": _l("thrown away")}
TONES = {"active": "green", "draft": "yellow", "planned": "yellow"}
PROBLEMS = {
    "no_rule": _l("No rule: nobody would lead"), "committee_may_not_lead": _l("A committee may not lead this category"),
    "no_department": _l("No organisation of this type"), "tie": _l("Two organisations of this type claim the same ground"),
    "partly_covered": _l("An organisation of this type for parts only"), "same_type_twice": _l("The same type leads and coordinates"),
    "only_informed": _l("A support without anything to do is only informed"), "never_applies": _l("This rule never applies"),
}
CHANGES = {"added": _l("new"), "changed": _l("changed"), "dropped": _l("dropped")}
OUTCOMES = {
    "same": _l("as now"), "other_lead": _l("another lead"), "other_coordinate": _l("another coordinator"), "other_support": _l("other supports"),
    "now_routable": _l("now finds an organisation, before did not"), "now_unroutable": _l("now finds no organisation, before did"),
}
