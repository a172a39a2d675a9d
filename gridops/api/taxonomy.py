"""The categories as an administrator keeps them; what residents choose from is `/categories`."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from gridops.api.openapi import PREFIX, Blueprint
from gridops.api.requests import ANY_STAFF, Call, reading, writing
from gridops.api.shapes import fails, instant
from gridops.models import CategoryVersion
from gridops.services.taxonomy import changing, view

blueprint = Blueprint("taxonomy", __name__, url_prefix=f"{PREFIX}/taxonomy", description="Categories: looked through, renamed, switched off, refined")
STAFF = {"security": [{"bearer": []}]}
EXAMPLE: dict[str, Any] = {
    "code": "E0110", "version": 2, "name": "暴露垃圾", "name_en": "Exposed rubbish", "kind": "event", "class_code": "01", "class_name": "市容环境",
    "class_name_en": "City appearance & environment", "urgency": "routine", "track": "government", "check_mode": "photo", "off": False,
    "standard_code": None, "valid_from": "2026-03-04T02:00:00+00:00", "emergency": False, "accuses_person": False, "never_public": False,
    "protect_reporter": False, "self_handle_allowed": True, "hot_issue_watch": False,
    "conditions": [{"condition_no": 1, "filing": "Household rubbish outside containers", "filing_zh": "生活垃圾散落在收集容器外", "limit": 2.0, "unit": "urgent_hour"}]}
NAMES = {"name": "楼道垃圾", "name_en": "Rubbish in stairwells"}


class ConditionSchema(Schema):
    condition_no = fields.Integer(required=True)
    filing = fields.String(required=True)
    filing_zh = fields.String(required=True, allow_none=True)
    limit = fields.Float(required=True)
    unit = fields.String(required=True)


class KeptCategorySchema(Schema):
    code = fields.String(required=True)
    version = fields.Integer(required=True)
    name = fields.String(required=True)
    name_en = fields.String(required=True)
    kind = fields.String(required=True)
    class_code = fields.String(required=True)
    class_name = fields.String(required=True)
    class_name_en = fields.String(required=True)
    urgency = fields.String(required=True)
    track = fields.String(required=True)
    check_mode = fields.String(required=True)
    off = fields.Boolean(required=True)
    standard_code = fields.String(required=True, allow_none=True, metadata={"description": "of a local one: what it counts for"})
    valid_from = instant(required=True)
    emergency = fields.Boolean(required=True)
    accuses_person = fields.Boolean(required=True)
    never_public = fields.Boolean(required=True)
    protect_reporter = fields.Boolean(required=True)
    self_handle_allowed = fields.Boolean(required=True)
    hot_issue_watch = fields.Boolean(required=True)
    conditions = fields.List(fields.Nested(ConditionSchema), required=True)


class KeptCategoriesSchema(Schema):
    items = fields.List(fields.Nested(KeptCategorySchema), required=True)


class CategoryNamesSchema(Schema):
    name = fields.String(required=True, validate=validate.Length(1, 200))
    name_en = fields.String(required=True, validate=validate.Length(1, 200))


class CategoryChangeSchema(Schema):
    seen = fields.Integer(required=True, metadata={"description": "the version that the writer saw; 409 where there is a newer one"})
    name = fields.String(validate=validate.Length(1, 200))
    name_en = fields.String(validate=validate.Length(1, 200))
    off = fields.Boolean()


@blueprint.route("", methods=["GET"])
@reading(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.response(200, KeptCategoriesSchema, example={"items": [EXAMPLE]})
@fails(blueprint, 401)
def list_taxonomy(call: Call) -> dict[str, Any]:
    """Every category in its newest version, those that are switched off too"""
    return {"items": [_shown(row) for row in view.newest(call.session)]}


@blueprint.route("/<code>", methods=["PATCH"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(CategoryChangeSchema, example={"seen": 1} | NAMES)
@blueprint.response(200, KeptCategorySchema, example=EXAMPLE)
@fails(blueprint, 401, 403, 404, 409, 422)
def change_category(call: Call, given: dict[str, Any], code: str) -> dict[str, Any]:
    """Rename it, switch it off or on again: each a new version; tickets keep the one they have"""
    seen, off, known = given["seen"], given.get("off"), {"actor": call.actor, "now": call.now}
    if off is not None:
        seen = (changing.switch_off if off else changing.switch_on)(call.session, code, seen=seen, **known).version
    if "name" in given or "name_en" in given:
        before = view.latest(call.session, code)
        changing.rename(call.session, code, given.get("name", before.name), given.get("name_en", before.name_en), seen=seen, **known)
    return _shown(view.latest(call.session, code))


@blueprint.route("/<code>/local", methods=["POST"])
@writing(ANY_STAFF)
@blueprint.doc(**STAFF)
@blueprint.arguments(CategoryNamesSchema, example=NAMES)
@blueprint.response(201, KeptCategorySchema, example=EXAMPLE | NAMES | {"code": "E0110-1", "standard_code": "E0110", "version": 1})
@fails(blueprint, 401, 403, 404, 409, 422)
def refine_category(call: Call, given: dict[str, Any], code: str) -> dict[str, Any]:
    """A local category that belongs to one of the standard, with its conditions and duty rules"""
    return _shown(changing.refine(call.session, code, **given, actor=call.actor, now=call.now))


def _shown(row: CategoryVersion) -> dict[str, Any]:
    same = {name: getattr(row, name) for name in KeptCategorySchema().fields if name not in ("off", "standard_code", "conditions")}
    conditions = [
        {"condition_no": one.condition_no, "filing": one.filing, "filing_zh": one.filing_zh, "limit": one.limit_value, "unit": one.limit_unit}
        for one in row.conditions]
    return same | {"off": row.valid_to is not None, "standard_code": row.extra.get(view.STANDARD), "conditions": conditions}
