"""Examples of emergencies, reviews and meetings."""

from __future__ import annotations

from typing import Any

LIFTS: dict[str, Any] = {"code": "D-ELEVATOR_CO", "name": "电梯公司"}
CALL: dict[str, Any] = {
    "id": 3, "wave": 1, "person": None, "role": None, "department": LIFTS, "phone": "021-62222222", "channel": "phone",
    "paged_at": "2026-03-03T18:00:00Z", "call_outcome": "reached", "called_at": "2026-03-03T18:03:00Z",
    "acknowledged_at": "2026-03-03T18:03:00Z", "acknowledged_via": "call"}
EMERGENCY: dict[str, Any] = {
    "number": "310199001-20260304-0007", "status": "dispatched", "version": 4, "open": True, "calls": [CALL],
    "parties": [{
        "department": LIFTS, "role": "lead", "duty": None, "status": "assigned", "phone": "021-62222222",
        "acknowledged_at": "2026-03-03T18:03:00Z", "due_by": "2026-03-03T18:31:00Z", "late": False}],
    "log": []}
RECORD: dict[str, Any] = {"page": 3, "outcome": "reached", "text": "李师傅"}
MEASURE: dict[str, Any] = {
    "id": 5, "kind": "measure", "text": "交接备用钥匙", "department": LIFTS, "owner": None, "ticket": None, "decided_at": "2026-03-05T02:00:00Z",
    "due_by": "2026-03-10T09:00:00Z", "original_due_by": "2026-03-10T09:00:00Z", "moved": False, "done_at": None, "done_text": None, "late": False}
REVIEW: dict[str, Any] = {
    "number": "310199001-20260304-0007", "due_by": "2026-03-11T02:00:00Z", "owner": None, "findings": None, "finished_at": None, "late": False}
FINISH: dict[str, Any] = {
    "findings": "备用钥匙未交接", "measures": [{"text": "交接备用钥匙", "department": "D-ELEVATOR_CO", "due_by": "2026-03-10T09:00:00Z"}]}
NEW_MEETING: dict[str, Any] = {
    "kind": "whistle", "subject": "占道堆物反复出现", "spot": "3号楼门口", "meets_at": "2026-03-05T02:00:00Z", "departments": ["D-ENFORCEMENT"],
    "area": "310199001001"}
MEETING: dict[str, Any] = {
    "id": 2, "kind": "whistle", "area": "310199001001", "area_name": "星河街道 · 菩提居民区", "ticket": None, "place": None, "spot": "3号楼门口",
    "subject": "占道堆物反复出现", "meets_at": "2026-03-05T02:00:00Z", "called_at": "2026-03-04T02:00:00Z", "called_by": "陈晓", "held_at": None,
    "result": None}
MEETING_IN_FULL: dict[str, Any] = MEETING | {
    "may_keep": True, "measures": [], "undone": [],
    "parties": [{
        "department": {"code": "D-ENFORCEMENT", "name": "综合行政执法队"}, "phone": None, "answer": "coming", "reason": None,
        "answered_at": "2026-03-04T03:00:00Z", "arrived_at": None, "arrived": None, "late": False, "stayed_away": False}]}
HOLD: dict[str, Any] = {
    "result": "当场清理，三日内加装护栏", "decided": [{"kind": "measure", "text": "加装护栏", "department": "D-ENFORCEMENT", "due_by": "2026-03-08T09:00:00Z"}],
    "moved": []}
