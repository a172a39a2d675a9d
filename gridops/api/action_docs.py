"""The body of ``POST …/actions/{action}`` in the OpenAPI document: one schema per action, from the services' own, with an example each."""

from __future__ import annotations

from typing import Any

from apispec.ext.marshmallow import MarshmallowPlugin
from apispec import APISpec

from gridops.domain.lifecycle import TABLE
from gridops.services.bodies import BODIES, ActionBody

EXAMPLES: dict[str, dict[str, Any]] = {
    "answer": {"text": "周一至周五9:00–17:00可办理。"},
    "file": {"category": "E0110", "condition_no": 1, "expected_version": 1},
    "recategorise": {"category": "E0105", "reason": "实为占道经营"},
    "reject": {"reason_code": "no_fact", "text": "经核实未发现所述情况。"},
    "refer": {"reason_code": "court", "text": "已进入诉讼程序，请向法院反映。", "refer_to": "区人民法院"},
    "reinstate": {"text": "补充了新的情况"},
    "send_verify": {},
    "report_verification": {"finding": "true", "text": "现场确有垃圾堆放", "photos": []},
    "cancel_verify": {"text": "反映人已补充照片"},
    "merge": {"into": "260304-00012"},
    "unmerge": {"text": "经核实为两处"},
    "request_void": {"reason": "测试时误录"},
    "approve_void": {"text": "此件为误录，已撤销。"},
    "refuse_void": {"text": "确有其事，应予办理"},
    "observe": {"text": "10:00查看，无车辆违停"},
    "self_handle": {"category": "E0110", "text": "已当场清理", "before": [], "photos": []},
    "dispatch": {},
    "sign": {},
    "object": {"reason_code": "not_our_area", "text": "该路段由邻街道管养"},
    "uphold": {"text": "理由成立"},
    "overrule": {"text": "属该单位职责"},
    "recall": {"text": "派错单位"},
    "contact": {"outcome": "reached", "text": "已与反映人约定现场查看"},
    "request_transfer": {"reason_code": "not_our_area", "text": "现场查看，该处由邻街道养护", "photos": []},
    "request_extension": {"reason": "等待备件到货"},
    "approve_extension": {"text": "同意"},
    "refuse_extension": {"text": "理由不足"},
    "request_suspension": {"until": "2026-12-20", "reason": "须待供暖季后施工", "next_step": "12月20日起进场"},
    "approve_suspension": {"text": "同意"},
    "refuse_suspension": {"text": "可先行围挡"},
    "resume": {"text": "材料提前到货"},
    "answer_support": {"text": "已到场维持秩序", "photos": []},
    "refuse_support": {"text": "当日无人手"},
    "waive_support": {"text": "不再需要", "department": "D-PROPERTY"},
    "return_support": {"text": "请改派人员"},
    "supervise": {"level": 2, "addressee": "lead", "due_by": "2026-11-27", "text": "请报办理结果"},
    "answer_supervision": {"text": "明日完成"},
    "accept_supervision": {},
    "return_supervision": {"text": "请写明时间"},
    "submit_result": {"outcome": "solved", "text": "已清运", "photos": []},
    "pass_check": {"text": "现场已整改"},
    "fail_check": {"text": "仍有残留"},
    "record_callback": {"solved": True, "satisfaction": 4, "called": True},
    "reopen": {"text": "反映人称问题又出现"},
    "comment": {"text": "已联系物业", "public": False},
    "record_upstream": {"order": "12345-260304-0001", "kind": "extension", "direction": "out", "text": "需协调产权单位", "due_by": "2026-03-20T09:00:00Z", "promise": True},
    "decide_upstream": {"order": "12345-260304-0001", "kind": "rehandle", "granted": True, "text": "请再次到现场核实"},
}
FOR_STAFF = [row.action for row in TABLE if not {"reporter", "system"}.issuperset(row.roles)]


def request_body() -> dict[str, Any]:
    examples = {action: {"value": EXAMPLES.get(action, {})} for action in FOR_STAFF}
    content = {"schema": {"anyOf": [_schema(action) for action in FOR_STAFF]}, "examples": examples}
    return {"required": False, "content": {"application/json": content}}


def _schema(action: str) -> dict[str, Any]:
    """Inline: the classes' names are the services' own matter."""
    plugin = MarshmallowPlugin(schema_name_resolver=lambda schema: False)
    APISpec("", "", "3.1.0", plugins=[plugin])
    schema = plugin.converter.schema2jsonschema(BODIES.get(action, ActionBody)())
    return schema | {"title": action, "additionalProperties": False}
