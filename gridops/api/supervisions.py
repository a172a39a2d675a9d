"""Leaders' orders over many tickets."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import Schema, fields, validate

from gridops.api import sheets
from gridops.api.openapi import PREFIX, Blueprint
from gridops.api.requests import ANY_STAFF, Call, reading
from gridops.api.round_schemas import SupervisionSchema
from gridops.api.shapes import code_name, fails
from gridops.services import supervisions

blueprint = Blueprint("supervisions", __name__, url_prefix=f"{PREFIX}/supervisions", description="Leaders' orders")
MOST = 500
ITEM = {
    "id": 3, "number": "260304-00017", "ticket_status": "in_progress", "level": 2, "status": "ordered",
    "category": {"code": "E0110", "name": "暴露垃圾"}, "area": "310199001001001", "addressee": {"code": "D-SANITATION", "name": "环卫作业所"},
    "text": "请报办理结果", "answer": None, "ordered_by": "梁谷行", "ordered_at": "2026-03-04T02:00:00Z", "due_by": "2026-03-06T16:00:00Z",
    "answered_at": None, "accepted_at": None, "returned": 0, "late": False}
COLUMNS = (
    ("number", "工单号", "Number"), ("level", "级别", "Level"), ("addressee", "督办对象", "To whom"), ("status", "状态", "Status"),
    ("text", "督办内容", "Order"), ("due_by", "到期", "Due by"), ("answer", "答复", "Answer"), ("answered_at", "答复时间", "Answered"),
    ("returned", "退回次数", "Sent back"), ("ordered_by", "督办人", "Ordered by"), ("ordered_at", "督办时间", "Ordered"),
)


class SupervisionQuerySchema(Schema):
    state = fields.String(load_default="open", validate=validate.OneOf(supervisions.STATES))
    mine = fields.Boolean(load_default=False, metadata={"description": "addressed to me, my role or my organisation"})
    limit = fields.Integer(load_default=100, validate=validate.Range(1, MOST))


class SupervisionItemSchema(SupervisionSchema):
    number = fields.String(required=True)
    ticket_status = fields.String(required=True)
    category = code_name(required=True)
    area = fields.String(required=True)
    late = fields.Boolean(required=True, metadata={"description": "not answered, and the due has passed"})


class SupervisionsSchema(Schema):
    items = fields.List(fields.Nested(SupervisionItemSchema), required=True)


@blueprint.route("", methods=["GET"])
@reading(ANY_STAFF)
@blueprint.doc(security=[{"bearer": []}])
@blueprint.arguments(SupervisionQuerySchema, location="query")
@blueprint.response(200, SupervisionsSchema, example={"items": [ITEM]})
@fails(blueprint, 401, 403, 422)
def show_supervisions(call: Call, query: dict[str, Any]) -> dict[str, Any] | Response:
    """Leaders' orders on tickets in the caller's scope

    What is due first at the top. With `Accept: text/csv` or that of .xlsx as a table.
    """
    found = supervisions.listed(call.session, call.actor, now=call.now, locale=call.locale, **query)
    form = sheets.wanted()
    if form is None:
        return {"items": found}
    rows = [row | {"addressee": row["addressee"]["name"] or row["addressee"]["code"]} for row in found]
    return sheets.table(call, "supervisions", COLUMNS, rows, form)
