"""Examples of calendars, the policy, recounts and appeals in the OpenAPI document."""

from __future__ import annotations

from typing import Any

from gridops.api.examples import AT, DUE, LATER
from gridops.domain.clock_policy import DEFAULT_POLICY

BRIEF: dict[str, Any] = {"id": 4, "version": 2, "valid_from": AT, "valid_to": None, "by": "梁谷行", "reason": "街道年会，全员停办一天"}
CALENDARS: dict[str, Any] = {"items": [BRIEF | {"street": "310199001"}]}
DAY: dict[str, Any] = {"day": "2026-03-05", "kind": "holiday", "name": "街道年会"}
CONTENT: dict[str, Any] = {"periods": [["09:00", "12:00"], ["13:30", "17:30"]], "rest_weekdays": [6, 7], "known_until": "2026-12-31"}
CALENDAR: dict[str, Any] = BRIEF | CONTENT | {"street": "310199001", "days": [DAY | {"own": True}], "missing": [], "may_decide": True}
CALENDAR_GIVEN: dict[str, Any] = CONTENT | {"street": "310199001", "expected": 4, "reason": "街道年会，全员停办一天", "days": [DAY]}
POLICIES: dict[str, Any] = {"items": [BRIEF]}
POLICY: dict[str, Any] = BRIEF | {"rules": dict(DEFAULT_POLICY), "may_decide": True}
POLICY_GIVEN: dict[str, Any] = {"expected": 4, "reason": "签收时限放宽", "rules": dict(DEFAULT_POLICY)}
DIFFERENCES: dict[str, Any] = {"against": 1, "changes": [
    {"path": "clocks.sign.limit", "before": {"value": 1, "unit": "work_day"}, "after": {"value": 2, "unit": "work_day"}}]}
AIM: dict[str, Any] = {"calendar_version_id": 4, "policy_id": 1}
PREVIEW: dict[str, Any] = AIM | {"total": 1, "items": [{"id": 17, "number": "260304-00017", "clocks": [
    {"kind": "handle", "department": "环卫作业所", "due_by": LATER, "new_due_by": DUE}]}]}
RECOUNT_ASK: dict[str, Any] = AIM | {"street": "310199001", "reason": "街道年会，全员停办一天"}
RECOUNT: dict[str, Any] = RECOUNT_ASK | {
    "id": 2, "status": "running", "total": 431, "done": 200, "moved": 388, "by": "梁谷行", "asked_at": AT, "finished_at": None}
RECOUNTS: dict[str, Any] = {"items": [RECOUNT]}
APPEAL_GIVEN: dict[str, Any] = {"number": "260304-00017", "clock": 88, "reason": "waited_for_others", "text": "现场由燃气公司封闭三天，无法进入"}
REVIEW: dict[str, Any] = {"approve": True, "text": "属实"}
APPEAL: dict[str, Any] = {
    "id": 3, "number": "260304-00017", "area": "310199001001001", "clock": "handle", "due_by": AT, "stopped_at": DUE,
    "department": {"code": "D-SANITATION", "name": "环卫作业所"}, "reason": "waited_for_others", "text": "现场由燃气公司封闭三天，无法进入",
    "asked_at": DUE, "asked_by": "陈工", "on_behalf": False, "decision": None, "decided_at": None,
    "reviews": [{"by": "梁谷行", "at": DUE, "text": "属实"}], "may_review": True}
APPEALS: dict[str, Any] = {"items": [APPEAL]}
MISSED: dict[str, Any] = {"items": [{
    "id": 88, "clock": "handle", "due_by": AT, "stopped_at": DUE, "department": {"code": "D-SANITATION", "name": "环卫作业所"}}]}
