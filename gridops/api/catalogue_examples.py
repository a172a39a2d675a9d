"""Examples of the duty catalogue in the OpenAPI document."""

from __future__ import annotations

from typing import Any

from gridops.api.examples import AT

VERSION: dict[str, Any] = {
    "id": 7, "street": None, "version": 3, "status": "draft", "title": "十二月调整", "revision": 2, "by": "派单员", "created_at": AT, "planned_for": None,
    "activated_at": None, "retired_at": None, "may_propose": True, "may_activate": False}
VERSIONS: dict[str, Any] = {"items": [VERSION]}
BEGIN: dict[str, Any] = {"street": None, "title": "十二月调整"}
REVISION: dict[str, Any] = {"expected_revision": 2}
ACTIVATE: dict[str, Any] = REVISION | {"reason": "燃气公司下月入驻"}
RULE_KEY: dict[str, Any] = REVISION | {"category": "E0110", "area": None, "kind": "old_town"}
RULE_GIVEN: dict[str, Any] = RULE_KEY | {
    "lead": "SANITATION", "coordinate": "URBAN_OFFICE", "supports": [{"type": "PROPERTY", "duty": "开门并清出通道"}]}
PARTIES: dict[str, Any] = {
    "lead": {"code": "SANITATION", "name": "环卫"}, "coordinate": {"code": "URBAN_OFFICE", "name": "城市建设管理办公室"},
    "supports": [{"code": "PROPERTY", "name": "物业服务企业", "duty": "开门并清出通道"}]}
RULE: dict[str, Any] = {"category": {"code": "E0110", "name": "暴露垃圾"}, "area": None, "kind": "old_town"}
RULES: dict[str, Any] = {"revision": 2, "rules": [RULE | PARTIES]}
PROBLEMS: dict[str, Any] = {"revision": 2, "problems": [{
    "kind": "no_department", "severity": "blocking", "category": None, "area": None, "community_kind": None, "type": "GAS_CO",
    "communities": ["310199001001"]}]}
CHANGES: dict[str, Any] = {"against": 2, "changes": [RULE | {"change": "added", "before": None, "after": PARTIES}]}
TRIAL_ASK: dict[str, Any] = {"first_day": "2026-11-01", "last_day": "2026-11-30"}
TRIAL: dict[str, Any] = TRIAL_ASK | {
    "id": 5, "revision": 2, "done": 200, "total": 431, "asked_at": AT, "finished_at": None, "outcomes": {"same": 188, "other_lead": 12},
    "categories": {"E0110": {"same": 20, "other_lead": 12}},
    "tickets": [{"number": "XH2611250001", "category": "E0110", "outcome": "other_lead", "before": {"lead": "D-1"}, "after": {"lead": "D-2"}}]}
