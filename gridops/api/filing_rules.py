"""What the words of a report may file by themselves, by category: seen and chosen for a street."""

from __future__ import annotations

from typing import Any

from gridops.api import filing_rule_schemas as schemas
from gridops.api.openapi import PREFIX, Blueprint
from gridops.api.requests import ANY_STAFF, Call, reading, writing
from gridops.api.shapes import fails
from gridops.services.learned import filing
from gridops.services.learned.filing import Rule

blueprint = Blueprint("filing_rules", __name__, url_prefix=f"{PREFIX}/areas", description="From which share the words file a category by themselves")
STAFF = {"security": [{"bearer": []}]}
RULE: dict[str, Any] = {
    "category": {"code": "E0110", "name": "暴露垃圾"}, "mode": "threshold", "threshold": 0.9, "accuses_person": False, "stopped": False, "revision": 12,
    "set_at": "2026-03-04T02:00:00+00:00", "set_by": "周明华"}
CHOICE: dict[str, Any] = {"mode": "threshold", "threshold": 0.9, "expected": 0}


@blueprint.route("/<code>/filing-rules", methods=["GET"])
@reading(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.response(200, schemas.FilingRulesSchema, example={"rules": [RULE]})
@fails(blueprint, 401, 403, 404)
def show_filing_rules(call: Call, code: str) -> dict[str, Any]:
    """What the words may file by themselves in a street, for each category in force"""
    return {"rules": [_shown(rule, call.locale) for rule in filing.by_category(call.session, code, actor=call.actor)]}


@blueprint.route("/<code>/filing-rules/<category>", methods=["PUT"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(schemas.ChooseFilingRuleSchema, example=CHOICE)
@blueprint.response(200, schemas.FilingRuleSchema, example=RULE)
@fails(blueprint, 401, 403, 404, 409, 422)
def choose_filing_rule(call: Call, body: dict[str, Any], code: str, category: str) -> dict[str, Any]:
    """Choose it for one category of a street; what accuses somebody, and danger, is never filed by words whatever is chosen"""
    rule = filing.choose(
        call.session, code, category, body["mode"], share=body["threshold"], expected=body["expected"], actor=call.actor, now=call.now)
    return _shown(rule, call.locale)


def _shown(rule: Rule, locale: str) -> dict[str, Any]:
    name = rule.name_en if locale.startswith("en") and rule.name_en else rule.name
    kept = ("mode", "threshold", "accuses_person", "stopped", "revision", "set_at", "set_by")
    return {"category": {"code": rule.code, "name": name}} | {part: getattr(rule, part) for part in kept}
